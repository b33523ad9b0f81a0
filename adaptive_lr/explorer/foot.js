// What stands under the picture: which curves are shown, Python and a link to copy, the way back.

/** Switches for `panels`, Python to copy, a link to copy where there is one, reset. Returns what shows the panels and their time. */
function makeFoot(root, panels, change, { initial, python, link }) {
  const foot = element("div", root, { class: "foot" }), said = element("div", root, { class: "said", role: "status" });
  const button = (text, act) => element("button", foot, { type: "button" }, text).addEventListener("click", act);
  const copy = async (text, what) => {
    said.replaceChildren();
    const line = element("p", said);
    element("pre", said, { tabindex: 0 }, text);
    try {
      await navigator.clipboard.writeText(text);
      line.textContent = `Copied: ${what}.`;
    } catch { // no permission, or no clipboard here
      line.textContent = `Not copied, for this page may not use the clipboard. Here is ${what}:`;
    }
  };
  let switches = new Map(), shown = [];
  if (panels.length) {
    const box = element("div", foot, { class: "panels", role: "group", "aria-label": "curves shown" });
    element("span", box, {}, "Show");
    switches = new Map(panels.map((name) => [name, makeSwitch(box, name === "x" ? "coordinates" : name, (on) =>
      change({ panels: panels.concat(shown.filter((each) => !panels.includes(each))).filter((each) => (each === name ? on : shown.includes(each))) }))]));
    switches.set("log_time", makeSwitch(box, "logarithmic time", (on) => change({ log_time: on })));
  }
  button("Copy Python", () => copy(python(), "Python that runs this"));
  if (link) button("Copy link", () => copy(String(link()), "the address of this picture"));
  button("Reset", () => { said.replaceChildren(); change(initial); });
  return (now, logTime) => {
    shown = now;
    for (const [name, each] of switches) each.show(name === "log_time" ? logTime : now.includes(name));
  };
}
