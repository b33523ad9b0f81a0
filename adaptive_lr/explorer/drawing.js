// Parts of pictures as SVG text: paths, axes, the look of a rule. Positions are in CSS pixels; text and frames take the page's own colour.

const SVG = "http://www.w3.org/2000/svg";

function element(name, parent, attributes = {}, text = "") {
  const made = name === "svg" || parent.namespaceURI === SVG ? document.createElementNS(SVG, name) : document.createElement(name);
  set(made, attributes);
  made.textContent = text;
  return parent.appendChild(made);
}

function set(node, attributes) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
}

/** Somebody's words in SVG text. */
const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt()};`);

const px = (value) => Math.round(value * 10) / 10;

/** The attributes with which a rule is drawn; the further `classes` say what of it. */
const styleOf = ({ index, look: { color, dash, dot } }, ...classes) =>
  `class="${["run", `run-${index}`, ...classes].join(" ")}" style="--colour: ${color}; --dash: ${dash}; --dot: ${dot}"`;

/** Whether a position lies in the box, or at most the box's own size away from it. */
const isNear = ({ left, top, width, height }, [x, y]) =>
  x >= left - width && x <= left + 2 * width && y >= top - height && y <= top + 2 * height;

/**
 * A path through positions, as far as it matters to the box. A step from one distant point to another is left out: a run that
 * diverges takes hundreds of them, across the box and on top of one another. It ends where the numbers do.
 */
function pathThrough(points, box) {
  const reach = 3 * (box.width + box.height); // from any near point, this leads out of what is near
  const at = ([x, y]) => `${px(x)} ${px(y)}`;
  const towards = ([x, y], [u, v]) => { // all the way, or as far as it matters
    const share = Math.min(1, reach / Math.hypot(u - x, v - y));
    return at([x + share * (u - x), y + share * (v - y)]);
  };
  let d = "", last = null, drawn = null; // the point before; where the path has come to, null between two of its pieces
  for (const [k, point] of points.entries()) {
    if (!point.every(Number.isFinite)) break;
    const near = isNear(box, point);
    if (!last) {
      if (near) d += `M${at(point)}`;
      drawn = near ? point : null;
    } else if (near && !drawn) {
      d += `M${towards(point, last)}L${at(point)}`;
      drawn = point;
    } else if (drawn && (Math.abs(point[0] - drawn[0]) + Math.abs(point[1] - drawn[1]) >= 1 || k === points.length - 1)) { // else nothing to be seen
      d += `L${towards(last, point)}`;
      drawn = near ? point : null;
    }
    last = point;
  }
  return d;
}

/** One dot a point (a line of no length with round or square ends). */
const dotsAt = (points, box) => points.filter((point) => isNear(box, point)).map(([x, y]) => `M${px(x)} ${px(y)}h0`).join("");

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
