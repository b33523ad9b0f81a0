"""Streams: gradients that come as time goes, wherever x is. They show what a rule does with what it is given, with no landscape in between.

A stream is written in NumPy as a pure function of t, without asking t for its value: `gradient` takes an array of times too, and
`adaptive_lr.explorer` prints it as JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..rule import check_count
from .noisy import Tilted
from .problem import Problem, check_field


class Stream(Problem):
    """Update t sees a slope that depends on t alone. A stream has no loss of its own: f is 0 everywhere, and no place is better than another.

    f(x) = 0,   f_t(x) = g_t·x,   ∇f_t(x) = g_t

    Subclasses define `gradient`. Their fields are single numbers: to have streams side by side, run one after the other.
    """

    start = (0.0, 0.0)
    bounds = minimum = None

    def gradient(self, t):
        """g_t (…, 2) for t = 1, 2, …, an int or an array of them (…)."""
        raise NotImplementedError

    def f(self, x):
        return np.zeros_like(x[..., 0])

    def grad(self, x):
        return np.zeros_like(x)

    def at(self, t):
        check_count("t", t)
        return Tilted(self, self.gradient(t))


@dataclass(frozen=True)
class Steady(Stream):
    """Two gradients that never turn, and grow or fade at a steady pace if that is wanted.

    g_t = (first, second) · e^(γ (t − 1))

    first, second: any finite numbers, the gradients of update 1.  growth: γ, finite; 0 keeps them as they are, γ < 0 lets them fade.
    """

    first: float = 1.0
    second: float = 0.1
    growth: float = 0.0

    def __post_init__(self):
        for name in ("first", "second"):
            _check_number(name, getattr(self, name), "one finite number, the gradient of update 1")
        _check_number("growth", self.growth, "one finite number (0 keeps the gradients as they are)")

    def gradient(self, t):
        grown = np.exp(self.growth * (t - 1))
        return np.stack([self.first * grown, self.second * grown], axis=-1)


@dataclass(frozen=True)
class Sparse(Stream):
    """A dense feature beside a rare one: x₁ has a gradient at every update, x₂ in a share p of them, evenly spaced, and 0 in the others.

    g_t = size · (1, ⌊t p⌋ − ⌊(t − 1) p⌋);   for a p of up to six decimals, or 1/k, exact to the update for t up to 10⁶

    size: any finite number, the gradient where there is one.  share: p in (0, 1]; 0.1 has x₂'s at updates 10, 20, 30, …
    """

    size: float = 1.0
    share: float = 0.1

    def __post_init__(self):
        _check_number("size", self.size, "one finite number, the gradient where there is one")
        _check_number("share", self.share, "one share of the updates, > 0 and at most 1", lambda p: (p > 0) & (p <= 1))

    def gradient(self, t):
        nudge = 1e-9  # beyond the rounding of t p, which leaves 0.29 · 100 just below 29, and well within the distance to the next whole number
        came, before = np.floor(self.share * t + nudge), np.floor(self.share * (t - 1) + nudge)
        return np.stack([self.size + 0.0 * t, self.size * (came - before)], axis=-1)


@dataclass(frozen=True)
class Alternating(Stream):
    """A gradient that swings between high and low beside one that is always high, until both are over.

    g_t = (high at odd t and low at even t, high) for t ≤ until,   (0, 0) from then on

    high, low: any finite numbers.  until: the last update with a gradient, a whole number ≥ 0.
    """

    high: float = 1.0
    low: float = 0.1
    until: int = 60

    def __post_init__(self):
        for name in ("high", "low"):
            _check_number(name, getattr(self, name), "one finite number, a gradient")
        check_count("until", self.until, least=0)

    def gradient(self, t):
        even = np.equal(np.floor(t / 2), t / 2)
        return np.stack([np.where(t <= self.until, np.where(even, self.low, self.high), 0.0), np.where(t <= self.until, self.high, 0.0)], axis=-1)


def _check_number(name, value, wanted, good=lambda number: True):
    check_field(name, value, lambda number: number.ndim == 0 and good(number), wanted)
