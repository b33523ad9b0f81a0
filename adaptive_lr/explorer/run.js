// The descent itself: pure functions, no page. Rules, schedules and problems come from Python as source text (catalogue.py, tracer.py);
// none is written here. The files that view.py names in MODULE are joined into one module.

const compiled = new Map();

/** What a printed source makes: a function, or an object of functions. */
export function compile(source) {
  if (!compiled.has(source)) compiled.set(source, new Function(`"use strict"; return (${source});`)());
  return compiled.get(source);
}

/** Looks names up: first among a view's `own` parts, classes that are not the package's, then in the catalogue. */
export const lookUp = (own = {}) => (name) => own[name] ?? CATALOGUE.parts[name];

const DRAWS = new Float64Array(Uint8Array.from(atob(CATALOGUE.draws), (letter) => letter.charCodeAt()).buffer);

/** The learning rate at t = 0, 1, 2, …: a number as it is, or what a schedule says. */
export function rateAt(lr, t, known = lookUp()) {
  return typeof lr === "number" ? lr : compile(known(lr.name).source)(t, lr, (part, time) => rateAt(part, time, known));
}

/**
 * Take `steps` updates x ← x − rate · direction from `start`, as adaptive_lr.minimize does.
 * `rule` and `problem` are parts: { name, and their fields }. `noise` tilts the gradient of update t by the t-th draw, as problems.Noisy does.
 * Returns { x, loss, state: steps + 1 of each; rate, eta, grad: steps, and looked: where the gradients were taken, if elsewhere }.
 * A run that diverges goes on to the end.
 */
export function descend(rule, problem, { start, steps, noise = 0 }, known = lookUp()) {
  const { init, step, look, whole } = compile(known(rule.name).source), { f, grad } = compile(known(problem.name).source);
  let x = [...start], state = x.map((value) => init(value, rule));
  const run = { x: [x], loss: [f(x, problem)], state: [state], rate: [], eta: [], grad: [], looked: [] };
  for (let t = 1; t <= steps; t++) {
    const eta = rateAt(rule.lr, t - 1, known), rates = [], next = [];
    const at = look ? x.map((value, k) => look(value, state[k], rule)) : x;
    let g = grad(at, problem, t);
    if (noise) g = g.map((value, k) => value + noise * DRAWS[2 * (t - 1) + k]);
    const answers = whole ? step(t, eta, g, state, rule) : x.map((_, k) => step(t, eta, g[k], state[k], rule));
    x = x.map((value, k) => {
      const [direction, rate, after] = answers[k];
      next.push(after);
      rates.push(rate);
      return value - rate * direction;
    });
    state = next;
    run.x.push(x);
    run.loss.push(f(x, problem));
    run.state.push(state);
    run.rate.push(rates);
    run.eta.push(eta);
    run.grad.push(g);
    if (look) run.looked.push(at);
  }
  return run;
}
