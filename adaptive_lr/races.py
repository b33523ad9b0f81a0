"""All rules on all problems at all rates, and the arithmetic of choosing: performance profiles, the best of k tries, how many seeds.

A cost is a number of updates until a goal is reached, ∞ where it is not: (rules, problems) or (…, rates).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from . import problems
from .claims.adam import COURSES, GOALS, NOISY, WITHIN
from .claims.measures import updates_to_stay_below
from .claims.trial import FAILS, HOLDS
from .optimizers import NAG, SGD, AdaDelta, AdaGrad, Adam, AdaMax, Momentum, NAdam, RMSprop
from .problems import MiniBatches, Problem
from .rule import Array
from .runner import minimize

RULES = {rule.__name__: rule for rule in (SGD, Momentum, NAG, AdaGrad, RMSprop, AdaDelta, Adam, AdaMax, NAdam)}  # those of the lecture notes
RATES = np.logspace(-4, 3, 36)  # five in each decade

_LOGISTIC = problems.zipf_logistic(samples=50, features=10)
RACES = {course: (each, GOALS[group]) for group, courses in COURSES.items() for course, each in courses.items()} | {  # claim 13's, and
    "round bowl": ((problems.Ravine(1.0),), 1e-4),
    "plateau": ((problems.plateau,), 1e-4),
    "logistic regression, noisy": ((MiniBatches(_LOGISTIC, 25),), GOALS[NOISY]),
}


def updates_needed(rule: type, each: tuple[Problem, ...], goal: float, rates: Array = RATES) -> Array:
    """Updates until no more than a share `goal` of the loss gap is left for good: (rates,), the median over five starts and the problem's seeds."""
    start = np.asarray(each[0].start, float)
    starts = start + 0.5 * np.random.default_rng(0).standard_normal((5, len(start)))
    x0 = np.broadcast_to(starts, (len(rates), *starts.shape))
    gaps = (minimize(problem, rule(np.reshape(rates, (-1, 1, 1))), x0, steps=3 * WITHIN // 2).gap for problem in each)
    return np.median(np.concatenate([updates_to_stay_below(gap, goal * gap[0], WITHIN) for gap in gaps], axis=-1), axis=-1)


def race() -> Array:
    """The updates needed by every rule on every problem at every rate: (rules, problems, rates), in the order of RULES and RACES."""
    return np.array([[updates_needed(rule, *course) for course in RACES.values()] for rule in RULES.values()])


def at_one_rate(needed: Array) -> Array:
    """For each rule the index of the one rate that serves it on most problems; among equals, that of the smallest mean logarithm of updates.

    needed: (rules, problems, rates).
    """
    solved = np.isfinite(needed)
    total = np.log(np.where(solved, needed, 1.0)).sum(axis=1)
    return np.lexsort((total, -solved.sum(axis=1)), axis=-1)[:, 0]


# ------------------------------------------------------------------------------------------------------------ arithmetic


def ratios(costs: Array, best: Array | None = None) -> Array:
    """Each cost (rules, problems) over the best on its problem: ∞ for who does not arrive.

    best: (problems,), the lowest of these costs if none are given.
    """
    best = costs.min(axis=0) if best is None else best
    return np.where(np.isfinite(costs), costs / np.where(np.isfinite(best), best, 1.0), np.inf)


def profile(ratios: Array, factors: Array) -> Array:
    """Dolan and Moré's ρ(τ), the share of problems solved within τ times the best's cost: (rules, factors)."""
    return (ratios[:, :, None] <= factors).mean(axis=1)


def best_of(losses: Array, k: int) -> float:
    """The expected lowest of k draws from these losses, each draw from all of them: (n,) → a number.

    Σᵢ L₍ᵢ₎ [((n − i + 1)/n)ᵏ − ((n − i)/n)ᵏ],   L₍₁₎ ≤ … ≤ L₍ₙ₎
    """
    left = np.arange(len(losses), -1, -1) / len(losses)  # the share of losses from L₍ᵢ₎ on, i = 1 … n + 1
    return float(np.sort(losses) @ -np.diff(left**k))


def tries_needed(share: float, sure: float = 0.95) -> float:
    """How many random tries until one is good with the probability `sure`, where a share of all is good."""
    return math.log(1 - sure) / math.log(1 - share) if 0 < share < 1 else (1.0 if share >= 1 else math.inf)


@dataclass(frozen=True)
class Comparison:
    """Two rules over the same seeds: the mean difference a − b, its standard error as pairs and as if unpaired, and the pairs' correlation."""

    difference: float
    paired: float
    unpaired: float
    correlation: float
    spread: float  # the standard deviation of the differences

    @property
    def told_apart(self) -> bool:
        return abs(self.difference) > 2 * self.paired


def compare(a: Array, b: Array) -> Comparison:
    """a, b: a result for each seed (n,), n ≥ 3, in the same order."""
    difference, n = a - b, len(a)
    spread = float(difference.std(ddof=1))
    return Comparison(
        float(difference.mean()), spread / math.sqrt(n), math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n), float(np.corrcoef(a, b)[0, 1]), spread
    )


def seeds_needed(spread: float, difference: float) -> int:
    """Seeds with which a true difference is seen at two standard errors in four of five experiments: 7.85 (spread/difference)², rounded up."""
    return math.ceil((1.96 + 0.84) ** 2 * (spread / difference) ** 2)


# ---------------------------------------------------------------------------------------------------------------- advice


def judge_default(excess: float, solved: int, courses: int) -> tuple[str, str]:
    """Works: the loss at the default is within a tenth of the lowest, and every course is solved.

    excess: the one loss over the other.  solved: of so many courses, those solved at the default.
    """
    return (HOLDS, "") if excess <= 1.1 and solved == courses else (FAILS, "")


def judge_generalises(difference: float, error: float) -> tuple[str, str]:
    """Better: the accuracy on new images is higher by more than two standard errors.   difference: momentum's minus Adam's."""
    return (HOLDS, "") if difference > 2 * error else (FAILS, "")


def rate_first(needed: Array, default: int) -> tuple[Array, Array]:
    """Start at each rate with the other setting at its default, and tune one of the two: which one is better?

    needed: (rates, settings).  default: the index of a setting.
    Returns how many rates from the best the start is (rates,); and 1 where tuning η needs fewer updates, −1 where the other setting does, else 0.
    """
    by_rate, by_setting = needed[:, default].min(), needed.min(axis=1)
    away = abs(np.arange(len(needed)) - needed[:, default].argmin())
    return away, np.where(by_rate < by_setting, 1, 0) - np.where(by_setting < by_rate, 1, 0)


def judge_rate_first(share: float) -> tuple[str, str]:
    """First: η is the better one to tune in nine of ten.   share: of the starts that are decided, those where it is."""
    return (HOLDS, "") if share >= 0.9 else (FAILS, "")
