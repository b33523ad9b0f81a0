// The plane: contours, minimum, trajectories, and the start, which is dragged or moved by arrow keys.

/** The plane's frame: its pixels, and the piece of the plane they show. One unit is as long along x₁ as along x₂. */
function planeFrame(bounds, width) {
  const [left, right, low, high] = bounds;
  const box = { left: 46, top: 24, width: width - 46 - 12, height: Math.round(Math.min(440, Math.max(230, width * 0.58)) - 24 - 38) };
  const unit = Math.min(box.width / (right - left), box.height / (high - low)); // all of the bounds is to be seen
  const x1 = (left + right) / 2 - box.width / unit / 2, x2 = (low + high) / 2 + box.height / unit / 2; // top left corner
  const to = { x1: x1 + box.width / unit, x2: x2 - box.height / unit };
  return {
    box,
    bounds,
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

/**
 * The plane of a problem in `root`; `moveTo(start)` is told where the reader moves the start.
 * layOut(width, bounds) comes before draw and inside(x): is the point x to be seen?
 */
function makePlane(root, moveTo) {
  const svg = element("svg", root, { class: "plane", role: "group" });
  const axesOfPlane = element("g", svg, { "aria-hidden": "true" });
  const scene = element("svg", svg, { class: "inside" });
  const contours = element("path", scene, { class: "contours", transform: "scale(0.1)" });
  const star = element("text", scene, { class: "minimum", "text-anchor": "middle" });
  const paths = element("g", scene);
  const start = makeStart(svg, () => frame, moveTo);
  let frame = null, landscape = ""; // for which settings and size the contours are

  function layOut(width, bounds) {
    frame = planeFrame(bounds, width);
    const { box, X, Y } = frame, height = box.top + box.height + 38;
    set(svg, { viewBox: `0 0 ${width} ${height}` });
    svg.style.height = `${height}px`;
    axesOfPlane.innerHTML = axes(box, X, Y, frame.xTicks, frame.yTicks, "x₁", "x₂");
    set(scene, { x: box.left, y: box.top, width: box.width, height: box.height });
  }

  /** Draw the landscape of { f, minimum } for the settings `problem`, the runs upon it up to update `at`, what comes later faintly. */
  function draw({ f, minimum }, problem, from, runs, at, label) {
    const key = JSON.stringify([problem, frame.box]);
    if (key !== landscape) drawLandscape(f, minimum, problem);
    landscape = key;
    set(svg, { "aria-label": label });
    const box = { ...frame.box, left: 0, top: 0 }, whole = at === runs[0]?.x.length - 1;
    const pixels = ([a, b]) => [frame.X(a), frame.Y(b)];
    paths.innerHTML = [...runs].reverse().map(({ part, x, looked = [] }) => { // the first rule lies on top
      const feelers = looked.slice(0, at + 1).map((point, k) => pathThrough([pixels(x[k]), pixels(point)], box)).join("");
      const way = x.map(pixels), gone = whole ? way : way.slice(0, at + 1);
      return (whole ? "" : `<path ${styleOf(part, "later")} d="${pathThrough(way, box)}"/>`)
        + (feelers && `<path ${styleOf(part, "feelers")} d="${feelers}"/>`)
        + `<path ${styleOf(part)} d="${pathThrough(gone, box)}"/><path ${styleOf(part, "dots")} d="${dotsAt(gone, box)}"/>`
        + `<path ${styleOf(part, "end")} d="${dotsAt(gone.slice(-1), box)}"/>`;
    }).join("");
    start.draw(from);
  }

  function drawLandscape(f, minimum, problem) {
    const levels = contourLevels((x) => f(x, problem), frame.bounds, CATALOGUE.contours);
    set(contours, { d: contourPath((x, y) => f(frame.point(x, y), problem), frame.box.width, frame.box.height, levels) });
    star.textContent = minimum ? "★" : "";
    if (!minimum) return;
    const [a, b] = minimum(problem);
    set(star, { x: px(frame.X(a)), y: px(frame.Y(b)) + 6 });
  }

  return { svg, layOut, draw, inside: (x) => frame.inside(x) };
}

/** The ring at the start of the descent, inside the plane's `svg`. */
function makeStart(svg, frameNow, moveTo) {
  const handle = element("g", svg, { class: "start", tabindex: 0, role: "slider", "aria-label": "start point", "aria-roledescription": "movable point" });
  for (const [part, r] of [["reach", 22], ["focus", 13], ["ring", 7]]) element("circle", handle, { class: part, r });
  const grainOf = ([left, right]) => 10 ** Math.floor(Math.log10((right - left) / 400));
  // Coordinates are rounded to what is shown, so that the start that is read is the start that is used.
  const round = (value) => Number((Math.round(value / grainOf(frameNow().bounds)) * grainOf(frameNow().bounds)).toPrecision(12));
  const put = (point) => {
    const rounded = frameNow().clamp(point).map(round), edge = frameNow().clamp(rounded), grain = grainOf(frameNow().bounds);
    moveTo(rounded.map((value, k) => (value === edge[k] ? value : round(value < edge[k] ? value + grain : value - grain)))); // not rounded across the edge
  };
  let at = null;

  handle.addEventListener("pointerdown", (event) => { handle.setPointerCapture(event.pointerId); handle.focus({ preventScroll: true }); });
  handle.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false }); // else the page scrolls, and the finger is lost
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { left, top } = svg.getBoundingClientRect(), { box, point } = frameNow();
    put(point(event.clientX - left - box.left, event.clientY - top - box.top));
  });
  handle.addEventListener("keydown", (event) => {
    const way = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
      Home: [-Infinity, 0], End: [Infinity, 0], PageUp: [0, Infinity], PageDown: [0, -Infinity],
    }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation(); // JupyterLab would move to the next cell
    const [a, b] = frameNow().clamp(at), step = grainOf(frameNow().bounds) * (event.shiftKey ? 1 : 10);
    put([a + (way[0] && step * way[0]), b + (way[1] && step * way[1])]);
  });

  function draw(point) {
    const { box, bounds, X, Y, clamp } = frameNow(), [a, b] = clamp(point), [one, two] = coordinates(point);
    at = point;
    set(handle, { transform: `translate(${px(box.left + X(a))} ${px(box.top + Y(b))})`, "aria-valuemin": bounds[0], "aria-valuemax": bounds[1],
      "aria-valuenow": one, "aria-valuetext": `x1 = ${one}, x2 = ${two}` });
  }
  return { draw };
}
