"""Run a rule down a problem and record everything: `minimize` → `Trace`. The runner owns the clock and the schedule."""

from __future__ import annotations

import inspect
import numbers
from dataclasses import dataclass, fields

import numpy as np

from .rule import Rule, check_rate
from .problems import Problem

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened in a descent. Index 0 of `x` and `loss` is the start; `grad[k]` and `rate[k]` made `x[k + 1]`.

    x: (steps + 1, …, d).  loss: (steps + 1, …).  grad, rate: (steps, …, d), `rate` the effective learning rate.
    """

    rule: Rule
    problem: Problem
    x: Array
    loss: Array
    grad: Array
    rate: Array

    @property
    def diverged(self) -> Array:
        """True where a run left the finite numbers: (…), one truth value for a single run. A result, not an error."""
        return ~np.isfinite(self.loss).all(axis=0) | ~np.isfinite(self.x).all(axis=(0, -1))

    def __repr__(self):
        end = "diverged" if np.all(self.diverged) else f"loss {np.ravel(self.loss[0])[0]:.4g} → {np.nanmin(self.loss[-1]):.4g}"
        return f"Trace({self.rule!r}, {len(self.grad)} steps, {end})"


def minimize(problem: Problem, rule: Rule, x0=None, steps: int = 100, *, weight_decay: float = 0.0) -> Trace:
    """Take `steps` updates x ← x − rate ⊙ direction − η λ x from x0 (the problem's own start, if none is given).

    Arguments: x0 (…, d), floating-point, its precision is kept. `rule` may hold arrays: all runs go side by side.
    `weight_decay` is λ, decoupled from the rule (Loshchilov & Hutter 2019). The first update has t = 1 and takes
    its learning rate from schedule(0).
    Raises ValueError or TypeError, naming the argument, for wrong input. A run that diverges goes on to the end
    and is marked in `Trace.diverged`.
    """
    if not isinstance(rule, Rule):
        raise TypeError(f"rule = {rule!r}: an instance of a rule, e.g. AdaGrad(lr=0.1)")
    x = _start(problem, rule, x0)
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ValueError(f"steps = {steps!r}: the number of updates is an integer ≥ 0")
    if not isinstance(weight_decay, numbers.Real) or not (np.isfinite(weight_decay) and weight_decay >= 0):
        raise ValueError(f"weight_decay = {weight_decay!r}: a finite number ≥ 0")
    with np.errstate(all="ignore"):
        finite = np.all(np.isfinite(problem.grad(x)))
    if not finite:
        raise ValueError(f"x0 = {x0!r}: the gradient there is not finite; start elsewhere")

    step = inspect.unwrap(type(rule).step)  # without the checks: from here on a non-finite gradient is a result
    xs = np.empty((steps + 1, *x.shape), x.dtype)
    gs, rates = np.empty((2, steps, *x.shape), x.dtype)
    xs[0], state = x, rule.init(x)
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            lr = _scheduled(rule.lr, t - 1, x.shape) if callable(rule.lr) else rule.lr
            g = problem.grad(x)
            direction, rate, state = step(rule, t, lr, g, state)
            decay = lr * weight_decay * x if weight_decay else 0.0
            x = (x - rate * direction - decay).astype(xs.dtype, copy=False)
            xs[t], gs[t - 1], rates[t - 1] = x, g, rate
        loss = problem.f(xs)
    return Trace(rule, problem, xs, loss, gs, rates)


def _start(problem, rule, x0):
    """x0 as a fresh floating-point array, broadcast against the rule's array fields."""
    x = np.asarray(problem.start if x0 is None else x0)
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(f"x0 has dtype {x.dtype}: parameters are floating-point (integers would truncate every update), e.g. [1.0, 2.0]")
    if not np.all(np.isfinite(x)):
        raise ValueError(f"x0 = {x0!r}: every coordinate must be finite")
    dim = np.shape(problem.start)
    if x.shape[-1:] != dim:
        raise ValueError(f"x0 has shape {x.shape}: the problem's points have {dim[0]} coordinates, in the last axis")
    settings = {f.name: np.shape(value) for f in fields(rule) if not callable(value := getattr(rule, f.name))}
    try:
        shape = np.broadcast_shapes(x.shape, *settings.values())
    except ValueError:
        raise ValueError(f"x0 {x.shape} and {settings} do not broadcast: give array fields a last axis of length 1, as in lr[:, None]") from None
    return np.array(np.broadcast_to(x, shape))


def _scheduled(schedule, t, shape):
    """The schedule's rate at t, which is the caller's input like any other."""
    lr = schedule(t)
    check_rate(f"lr({t})", lr)
    try:
        fits = np.broadcast_shapes(np.shape(lr), shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"lr({t}) has shape {np.shape(lr)}: a schedule's rates broadcast against x, here {shape}; give x0 the batch's shape")
    return lr
