// The sensitivity map: how far a rule gets for every learning rate and decay. Its cells come from Python (sensitivity.py), which ran them all.

const MAP_HEIGHT = 280; // pixels, about

/** The gaps of a map, row by row, from the smallest decay up: numbers, `Infinity` where a run diverged, `NaN` where it ended above the start. */
function gapsOf(cells, { worse, diverges }) {
  const bytes = Uint8Array.from(atob(cells), (letter) => letter.charCodeAt()), size = bytes.length / 2;
  return Array.from({ length: size }, (_, k) => {
    const code = ((bytes[k] << 24) >> 16) | bytes[size + k], exponent = Math.floor(code / 90);
    return code === diverges ? Infinity : code === worse ? NaN : Number(`${code - 90 * exponent + 10}e${exponent - 1}`);
  });
}

/** How a cell's run ended, in words. */
const endOfCell = (gap, { least }) => (gap === Infinity ? "diverges" : Number.isNaN(gap) ? "ends above the loss at the start"
  : gap <= least ? `loss ${number(least)} or less above the minimum` : `loss ${number(gap)} above the minimum`);

/** The index of the value nearest to `wanted`. */
function nearest({ values, to_one: toOne }, wanted) {
  const place = toOne ? (value) => -Math.log(1 - value) : (value) => Math.log(value);
  const off = values.map((value) => Math.abs(place(value) - place(wanted)));
  return off.indexOf(Math.min(...off));
}

/** Where a gap's colour lies on the scale from `lowest` to `first`, from 0 to 1. */
const shadeOf = (gap, { lowest, first }) => Math.min(1, Math.max(0, Math.log(gap / lowest) / Math.log(first / lowest)));

/** Cells as SVG paths: one for each colour, a hatch over runs that diverged, a dot on those that ended above the start. */
function paintCells(gaps, columns, [w, h], height, problem, colours) {
  const paths = new Map();
  let hatch = "", dots = "";
  gaps.forEach((gap, k) => {
    const x = (k % columns) * w, y = height - (Math.floor(k / columns) + 1) * h;
    if (gap === Infinity) hatch += `M${x} ${y + h}l${w} ${-h}`;
    else if (Number.isNaN(gap)) dots += `M${x + w / 2} ${y + h / 2}h0`;
    else {
      const colour = colours[Math.round(shadeOf(gap, problem) * (colours.length - 1))];
      paths.set(colour, `${paths.get(colour) ?? ""}M${x} ${y}h${w}v${h}h${-w}z`);
    }
  });
  return [...paths].map(([colour, d]) => `<path class="cells" fill="${colour}" d="${d}"/>`).join("")
    + `<path class="diverges" d="${hatch}"/><path class="worse" d="${dots}"/>`;
}

/** The scale of colours from the minimum's side to the start, and what the other marks mean. */
function makeLegend(root) {
  const legend = element("div", root, { class: "legend", "aria-hidden": "true" });
  const bar = element("svg", legend, { class: "scale", viewBox: "0 0 300 48" });
  const key = (marks, text) => {
    const row = element("span", legend);
    element("svg", row, { class: "swatch", viewBox: "0 0 24 14" }).innerHTML = `${marks}<rect class="frame" x="0.5" y="0.5" width="23" height="13"/>`;
    element("span", row, {}, text);
  };
  key(`<path class="diverges" d="M0 14l8 -14M8 14l8 -14M16 14l8 -14"/>`, "diverges");
  key(`<path class="worse" d="M4 7h0M12 7h0M20 7h0"/>`, "ends above the start");

  return (problem, colours, faintest) => {
    const { lowest, first } = problem, left = 22, width = 266, each = width / colours.length, X = (gap) => left + shadeOf(gap, problem) * width;
    const marks = logTicks(lowest, first, 5).map((gap) => `<path class="tick" d="M${px(X(gap))} 30v4"/>`
      + `<text x="${px(X(gap))}" y="46" text-anchor="middle">${gap <= faintest ? "≤ " : ""}${tickLabel(gap)}</text>`);
    const title = (x, anchor, text) => `<text class="title" x="${x}" y="11" text-anchor="${anchor}">${text}</text>`;
    const band = (colour, k) => `<rect class="cells" fill="${colour}" x="${px(left + k * each)}" y="17" width="${px(each + 0.5)}" height="13"/>`;
    bar.innerHTML = title(0, "start", "loss above the minimum") + title(300, "end", `start: ${tickLabel(first)}`)
      + colours.map(band).join("") + marks.join("");
  };
}

/**
 * The picture with its cursor, which stands at cursorNow(). `put(cell)` is told where the reader moves it, pick(cell) what they choose,
 * peek(cell) what lies under the pointer.
 */
function makePicture(root, { cursorNow, put, pick, peek }) {
  const svg = element("svg", root, { class: "map", role: "group" });
  const axesOfMap = element("g", svg, { "aria-hidden": "true" });
  const cells = element("g", svg), star = element("text", svg, { class: "best", "text-anchor": "middle", "aria-hidden": "true" });
  const cursor = element("g", svg, { class: "cursor", tabindex: 0, role: "slider", "aria-label": "cell of the map", "aria-roledescription": "cursor" });
  const pointers = element("path", cursor), rings = ["focus", "halo", "ring"].map((part) => element("rect", cursor, { class: part }));
  const area = element("rect", svg, { class: "area" }); // on top: it takes the pointer
  let box = null, size = null, shape = null;

  const within = ([row, column]) => [Math.min(shape[0] - 1, Math.max(0, row)), Math.min(shape[1] - 1, Math.max(0, column))];
  const cellAt = (event) => {
    const { left, top } = svg.getBoundingClientRect();
    return within([Math.floor((box.top + box.height - (event.clientY - top)) / size[1]), Math.floor((event.clientX - left - box.left) / size[0])]);
  };

  area.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") area.setPointerCapture(event.pointerId);
    put(cellAt(event));
  });
  area.addEventListener("pointermove", (event) => (event.buttons ? put : peek)(cellAt(event)));
  area.addEventListener("pointerleave", () => peek(null));
  area.addEventListener("click", (event) => { cursor.focus({ preventScroll: true }); pick(cellAt(event)); });
  cursor.addEventListener("keydown", (event) => {
    const [row, column] = cursorNow(), far = event.shiftKey ? 5 : 1;
    const to = {
      ArrowLeft: [row, column - far], ArrowRight: [row, column + far], ArrowUp: [row + far, column], ArrowDown: [row - far, column],
      Home: [row, 0], End: [row, Infinity], PageUp: [Infinity, column], PageDown: [0, column],
    }[event.key];
    if (!to && !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation(); // JupyterLab would move to the next cell
    if (to) put(within(to));
    else pick(cursorNow());
  });

  function layOut(width, rates, axis) {
    shape = [axis.values.length, rates.values.length];
    size = [Math.max(3, Math.floor((width - 46 - 12) / shape[1])), Math.floor(MAP_HEIGHT / shape[0])]; // whole pixels: every cell is as sharp as the next
    box = { left: 46, top: 24, width: size[0] * shape[1], height: size[1] * shape[0] };
    const middle = ({ values }, k) => (value) => (values.indexOf(value) + 0.5) * size[k];
    axesOfMap.innerHTML = axes(box, middle(rates, 0), (value) => box.height - middle(axis, 1)(value), rates.ticks, axis.ticks, rates.label, axis.label);
    set(svg, { viewBox: `0 0 ${width} ${box.top + box.height + 38}` });
    svg.style.height = `${box.top + box.height + 38}px`;
    for (const part of [cells, cursor]) set(part, { transform: `translate(${box.left} ${box.top})` });
    set(area, { x: box.left, y: box.top, width: box.width, height: box.height });
  }

  function draw(gaps, best, problem, colours, label) {
    cells.innerHTML = paintCells(gaps, shape[1], size, box.height, problem, colours);
    star.textContent = best ? "★" : "";
    if (best) set(star, { x: px(box.left + (best[1] + 0.5) * size[0]), y: px(box.top + box.height - (best[0] + 0.5) * size[1] + 6) });
    set(svg, { "aria-label": label });
  }

  /** Show `cell`, the cursor's or the one under the pointer; a screen reader hears of the cursor alone. */
  function stand(cell, valueText) {
    const [row, column] = cell, x = column * size[0], y = box.height - (row + 1) * size[1];
    rings.forEach((ring, k) => { const out = [6, 1.5, 1.5][k]; set(ring, { x: x - out, y: y - out, width: size[0] + 2 * out, height: size[1] + 2 * out }); });
    set(pointers, { d: `M${x + size[0] / 2} -1l-4 -7h8zM${box.width + 1} ${y + size[1] / 2}l7 -4v8z` });
    const [ofRow, ofColumn] = cursorNow();
    set(cursor, { "aria-valuemin": 0, "aria-valuemax": shape[0] * shape[1] - 1, "aria-valuenow": ofRow * shape[1] + ofColumn, "aria-valuetext": valueText });
  }
  return { layOut, draw, stand };
}

/** What two entries of a list are told apart by, in words: their class, and where another is of the same, their settings. */
function namesOfEntries(entries, settingsOf) {
  const title = ({ part: { name } }) => titleOf(name, (each) => lookUp()(each) ?? { name: each.replace(/^own\./, "") });
  const isAlone = ({ part }) => entries.filter((each) => each.part.name === part.name).length === 1;
  return entries.map((each) => [title(each), ...(isAlone(each) ? [] : settingsOf(each))].join(", "));
}

/** The settings of a rule that no axis varies. */
const heldBy = ({ part, axis, symbols }) =>
  Object.keys(symbols).filter((field) => field !== "lr" && field !== axis.name).map((field) => `${symbols[field]} = ${inFull(part[field])}`);
const fieldsOf = ({ part: { name, ...values } }) => Object.entries(values).map(([field, value]) => `${field} = ${inFull(value)}`);

/** Where `part` is among entries: itself, else one of its class, else the first. */
function placeOf(entries, part) {
  const itself = entries.findIndex((each) => same(each.part, part)), kin = entries.findIndex((each) => each.part.name === part.name);
  return itself >= 0 ? itself : Math.max(kin, 0);
}

function renderMap({ model, el, page }) {
  const { rates, updates, rules, problems, codes, colours, linked } = model.get("maps");
  const ruleNames = namesOfEntries(rules, heldBy), problemNames = namesOfEntries(problems, fieldsOf);
  let ruleAt = placeOf(rules, model.get("rule")), problemAt = placeOf(problems, model.get("problem"));
  let cursor = homeOf(rules[ruleAt], model.get("rule")), peeked = null, drawn = "", gaps = [], width = 0;
  let isTouched = false; // by the reader; until then the map shows the explorer's run, which an address may set after the map was drawn

  const root = element("div", el, { class: "lr-explorer" });
  if (page && model.get("name")) root.id = model.get("name");
  const groups = element("div", root, { class: "groups" });
  const picker = (label, names, put) => (names.length > 1
    ? makePicker(groups, { label, options: names.map((name, k) => [k, name]) }, (k) => { put(Number(k)); isTouched = true; draw(); }) : null);
  const rulePicker = picker("rule", ruleNames, (k) => {
    ruleAt = k;
    cursor = [homeOf(rules[k], rules[k].part)[0], cursor[1]]; // its other axis may be another
  });
  const problemPicker = picker("problem", problemNames, (k) => { problemAt = k; });
  const head = element("div", root, { class: "head" });
  const picture = makePicture(root, {
    cursorNow: () => cursor,
    put: (cell) => { stand(cell); draw(); },
    pick: (cell) => { stand(cell); choose(); },
    peek: (cell) => { if (!same(cell, peeked)) { peeked = cell; draw(); } },
  });
  const showLegend = makeLegend(root), words = makeWords(root);
  const button = linked ? element("button", element("div", root, { class: "foot" }), { type: "button" }) : null;
  const hint = element("p", root, { class: "hint" });
  button?.addEventListener("click", choose);

  /** The cell nearest to the settings of `part`; where that has another class or a schedule, to the map's own. */
  function homeOf({ part: own, axis }, part) {
    const of = part.name === own.name ? part : own, lr = typeof of.lr === "number" ? of.lr : 0.1;
    return [nearest(axis, axis.name === "steps" ? model.get("steps") : of[axis.name]), nearest(rates, lr)];
  }
  function stand(cell) {
    isTouched = true;
    cursor = cell;
    peeked = null;
  }

  /** The run of a cell, as an explorer takes it. */
  function runOf([row, column]) {
    const { part, axis } = rules[ruleAt], value = axis.values[row], isField = axis.name !== "steps";
    return {
      rule: { ...part, lr: rates.values[column], ...(isField ? { [axis.name]: value } : {}) },
      problem: problems[problemAt].part, start: problems[problemAt].start, steps: isField ? updates : value, noise: 0, update: null,
    };
  }
  function choose() {
    for (const [trait, value] of Object.entries(runOf(cursor))) model.set(trait, value);
    model.save_changes();
    draw();
  }

  /** The settings of a cell, and all of its run, in words. */
  function settingsOf([row, column]) {
    const { axis } = rules[ruleAt], value = axis.values[row], rate = `${rates.symbol} = ${inFull(rates.values[column])}`;
    return `${rate}, ${axis.name === "steps" ? count(value) : `${axis.symbol} = ${inFull(value)}`}`;
  }
  function runInWords(cell) {
    const after = rules[ruleAt].axis.name === "steps" ? "" : `, ${count(updates)}`, gap = gaps[cell[0] * rates.values.length + cell[1]];
    return `${settingsOf(cell)}${after}: ${endOfCell(gap, codes)}`;
  }

  function drawPicture(rule, problem, best) {
    const { axis } = rule, [ruleName, problemName] = [ruleNames[ruleAt], problemNames[problemAt]];
    picture.layOut(width, rates, axis);
    picture.draw(gaps, best, problem, colours, `${ruleName} on ${problemName}: the loss above the minimum for each ${rates.label} and ${axis.label}`);
    showLegend(problem, colours, codes.faintest);
    rulePicker?.show(ruleAt);
    problemPicker?.show(problemAt);
    head.textContent = `How near ${ruleName} comes to the minimum of ${problemName}${axis.name === "steps" ? "" : ` in ${count(updates)}`}`;
    hint.textContent = `${typeset([`Start ${point(problem.start)}`, ...heldBy(rule)].join(", "))}. `
      + "Move over the picture, or focus the cursor and use the arrow keys (Shift: five cells); "
      + (linked ? "click or Enter shows the run in the explorer." : "click or Enter picks the run.");
  }

  function draw() {
    if (!width) return; // not on the page yet
    const rule = rules[ruleAt], problem = problems[problemAt], { cells, best, near } = rule.maps[problemAt];
    if (drawn !== `${width} ${ruleAt} ${problemAt}`) {
      gaps = gapsOf(cells, codes);
      drawPicture(rule, problem, best);
    }
    drawn = `${width} ${ruleAt} ${problemAt}`;
    const at = peeked ?? cursor;
    picture.stand(at, settingsOf(cursor));
    words.say([
      { text: `${ruleNames[ruleAt]} on ${problemNames[problemAt]}, ${runInWords(at)}` },
      { text: best ? `★ Best cell: ${runInWords(best)}` : "No cell ends below the start" },
      { text: `${near} of ${gaps.length} cells (${Math.round(100 * near / gaps.length)}\u00a0%) end below a thousandth of the loss at the start` },
    ]);
    showChosen();
  }
  function showChosen() {
    if (!button) return;
    const chosen = Object.entries(runOf(cursor)).every(([trait, value]) => same(model.get(trait), value));
    button.textContent = chosen ? "The explorer shows this run" : "Show this run in the explorer";
  }

  const follow = () => { // the explorer shows another run
    if (isTouched) return showChosen();
    [ruleAt, problemAt] = [placeOf(rules, model.get("rule")), placeOf(problems, model.get("problem"))];
    cursor = homeOf(rules[ruleAt], model.get("rule"));
    draw();
  };
  const run = ["rule", "problem", "start", "steps", "noise", "update"].map((key) => `change:${key}`);
  for (const key of run) model.on(key, follow);
  const unsize = whenSized(root, (wide) => {
    const isFirst = !width;
    width = wide;
    draw();
    if (isFirst && page) arrive(root);
  });
  return () => {
    for (const key of run) model.off(key, follow);
    unsize();
    words.stop();
  };
}
