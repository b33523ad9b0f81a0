"""What all update rules share: their form, the checks of their fields, the errors for wrong input.

Every rule is read as  x ← x − rate ⊙ direction:

    state = rule.init(x)                                     # a tuple of arrays shaped like x
    direction, rate, state = rule.step(t, lr, g, state)      # t = 1, 2, …

A step never sees x, never changes its arguments, and leaves the clock `t` and the value of the schedule to
whoever runs it (`adaptive_lr.minimize`). `rate` is the effective learning rate, coordinate by coordinate.
The gradient g is taken at x, or, by a rule that looks ahead, at rule.look(x, state).
Fields may be arrays that broadcast against x: `AdaGrad(lr=np.logspace(-3, 0, 50)[:, None])` is fifty rules in one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

Array = np.ndarray
Schedule = Callable[[int], float]  # t = 0, 1, 2, … -> learning rate
Rate = float | Array | Schedule


def power(base, exponent):
    """base ** exponent. For arrays number by number: NumPy's power differs from Python's in the last bit, and a batch is to equal its single runs."""
    if isinstance(base, np.ndarray) or isinstance(exponent, np.ndarray):
        return np.asarray(np.frompyfunc(pow, 2, 1)(base, exponent), dtype=float)
    return base**exponent


def checked(step):
    """Give a rule's `step` clear errors for wrong input; the equation stays alone in its body (`step.__wrapped__`)."""

    @functools.wraps(step)
    def checked_step(self, t, lr, g, state):
        if t < 1:
            raise ValueError(f"t = {t!r}: updates are counted from t = 1")
        if callable(lr):
            raise TypeError(f"lr = {lr!r}: a step is given the schedule's value, lr(t - 1)")
        check_rate("lr", lr)
        g = np.asarray(g)
        if not np.issubdtype(g.dtype, np.floating):
            raise TypeError(f"g has dtype {g.dtype}: gradients are floating-point arrays, e.g. np.asarray(g, dtype=float)")
        if not np.all(np.isfinite(g)):
            raise ValueError(f"g has a non-finite entry at index {tuple(map(int, np.argwhere(~np.isfinite(g))[0]))}: stop the descent, or lower lr")
        wrong = [np.shape(s) for s in state if np.shape(s) != g.shape]
        if wrong:
            raise ValueError(f"g has shape {g.shape} but the state has {wrong[0]}: start with rule.init(x), x shaped like g")
        with np.errstate(all="ignore"):  # what a division by 0 leaves is in the numbers, as in `minimize`
            return step(self, t, lr, g, state)

    return checked_step


def _is_real(value):
    return np.asarray(value).dtype.kind in "iuf"  # integers and floats; no text, None, complex or boolean


def check_count(name, value, least=1) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} = {value!r}: a whole number ≥ {least}")
    return int(value)


def check_rate(name, value):
    if callable(value):
        return
    if not _is_real(value) or not np.all((np.asarray(value) >= 0) & np.isfinite(value)):
        raise ValueError(f"{name} = {value!r}: a learning rate is a finite number ≥ 0, an array of them, or a schedule t -> rate")


def _check_decay(name, value):
    if not _is_real(value) or not np.all((np.asarray(value) >= 0) & (np.asarray(value) < 1)):
        raise ValueError(f"{name} = {value!r}: a decay rate lies in [0, 1)")


def _check_eps(name, value):
    if not _is_real(value) or not np.all((np.asarray(value) >= 0) & np.isfinite(value)):
        raise ValueError(f"{name} = {value!r}: a small finite number ≥ 0")


_CHECKS = {"lr": check_rate, "beta": _check_decay, "beta1": _check_decay, "beta2": _check_decay, "eps": _check_eps, "psi": _check_eps}


@dataclass(frozen=True)
class Rule:
    """What all rules share: fields that are checked when a rule is made. Subclasses define `init` and `step`; `look` if need be.

    A field is one number, or an array that broadcasts against x (a list is made one); lr may be a schedule too, t = 0, 1, 2, … -> η.
    A rule's docstring gives each field's range, and its units in square brackets, by those of x and of the gradient g; those of v are g².
    Raises ValueError, naming the field and its value, for what is out of range. Rules with array fields cannot be compared by ==.

    ε = 0 is in range. Until a coordinate's first gradient other than 0 its denominator is then 0 and so is its direction: rate ⊙ direction is
    NaN. Neither `step` nor a runner warns of it; `Trace.diverged` tells. (AdaMax, which has no ε, does not move there.)
    """

    elementwise: ClassVar[bool] = True  # whether each coordinate's update depends on that coordinate alone

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, (list, tuple)):
                object.__setattr__(self, field.name, value := np.asarray(value))
            if field.name in _CHECKS:
                _CHECKS[field.name](field.name, value)

    def init(self, x: Array) -> tuple[Array, ...]:
        """The state before the first update: arrays shaped like x (…, d), and as precise. The values of x do not matter."""
        raise NotImplementedError

    def look(self, x: Array, state: tuple[Array, ...]) -> Array:
        """Where the gradient of the next update is to be taken (…, d): at x itself, unless a rule looks ahead, as `printed.NAG` does."""
        return x

    def step(self, t: int, lr: float, g: Array, state: tuple[Array, ...]) -> tuple[Array, Array, tuple[Array, ...]]:
        """Direction, effective learning rate and new state of the update t = 1, 2, …, without changing an argument.

        lr: η at this update, a number or an array that broadcasts against g.  g: the gradient (…, d), taken where `look` says.
        state: what the last step returned.
        Returns direction (…, d), rate (…, d) or what broadcasts to it, and a state of arrays (…, d).
        Raises ValueError for t < 1, a g that is not finite and a state of another shape, TypeError for a g that is not floating-point.
        """
        raise NotImplementedError


def check_rule(rule):
    if not isinstance(rule, Rule):
        raise TypeError(f"rule = {rule!r}: an instance of a rule, e.g. AdaGrad(lr=0.1)")


def in_one_line(rule) -> str:
    """A rule's repr with the middle of its arrays left out."""
    with np.printoptions(threshold=4, edgeitems=1):
        return " ".join(repr(rule).split())
