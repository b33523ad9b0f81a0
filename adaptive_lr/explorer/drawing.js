// Lines of equal loss, axes and curves as SVG text. Positions are in CSS pixels; text and frames take the page's own colour.

const px = (value) => Math.round(Math.min(9999, Math.max(-9999, value)) * 10) / 10;

/** A path through pixel positions. It ends where the numbers do: a diverging run is drawn as far as it can be. */
function pathThrough(points) {
  let d = "", lastX = NaN, lastY = NaN;
  for (const [k, [x, y]] of points.entries()) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) break;
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 1 && k < points.length - 1) continue; // nothing to be seen in it
    d += `${d ? "L" : "M"}${px(x)} ${px(y)}`;
    [lastX, lastY] = [x, y];
  }
  return d;
}

/** One dot a point (a line of no length with round or square ends). */
const dotsAt = (points) => points
  .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
  .map(([x, y]) => `M${px(x)} ${px(y)}h0`).join("");

/**
 * Lines of equal loss over a frame of `width` × `height` pixels by marching squares; `f` takes pixel positions.
 * The path is in tenths of a pixel: thousands of whole numbers are printed several times faster than fractions.
 * Levels are quantiles of the loss over the frame, the k-th at (k / (levels + 1))²: around a minimum the lines are then
 * evenly spaced, whatever the problem's scale.
 */
function contourPath(f, width, height, levels = 12) {
  const columns = Math.ceil(width / 4), rows = Math.ceil(height / 4), dx = width / columns, dy = height / rows;
  const row = columns + 1, grid = new Float64Array(row * (rows + 1));
  for (let j = 0, k = 0; j <= rows; j++) for (let i = 0; i <= columns; i++) grid[k++] = f(i * dx, j * dy);
  const sample = grid.filter((z, k) => k % 11 === 0 && Number.isFinite(z)).sort();
  const heights = Array.from({ length: levels }, (_, k) => sample[Math.floor(((k + 1) / (levels + 1)) ** 2 * sample.length)]);
  let d = "";
  for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) {
    const k = j * row + i, a = grid[k], b = grid[k + 1], c = grid[k + row + 1], e = grid[k + row]; // clockwise from the top left
    const low = Math.min(a, b, c, e), high = Math.max(a, b, c, e);
    for (let n = 0; n < levels && heights[n] <= high; n++) { // NaN compares false: the cell stays empty
      if (heights[n] > low) d += cellLines(i, j, a, b, c, e, heights[n], dx, dy);
    }
  }
  return d;
}

/** The piece of the line of one level in the cell (i, j), from the loss at its corners; two pieces at a saddle. */
function cellLines(i, j, a, b, c, e, level, dx, dy) {
  const cuts = [], cut = (x, y) => cuts.push(`${Math.round(x * dx * 10)} ${Math.round(y * dy * 10)}`); // in order around the cell
  if (a < level !== b < level) cut(i + (level - a) / (b - a), j);
  if (b < level !== c < level) cut(i + 1, j + (level - b) / (c - b));
  if (c < level !== e < level) cut(i + (level - e) / (c - e), j + 1);
  if (e < level !== a < level) cut(i, j + (level - a) / (e - a));
  // four crossings: the centre's side decides which belong together
  if (cuts.length === 4 && a < level !== (a + b + c + e) / 4 < level) cuts.push(cuts.shift());
  return cuts.length === 4 ? `M${cuts[0]}L${cuts[1]}M${cuts[2]}L${cuts[3]}` : `M${cuts[0]}L${cuts[1]}`;
}

/** Round numbers from..to, about `wanted` of them. */
function ticks(from, to, wanted) {
  const raw = (to - from) / wanted, unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * unit >= raw * 0.999) * unit, found = [];
  for (let k = Math.ceil(from / step); k * step <= to * (1 + 1e-9); k++) found.push(k * step);
  return found;
}

/** Powers of ten from..to, at most `most` of them; where there are fewer than two, also their 2- and 5-fold. */
function logTicks(from, to, most = 5) {
  const first = Math.ceil(Math.log10(from) - 1e-9), last = Math.floor(Math.log10(to) + 1e-9);
  if (last - first < 1) {
    const all = [first - 1, first, first + 1].flatMap((e) => [1, 2, 5].map((m) => m * 10 ** e));
    return all.filter((value) => value >= from && value <= to);
  }
  const every = Math.ceil((last - first + 1) / most), found = [];
  for (let e = Math.ceil(first / every) * every; e <= last; e += every) found.push(10 ** e);
  return found;
}

const tickLabel = (value) => {
  const exponent = Math.log10(Math.abs(value)), power = Math.round(exponent);
  const large = value !== 0 && Math.abs(exponent) > 2.5;
  return large && Math.abs(exponent - power) < 1e-9 ? `10${raised(power)}` : typeset(number(value));
};

/** Frame, ticks and labels of a plot whose inner rectangle is { left, top, width, height }; X and Y give pixels inside it. */
function axes({ left, top, width, height }, X, Y, xTicks, yTicks, xLabel, yLabel) {
  const bottom = top + height;
  let text = `<rect class="frame" x="${left}" y="${top}" width="${width}" height="${height}"/>`;
  for (const value of xTicks) {
    const x = px(left + X(value));
    text += `<path class="tick" d="M${x} ${bottom}v4"/><text x="${x}" y="${bottom + 16}" text-anchor="middle">${tickLabel(value)}</text>`;
  }
  for (const value of yTicks) {
    const y = px(top + Y(value));
    text += `<path class="tick" d="M${left} ${y}h-4"/><text x="${left - 7}" y="${y + 4}" text-anchor="end">${tickLabel(value)}</text>`;
  }
  return `${text}<text class="title" x="${left + width}" y="${bottom + 31}" text-anchor="end">${xLabel}</text>`
    + `<text class="title" x="${left}" y="${top - 8}">${yLabel}</text>`;
}

/**
 * Curves on a logarithmic axis against updates, as SVG text. A curve: { values, first (the update of its first value),
 * style (class and style attributes), label (at its end, or none) }. At most 16 decades are shown, and no more than three above `top`.
 */
function logChart({ title, curves, steps, size: [width, height], top = Infinity }) {
  const right = curves.some(({ label }) => label) ? 48 : 12;
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
    lines += `<path ${style} d="${pathThrough(shown.map((value, k) => [box.left + X(first + k), box.top + Y(value)]))}"/>`;
    const end = Y(shown.at(-1));
    if (label && end >= 0 && end <= box.height) ends.push({ y: box.top + end, style, label });
  }
  return axes(box, X, Y, ticks(0, steps, 4), logTicks(low, high), "updates", title)
    + `<svg class="inside" x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" viewBox="${box.left} ${box.top} ${box.width} ${box.height}">${lines}</svg>`
    + endLabels(ends, box.left + box.width, box.top + box.height);
}

/** Names at the right end of curves, each joined to its curve, pushed apart where they would overlap. */
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
    `<path ${style} d="M${x} ${px(y)}L${x + 9} ${px(at)}"/><text x="${x + 13}" y="${px(at + 4)}">${label}</text>`).join("");
}
