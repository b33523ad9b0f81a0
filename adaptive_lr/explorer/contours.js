// Lines of equal loss: at which levels (the rule of problems/levels.py, whose constants come with the program), and where they run.

/** The losses below which `shares` of the frame `bounds` lie. */
function contourLevels(f, [left, right, low, high], { shares, lattice: [m, n] }) {
  const at = (k) => [left + (right - left) * (k + 0.5) / n, low + (high - low) * ((m * k % n) + 0.5) / n];
  const sorted = Float64Array.from({ length: n }, (_, k) => f(at(k))).filter(Number.isFinite).sort();
  const levels = shares.map((share) => {
    const place = share * (sorted.length - 1), k = Math.floor(place);
    return sorted[k] + (place - k) * (sorted[k + 1] - sorted[k]);
  });
  return levels.filter((level, k) => level < sorted.at(-1) && level !== levels[k - 1]);
}

const WIDEST = 8, FINEST = 0.5; // cells, in pixels
const BEND = 0.25; // how far a line may lie from its place, in pixels, before its cell is divided

/**
 * Those lines over a frame of `width` × `height` pixels; `f` takes pixel positions. Marching squares, on cells that are divided
 * where the loss bends: across a steep valley, not along it. The path is in tenths of a pixel: thousands of whole numbers are
 * printed several times faster than fractions.
 */
function contourPath(f, width, height, levels) {
  const columns = Math.ceil(width / WIDEST), rows = Math.ceil(height / WIDEST), dx = width / columns, dy = height / rows;
  let path = "";
  const isCrossed = (low, high) => levels.some((level) => level > low && level <= high);

  /** The cell from (x, y), `wide` × `high`, with the loss at its corners, clockwise from the top left. NaN compares false: no lines. */
  function draw(x, y, wide, high, a, b, c, e) {
    const centre = f(x + wide / 2, y + high / 2), bend = Math.abs((a + b + c + e) / 4 - centre);
    const least = Math.min(a, b, c, e, centre), most = Math.max(a, b, c, e, centre);
    if (!isCrossed(least - bend / 2, most)) return; // a valley's floor may lie between the corners
    if (wide > FINEST * 1.5 && bend * wide > BEND * (most - least)) {
      const w = wide / 2, h = high / 2, top = f(x + w, y), right = f(x + wide, y + h), bottom = f(x + w, y + high), left = f(x, y + h);
      draw(x, y, w, h, a, top, centre, left);
      draw(x + w, y, w, h, top, b, right, centre);
      draw(x + w, y + h, w, h, centre, right, c, bottom);
      draw(x, y + h, w, h, left, centre, bottom, e);
      return;
    }
    for (const level of levels) path += cellLines(x, y, wide, high, a, b, c, e, level, centre);
  }

  let above = Float64Array.from({ length: columns + 1 }, (_, i) => f(i * dx, 0));
  for (let j = 0; j < rows; j++) {
    const below = Float64Array.from({ length: columns + 1 }, (_, i) => f(i * dx, (j + 1) * dy));
    for (let i = 0; i < columns; i++) draw(i * dx, j * dy, dx, dy, above[i], above[i + 1], below[i + 1], below[i]);
    above = below;
  }
  return path;
}

/** The piece of the line of one level in a cell; two pieces at a saddle, where the centre's side decides which crossings belong together. */
function cellLines(x, y, wide, high, a, b, c, e, level, centre) {
  if (!(level > Math.min(a, b, c, e) && level <= Math.max(a, b, c, e))) return "";
  const cuts = [], cut = (u, v) => cuts.push(`${Math.round((x + u * wide) * 10)} ${Math.round((y + v * high) * 10)}`); // in order around the cell
  if (a < level !== b < level) cut((level - a) / (b - a), 0);
  if (b < level !== c < level) cut(1, (level - b) / (c - b));
  if (c < level !== e < level) cut((level - e) / (c - e), 1);
  if (e < level !== a < level) cut(0, (level - a) / (e - a));
  if (cuts.length === 4 && a < level !== centre < level) cuts.push(cuts.shift());
  return cuts.length === 4 ? `M${cuts[0]}L${cuts[1]}M${cuts[2]}L${cuts[3]}` : `M${cuts[0]}L${cuts[1]}`;
}
