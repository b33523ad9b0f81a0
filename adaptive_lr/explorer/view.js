// The picture: the plane with its contours, trajectories and movable start; the curves below it; what is said in words.

const SVG = "http://www.w3.org/2000/svg";

function element(name, parent, attributes = {}, text = "") {
  const made = name === "svg" || parent.namespaceURI === SVG ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return parent.appendChild(made);
}

/** The plane's frame: its pixels, and the piece of the plane they show. One unit is as long along x₁ as along x₂. */
function planeFrame([left, right, low, high], width) {
  const box = { left: 46, top: 24, width: width - 46 - 12, height: Math.round(Math.min(440, Math.max(230, width * 0.58)) - 24 - 38) };
  const unit = Math.min(box.width / (right - left), box.height / (high - low)); // all of the bounds is to be seen
  const x1 = (left + right) / 2 - box.width / unit / 2, x2 = (low + high) / 2 + box.height / unit / 2; // top left corner
  const to = { x1: x1 + box.width / unit, x2: x2 - box.height / unit };
  return {
    box,
    X: (value) => (value - x1) * unit,
    Y: (value) => (x2 - value) * unit,
    point: (x, y) => [x1 + x / unit, x2 - y / unit],
    clamp: ([a, b]) => [Math.min(to.x1, Math.max(x1, a)), Math.min(x2, Math.max(to.x2, b))],
    inside: ([a, b]) => a >= x1 && a <= to.x1 && b >= to.x2 && b <= x2,
    xTicks: ticks(x1, to.x1, width < 480 ? 5 : 8),
    yTicks: ticks(to.x2, x2, 4),
  };
}

const coordinates = (point) => point.map((value) => Number(value.toPrecision(6)));

/** What the reader can set for a rule or a problem: its fields, by name. */
const settingsOf = (part, model) => Object.fromEntries(part.fields.map((field) => [field, model.get(`${part.key}_${field}`)]));

function render({ model, el }) {
  const program = model.get("program");
  const problem = compile(program.problem.source), rules = program.rules.map((part) => ({ ...part, ...compile(part.source) }));
  const grain = 10 ** Math.floor(Math.log10((program.problem.bounds[1] - program.problem.bounds[0]) / 400)); // of the start's coordinates
  const root = element("div", el, { class: "lr-explorer" });

  const plane = element("svg", root, { class: "plane", role: "group" });
  const axesOfPlane = element("g", plane, { "aria-hidden": "true" });
  const scene = element("svg", plane, { class: "inside" });
  const contours = element("path", scene, { class: "contours", transform: "scale(0.1)" });
  const star = element("text", scene, { class: "minimum", "text-anchor": "middle" }, program.problem.minimum ? "★" : "");
  const paths = element("g", scene);
  const handle = element("g", plane, { class: "start", tabindex: 0, role: "slider", "aria-label": "start point",
    "aria-roledescription": "movable point", "aria-valuemin": program.problem.bounds[0], "aria-valuemax": program.problem.bounds[1] });
  for (const [part, r] of [["reach", 22], ["focus", 13], ["ring", 7]]) element("circle", handle, { class: part, r });

  const words = element("div", root, { class: "words", "aria-hidden": "true" }); // the same words are spoken below
  const charts = element("div", root, { class: "charts" });
  const [rateChart, lossChart] = ["effective learning rate", "loss"].map((name) => element("svg", charts, { role: "img", "aria-label": name }));
  const foot = element("div", root, { class: "foot" });
  element("span", foot, { class: "hint" }, "Drag the ring, or focus it and use the arrow keys (Shift: small steps).");
  const reset = element("button", foot, { type: "button" }, "Reset");
  const spoken = element("div", root, { class: "spoken", role: "status", "aria-live": "polite" });

  const styleOf = (part, index, extra = "") => `class="run run-${index}${extra}" style="--colour: ${part.color}"`;
  const lowest = (p) => (program.problem.minimum ? problem.f(program.problem.minimum, p) : 0);
  let frame = null, contoursFor = "", waiting = 0;

  function draw() {
    if (!frame) return; // not on the page yet
    const p = settingsOf(program.problem, model), start = model.get("start"), steps = model.get("steps");
    const visible = rules.map((part, index) => ({ part, index })).filter(({ part }) => part.key !== "versus" || model.get("show_versus"));
    const runs = visible.map(({ part, index }) =>
      ({ part, index, ...descend({ rule: part, problem }, { start, steps, rule: settingsOf(part, model), problem: p }) }));
    drawPlane(p, start, runs);
    drawCharts(p, steps, runs);
    say(start, runs);
  }

  function drawPlane(p, start, runs) {
    const { box, X, Y } = frame, key = JSON.stringify([p, box.width]);
    if (key !== contoursFor) {
      contours.setAttribute("d", contourPath((x, y) => problem.f(frame.point(x, y), p), box.width, box.height));
      contoursFor = key;
    }
    paths.innerHTML = [...runs].reverse().map(({ part, index, x }) => { // the first rule lies on top
      const at = x.map(([a, b]) => [X(a), Y(b)]), end = at.at(-1).every(Number.isFinite) ? at.slice(-1) : [];
      return `<path ${styleOf(part, index)} d="${pathThrough(at)}"/><path ${styleOf(part, index, " dots")} d="${dotsAt(at)}"/>`
        + `<path ${styleOf(part, index, " end")} d="${dotsAt(end)}"/>`;
    }).join("");
    const [a, b] = frame.clamp(start);
    handle.setAttribute("transform", `translate(${px(box.left + X(a))} ${px(box.top + Y(b))})`);
    const [one, two] = coordinates(start);
    handle.setAttribute("aria-valuenow", one);
    handle.setAttribute("aria-valuetext", `x1 = ${one}, x2 = ${two}`);
  }

  function drawCharts(p, steps, runs) {
    const width = charts.clientWidth, wide = width >= 560, size = [wide ? (width - 16) / 2 : width, wide ? 210 : 190];
    const rates = runs.flatMap(({ part, index, rate }) => {
      const [one, two] = [0, 1].map((k) => rate.map((pair) => pair[k])), same = one.every((value, k) => value === two[k]);
      const curve = (values, k, label) => ({ values, first: 1, style: styleOf(part, index, ` coordinate-${k}`), label });
      return same ? [curve(one, 1, "x₁, x₂")] : [curve(one, 1, "x₁"), curve(two, 2, "x₂")];
    });
    const zero = lowest(p);
    const losses = runs.map(({ part, index, loss }) => ({ values: loss.map((value) => value - zero), first: 0, style: styleOf(part, index) }));
    const title = program.problem.minimum ? "loss above the minimum" : "loss";
    for (const [svg, chart] of [[rateChart, { title: "effective learning rate", curves: rates }], [lossChart, { title, curves: losses, top: losses[0].values[0] }]]) {
      svg.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
      svg.style.height = `${size[1]}px`;
      svg.innerHTML = logChart({ ...chart, steps, size });
    }
  }

  function say(start, runs) {
    const ends = runs.map((run) => [run, `${run.part.name} ${outcome(run, frame.inside)}`]);
    const from = `Start (${coordinates(start).join(", ")})${frame.inside(start) ? "" : ", outside the frame"}`;
    words.innerHTML = `<span>${typeset(from)}</span>` + ends.map(([{ part, index }, text]) =>
      `<span><svg class="key" viewBox="0 0 34 12"><path ${styleOf(part, index)} d="M1 6h32"/><path ${styleOf(part, index, " end")} d="M17 6h0"/></svg>${typeset(text)}</span>`).join("");
    clearTimeout(waiting); // spoken once things have come to rest, not at every pixel of a drag
    waiting = setTimeout(() => { spoken.textContent = [from, ...ends.map(([, text]) => text)].join(". ") + "."; }, 600);
  }

  function layOut() {
    const width = root.clientWidth;
    if (!width) return;
    frame = planeFrame(program.problem.bounds, width);
    const { box, X, Y } = frame, height = box.top + box.height + 38;
    plane.setAttribute("viewBox", `0 0 ${width} ${height}`);
    plane.setAttribute("aria-label", `Contours of the loss of ${program.problem.name}, and the iterates of ${rules.map(({ name }) => name).join(" and ")} on it`);
    plane.style.height = `${height}px`;
    axesOfPlane.innerHTML = axes(box, X, Y, frame.xTicks, frame.yTicks, "x₁", "x₂");
    for (const [name, value] of Object.entries({ x: box.left, y: box.top, width: box.width, height: box.height })) scene.setAttribute(name, value);
    if (program.problem.minimum) {
      star.setAttribute("x", X(program.problem.minimum[0]));
      star.setAttribute("y", Y(program.problem.minimum[1]) + 6);
    }
    draw();
  }

  // Coordinates are rounded to what is shown, so that the start that is read is the start that is used.
  const round = (value) => Number((Math.round(value / grain) * grain).toPrecision(12));
  const moveTo = (point) => set({ start: frame.clamp(point).map(round) });
  function set(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  }
  handle.addEventListener("pointerdown", (event) => { handle.setPointerCapture(event.pointerId); handle.focus({ preventScroll: true }); });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { left, top } = plane.getBoundingClientRect();
    moveTo(frame.point(event.clientX - left - frame.box.left, event.clientY - top - frame.box.top));
  });
  handle.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation(); // JupyterLab would move to the next cell
    const [a, b] = frame.clamp(model.get("start")), step = grain * (event.shiftKey ? 1 : 10);
    moveTo([a + step * way[0], b + step * way[1]]);
  });
  reset.addEventListener("click", () => set(model.get("initial")));

  const watched = Object.keys(model.get("initial")).map((name) => `change:${name}`);
  for (const name of watched) model.on(name, draw);
  const sized = new ResizeObserver(layOut);
  sized.observe(root);
  return () => {
    for (const name of watched) model.off(name, draw);
    sized.disconnect();
    clearTimeout(waiting);
  };
}

export default { render };
