// The groups of controls: pickers of rules and of the problem, and sliders for all their fields.

/** What readers call a part: its class, and whether it is the one that the lecture notes print, or not the package's but its namesake. */
const titleOf = (name, known) => {
  const title = known(name).name, isNamesake = name.startsWith("own.") && Object.hasOwn(CATALOGUE.parts, title);
  return title + (name.startsWith("printed.") ? " as printed" : isNamesake ? " (own)" : "");
};

/** The pickers and sliders of every part, in groups. */
function makeGroups(root, model, known, choices, change) {
  const groups = element("div", root, { class: "groups" }), only = model.get("controls"), memory = new Map();
  const named = (slot) => (only && !only.includes(slot) ? only.filter((path) => path.startsWith(`${slot}.`)).map((path) => path.slice(slot.length + 1)) : null);
  const wanted = (slot) => !only || only.some((path) => path.split(".")[0] === slot);
  const shows = [];

  function group(slot, title, options, color) {
    if (!wanted(slot)) return null;
    const box = element("div", groups, { class: "group" }), head = element("div", box, { class: "head" }), inner = element("div", box);
    if (color) box.style.setProperty("--colour", color);
    const put = (part) => { memory.set(`${slot} ${part.name}`, part); change({ [slot]: part }); };
    const pick = (name) => (name === "none" ? change({ [slot]: null })
      : change({ [slot]: memory.get(`${slot} ${name}`) ?? known(name).first, ...(slot === "problem" ? { start: known(name).start } : {}) }));
    const titled = options.map((name) => [name, name === "none" ? name : titleOf(name, known)]);
    const picker = only ? null : makePicker(head, { label: title, options: titled }, pick);
    let fields = null, of = "";
    shows.push(() => {
      const part = model.get(slot);
      picker?.show(part?.name ?? "none");
      box.hidden = Boolean(only) && !part;
      if (!part) {
        inner.replaceChildren();
        of = "";
        return;
      }
      if (of !== part.name) {
        inner.replaceChildren();
        fields = makeFields(inner, { title: titleOf(part.name, known), color, known, only: named(slot) }, put);
        of = part.name;
        if (only) head.textContent = titleOf(part.name, known);
      }
      fields.show(part);
    });
    return box;
  }

  const looks = model.get("looks");
  group("rule", "rule", choices.rules, looks[0].color);
  group("second", "beside it", ["none", ...choices.rules], looks[1].color);
  group("third", "and", ["none", ...choices.rules], looks[2].color);
  const run = group("problem", "problem", choices.problems, null) ?? element("div", groups, { class: "group" });
  for (const [name, field] of [["steps", CATALOGUE.steps], ["noise", CATALOGUE.noise]]) {
    if (!wanted(name)) continue;
    const slider = makeSlider(element("div", run), { label: field.label, name: field.label, field }, (value) => change({ [name]: value }));
    shows.push(() => slider.show(model.get(name)));
  }
  return () => shows.forEach((show) => show());
}
