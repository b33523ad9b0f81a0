"""Claims 8 to 10, those of the module on RMSprop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import problems
from ..optimizers import NAG, SGD, AdaDelta, AdaGrad, Adam, AdaMax, Momentum, NAdam, RMSprop
from ..problems import Problem
from ..rule import Array, Rule
from ..runner import minimize
from ..schedules import CosineAnnealing, ExponentialDecay
from .measures import LANDSCAPES, Given, power_of_ten
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

# ------------------------------------------------------------------------------------------------------------------- claim 8

STEADY, BATCHES, FADING, GROWING = "steady", "of mini-batches", "fading", "growing"
CLIFF = "a cliff"


@claim(8, "RMSprop", "RMSprop's denominator grows less aggressively than AdaGrad's.")
def denominator_grows_less() -> Finding:
    """By which factor √v grows from a tenth of the run to its end, under gradients that both rules meet alike; and in the update that meets a cliff.

    Those of mini-batches are what gradient descent met on the way. The cliff is one gradient of 100 after 1,000 of size 1.
    """
    updates, batches = 2000, problems.MiniBatches(problems.sparse_logistic, 32)
    t = np.arange(1, updates + 1)[:, None]
    gradients = {
        STEADY: np.ones((updates, 1)),
        BATCHES: minimize(batches, SGD(0.5), steps=updates).grad,
        FADING: np.exp(-t / 200),
        GROWING: np.exp(t / 200),
        CLIFF: np.where(t == 1001, 100.0, 1.0),
    }
    roots = {name: {type(rule).__name__: denominators(rule, g) for rule in (AdaGrad(eps=0.0), RMSprop(eps=0.0))} for name, g in gradients.items()}
    spans = dict.fromkeys(gradients, (updates // 10, updates)) | {CLIFF: (1000, 1001)}
    grown = {name: {rule: growth(root, *spans[name]) for rule, root in by_rule.items()} for name, by_rule in roots.items()}
    long_run = ", ".join(f"{grown[name]['AdaGrad']:.2f} and {grown[name]['RMSprop']:.2g} when they are {name}" for name in (BATCHES, FADING))
    evidence = (
        f"From update {updates // 10} to {updates:,}, AdaGrad's √v grows by a factor of {grown[STEADY]['AdaGrad']:.2f} and RMSprop's by "
        f"{grown[STEADY]['RMSprop']:.2f} when gradients are steady, by {long_run}. When they grow by a factor of e in 200 updates, both grow with them, "
        f"by {grown[GROWING]['AdaGrad']:,.0f} and {grown[GROWING]['RMSprop']:,.0f}. And a gradient a hundred times as large as the 1,000 before it "
        f"raises AdaGrad's by {grown[CLIFF]['AdaGrad']:.1f} in one update, RMSprop's by {grown[CLIFF]['RMSprop']:.1f}."
    )
    return Finding(*judge_growth(grown), evidence, {"roots": roots, "grown": grown})


def judge_growth(grown) -> tuple[str, str]:
    """By situation and rule, the factors. Less means by a tenth at least."""
    less = {name: by_rule["RMSprop"] < 0.9 * by_rule["AdaGrad"] for name, by_rule in grown.items()}
    if all(less.values()):
        return HOLDS, ""
    if less[STEADY] and less[BATCHES] and less[FADING]:
        return HOLDS_WHEN, "the gradients keep their size or fade"
    return FAILS, ""


def denominators(rule: Rule, gradients: Array) -> Array:
    """√(v + ε) at each update, (T, d): what η is divided by."""
    return rule.lr / minimize(Given(gradients), rule, steps=len(gradients)).rate


def growth(root: Array, first: int, last: int) -> float:
    """The factor from update `first` to update `last`, the geometric mean of the coordinates that have met a gradient by then."""
    met = np.isfinite(root[first - 1]) & (root[first - 1] > 0)
    return float(np.exp(np.mean(np.log(root[last - 1, met] / root[first - 1, met]))))


# ------------------------------------------------------------------------------------------------------------------- claim 9

RULES = (SGD, Momentum, NAG, AdaGrad, RMSprop, AdaDelta, Adam, AdaMax, NAdam)
RATES = np.logspace(-5, 5, 51)
UPDATES = 500
COARSE, FINE = 1e-2, 1e-4
FIXED, LONGER, LOWERED = "fixed", "fixed, four times as long", "lowered to zero"
RUNS = {FIXED: (UPDATES, lambda lr: lr), LONGER: (4 * UPDATES, lambda lr: lr), LOWERED: (UPDATES, lambda lr: CosineAnnealing(0.0, lr, UPDATES))}


@claim(9, "RMSprop", "RMSprop is sensitive to the initial learning rate.")
def sensitive_to_the_first_rate() -> Finding:
    """500 updates (and 2,000) of nine rules from 51 first rates over ten decades on six problems: how many decades of rates end well?

    To end well is to leave less than a share (1/100, 1/10,000) of the first loss gap at each of the last 25 updates.
    """
    left = {how: {name: {rule.__name__: share_left(p, rule, *run) for rule in RULES} for name, p in LANDSCAPES.items()} for how, run in RUNS.items()}
    tried = {"coarse": (FIXED, COARSE), "fine": (FIXED, FINE), "longer": (LONGER, FINE), "lowered": (LOWERED, FINE)}
    windows = {
        case: {name: {rule: window(shares < goal) for rule, shares in by_rule.items()} for name, by_rule in left[how].items()}
        for case, (how, goal) in tried.items()
    }
    middle = {case: {name: of_the_others(by_rule) for name, by_rule in by_name.items()} for case, by_name in windows.items()}
    told = {}
    for case, by_name in windows.items():
        pairs = [(by_rule["RMSprop"], middle[case][name]) for name, by_rule in by_name.items() if middle[case][name] > 0]
        told[case] = [f"{min(values):.1f} to {max(values):.1f}" for values in zip(*pairs, strict=True)] + [f"{len(pairs)}"]
    evidence = (
        f"With a fixed η, the learning rates that leave less than 1/10,000 of the loss gap after {UPDATES} updates span {told['fine'][0]} decades for RMSprop, "
        f"and {told['fine'][1]} for the rule in the middle of the other eight, on the {told['fine'][2]} problems where that rule gets there. After "
        f"{4 * UPDATES:,} updates it is {told['longer'][0]} and {told['longer'][1]}, on {told['longer'][2]} problems; for 1/100 after {UPDATES}, "
        f"{told['coarse'][0]} and {told['coarse'][1]}, on {told['coarse'][2]}. If every rule's η falls to zero along half a cosine, the first rates that lead "
        f"below 1/10,000 span {told['lowered'][0]} decades for RMSprop and {told['lowered'][1]} for the rule in the middle, on {told['lowered'][2]}."
    )
    return Finding(*judge_sensitivity(windows, middle), evidence, {"rates": RATES, "left": left, "windows": windows, "middle": middle})


def judge_sensitivity(windows, middle) -> tuple[str, str]:
    """Sensitive: less than half as wide a window as the rule in the middle has, on every problem where that has one."""
    sensitive = {
        case: all(by_rule["RMSprop"] < middle[case][name] / 2 for name, by_rule in by_name.items() if middle[case][name] > 0)
        for case, by_name in windows.items()
    }
    if not sensitive["fine"]:
        return FAILS, ""
    conditions = {"coarse": "the goal is close to the minimum", "longer": "the run is short", "lowered": "η stays what it is at the start"}
    needed = [condition for case, condition in conditions.items() if not sensitive[case]]
    return (HOLDS_WHEN, ", ".join(needed)) if needed else (HOLDS, "")


def share_left(problem: Problem, rule: type[Rule], updates: int, schedule) -> Array:
    """The largest gap of the last 25 updates, as a share of the first; ∞ where the run diverged. One number for each rate."""
    gap = minimize(problem, rule(lr=schedule(RATES[:, None])), steps=updates).gap
    return np.nan_to_num(gap[-25:].max(axis=0) / gap[0], nan=np.inf)


def window(good: Array) -> float:
    """How wide the rates that succeed lie on a logarithmic axis; at least, where they reach the end of those tried."""
    return float(good.sum() * np.log10(RATES[1] / RATES[0]))


def of_the_others(by_rule) -> float:
    """The median window of all rules but RMSprop."""
    return float(np.median([width for rule, width in by_rule.items() if rule != "RMSprop"]))


# ------------------------------------------------------------------------------------------------------------------ claim 10


@dataclass(frozen=True, eq=False)
class Moved(Problem):
    """A problem whose origin lies elsewhere: f(x − by)."""

    problem: Problem
    by: tuple[float, ...]
    bounds = None
    start = property(lambda self: np.add(self.problem.start, self.by))
    minimum = property(lambda self: np.add(self.problem.minimum, self.by))

    def f(self, x):
        return self.problem.f(x - self.by)

    def grad(self, x):
        return self.problem.grad(x - self.by)


LR = 0.1
PLAIN = "β = 0.9, condition 20"
# What is run, and what the verdict depends on if the oscillation does not survive it.
SITUATIONS = {
    PLAIN: (problems.ravine, RMSprop(LR), ""),
    "β = 0.5": (problems.ravine, RMSprop(LR, 0.5), "the memory is not short"),
    "β = 0.99": (problems.ravine, RMSprop(LR, 0.99), "the memory is not long"),
    "condition 500": (problems.Ravine(500), RMSprop(LR), "the curvature is not extreme"),
    "turned by 45°": (problems.RotatedRavine(20, 45), RMSprop(LR), "the valley runs along the coordinates"),
    "η lowered": (problems.ravine, RMSprop(ExponentialDecay(LR, 0.01)), "η is not lowered"),
    "ε = 4": (problems.ravine, RMSprop(LR, eps=4.0), "η times the curvature is above 2√ε"),
    "minimum at (1, 1)": (Moved(problems.ravine, (1.0, 1.0)), RMSprop(LR), "rounding does not catch it at the minimum"),
}
MEMORIES = (0.5, 0.9, 0.95, 0.99)


@claim(10, "RMSprop", "RMSprop oscillates around the minimum when the effective rate settles.")
def oscillates_around_the_minimum() -> Finding:
    """From 50 starts each, drawn over the frame: how many coordinates end in jumps of ±η/2, within 5%, and how many at rest, nearer than η/1,000?"""
    ends = {name: shares_at_the_end(problem, rule) for name, (problem, rule, _) in SITUATIONS.items()}
    arrivals = {beta: arrival(beta) for beta in MEMORIES}
    runs = {beta: minimize(problems.ravine, RMSprop(LR, beta), [1.0, 1.0], steps=round(30 / (1 - beta))) for beta in (0.9, 0.99, 0.999)}
    noise = {(lr, beta): spread_over_expected(lr, beta) for lr in (0.01, 0.1) for beta in (0.9, 0.99)}
    listed = ", ".join(f"{orbit:.0%} ({name})" for name, (orbit, _) in ends.items() if name in ("β = 0.5", "β = 0.99", "condition 500", "turned by 45°"))
    evidence = (
        f"Of the coordinates of 50 runs, {ends[PLAIN][0]:.0%} end in jumps from −η/2 to η/2 and back ({PLAIN}), and {listed}. If η is lowered, "
        f"{ends['η lowered'][1]:.0%} come to rest, and {ends['ε = 4'][1]:.0%} if ε is so large that η times the curvature is below 2√ε. On their way to the "
        f"orbit they dip, at β = 0.9, to a distance of {power_of_ten(arrivals[0.9]['dip'])} (median). With the minimum at (1, 1) a distance below 10⁻¹⁶ cannot "
        f"be told from none, and {ends['minimum at (1, 1)'][1]:.0%} of the coordinates stay there."
    )
    numbers = {"ends": ends, "arrivals": arrivals, "runs": runs, "noise": noise}
    return Finding(*judge_oscillation({name: orbit for name, (orbit, _) in ends.items()}), evidence, numbers)


def judge_oscillation(orbits) -> tuple[str, str]:
    """By situation, the share of coordinates in the orbit; it oscillates where nearly all are."""
    if orbits[PLAIN] < 0.95:
        return FAILS, ""
    needed = [condition for name, (*_, condition) in SITUATIONS.items() if orbits[name] < 0.95]
    return (HOLDS_WHEN, ", ".join(needed)) if needed else (HOLDS, "")


def shares_at_the_end(problem: Problem, rule: RMSprop) -> tuple[float, float]:
    """The shares of coordinates in the orbit and at rest after 100 memories 1/(1 − β)."""
    starts = np.random.default_rng(0).uniform((-5, -3), (5, 3), (50, 2)) + problem.minimum
    *_, before, last = minimize(problem, rule, starts, steps=round(100 / (1 - rule.beta))).x - problem.minimum
    jumps = (np.sign(before) == -np.sign(last)) & (abs(abs(last) - LR / 2) < 0.05 * LR / 2)
    return float(jumps.mean()), float((abs(last) < LR / 1000).mean())


def arrival(beta: float) -> dict[str, float]:
    """From 20 starts, 40 to 80 learning rates away: how near the minimum is before the orbit (the median of the smallest distances), and after how
    many updates, from the first within η, the distance is η/2 for good, within 5% (the median)."""
    starts = np.random.default_rng(1).uniform(40, 80, (20, 2)) * LR
    x = abs(minimize(problems.ravine, RMSprop(LR, beta, eps=0.0), starts, steps=round(60 / (1 - beta)) + 200).x).reshape(-1, 40)
    off = abs(x / (LR / 2) - 1) > 0.05
    settled = len(x) - off[::-1].argmax(axis=0)
    return {"dip": float(np.exp(np.median(np.log(x.min(axis=0))))), "updates": float(np.median(settled - (x < LR).argmax(axis=0)))}


def spread_over_expected(lr: float, beta: float) -> float:
    """With noisy gradients the distance is random: its root mean square along the ravine, in units of √(ησ/2c), with σ = c = 1."""
    noisy = problems.Noisy(problems.ravine)
    late = minimize(noisy, RMSprop(lr, beta), [0.0, 0.0], steps=20_000).x[2000:, 0]
    return float(np.sqrt(np.mean(late**2)) / np.sqrt(lr / 2))
