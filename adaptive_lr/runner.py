"""Run a rule down a problem and record everything: `minimize` → `Trace`. The runner owns the clock and the schedule.

`update` is the one place that applies a rule to x. It walks large arrays in blocks that fit the processor's cache: a rule is
elementwise, so every block can be taken on its own, with the same result bit for bit and no temporary larger than a block.
"""

from __future__ import annotations

import functools
import inspect
import json
import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from importlib import import_module

import numpy as np

from . import printed
from .problems import Problem
from .rule import Rule, check_rate

Array = np.ndarray

BLOCK_BYTES = 64 * 1024  # of one array: 8192 float64. A rule handles about eight arrays at once; a core's cache holds them
UNCUT = (printed.AdaMax,)  # rules whose coordinates depend on one another

# ------------------------------------------------------------------------------------------------------ a rule at work on x


@dataclass(frozen=True)
class Block:
    """A part of x, `x[where]`, and the rule's step there, without its checks: in a run a non-finite gradient is a result."""

    where: tuple[slice, ...]
    step: Callable


def blocks(rule: Rule, x: Array) -> list[Block]:
    """The blocks to walk x in; array fields of the rule are cut along with it. A rule that is not elementwise gets x whole."""
    step = inspect.unwrap(type(rule).step)
    numbers = {f.name: value.item() for f in fields(rule) if isinstance(value := getattr(rule, f.name), np.generic)}
    arrays = {f.name: value for f in fields(rule) if isinstance(value := getattr(rule, f.name), np.ndarray)}
    if any(np.result_type(array, x) != x.dtype for array in arrays.values()):
        step = _in_precision_of(x, step)
    wheres = [()] if isinstance(rule, UNCUT) else _cuts(x.shape, BLOCK_BYTES // x.itemsize)
    parts = [{name: _part(array, where, x.ndim) for name, array in arrays.items()} for where in wheres]
    return [Block(where, functools.partial(step, replace(rule, **numbers, **part))) for where, part in zip(wheres, parts, strict=True)]


def _in_precision_of(x, step):
    """The step with its state as precise as x: with array fields in float64, those of float32 would widen."""

    def narrowed(rule, t, lr, g, state):
        direction, rate, state = step(rule, t, lr, g, state)
        return direction, rate, tuple(s.astype(x.dtype, copy=False) for s in state)

    return narrowed


def update(blocks: list[Block], t: int, lr, x: Array, g: Array, state: list, *, weight_decay=0.0, out: Array, rate_out=None) -> None:
    """The update t = 1, 2, …:  out = x − rate ⊙ direction − η λ x, where `out` may be x itself.

    `state` is a list with a block's state for each block, and is advanced; `lr` is η, a number or an array that broadcasts
    against x; the effective learning rate is written to `rate_out`, if that is given.
    """
    for k, block in enumerate(blocks):
        where = block.where
        eta = _part(lr, where, x.ndim) if isinstance(lr, np.ndarray) else lr
        direction, rate, state[k] = block.step(t, eta, g[where], state[k])
        if weight_decay:
            decay = eta * weight_decay * x[where]
            out[where] = x[where] - rate * direction - decay
        else:
            np.subtract(x[where], rate * direction, out=out[where])
        if rate_out is not None:
            rate_out[where] = rate


def split(state: tuple[Array, ...], blocks: list[Block]) -> list:
    """A state of arrays shaped like x, cut into the blocks' states."""
    return [tuple(s[block.where].copy() for s in state) for block in blocks]


def joined(state: list, blocks: list[Block], x: Array) -> tuple[Array, ...]:
    """The blocks' states put together: arrays shaped like x."""
    whole = tuple(np.empty_like(x) for _ in state[0])
    for block, part in zip(blocks, state, strict=True):
        for target, s in zip(whole, part, strict=True):
            target[block.where] = s
    return whole


def _cuts(shape, size):
    """Tuples of slices of the leading axes that cut an array of this shape into parts of at most `size` elements."""
    if math.prod(shape) <= size:
        return [()]
    row = math.prod(shape[1:])
    if row > size:
        return [(slice(i, i + 1), *rest) for i in range(shape[0]) for rest in _cuts(shape[1:], size)]
    rows = size // row
    return [(slice(i, i + rows),) for i in range(0, shape[0], rows)]


def _part(value, where, ndim):
    """What `value`, which broadcasts against x, is on x[where]."""
    value = value.reshape((1,) * (ndim - value.ndim) + value.shape)
    return value[tuple(slice(None) if length == 1 else cut for cut, length in zip(where, value.shape))]


def rate_at(rule: Rule, t: int, x: Array):
    """The learning rate at t = 0, 1, …: a number, or an array in the precision of x. A schedule's is the caller's input like any other."""
    lr = rule.lr
    if callable(lr):
        lr = lr(t)
        check_rate(f"lr({t})", lr)
        try:
            fits = np.broadcast_shapes(np.shape(lr), x.shape) == x.shape
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"lr({t}) has shape {np.shape(lr)}: a schedule's rates broadcast against x, here {x.shape}; give x0 the batch's shape")
    return np.asarray(lr, x.dtype) if np.ndim(lr) else float(lr)


# ------------------------------------------------------------------------------------------------------- what is recorded


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened in a descent. Index 0 of `x` and `loss` is the start; `grad[k]` and `rate[k]` made `x[k + 1]`.

    x: (steps + 1, …, d).  loss: (steps + 1, …).  grad, rate: (steps, …, d), `rate` the effective learning rate.
    state: the rule's, after the last update.
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
        return _descend(self, _checked_steps(steps))

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
        end = "diverged" if np.all(self.diverged) else f"loss {np.ravel(self.loss[0])[0]:.4g} → {np.nanmin(self.loss[-1]):.4g}"
        return f"Trace({self.rule!r}, {len(self.grad)} steps, {end})"


def minimize(problem: Problem, rule: Rule, x0=None, steps: int = 100, *, weight_decay: float = 0.0) -> Trace:
    """Take `steps` updates x ← x − rate ⊙ direction − η λ x from x0 (the problem's own start, if none is given).

    Arguments: x0 (…, d), floating-point, its precision is kept. `rule` and its schedule may hold arrays: all runs go side by side.
    `weight_decay` is λ, decoupled from the rule (Loshchilov & Hutter 2019). The first update has t = 1 and takes
    its learning rate from schedule(0).
    Raises ValueError or TypeError, naming the argument, for wrong input. A run that diverges goes on to the end
    and is marked in `Trace.diverged`.
    """
    check_rule(rule)
    x = _start(problem, rule, x0)
    _checked_steps(steps)
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
    with np.errstate(all="ignore"):
        for t in range(done + 1, done + steps + 1):
            x, gs[t - 1] = xs[t - 1], problem.at(t).grad(xs[t - 1])
            lr = rate_at(rule, t - 1, x)
            update(parts, t, lr, x, gs[t - 1], state, weight_decay=trace.weight_decay, out=xs[t], rate_out=rates[t - 1])
        loss = problem.f(xs)
    return replace(trace, x=xs, loss=loss, grad=gs, rate=rates, state=joined(state, parts, xs[-1]))


def _longer(array, steps):
    """The array with room for `steps` entries more."""
    return np.concatenate([array, np.empty((steps, *array.shape[1:]), array.dtype)])


def check_rule(rule):
    if not isinstance(rule, Rule):
        raise TypeError(f"rule = {rule!r}: an instance of a rule, e.g. AdaGrad(lr=0.1)")


def check_problem(problem):
    if not isinstance(problem, Problem):
        raise TypeError(f"problem = {problem!r}: an instance of a Problem; where a file holds only its name, Trace.load(path, problem=…)")


def check_weight_decay(weight_decay):
    if not isinstance(weight_decay, numbers.Real) or not (np.isfinite(weight_decay) and weight_decay >= 0):
        raise ValueError(f"weight_decay = {weight_decay!r}: a finite number ≥ 0")


def _checked_steps(steps):
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ValueError(f"steps = {steps!r}: the number of updates is an integer ≥ 0")
    return steps


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
    return np.array(np.broadcast_to(x, shape))


def shapes_of_fields(rule) -> dict[str, tuple[int, ...]]:
    """The shapes of a rule's fields, by name; and of the arrays in its schedules: {"lr.lr_max": (50, 1), "beta": ()}."""
    shapes = {}
    for field in fields(rule):
        value = getattr(rule, field.name)
        if is_dataclass(value):
            shapes |= {f"{field.name}.{name}": shape for name, shape in shapes_of_fields(value).items() if shape}
        elif not callable(value) and not isinstance(value, list):
            shapes[field.name] = np.shape(value)
    return shapes


# ------------------------------------------------------------------------------------------------------------- saved runs


def save(path, run) -> None:
    """Write a dataclass to an .npz file: its arrays, and the rest as JSON text. No pickle: reading it runs no code."""
    arrays = {}
    notes = {f.name: {"name": repr(value := getattr(run, f.name)), "parts": _noted(value, f.name, arrays)} for f in fields(run)}
    with open(path, "wb") as file:  # np.savez would put a suffix of its own to a path
        np.savez(file, notes=json.dumps(notes), **arrays)


def load(path, cls, known):
    """Read what `save` wrote of a `cls`. Fields in `known` are taken from there; what cannot be rebuilt is its name, a text."""
    with np.load(path, allow_pickle=False) as arrays:
        notes = json.loads(str(arrays["notes"]))
        if wrong := set(known) - set(notes):
            raise TypeError(f"{', '.join(sorted(wrong))}: a saved {cls.__name__} has the fields {', '.join(notes)}")
        return cls(**{name: known[name] if name in known else _rebuilt_or_named(note, arrays) for name, note in notes.items()})


def _noted(value, name, arrays):
    """The value as JSON: numbers and texts, tuples, dataclasses of this package by class and fields, arrays by their name in `arrays`; else None."""
    if isinstance(value, (np.ndarray, np.generic)):
        arrays[name] = value
        return {"array": name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return {"value": value}
    if isinstance(value, (tuple, list)):
        items = [_noted(item, f"{name}.{k}", arrays) for k, item in enumerate(value)]
        return {"tuple": items} if None not in items else None
    if is_dataclass(value) and type(value).__module__.split(".")[0] == __package__:
        parts = {f.name: _noted(getattr(value, f.name), f"{name}.{f.name}", arrays) for f in fields(value)}
        return {"module": type(value).__module__, "class": type(value).__qualname__, "fields": parts} if None not in parts.values() else None
    return None


def _rebuilt(note, arrays):
    """What `_noted` wrote; LookupError where this package cannot make it."""
    match note:
        case {"array": key}:
            return arrays[key][()]
        case {"value": value}:
            return value
        case {"tuple": items}:
            return tuple(_rebuilt(item, arrays) for item in items)
        case {"module": module, "class": name, "fields": parts} if module.split(".")[0] == __package__:
            kind = getattr(import_module(module), name, None)
            if isinstance(kind, type) and is_dataclass(kind):
                return kind(**{field: _rebuilt(part, arrays) for field, part in parts.items()})
    raise LookupError(note)


def _rebuilt_or_named(note, arrays):
    try:
        return _rebuilt(note["parts"], arrays)
    except LookupError:
        return note["name"]
