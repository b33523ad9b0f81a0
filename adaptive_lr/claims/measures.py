"""What the experiments share: problems on trial, and what is measured on them: ways travelled, laws of decay, updates needed, rates that succeed; and how numbers are written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import problems
from ..problems import Problem
from ..rule import Array

LANDSCAPES = {
    "ravine": problems.ravine,
    "ravine turned by 45°": problems.RotatedRavine(100, 45),
    "Beale's valley": problems.beale,
    "Rosenbrock's valley": problems.rosenbrock,
    "saddle": problems.saddle,
    "sparse logistic regression": problems.zipf_logistic(samples=100, features=10),
}


@dataclass(frozen=True, eq=False)
class Given(Problem):
    """Gradients given in advance, wherever x goes: update t meets gradients[t − 1]. Its loss is their mean slope.

    gradients: (T, d).
    """

    gradients: Array
    bounds = minimum = None
    start = property(lambda self: np.zeros(self.gradients.shape[1]))

    def f(self, x):
        return x @ self.gradients.mean(axis=0)

    def grad(self, x):
        return np.broadcast_to(self.gradients.mean(axis=0), x.shape).copy()

    def at(self, t):
        if t > len(self.gradients):
            raise ValueError(f"t = {t}: gradients are given for {len(self.gradients)} updates")
        return Given(self.gradients[t - 1 : t])


@dataclass(frozen=True, eq=False)
class Rescaled(Problem):
    """A problem with its loss and its unit of length changed: height · f(x / length).

    height, length: numbers, or (runs, 1) arrays, side by side.
    """

    problem: Problem
    height: float = 1.0
    length: float = 1.0
    bounds = None
    start = property(lambda self: self.problem.start)  # of which only the shape is asked: see `begin`
    begin = property(lambda self: self.length * np.asarray(self.problem.start))
    minimum = property(lambda self: self.length * np.asarray(self.problem.minimum))

    def f(self, x):
        return self.height * self.problem.f(x / self.length)

    def grad(self, x):
        return self.height / self.length * self.problem.grad(x / self.length)


def line(x: Array, y: Array) -> tuple[Array, Array]:
    """The straight line nearest to y, column by column: its slope, and the root mean square of what it misses."""
    x, y = x - x.mean(), y - y.mean(axis=0)
    slope = np.tensordot(x, y, axes=1) / (x @ x)
    return slope, np.sqrt(np.mean((y - np.multiply.outer(x, slope)) ** 2, axis=0))


def updates_per_e_fold(x: Array) -> float:
    """How many updates a shrinking |x| takes for a factor of e, on average over the series."""
    return (len(x) - 1) / float(np.log(abs(x[0] / x[-1])))


def updates_to_stay_below(gap: Array, goal, within: int) -> Array:
    """The first update from which on the gap stays below the goal to the end of the run; ∞ where that is not `within` so many.

    gap: (steps + 1, …), of which the first is the start.  goal: a number, or one for each run.
    """
    stays = np.logical_and.accumulate((gap < goal)[::-1], axis=0).sum(axis=0)  # how many of the last gaps are below
    first = len(gap) - stays
    return np.where((stays > 0) & (first <= within), first, np.inf)


def decades(rates: Array, needed: Array) -> float:
    """How wide the rates that succeed lie on a logarithmic axis: their number times the spacing of the rates tried."""
    return float(np.isfinite(needed).sum() * np.log10(rates[1] / rates[0]))


def signed(x: float, digits: int) -> str:
    """A number with a true minus sign."""
    return f"{x:.{digits}f}".replace("-", "−")


def power_of_ten(x: float) -> str:
    """A very small or large number by its digits and its power of ten: 6 · 10⁻²⁰¹."""
    digit, exponent = f"{x:.0e}".split("e")
    return f"{digit} · 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
