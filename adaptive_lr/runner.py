"""Run a rule down a problem and record everything: `minimize` → `Trace`. The runner owns the clock and the schedule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .problems import Problem
from .rule import Array, Rule, check_count, check_rule, in_one_line
from .saving import load, save
from .updating import blocks, check_weight_decay, joined, rate_at, shapes_of_fields, split, update


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened in a descent. Index 0 of `x` and `loss` is the start; `grad[k]` and `rate[k]` made `x[k + 1]`.

    x_{k+1} = x_k − rate_k ⊙ direction_k − η_k λ x_k

    rule, problem, weight_decay: what `minimize` was told, λ being the weight decay.
    x: the iterates (steps + 1, …, d), as precise as x0; runs side by side lie along the axes “…”.  loss: f(x), of the whole problem (steps + 1, …).
    grad: the gradient that the update was given (steps, …, d), taken at x or where its rule looks.  rate: the effective learning rate (steps, …, d).
    state: the rule's after the last update, a tuple of arrays (…, d).
    """

    rule: Rule
    problem: Problem
    x: Array
    loss: Array
    grad: Array
    rate: Array
    state: tuple[Array, ...] = ()
    weight_decay: float = 0.0

    @property
    def diverged(self) -> Array:
        """True where a run left the finite numbers: (…), one truth value for a single run. A result, not an error."""
        return ~np.isfinite(self.loss).all(axis=0) | ~np.isfinite(self.x).all(axis=(0, -1))

    @property
    def gap(self) -> Array:
        """The loss above the minimum, f(x) − f(x*): (steps + 1, …)."""
        lowest = self._minimum()
        return self.loss - self.problem.f(lowest)

    @property
    def distance(self) -> Array:
        """The distance to the minimum, ‖x − x*‖₂: (steps + 1, …). Of several minima the problem names one."""
        with np.errstate(over="ignore", invalid="ignore"):  # a run that diverged
            return np.linalg.norm(self.x - self._minimum(), axis=-1)

    def updates_until(self, tolerance) -> Array:
        """The first update after which `gap` is below `tolerance` (a number, or one for each run): (…), NaN where none is.

        `trace.updates_until(1e-4 * trace.gap[0])` asks for a ten-thousandth of the first gap.
        """
        below = self.gap < tolerance
        return np.where(below.any(axis=0), below.argmax(axis=0), np.nan)[()]

    def more(self, steps: int) -> Trace:
        """The same descent, `steps` updates longer: what `minimize` would have given at once, bit for bit."""
        check_rule(self.rule)
        check_problem(self.problem)
        return _descend(self, check_count("steps", steps, least=0))

    def save(self, path) -> None:
        """Write an .npz file that `Trace.load` reads: arrays and text, no pickle."""
        save(path, self)

    @classmethod
    def load(cls, path, **known) -> Trace:
        """Read what `save` wrote. A rule, schedule or problem of your own making comes back as its name, a text; or give it: `rule=…`, `problem=…`."""
        return load(path, cls, known)

    def to_frame(self):
        """A pandas DataFrame, one row for each run and iterate: update, run0, run1, … (the runs' indices), loss, x1 …, grad1 …, rate1 …

        A gradient and a rate stand beside the iterate that they made; those of the start are NaN.
        """
        try:
            import pandas
        except ImportError:
            raise ImportError("to_frame needs pandas, which is not installed: pip install pandas") from None
        *runs, d = self.x.shape[1:]
        update, *run = np.indices(self.loss.shape)
        columns = {"update": update} | {f"run{k}": index for k, index in enumerate(run)} | {"loss": self.loss}
        unmade = np.full((1, *runs, d), np.nan, self.x.dtype)
        for name, values in (("x", self.x), ("grad", np.concatenate([unmade, self.grad])), ("rate", np.concatenate([unmade, self.rate]))):
            columns |= {f"{name}{i + 1}": values[..., i] for i in range(d)}
        return pandas.DataFrame({name: values.ravel() for name, values in columns.items()})

    def _minimum(self):
        check_problem(self.problem)
        if self.problem.minimum is None:
            raise ValueError(f"problem = {self.problem!r}: its minimum is not known, so neither is what lies above it")
        return np.asarray(self.problem.minimum)

    def __repr__(self):
        """The first and the last loss; of a batch the range of the runs that did not diverge."""
        diverged = np.asarray(self.diverged)
        parts = [in_one_line(self.rule), f"{len(self.grad)} steps"]
        if diverged.ndim:
            parts.append(f"runs {diverged.shape}")
        if diverged.any():
            parts.append(f"{diverged.sum()} diverged" if diverged.ndim else "diverged")
        if not diverged.all():
            parts.append("loss " + " → ".join(_range(np.extract(~diverged, self.loss[k])) for k in (0, -1)))
        return f"Trace({', '.join(parts)})"


def _range(losses):
    lowest, highest = f"{losses.min():.4g}", f"{losses.max():.4g}"
    return lowest if lowest == highest else f"{lowest} … {highest}"


def minimize(problem: Problem, rule: Rule, x0=None, steps: int = 100, *, weight_decay: float = 0.0) -> Trace:
    """Run a rule down a problem, with decoupled weight decay if that is wanted (Loshchilov & Hutter 2019: with Adam it is AdamW).

    x ← x − rate ⊙ direction − η λ x,   t = 1 … steps;   the first update takes its η from schedule(0)

    problem: gives f, and what each update sees of ∇f.  rule: its fields and its schedule's may be arrays, all runs then go side by side.
    x0: where to start (…, d), floating-point, its precision is kept; the problem's own start, if none is given.
    steps: how many updates, ≥ 0.  weight_decay: λ ≥ 0 [1/η], one number.
    Returns a `Trace`. A run that diverges goes on to the end and is marked in `Trace.diverged`: a result, not an error.
    Raises ValueError or TypeError, naming the argument, for wrong input.
    """
    check_problem(problem)
    check_rule(rule)
    x = _start(problem, rule, x0)
    check_count("steps", steps, least=0)
    check_weight_decay(weight_decay)
    with np.errstate(all="ignore"):
        finite = np.all(np.isfinite(problem.grad(x)))
    if not finite:
        raise ValueError(f"x0 = {x0!r}: the gradient there is not finite; start elsewhere")
    none = np.empty((0, *x.shape), x.dtype)
    return _descend(Trace(rule, problem, x[None], none, none, none, rule.init(x), weight_decay), steps)


def _descend(trace, steps):
    """The trace with `steps` updates more."""
    rule, problem, done = trace.rule, trace.problem, len(trace.grad)
    xs, gs, rates = (_longer(a, steps) for a in (trace.x, trace.grad, trace.rate))
    parts = blocks(rule, xs[done])
    state = split(trace.state, parts)
    looks_ahead = type(rule).look is not Rule.look
    with np.errstate(all="ignore"):
        for t in range(done + 1, done + steps + 1):
            x = xs[t - 1]
            place = rule.look(x, joined(state, parts, x)).astype(x.dtype, copy=False) if looks_ahead else x
            gs[t - 1] = problem.at(t).grad(place)
            lr = rate_at(rule, t - 1, x)
            update(parts, t, lr, x, gs[t - 1], state, weight_decay=trace.weight_decay, out=xs[t], rate_out=rates[t - 1])
        loss = problem.f(xs)
    return replace(trace, x=xs, loss=loss, grad=gs, rate=rates, state=joined(state, parts, xs[-1]))


def _longer(array, steps):
    """The array with room for `steps` entries more."""
    return np.concatenate([array, np.empty((steps, *array.shape[1:]), array.dtype)])


def check_problem(problem):
    if not isinstance(problem, Problem):
        raise TypeError(f"problem = {problem!r}: an instance of a Problem, e.g. problems.ravine; where a file holds only its name, Trace.load(path, problem=…)")


def _start(problem, rule, x0):
    """x0 as a fresh floating-point array, broadcast against the array fields of the rule and of its schedule."""
    x = np.asarray(problem.start if x0 is None else x0)
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(f"x0 has dtype {x.dtype}: parameters are floating-point (integers would truncate every update), e.g. [1.0, 2.0]")
    if not np.all(np.isfinite(x)):
        raise ValueError(f"x0 = {x0!r}: every coordinate must be finite")
    dim = np.shape(problem.start)
    if x.shape[-1:] != dim:
        raise ValueError(f"x0 has shape {x.shape}: the problem's points have {dim[0]} coordinates, in the last axis")
    settings = shapes_of_fields(rule)
    try:
        shape = np.broadcast_shapes(x.shape, *settings.values())
    except ValueError:
        raise ValueError(f"x0 {x.shape} and {settings} do not broadcast: give array fields a last axis of length 1, as in lr[:, None]") from None
    x = np.array(np.broadcast_to(x, shape))
    try:
        with np.errstate(all="ignore"):
            runs = np.shape(problem.f(x))  # array fields of the problem are runs too
        return x if runs == x.shape[:-1] else np.array(np.broadcast_to(x, (*runs, *dim)))
    except ValueError:
        raise ValueError(f"x0 {x.shape} and the array fields of problem = {problem!r} do not broadcast: without its last axis, x0 has the runs' shape") from None
