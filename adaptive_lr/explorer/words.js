// What is said: numbers as they are printed, how a run ended, where it stands; written beside the picture, and spoken.

/** Three significant digits, as a screen reader and Python can read them: 0.0123, −4, 3.1e-7. */
function number(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "no number" : value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

/** The numbers of a text as they are printed: −4 with its true sign, 3.1 × 10⁻⁷ with its exponent raised. */
const typeset = (text) => text
  .replace(/(\d)e(-?\d+)/g, (_, digit, exponent) => `${digit} × 10${raised(exponent)}`)
  .replace(/(^|[\s(])-(?=[\d∞])/g, "$1−");
const raised = (exponent) => String(exponent).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);

const count = (steps) => `${steps} update${steps === 1 ? "" : "s"}`;
const point = (x) => `(${x.map(number).join(", ")})`;

/** The update at which a run's numbers overflow, or −1. */
const brokenAt = ({ x, loss }) => loss.findIndex((value, k) => !Number.isFinite(value) || !x[k].every(Number.isFinite));

/** How the run ended, in words. `inside(x)` says whether the reader can see the point x. */
export function outcome(run, inside) {
  const { x, loss } = run, steps = loss.length - 1, last = loss[steps], after = `after ${count(steps)}`, broken = brokenAt(run);
  if (broken >= 0) return `diverges at update ${broken}: its numbers overflow`;
  if (inside(x[steps])) return `ends at loss ${number(last)} ${after}`;
  let left = steps; // the update with which it left the frame for good
  while (left > 0 && !inside(x[left - 1])) left--;
  const growing = last > loss[0] && last > loss[steps >> 1];
  if (growing) return `diverges at update ${left}: it leaves the frame for good, loss ${number(last)} ${after}`;
  return `is outside the frame at the end, loss ${number(last)} ${after}`;
}

/** Where a run stands after update k, in words: its point, loss, rates and moments. */
export function standing(run, k, { symbols, coordinates, hasLoss }) {
  const broken = brokenAt(run);
  if (broken >= 0 && k >= broken) return "its numbers have overflowed";
  const moved = () => coordinates.map((name, i) => `${name} moved by ${number(run.x[k][i] - run.x[0][i])}`);
  const said = hasLoss ? [`at ${point(run.x[k])}`, `loss ${number(run.loss[k])}`] : moved();
  if (k > 0) {
    const [one, two] = run.rate[k - 1];
    said.push(one === two ? `rate ${number(one)}` : `rates ${number(one)} and ${number(two)}`);
  }
  symbols.forEach((symbol, j) => said.push(`${symbol} = ${point(run.state[k].map((state) => state[j]))}`));
  return said.join(", ");
}

/** How each run ended or stands: written at once beside a sample of its line, and spoken once things have come to rest. */
function makeWords(root) {
  const written = element("div", root, { class: "words", "aria-hidden": "true" });
  const spoken = element("div", root, { class: "spoken", role: "status", "aria-live": "polite" });
  let waiting = 0, last = null; // what was said last; what stands there when the page is opened is read with it, not called out

  function say(lines) {
    written.replaceChildren();
    for (const { part, text } of lines) {
      const line = element("span", written);
      if (part) element("svg", line, { class: "key", viewBox: "0 0 34 12" }).innerHTML = `<path ${styleOf(part)} d="M1 6h32"/><path ${styleOf(part, "end")} d="M17 6h0"/>`;
      element("span", line, {}, typeset(text)); // as text: what an address or somebody's error message says is nobody's HTML
    }
    const text = `${lines.map((line) => line.text).join(". ")}.`, isNews = last !== null && text !== last;
    last = text;
    if (!isNews) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => { spoken.textContent = text; }, 600);
  }
  return { say, stop: () => clearTimeout(waiting) };
}
