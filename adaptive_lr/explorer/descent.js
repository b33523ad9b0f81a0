// The descent itself and what is said about it: pure functions, no page. Rules and problems come from Python as source
// text (tracer.py); none is written here. The files that widget.py names in MODULE are joined into one module.

/** A rule or a problem from its printed source: { init, step } or { f, grad }. */
export const compile = (source) => new Function(`"use strict"; return (${source});`)();

/**
 * Take `steps` updates x ← x − rate · direction from `start`, as adaptive_lr.minimize does.
 * `settings` = { start, steps, rule, problem }: the last two hold the fields of the rule and of the problem by name.
 * Returns { x: steps + 1 points, loss: steps + 1 numbers, rate: steps pairs }. A run that diverges goes on to the end.
 */
export function descend({ rule, problem }, settings) {
  const h = settings.rule, p = settings.problem;
  let x = [...settings.start];
  const state = x.map((value) => rule.init(value, h));
  const trace = { x: [x], loss: [problem.f(x, p)], rate: [] };
  for (let t = 1; t <= settings.steps; t++) {
    const g = problem.grad(x, p), rates = [];
    x = x.map((value, k) => {
      const [direction, rate, next] = rule.step(t, h.lr, g[k], state[k], h);
      state[k] = next;
      rates.push(rate);
      return value - rate * direction;
    });
    trace.x.push(x);
    trace.loss.push(problem.f(x, p));
    trace.rate.push(rates);
  }
  return trace;
}

/** How the run ended, in words. `inside(x)` says whether the reader can see the point x. */
export function outcome({ x, loss }, inside) {
  const steps = loss.length - 1, last = loss[steps], after = `after ${count(steps)}`;
  const broken = loss.findIndex((value, k) => !Number.isFinite(value) || !x[k].every(Number.isFinite));
  if (broken >= 0) return `diverges at update ${broken}: its numbers overflow`;
  if (inside(x[steps])) return `ends at loss ${number(last)} ${after}`;
  let left = steps; // the update with which it left the frame for good
  while (left > 0 && !inside(x[left - 1])) left--;
  const growing = last > loss[0] && last > loss[steps >> 1];
  if (growing) return `diverges at update ${left}: it leaves the frame for good, loss ${number(last)} ${after}`;
  return `is outside the frame at the end, loss ${number(last)} ${after}`;
}

const count = (steps) => `${steps} update${steps === 1 ? "" : "s"}`;

/** Three significant digits, as a screen reader and Python can read them: 0.0123, −4, 3.1e-7. */
function number(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

/** The numbers of a text as they are printed: −4 with its true sign, 3.1 × 10⁻⁷ with its exponent raised. */
const typeset = (text) => text
  .replace(/(\d)e(-?\d+)/g, (_, digit, exponent) => `${digit} × 10${raised(exponent)}`)
  .replace(/(^|[\s(])-(?=\d)/g, "$1−");
const raised = (exponent) => String(exponent).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
