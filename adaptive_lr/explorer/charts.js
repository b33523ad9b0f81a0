// Curves against updates: rates, losses, moments, schedules, ways and steps, on logarithmic or linear axes.

const bothCoordinates = (values) => [0, 1].map((k) => values.map((pair) => pair[k]));

/** One curve for each coordinate, or one for both where they never differ. */
function perCoordinate({ part }, values, first, names, symbol = "") {
  const [one, two] = bothCoordinates(values), same = one.every((value, k) => Object.is(value, two[k]));
  const curve = (series, k, label) => ({ values: series, first, style: styleOf(part, `coordinate-${k}`), label: `${symbol}${symbol && " "}${label}` });
  return same ? [curve(one, 1, names.join(", "))] : [curve(one, 1, names[0]), curve(two, 2, names[1])];
}

/** The components of a run's state: those that take both signs, or those that do not. */
function moments(run, names, signed) {
  return run.part.symbols.flatMap((symbol, j) => {
    const values = run.state.slice(1).map((state) => state.map((each) => each[j]));
    return values.some((pair) => pair.some((value) => value < 0)) === signed ? perCoordinate(run, values, 1, names, symbol) : [];
  });
}

const steps = (x) => x.slice(1).map((point, k) => point.map((value, i) => Math.abs(value - x[k][i])));

// What a panel plots. `of` gives the curves of one run; `log` its axis, `top` the largest value of interest.
const PANELS = {
  rate: { title: "effective learning rate", log: true, of: (run, { names }) => perCoordinate(run, run.rate, 1, names) },
  loss: { title: "loss", log: true, top: true,
    of: ({ part, loss }, { zero }) => [{ values: loss.map((value) => value - zero), first: 0, style: styleOf(part) }] },
  schedule: { title: "learning rate η", log: false, of: ({ part, eta }) => [{ values: eta, first: 1, style: styleOf(part) }] },
  step: { title: "length of a step", log: true, of: (run, { names }) => perCoordinate(run, steps(run.x), 1, names) },
  way: { title: "way from the start", log: true, special: true, // shown where Python asks for it, without a switch
    of: (run, { names }) => perCoordinate(run, run.x.map((x) => x.map((value, k) => Math.abs(value - run.x[0][k]))), 0, names) },
  x: { title: "coordinates", log: false, of: (run, { names }) => perCoordinate(run, run.x, 0, names) },
  size: { title: "size of the coordinates", log: true, special: true, of: (run, { names }) => perCoordinate(run, run.x.map((x) => x.map(Math.abs)), 0, names) },
  signed: { title: "moments of both signs", log: false, of: (run, { names }) => moments(run, names, true) },
  squares: { title: "moments that are never negative", log: true, of: (run, { names }) => moments(run, names, false) },
};
const TWOFOLD = { moments: ["signed", "squares"] }; // a panel of two charts, of which only those are drawn that have curves

/** Charts in `root`, one for each panel that is asked for. layOut(width) comes before draw(panels, runs, view). */
function makeCharts(root) {
  const charts = element("div", root, { class: "charts" });
  let shown = [], svgs = [], size = null, width = 0;

  function layOut(wide) {
    width = wide;
    const beside = width >= 560 && shown.length > 1;
    size = beside ? [(width - 16) / 2, 210] : [width, shown.length > 1 ? 190 : 240];
    charts.style.gridTemplateColumns = beside ? "1fr 1fr" : "1fr";
    for (const svg of svgs) {
      set(svg, { viewBox: `0 0 ${size[0]} ${size[1]}` });
      svg.style.height = `${size[1]}px`;
    }
  }

  function choose(panels) {
    if (panels.join() === shown.join()) return;
    shown = panels;
    charts.replaceChildren();
    svgs = panels.map((name) => element("svg", charts, { role: "img", "aria-label": PANELS[name].title }));
    layOut(width);
  }

  /** `view`: { zero (the loss at the minimum), lossTitle, names (of the coordinates), logTime, at (the update looked at), guides (by panel: curves) }. */
  function draw(panels, runs, count, view) {
    const filled = panels.flatMap((name) => (TWOFOLD[name] ?? [name]).map((chart) => [chart, runs.flatMap((run) => PANELS[chart].of(run, view))])
      .filter(([, curves]) => curves.length || !TWOFOLD[name]));
    choose(filled.map(([name]) => name));
    filled.forEach(([name, curves], k) => {
      const { title, log, top } = PANELS[name];
      svgs[k].innerHTML = chart({ title: name === "loss" ? view.lossTitle : title, curves: [...(view.guides[name] ?? []), ...curves], steps: count, size, log,
        logTime: view.logTime, at: view.at, top: top && curves[0]?.values[0] > 0 ? curves[0].values[0] : Infinity });
    });
  }
  return { layOut, draw };
}

/** The range of a logarithmic axis: at most 16 decades, and no more than three above `top`. */
function logRange(curves, top) {
  let low = Infinity, high = 0;
  for (const { values } of curves) for (const value of values) {
    if (!(value > 0 && value < Infinity)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) [low, high] = [0.1, 10]; // nothing to draw: an empty frame
  high = Math.min(high, 1e3 * top, 1e306) * 1.3;
  return [Math.max(Math.min(low, high / 3) / 1.3, high * 1e-16), high];
}

/** The range of a linear axis: all finite values, the far ones of a run that diverges left out. */
function linearRange(curves) {
  const finite = curves.flatMap(({ values }) => values.filter((value) => Math.abs(value) < 1e6));
  let low = Infinity, high = -Infinity;
  for (const value of finite) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [-1, 1];
  if (low >= 0 && low < high / 2) low = 0;
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low === 0 ? 0 : low - room, high + room];
}

/**
 * Curves against updates, as SVG text. A curve: { values, first (the update of its first value) or times (that of each),
 * style (class and style attributes), label (at its end, or none) }. A thin line stands at the update `at`.
 */
function chart({ title, xTitle = "updates", curves, steps: last, size: [width, height], log = true, logTime = false, at = null, top = Infinity }) {
  const right = curves.some(({ label }) => label) ? 34 + 6 * Math.max(...curves.map(({ label = "" }) => label.length)) : 12;
  const box = { left: 46, top: 26, width: width - 46 - right, height: height - 26 - 38 };
  const [low, high] = log ? logRange(curves, top) : linearRange(curves), decades = Math.log(high / low), end = Math.log(Math.max(last, 2));
  const X = logTime ? (t) => (t < 1 ? -1e-6 : Math.log(t) / end) * box.width : (t) => (t / last) * box.width;
  const Y = log ? (value) => (Math.log(high / value) / decades) * box.height : (value) => ((high - value) / (high - low)) * box.height;
  const ends = [];
  let lines = "";
  for (const { values, first, times, style, label } of curves) {
    const points = [];
    values.forEach((value, k) => {
      const t = times ? times[k] : first + k;
      // zero lies below every logarithmic axis, and update 0 before every logarithmic time
      if (!logTime || t >= 1) points.push([box.left + X(t), box.top + Y(log ? Math.max(value, low / 10) : value)]);
    });
    lines += `<path ${style} d="${pathThrough(points, box)}"/>`;
    const y = points.at(-1)?.[1] - box.top;
    if (label && y >= 0 && y <= box.height) ends.push({ y: box.top + y, style, label });
  }
  if (at !== null) lines += `<path class="now" d="M${px(box.left + X(at))} ${box.top}v${box.height}"/>`;
  const xTicks = logTime ? logTicks(1, Math.max(last, 2), 4) : ticks(0, last, 4);
  return axes(box, X, Y, xTicks, log ? logTicks(low, high) : ticks(low, high, 4), xTitle, title)
    + `<svg class="inside" x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}"`
    + ` viewBox="${box.left} ${box.top} ${box.width} ${box.height}">${lines}</svg>`
    + endLabels(ends, box.left + box.width, box.top + box.height);
}

/** Names beside the right end of curves, pushed apart where they would overlap: a thin grey line leads to each, a sample of its curve stands before it. */
function endLabels(ends, x, bottom) {
  ends.sort((a, b) => a.y - b.y);
  let floor = -Infinity;
  for (const end of ends) end.at = floor = Math.max(end.y, floor + 14);
  let ceiling = bottom + 4;
  for (const end of [...ends].reverse()) {
    end.at = Math.min(end.at, ceiling);
    ceiling = end.at - 14;
  }
  return ends.map(({ y, at, style, label }) =>
    `<path class="leader" d="M${x + 2} ${px(y)}L${x + 10} ${px(at)}"/><path ${style} d="M${x + 13} ${px(at)}h11"/>`
    + `<text x="${x + 28}" y="${px(at + 4)}">${escaped(label)}</text>`).join("");
}
