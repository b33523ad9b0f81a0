// The whole picture: what the settings say is run, drawn and put into words. Parts and settings come from Python (widget.py).

/** What the reader can set for a rule or a problem: its fields, by name. */
const settingsOf = (part, model) => Object.fromEntries(part.fields.map((field) => [field, model.get(`${part.key}_${field}`)]));

/** How each run ended: written at once beside a sample of its line, and spoken once things have come to rest. */
function makeWords(root) {
  const written = element("div", root, { class: "words", "aria-hidden": "true" });
  const spoken = element("div", root, { class: "spoken", role: "status", "aria-live": "polite" });
  let waiting = 0;

  function say(start, runs, inside) {
    const from = `Start (${coordinates(start).join(", ")})${inside(start) ? "" : ", outside the frame"}`;
    const ends = runs.map((run) => `${run.part.name} ${outcome(run, inside)}`);
    const sample = (part) => `<path ${styleOf(part)} d="M1 6h32"/><path ${styleOf(part, "end")} d="M17 6h0"/>`;
    written.innerHTML = `<span>${typeset(from)}</span>` + runs.map(({ part }, k) =>
      `<span><svg class="key" viewBox="0 0 34 12">${sample(part)}</svg>${typeset(ends[k])}</span>`).join("");
    clearTimeout(waiting);
    waiting = setTimeout(() => { spoken.textContent = `${[from, ...ends].join(". ")}.`; }, 600);
  }
  return { say, stop: () => clearTimeout(waiting) };
}

function render({ model, el }) {
  const program = model.get("program"), initial = model.get("initial");
  const problem = { ...program.problem, ...compile(program.problem.source) };
  const rules = program.rules.map((part, index) => ({ ...part, ...compile(part.source), index }));
  const change = (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };

  const root = element("div", el, { class: "lr-explorer" });
  const label = `Contours of the loss of ${problem.name}, and the iterates of ${rules.map(({ name }) => name).join(" and ")} on it`;
  const plane = makePlane(root, problem, program.contours, label, (start) => change({ start }));
  const words = makeWords(root);
  const charts = makeCharts(root, problem.minimum ? "loss above the minimum" : "loss");
  const foot = element("div", root, { class: "foot" });
  element("span", foot, { class: "hint" }, "Drag the ring, or focus it and use the arrow keys (Shift: small steps).");
  element("button", foot, { type: "button" }, "Reset").addEventListener("click", () => change(initial));
  let width = 0;

  function draw() {
    if (!width) return; // not on the page yet
    const p = settingsOf(problem, model), start = model.get("start"), steps = model.get("steps");
    const visible = rules.filter(({ key }) => key !== "versus" || model.get("show_versus"));
    const runs = visible.map((part) => ({ part, ...descend({ rule: part, problem }, { start, steps, rule: settingsOf(part, model), problem: p }) }));
    plane.draw(p, start, runs);
    charts.draw(runs, steps, problem.minimum ? problem.f(problem.minimum(p), p) : 0);
    words.say(start, runs, plane.inside);
  }

  const sized = new ResizeObserver(() => {
    width = root.clientWidth;
    if (!width) return;
    plane.layOut(width);
    charts.layOut(width);
    draw();
  });
  sized.observe(root);
  const watched = Object.keys(initial).map((name) => `change:${name}`);
  for (const name of watched) model.on(name, draw);
  return () => {
    for (const name of watched) model.off(name, draw);
    sized.disconnect();
    words.stop();
  };
}

export default { render };
