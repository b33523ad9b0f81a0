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
const BEND = 0.25; // how far from its place a line may lie where the loss is taken for straight, in pixels, before its cell is divided

/**
 * Those lines over a frame of `width` × `height` pixels; `f` takes pixel positions. Marching squares, on cells that are divided
 * where the loss bends: across a steep valley, not along it. The path is in tenths of a pixel: thousands of whole numbers are
 * printed several times faster than fractions.
 */
function contourPath(f, width, height, levels) {
  const columns = Math.ceil(width / WIDEST), rows = Math.ceil(height / WIDEST), dx = width / columns, dy = height / rows;
  let path = "";
  const hasLevel = (low, high) => levels.some((level) => level > low && level <= high);

  /** The cell from (x, y), `wide` × `high`, with the loss at its corners, clockwise from the top left. NaN compares false: no lines. */
  function draw(x, y, wide, high, a, b, c, e) {
    const centre = f(x + wide / 2, y + high / 2), bend = Math.abs((a + b + c + e) / 4 - centre);
    const least = Math.min(a, b, c, e), most = Math.max(a, b, c, e);
    if (!hasLevel(least - bend, most + bend)) return;
    const hidden = hasLevel(least - bend, least) || hasLevel(most, most + bend); // a line may come in and go out through one side
    if (wide > FINEST * 1.5 && (hidden || bend * wide > BEND * (most - least))) {
      const w = wide / 2, h = high / 2, top = f(x + w, y), right = f(x + wide, y + h), bottom = f(x + w, y + high), left = f(x, y + h);
      draw(x, y, w, h, a, top, centre, left);
      draw(x + w, y, w, h, top, b, right, centre);
      draw(x + w, y + h, w, h, centre, right, c, bottom);
      draw(x, y + h, w, h, left, centre, bottom, e);
      return;
    }
    for (const level of levels) if (level > least && level <= most) path += cellLines(f, x, y, wide, high, a, b, c, e, level, centre);
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
function cellLines(f, x, y, wide, high, a, b, c, e, level, centre) {
  const cuts = [];
  /** Where the line crosses the side from (x, y) by (u, v), at whose ends the loss is p and q: straight first, then once more with what is found there. */
  const cut = (x, y, u, v, p, q) => {
    if (p < level === q < level) return;
    const share = (level - p) / (q - p), found = f(x + share * u, y + share * v), before = p < level !== found < level;
    const place = before ? share * (level - p) / (found - p) : share + (1 - share) * (level - found) / (q - found);
    cuts.push(`${Math.round((x + place * u) * 10)} ${Math.round((y + place * v) * 10)}`);
  };
  cut(x, y, wide, 0, a, b);
  cut(x + wide, y, 0, high, b, c);
  cut(x + wide, y + high, -wide, 0, c, e);
  cut(x, y + high, 0, -high, e, a);
  if (cuts.length === 4 && a < level !== centre < level) cuts.push(cuts.shift());
  return cuts.length === 4 ? `M${cuts[0]}L${cuts[1]}M${cuts[2]}L${cuts[3]}` : `M${cuts[0]}L${cuts[1]}`;
}
