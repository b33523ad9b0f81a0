"""Claims 12 and 13, those of the module on Adam."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from .. import printed, problems
from ..optimizers import AdaDelta, Adam, RMSprop
from ..problems import Noisy, Problem
from ..rule import Array, Rule
from ..runner import minimize
from .measures import Given, power_of_ten, updates_to_stay_below
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

# ------------------------------------------------------------------------------------------------------------------ claim 12

WITH, WITHOUT = "with corrections", "without"
RULES = {WITH: Adam, WITHOUT: printed.Adam}  # with ε = 0 they differ in the corrections alone
NOISES = (0.0, 1.0, 10.0)  # times the mean gradient
PAIRS = tuple(product((0.0, 0.9), (0.9, 0.99, 0.999, 0.9999)))  # of β₁ and β₂
DEFAULTS = (0.9, 0.999)


@claim(12, "Adam", "Bias correction prevents erratic first steps.")
def correction_prevents_erratic_steps() -> Finding:
    """The same gradients, of mean 1 and with noise, are given to Adam with and without its corrections, in 1,000 coordinates.

    Too long? The length of the steps, at 3,000 updates under a steady gradient, and of the first for eight pairs of β.
    Erratic? How much steps scatter relative to their mean, and how many lead uphill, in the first ten updates and in 300.
    """
    runs = {name: minimize(Given(np.ones((3000, 1))), rule(1.0, *DEFAULTS, eps=0.0), steps=3000) for name, rule in RULES.items()}
    ratio = np.divide(*(np.diff(runs[name].x[:, 0]) for name in (WITHOUT, WITH)))
    peak, settled = ratio.argmax() + 1, np.flatnonzero(abs(ratio - 1) > 0.05)[-1] + 2
    first_rate = runs[WITHOUT].rate[0, 0] / runs[WITH].rate[0, 0]

    by_noise = {noise: {name: steps_under_noise(rule(1.0, *DEFAULTS, eps=0.0), noise, 300) for name, rule in RULES.items()} for noise in NOISES}
    by_pair = {pair: {name: steps_under_noise(rule(1.0, *pair, eps=0.0), 1.0, 10) for name, rule in RULES.items()} for pair in PAIRS}
    first = {pair: float(rms(steps[WITHOUT])[0] / rms(steps[WITH])[0]) for pair, steps in by_pair.items()}
    steadier = max(float(np.max(scatter(steps[WITHOUT]) / scatter(steps[WITH]))) for steps in by_pair.values())

    noisy = by_noise[10.0]
    factors = noisy[WITHOUT] / noisy[WITH]
    spread = float(np.ptp(factors[:10] / factors[:10].mean(axis=1, keepdims=True)))
    uphill, late_uphill = (np.mean(noisy[WITH][part] > 0) for part in (0, slice(-100, None)))
    late = rms(noisy[WITH][-100:]).mean()
    evidence = (
        f"Given the same gradients, the steps without corrections are those with them, times a number: {ratio[0]:.2f} at the first update, "
        f"{ratio.max():.2f} at update {peak}, where it is largest, and within 5% of 1 from update {settled:,} on. (The effective rate starts {first_rate:.1f} "
        f"times as large; that m starts small takes a part of this back.) The number is the same in every coordinate, to within {power_of_ten(spread)}: "
        f"the corrections change the length of a step, and neither its direction nor its relative scatter. With noise ten times the mean gradient, "
        f"{uphill:.0%} of the first steps lead uphill, with and without, and later {late_uphill:.0%}; and a corrected first step has the full length η, "
        f"where late ones have {late:.2f} η. Of the {len(first)} pairs of β tried, the uncorrected first step is too long for "
        f"{sum(r > 1.05 for r in first.values())} and too short for {sum(r < 0.95 for r in first.values())}."
    )
    numbers = {"ratio": ratio, "peak": peak, "settled": settled, "first rate": first_rate, "first": first, "steadier": steadier, "steps": by_noise}
    return Finding(*judge_correction(first, steadier), evidence, numbers)


def judge_correction(first, steadier) -> tuple[str, str]:
    """first: by (β₁, β₂), the first step's length without the corrections over that with them; too long is by more than a twentieth.

    steadier: the relative scatter of steps without the corrections over that with them, where that is largest.
    """
    too_long = {pair for pair, ratio in first.items() if ratio > 1.05}
    expected = {(beta1, beta2) for beta1, beta2 in first if 1 - beta1 > 1.05 * np.sqrt(1 - beta2)}
    scatters = steadier > 1.05
    if too_long == set(first) and scatters:
        return HOLDS, ""
    if too_long and too_long == expected:
        condition = "1 − β₁ > √(1 − β₂), as at the defaults"
        return HOLDS_WHEN, condition if scatters else f"“erratic” means too long, and {condition}"
    return FAILS, ""


def steps_under_noise(rule: Rule, noise: float, updates: int) -> Array:
    """The steps (updates, 1000) under gradients of mean 1, with normal noise of that standard deviation."""
    gradients = 1 + noise * np.random.default_rng(0).standard_normal((updates, 1000))
    return np.diff(minimize(Given(gradients), rule, steps=updates).x, axis=0)


def rms(steps: Array) -> Array:
    """The root mean square over the coordinates, update by update."""
    return np.sqrt(np.mean(steps**2, axis=1))


def scatter(steps: Array) -> Array:
    """The standard deviation over the coordinates relative to the mean, update by update."""
    return steps.std(axis=1) / abs(steps.mean(axis=1))


# ------------------------------------------------------------------------------------------------------------------ claim 13


@dataclass(frozen=True)
class Contestant:
    """A rule with two settings to tune: η and another, of which three values are tried, and one of them is the default."""

    rule: Callable[[Array, Array], Rule]
    settings: tuple[float, float, float]
    default: float


MEMORIES = (0.9, 0.99, 0.999)
ADAM, RIVALS = "Adam", ("RMSprop", "AdaDelta")
CONTESTANTS = {
    ADAM: Contestant(lambda lr, beta2: Adam(lr, beta2=beta2), MEMORIES, 0.999),
    "RMSprop": Contestant(lambda lr, beta: RMSprop(lr, beta), MEMORIES, 0.9),
    "AdaDelta": Contestant(lambda lr, eps: AdaDelta(lr, eps=eps), (1e-6, 1e-4, 1e-2), 1e-6),
    # not in the race: which of its two parts does it?
    "Adam without momentum": Contestant(lambda lr, beta2: Adam(lr, beta1=0.0, beta2=beta2), MEMORIES, 0.999),
    "Adam without corrections": Contestant(lambda lr, beta2: printed.Adam(lr, beta2=beta2), MEMORIES, 0.999),
}
RATES = np.logspace(-3, 1.5, 19)

ALONG, ACROSS, NOISY = "along", "across", "noisy"
CONDITIONS = {
    ALONG: "the curvatures lie along the coordinates",
    ACROSS: "the valley runs across the coordinates and is followed to its end",
    NOISY: "the gradients are noisy",
}
COURSES = {
    ALONG: {
        "ravine": (problems.Ravine(100),),
        "saddle": (problems.saddle,),
        "sparse logistic regression": (problems.zipf_logistic(samples=50, features=10),),
    },
    ACROSS: {
        "ravine turned by 45°": (problems.RotatedRavine(100, 45),),
        "Beale's valley": (problems.beale,),
        "Rosenbrock's valley": (problems.rosenbrock,),
    },
    NOISY: {  # with three seeds each
        "ravine, noisy": tuple(Noisy(problems.Ravine(100), 1.0, seed) for seed in range(3)),
        "turned ravine, noisy": tuple(Noisy(problems.RotatedRavine(100, 45), 1.0, seed) for seed in range(3)),
    },
}
GOALS = {ALONG: 1e-4, ACROSS: 1e-4, NOISY: 1e-2}  # of the first gap; what noise leaves of it, at a constant rate, is more than a ten-thousandth
WITHIN = 400


@claim(13, "Adam", "Adam converges faster than AdaDelta and RMSprop.")
def adam_is_faster() -> Finding:
    """Updates until 1/10,000 of the loss gap is left for good (1/100 under noise), from five starts at a setting common to them: the median.

    Every rule has its η tuned, over 19 values; and then also the memory of its v, or AdaDelta its ε, over three.
    """
    needed = {
        course: {name: updates_needed(contestant, each, GOALS[group]) for name, contestant in CONTESTANTS.items()}
        for group, courses in COURSES.items()
        for course, each in courses.items()
    }
    tuned = {course: {name: float(counts.min()) for name, counts in by_rule.items()} for course, by_rule in needed.items()}
    at_default = {name: contestant.settings.index(contestant.default) for name, contestant in CONTESTANTS.items()}
    rate_tuned = {course: {name: float(counts[:, at_default[name]].min()) for name, counts in by_rule.items()} for course, by_rule in needed.items()}

    ratios = {group: np.array([over_the_best(tuned[course], RIVALS) for course in courses]) for group, courses in COURSES.items()}
    only_rate = {course: over_the_best(counts, RIVALS) for course, counts in rate_tuned.items()}
    quicker = [course for course, ratio in only_rate.items() if ratio < 0.75]
    beaten = [course for course, counts in tuned.items() if over_the_best(counts, ["AdaDelta"]) < 0.75]
    compared = "; ".join(f"{course} {', '.join(_count(counts[name]) for name in (ADAM, *RIVALS))}" for course, counts in tuned.items())
    evidence = (
        f"Fewest updates of Adam, RMSprop and AdaDelta, all tuned alike in two settings: {compared}. Adam saves a quarter or more against AdaDelta "
        f"on {len(beaten)} of {len(tuned)} problems, against the better of its rivals on {sum(int((r < 0.75).sum()) for r in ratios.values())}. "
        f"With η alone tuned, and everything else at its default, it does on {len(quicker)} of the {len(tuned)}."
    )
    numbers = {"needed": needed, "tuned": tuned, "rate tuned": rate_tuned, "ratios": ratios, "only rate": only_rate}
    return Finding(*judge_faster(ratios), evidence, numbers)


def judge_faster(ratios) -> tuple[str, str]:
    """Faster on a kind of problem: a quarter of the updates or more is saved on every problem of it.

    ratios: by kind, of each problem Adam's updates over its best rival's.
    """
    faster = [kind for kind, each in ratios.items() if np.all(each < 0.75)]
    if len(faster) == len(ratios):
        return HOLDS, ""
    if faster:
        return HOLDS_WHEN, ", or ".join(CONDITIONS[kind] for kind in faster)
    return FAILS, ""


def over_the_best(counts, rivals) -> float:
    """Adam's updates over those of its best rival; 1 where none arrives."""
    best = min(counts[name] for name in rivals)
    return 1.0 if counts[ADAM] == best else counts[ADAM] / best


def updates_needed(contestant: Contestant, each: tuple[Problem, ...], goal: float) -> Array:
    """For each rate and each setting (19, 3), the median over the starts and the problem's seeds."""
    rule = contestant.rule(RATES.reshape(-1, 1, 1, 1), np.reshape(contestant.settings, (-1, 1, 1)))
    start = np.asarray(each[0].start)
    starts = start + 0.5 * np.random.default_rng(0).standard_normal((5, len(start)))
    x0 = np.broadcast_to(starts, (len(RATES), len(contestant.settings), *starts.shape))
    gaps = (minimize(problem, rule, x0, steps=3 * WITHIN // 2).gap for problem in each)
    return np.median(np.concatenate([updates_to_stay_below(gap, goal * gap[0], WITHIN) for gap in gaps], axis=-1), axis=-1)


def _count(updates):
    return f"{updates:.0f}" if np.isfinite(updates) else f"more than {WITHIN}"
