"""What a sensitivity map holds: the final losses over learning rate × decay, and how they are told to the page."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, fields, replace

import numpy as np

from ..problems import Problem
from ..rule import Array, Rule
from ..runner import minimize
from .fields import FIELDS, STEPS, field_of

PREFERRED = (1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8)  # round numbers, ten a decade, evenly spaced but for their rounding
DECAYS = -3  # decays are spaced evenly in log(1 − β), from 0 to 1 − 10⁻³
DECAY_TICKS = (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
NEAR = 1e-3  # of the first gap: a run that ends below it has got somewhere

LEAST = 1e-16  # gaps below it are not told apart: where the minimum is not 0, they are rounding
WORSE, DIVERGES = 32766, 32767  # codes of cells that are no gap


@dataclass(frozen=True)
class Axis:
    """One way through a map: a field of the rule, or "steps", and the values that it takes."""

    name: str
    label: str
    values: tuple[float, ...]
    ticks: tuple[float, ...]
    to_one: bool = False  # whether its values are spaced by what they leave, 1 − value

    @property
    def symbol(self) -> str:
        return self.label.rpartition(" ")[2]


def _decades(low: int, high: int, mantissas=PREFERRED) -> tuple[float, ...]:
    return tuple(float(f"{mantissa}e{decade}") for decade in range(low, high) for mantissa in mantissas) + (float(f"1e{high}"),)


RATES = Axis("lr", FIELDS["lr"].label, _decades(FIELDS["lr"].low, FIELDS["lr"].high), _decades(FIELDS["lr"].low, FIELDS["lr"].high, (1,)))


def default_decay(rule: Rule) -> str:
    """The field whose decay is mapped: beta2, else beta, else eps, else no field but the number of updates, "steps"."""
    names = [field.name for field in fields(rule)]
    return next((name for name in ("beta2", "beta", "eps") if name in names), "steps")


def axis_of(rule: Rule, name: str, steps: int) -> Axis:
    """The values that a decay rate, another field or "steps" takes in a map. Raises ValueError if it takes none."""
    if name == "steps":
        values = tuple(sorted({round(value) for value in _decades(0, 3) if value < steps} | {steps}))
        return Axis(name, STEPS.label, values, tuple(value for value in values if value in (1, 2, 5, 10, 20, 50, 100, 200, steps)))
    names = [field.name for field in fields(rule) if field.name != "lr"]
    if name not in names:
        raise ValueError(f"decay = {name!r}: {type(rule).__name__} maps {', '.join([*names, 'steps'])}")
    field = field_of(type(rule), name, getattr(rule, name))
    if field.most == 1:
        return Axis(name, field.label, tuple(round(1 - rest, 6) for rest in reversed(_decades(DECAYS, 0))), DECAY_TICKS, to_one=True)
    if not field.log:
        raise ValueError(f"decay = {name!r}: a decay rate, or a field that is set in powers of ten")
    low, high = round(field.low), round(field.high)
    return Axis(name, field.label, _decades(low, high, (1, 3.2)), tuple(float(f"1e{decade}") for decade in range(low, high + 1, max(1, (high - low) // 4))))


def sensitivity(rule: Rule, problem: Problem, rates, decays, steps: int = 100, decay: str | None = None) -> Array:
    """The loss above the minimum after `steps` updates, for every decay and learning rate: (decays, rates), ∞ where a run diverged.

    rule: its other fields hold.  rates (n,), decays (m,): the values of η and of the field `decay`, which is `default_decay(rule)` if none is given.
    If `decay` is "steps", `decays` are whole numbers of updates instead, and `steps` says nothing.
    """
    decay = decay or default_decay(rule)
    varied = {"lr": np.asarray(rates, float)[:, None]}
    if decay == "steps":
        steps = max(decays)
    else:
        varied[decay] = np.asarray(decays, float)[:, None, None]
    trace = minimize(problem, replace(rule, **varied), steps=steps)
    finite = np.isfinite(trace.gap) & np.isfinite(trace.x).all(axis=-1)
    gap = np.where(np.logical_and.accumulate(finite), trace.gap, np.inf)
    return gap[list(decays)] if decay == "steps" else gap[-1]


@dataclass(frozen=True)
class Map:
    """What `sensitivity` found for one rule on one problem, and what is said of it."""

    gaps: Array
    start: float  # the gap at the start

    @property
    def best(self) -> tuple[int, int] | None:
        """The cell with the smallest gap, none if none got below the start."""
        row, column = np.unravel_index(self.gaps.argmin(), self.gaps.shape)
        return (int(row), int(column)) if self.gaps[row, column] < self.start else None

    @property
    def near(self) -> int:
        """How many cells end below a thousandth of the first gap."""
        return int((self.gaps < NEAR * self.start).sum())

    def cells(self) -> str:
        """Two digits of each gap for the page: code 90 e + m − 10 stands for m/10 · 10ᵉ, m = 10 … 99. Row by row, in base64:
        the high bytes of all codes, which compress well, then the low ones."""
        codes = np.array([self._code(gap) for gap in self.gaps.flat], ">i2")
        return base64.b64encode(codes.view(np.uint8).reshape(-1, 2).T.tobytes()).decode()

    def _code(self, gap: float) -> int:
        if gap > self.start:
            return WORSE if gap < math.inf else DIVERGES
        mantissa, exponent = f"{max(gap, LEAST):.1e}".split("e")
        return 90 * int(exponent) + int(mantissa.replace(".", "")) - 10


def map_of(rule, problem, axis, steps) -> Map:
    start = minimize(problem, rule, steps=0).gap[0]
    return Map(sensitivity(rule, problem, RATES.values, axis.values, steps, axis.name), float(start))
