// The curves below the plane: effective learning rates and losses against updates, on logarithmic axes.

/** Two charts in `root`. layOut(width) comes before draw(runs, steps, zero), where `zero` is the loss at the minimum. */
function makeCharts(root, lossTitle) {
  const charts = element("div", root, { class: "charts" });
  const [rateChart, lossChart] = ["effective learning rate", "loss"].map((name) => element("svg", charts, { role: "img", "aria-label": name }));
  let size = null;

  function layOut(width) {
    const wide = width >= 560; // side by side
    size = wide ? [(width - 16) / 2, 210] : [width, 190];
    charts.style.gridTemplateColumns = wide ? "1fr 1fr" : "1fr";
    for (const svg of [rateChart, lossChart]) {
      set(svg, { viewBox: `0 0 ${size[0]} ${size[1]}` });
      svg.style.height = `${size[1]}px`;
    }
  }

  function draw(runs, steps, zero) {
    const losses = runs.map(({ part, loss }) => ({ values: loss.map((value) => value - zero), first: 0, style: styleOf(part) }));
    rateChart.innerHTML = logChart({ title: "effective learning rate", curves: runs.flatMap(rateCurves), steps, size });
    lossChart.innerHTML = logChart({ title: lossTitle, curves: losses, steps, size, top: losses[0].values[0] });
  }
  return { layOut, draw };
}

/** One curve for each coordinate, or one for both where they never differ. */
function rateCurves({ part, rate }) {
  const [one, two] = [0, 1].map((k) => rate.map((pair) => pair[k])), same = one.every((value, k) => value === two[k]);
  const curve = (values, k, label) => ({ values, first: 1, style: styleOf(part, `coordinate-${k}`), label });
  return same ? [curve(one, 1, "x₁, x₂")] : [curve(one, 1, "x₁"), curve(two, 2, "x₂")];
}

/**
 * Curves on a logarithmic axis against updates, as SVG text. A curve: { values, first (the update of its first value),
 * style (class and style attributes), label (at its end, or none) }. At most 16 decades are shown, and no more than three above `top`.
 */
function logChart({ title, curves, steps, size: [width, height], top = Infinity }) {
  const right = curves.some(({ label }) => label) ? 62 : 12;
  const box = { left: 46, top: 26, width: width - 46 - right, height: height - 26 - 38 };
  let low = Infinity, high = 0;
  for (const { values } of curves) for (const value of values) {
    if (!(value > 0 && value < Infinity)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) [low, high] = [0.1, 10]; // nothing to draw: an empty frame
  high = Math.min(high, 1e3 * top) * 1.3;
  low = Math.max(Math.min(low, high / 3) / 1.3, high * 1e-16);
  const X = (t) => (t / steps) * box.width;
  const Y = (value) => (Math.log(high / value) / Math.log(high / low)) * box.height;
  let lines = "";
  const ends = [];
  for (const { values, first, style, label } of curves) {
    const shown = values.map((value) => Math.max(value, low / 10)); // zero lies below every logarithmic axis
    lines += `<path ${style} d="${pathThrough(shown.map((value, k) => [box.left + X(first + k), box.top + Y(value)]), box)}"/>`;
    const end = Y(shown.at(-1));
    if (label && end >= 0 && end <= box.height) ends.push({ y: box.top + end, style, label });
  }
  return axes(box, X, Y, ticks(0, steps, 4), logTicks(low, high), "updates", title)
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
    + `<text x="${x + 28}" y="${px(at + 4)}">${label}</text>`).join("");
}
