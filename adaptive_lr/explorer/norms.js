// The norm explorer: balls through a point, and its norm against p, summed as it is written and scaled. The norms come from Python (norms.py).

const BALLS = [[1, "p = 1"], [2, "p = 2"], [Infinity, "p = ∞"]]; // those that the ball of p lies among
const DIRECTIONS = Array.from({ length: 720 }, (_, k) => [Math.cos(k * Math.PI / 360), Math.sin(k * Math.PI / 360)]); // eight of them to the corners
const HIGHEST = 2.3; // of the chart's axis: a norm of two coordinates is at most twice the larger
const LEAST_NORMAL = 2 ** -1022; // below it, float64 has fewer digits

const isBroken = (norm) => !(norm > 0 && norm < Infinity);
const scaledBy = (x, scale) => x.map((value) => value * Number(`1e${scale}`));
const powerOfTen = (scale) => `10${raised(scale)}`;

/** The norms of x as `functions` give them, by name. No power is to be written out at p = ∞, where the scaled form is the largest coordinate. */
export function normsOf(functions, x, p) {
  const of = (name) => compile(functions[name])(x, p), largest = of("largest");
  return p === Infinity ? { scaled: largest, largest } : { sum: of("sum"), written: of("written"), scaled: of("scaled"), largest, decade: of("decade") };
}

/** The largest p up to `most` whose sum, as it is written, is neither 0 nor ∞. */
export function lastThatWorks(functions, x, most) {
  const written = (p) => compile(functions.written)(x, p);
  if (!isBroken(written(most))) return most;
  let works = 1, breaks = most;
  while (breaks - works > 1e-12 * works) {
    const between = (works + breaks) / 2;
    if (isBroken(written(between))) breaks = between;
    else works = between;
  }
  return works;
}

/** The plane, as high as it is wide, with 0 in its middle. */
function squareFrame(reach, width) {
  const side = Math.min(width - 46 - 12, 400), half = 1.1 * reach, unit = side / (2 * half), within = (value) => Math.max(-reach, Math.min(reach, value));
  return {
    box: { left: 46, top: 24, width: side, height: side },
    bounds: [-half, half, -half, half],
    half,
    unit,
    X: (value) => (value + half) * unit,
    Y: (value) => (half - value) * unit,
    point: (x, y) => [x / unit - half, half - y / unit],
    clamp: (x) => x.map(within),
  };
}

/** The balls in `root`. layOut(width) comes before draw. */
function makeBalls(root, { functions, reach, look }, moveTo) {
  const svg = element("svg", root, { role: "group" });
  const axesOfPlane = element("g", svg, { "aria-hidden": "true" });
  const scene = element("svg", svg, { class: "inside", "aria-hidden": "true" });
  const ring = makeStart(svg, () => frame, moveTo);
  set(svg.querySelector(".start"), { "aria-label": "point x" });
  let frame = null;

  const normOf = (x, p) => compile(functions[p === Infinity ? "largest" : "scaled"])(x, p);
  const place = ([a, b]) => [frame.X(a), frame.Y(b)];
  /** Where the ball of p and of this radius ends in every direction: twice as far is twice the norm. */
  const edgeOf = (p, radius) => DIRECTIONS.map(([a, b]) => {
    const far = radius / normOf([a, b], p);
    return [a * far, b * far];
  });
  const pathOf = (edge) => `M${edge.map((x) => place(x).map(px).join(" ")).join("L")}Z`;

  /** Names for `edges`, in the quarter opposite to x: each on its ball, where that is farthest from the others; none where they are too close. */
  function namesOf(edges, x) {
    const { box } = frame, far = edges.map((edge) => edge.map((point) => Math.hypot(...point) * frame.unit));
    const inside = ([u, v]) => u > 22 && u < box.width - 22 && v > 10 && v < box.height - 10;
    return edges.map((edge, k) => {
      let most = 12, at = null; // pixels; of places as far apart, the highest or lowest: names there stand one above another
      edge.forEach(([a, b], i) => {
        const apart = Math.min(...far.filter((_, other) => other !== k).map((other) => Math.abs(other[i] - far[k][i]))) + Math.abs(b) / frame.half;
        if (apart > most && a * x[0] <= 0 && b * x[1] <= 0 && inside(place([a, b]))) [most, at] = [apart, place([a, b])];
      });
      return at ? `<text class="ball-name" x="${px(at[0])}" y="${px(at[1] + 4)}" text-anchor="middle">${BALLS[k][1]}</text>` : "";
    }).join("");
  }

  function layOut(width, scale) {
    frame = squareFrame(reach, width);
    const { box, X, Y, half } = frame, height = box.top + box.height + 38, unit = scale ? ` in ${powerOfTen(scale)}` : "";
    set(svg, { viewBox: `0 0 ${width} ${height}` });
    svg.style.height = `${height}px`;
    const marks = ticks(-half, half, 6);
    axesOfPlane.innerHTML = axes(box, X, Y, marks, marks, `x₁${unit}`, `x₂${unit}`);
    set(scene, { x: box.left, y: box.top, width: box.width, height: box.height });
  }

  function draw(x, p, length, said) {
    const edges = BALLS.map(([power]) => edgeOf(power, normOf(x, power))), norm = normOf(x, p), ball = pathOf(edgeOf(p, norm)), { box, X, Y } = frame;
    const path = (d, ...classes) => `<path ${styleOf({ index: 0, look }, ...classes)} d="${d}"/>`;
    scene.innerHTML = `<path class="zero" d="M0 ${px(Y(0))}h${box.width}M${px(X(0))} 0v${box.height}"/>${path(ball, "ball")}`
      + edges.map((edge) => `<path class="ball-beside" d="${pathOf(edge)}"/>`).join("")
      + path(ball) + path(`M${px(X(0))} ${px(Y(0))}H${px(X(norm))}`, "length") + namesOf(edges, x)
      + `<text x="${px(X(0)) + 5}" y="${px(Y(0)) - 7}">${norm ? `‖x‖ₚ = ${length}` : ""}</text>`;
    set(svg, { "aria-label": said });
    ring.draw(x);
  }
  return { layOut, draw };
}

/** ‖x‖ₚ against p in `root`, as a multiple of the largest coordinate. */
function makeNormChart(root, { functions, looks, most }) {
  const svg = element("svg", root, { role: "img" });
  let box = null;
  const X = (p) => Math.log(Math.min(p, most)) / Math.log(most) * box.width, Y = (multiple) => (1 - multiple / HIGHEST) * box.height;
  const powersTo = (last) => Array.from({ length: 301 }, (_, k) => last ** (k / 300));

  function layOut(width, height) {
    box = { left: 46, top: 24, width: width - 46 - 12, height };
    set(svg, { viewBox: `0 0 ${width} ${height + 62}` });
    svg.style.height = `${height + 62}px`;
  }

  function draw(x, p, last, said) {
    const largest = normsOf(functions, x, 1).largest, at = (power, multiple) => [box.left + X(power), box.top + Y(multiple)];
    const curve = (name, to) => powersTo(to).map((power) => at(power, normsOf(functions, x, power)[name] / largest));
    const line = (index, points, ...classes) => `<path ${styleOf({ index, look: looks[index] }, ...classes)} d="${pathThrough(points, box)}"/>`;
    let drawn = axes(box, X, Y, [1, 10, 100, 1000].filter((power) => power <= most), [0, 0.5, 1, 1.5, 2], "p", "‖x‖ₚ ÷ max |xᵢ|");
    if (largest > 0) {
      drawn += line(2, [at(1, 1), at(most, 1)]) + line(0, curve("scaled", most)) + line(1, [...curve("written", last), ...broken(x, last, at)], "written");
      drawn += last < most ? breakName(x, last) : "";
      drawn += `<path class="now" d="M${px(box.left + X(p))} ${box.top}v${box.height}"/>`;
      drawn += `<path ${styleOf({ index: 0, look: looks[0] }, "end")} d="${dotsAt([at(p, normsOf(functions, x, p).scaled / largest)], box)}"/>`;
    }
    svg.innerHTML = drawn;
    set(svg, { "aria-label": said });
  }

  const overflows = (x) => normsOf(functions, x, most).written > 0;
  /** How the sum that is written goes on once it is broken: up and away, or along 0. */
  const broken = (x, last, at) => (last === most ? [] : overflows(x) ? [at(last, HIGHEST)] : [at(last, 0), at(most, 0)]);

  function breakName(x, last) {
    const place = box.left + X(last), onTheLeft = X(last) > box.width / 2, up = overflows(x);
    return `<text class="break" x="${px(place + (onTheLeft ? -7 : 7))}" y="${px(up ? box.top + 15 : box.top + box.height - 8)}"`
      + ` text-anchor="${onTheLeft ? "end" : "start"}">${up ? "overflows to ∞ ↑" : "falls to 0 ↓"} at p = ${number(last)}</text>`;
  }
  return { layOut, draw };
}

/** What there is to be seen, line by line: the norm as it is scaled, as it is written, and their limit. */
export function normLines(functions, x, scale, p) {
  const vector = scaledBy(x, scale), { sum, written, scaled, largest, decade } = normsOf(functions, vector, p);
  const where = `x = (${x.map(number).join(", ")})${scale ? ` × ${powerOfTen(scale)}` : ""}`;
  if (largest === 0) return [`${where}: the norm of 0 is 0, whatever p`];
  const above = (scaled / largest - 1) * 100;
  const limit = `max |xᵢ| = ${number(largest)}, the limit p → ∞`, near = above ? `${number(above)}\u00a0% above it` : "equal to it, to the last bit";
  if (p === Infinity) return [`${where}: ‖x‖ₚ = ${number(scaled)} for p = ∞`, "as it is written, no power can be taken: p = ∞ is a limit", limit];
  const term = `${number(largest)} to the power ${p} is about 1e${Math.round(decade)}`;
  const lost = sum < LEAST_NORMAL ? ": so small a sum has lost its last digits" : "";
  const sums = !isBroken(written) ? `Σ|xᵢ|ᵖ = ${number(sum)}, and its root ${number(written)}${lost}`
    : `Σ|xᵢ|ᵖ ${written > 0 ? "overflows to ∞" : "falls to 0"}, and its root with it: ${term}, and float64 ends at ${written > 0 ? "1.8e308" : "4.9e-324"}`;
  return [`${where}: ‖x‖ₚ = ${number(scaled)} for p = ${p}, scaled by the largest |xᵢ|`, `as it is written: ${sums}`, `${limit}: ‖x‖ₚ is ${near}`];
}

function renderNorms({ model, el, page }) {
  const [functions, fields, reach, looks] = ["functions", "fields", "reach", "looks"].map((key) => model.get(key));
  const most = 10 ** fields.p.high;
  const kinds = { x: readPair({ least: -reach, most: reach }), p: (text) => (text === "none" ? null : readNumber(fields.p)(text)), scale: readNumber(fields.scale) };
  const { root, now, change, initial, complaints, link, run } = makeStage({ model, el, page }, ["x", "p", "scale"], kinds, lookUp());
  const pictures = element("div", root, { class: "charts norms" });
  const balls = makeBalls(pictures, { functions, reach, look: looks[0] }, (x) => change({ x }));
  const chart = makeNormChart(pictures, { functions, looks, most });
  const groups = element("div", root, { class: "groups" }), powers = element("div", groups), sizes = element("div", groups);
  const finite = element("fieldset", powers), put = (p) => change({ p });
  const power = makeSlider(finite, { label: fields.p.label, name: fields.p.label, field: fields.p, color: looks[0].color }, put);
  const size = makeSlider(sizes, { label: fields.scale.label, name: "scale, a power of ten", field: fields.scale }, (scale) => change({ scale }));
  let before = 2; // p, before it was put to ∞
  const limit = makeSwitch(powers, "p = ∞, the max norm", (on) => put(on ? null : before));
  const words = makeWords(root);
  element("p", root, { class: "hint" }, "The filled shape is the unit ball of p, ‖x‖ₚ times as large: so large that it passes through the ring. "
    + "Drag the ring, or focus it and use the arrow keys (Shift: small steps).");
  const python = () => pythonOfNorms(now()); // p = ∞ travels as null, for JSON has no ∞
  makeFoot(root, [], change, { initial, python, link });

  function draw(width) {
    const { x, p: told, scale } = now(), p = told ?? Infinity, vector = scaledBy(x, scale), column = width < 560 ? width : (width - 16) / 2;
    pictures.style.gridTemplateColumns = width < 560 ? "1fr" : "1fr 1fr";
    balls.layOut(column, scale);
    chart.layOut(column, width < 560 ? 200 : squareFrame(reach, column).box.height);
    if (p !== Infinity) before = p;
    const length = typeset(number(normsOf(functions, vector, p).scaled)), shown = p === Infinity ? "∞" : p;
    balls.draw(x, p, length, `The ball of p = ${shown} through the point, among those of p = 1, 2 and ∞`);
    chart.draw(vector, p, lastThatWorks(functions, vector, most), "The norm against p, as a multiple of the largest coordinate: scaled and as it is written");
    const lines = normLines(functions, x, scale, p).map((text, index) => ({ text, part: { index, look: looks[index] } }));
    words.say([...lines, ...complaints.map((text) => ({ text }))]);
    finite.disabled = p === Infinity;
    power.show(before);
    limit.show(p === Infinity);
    size.show(scale);
  }

  const end = run(draw);
  return () => {
    end();
    words.stop();
  };
}

/** Python that computes what the picture shows. */
const pythonOfNorms = ({ x, p, scale }) => [
  "import numpy as np",
  "from adaptive_lr.norms import max_norm, power_sum_norm, scaled_norm",
  "",
  `x = np.array([${x.map((value) => literal(value)).join(", ")}])${scale ? ` * 1e${scale}` : ""}`,
  p === null ? "print(scaled_norm(x, np.inf), max_norm(x))" : `print(power_sum_norm(x, ${literal(p)}), scaled_norm(x, ${literal(p)}), max_norm(x))`,
  "",
].join("\n");
