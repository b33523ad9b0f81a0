"""Claims 17 and 18, those of the module on NAdam."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from .. import printed, problems
from ..optimizers import NAG, Adam, NAdam
from ..problems import Problem
from ..rule import Array, Rule, checked
from ..runner import Trace, minimize
from ..schedules import CosineAnnealing
from .adagrad import ACROSS, ALONG, ANGLES, STARTS, turned_ravine
from .measures import power_of_ten, updates_to_stay_below
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

# ------------------------------------------------------------------------------------------------------------------ claim 17

CONSTANT, ANNEALED, INSIDE = "a constant rate", "cosine annealing", "cosine annealing, the rate inside the velocity"
SETTINGS = {  # problem, η, β: descents that converge, so that rounding is not blown up
    "ravine": (problems.ravine, 0.02, 0.9),
    "ravine turned by 45°": (problems.rotated_ravine, 0.03, 0.8),
    "Beale's valley": (problems.beale, 2e-3, 0.9),
    "Rosenbrock's valley": (problems.rosenbrock, 5e-4, 0.9),
    "saddle": (problems.saddle, 0.05, 0.9),
    "sparse logistic regression": (problems.sparse_logistic, 0.5, 0.9),
}


@dataclass(frozen=True)
class RateInside(NAG):
    """NAG rewritten, with η left inside the velocity (as in Keras): every gradient keeps the η of its time.

    u ← β u + η g,   x ← x − (η g + β u)
    """

    @checked
    def step(self, t, lr, g, state):
        (u,) = state
        u = self.beta * u + lr * g
        return lr * g + self.beta * u, 1.0, (u,)


@dataclass(frozen=True, eq=False)
class Counting(Problem):
    """A problem that counts the gradients asked of it."""

    problem: Problem
    asked: list = field(default_factory=list)
    start = property(lambda self: self.problem.start)
    minimum = property(lambda self: self.problem.minimum)

    def f(self, x):
        return self.problem.f(x)

    def grad(self, x):
        self.asked.append(x)
        return self.problem.grad(x)


@claim(17, "NAdam", "Rewriting NAG removes redundant work without changing the iterates.")
def rewriting_changes_nothing() -> Finding:
    """The rewritten form's iterates beside the points at which the look-ahead form takes its gradients, 200 updates; and the gradients that each asks for.

    The notes' own procedure takes two gradients, at θ − βu and at θ, as their formulas for NAdam do.
    """
    apart = {rate: {} for rate in (CONSTANT, ANNEALED, INSIDE)}
    for name, (problem, lr, beta) in SETTINGS.items():
        annealed = CosineAnnealing(0.0, lr, 200)
        apart[CONSTANT][name] = how_far_apart(problem, printed.NAG(lr, beta), NAG(lr, beta))
        apart[ANNEALED][name] = how_far_apart(problem, printed.NAG(annealed, beta), NAG(annealed, beta))
        apart[INSIDE][name] = how_far_apart(problem, printed.NAG(annealed, beta), RateInside(annealed, beta))
    largest = {rate: max(by_problem.values()) for rate, by_problem in apart.items()}
    gradients = {
        "look-ahead": gradients_per_update(lambda problem, steps: minimize(problem, printed.NAG(), steps=steps)),
        "rewritten": gradients_per_update(lambda problem, steps: minimize(problem, NAG(), steps=steps)),
        "notes": gradients_per_update(nadam_of_two_gradients),
    }
    evidence = (
        f"At a constant learning rate the rewritten form's iterates are the points at which the look-ahead form takes its gradients: on {len(SETTINGS)} "
        f"problems and over 200 updates the two differ by a relative {power_of_ten(largest[CONSTANT])} at most. Under cosine annealing they part, by "
        f"{min(apart[ANNEALED].values()):.1%} to {largest[ANNEALED]:.0%} of the largest coordinate; with the rate inside the velocity they do not "
        f"({power_of_ten(largest[INSIDE])}). Gradients per update: {gradients['look-ahead']:g} in the look-ahead form, {gradients['rewritten']:g} rewritten, "
        f"{gradients['notes']:g} in the notes' procedure. What the look-ahead form needs beyond that is a second point."
    )
    return Finding(*judge_rewriting(largest, gradients), evidence, {"apart": apart, "gradients": gradients})


def judge_rewriting(apart: dict, gradients: dict) -> tuple[str, str]:
    """The same iterates: to rounding, a relative 10⁻⁹. Work removed: fewer gradients than the form it replaces.  Both by the names above."""
    same = {rate: difference < 1e-9 for rate, difference in apart.items()}
    saved = {form: gradients["rewritten"] < count for form, count in gradients.items()}
    if not same[CONSTANT] or not any(saved.values()):
        return FAILS, ""
    conditions = []
    if not same[ANNEALED]:
        conditions.append("the rate is constant" + (" or stays inside the velocity" if same[INSIDE] else ""))
    if not saved["look-ahead"]:
        conditions.append("the redundant work is that of the notes' own procedure (the look-ahead form takes no more gradients either)")
    return (HOLDS_WHEN, ", and ".join(conditions)) if conditions else (HOLDS, "")


def how_far_apart(problem: Problem, look_ahead: Rule, rewritten: Rule) -> float:
    """The largest difference between the one's iterates and the points at which the other takes its gradients, relative to the largest coordinate."""
    places, x = looked_at(minimize(problem, look_ahead, steps=200)), minimize(problem, rewritten, steps=200).x
    return float(np.abs(places - x).max() / np.abs(x).max())


def looked_at(trace: Trace) -> Array:
    """Where the look-ahead form takes its gradients: its velocity is its last step, so at θ − β (θ before − θ)."""
    theta = trace.x
    return np.concatenate([theta[:1], theta[1:] - trace.rule.beta * (theta[:-1] - theta[1:])])


def gradients_per_update(descend) -> float:
    """By the difference of two runs, since a runner may ask for some before it starts."""
    counts = []
    for steps in (10, 20):
        problem = Counting(problems.ravine)
        descend(problem, steps)
        counts.append(len(problem.asked))
    return (counts[1] - counts[0]) / 10


def nadam_of_two_gradients(problem: Problem, steps: int, rule: Rule = printed.NAdam()) -> Array:
    """The notes' formulas for NAdam word by word, with both of their gradients: the iterates (steps + 1, d). `printed.NAdam` has one.

    u ← β₁ u + η ∇L(θ − β₁ u),   v ← β₂ v + (1 − β₂) ∇L(θ)²,   θ ← θ − η / (√v + ε) · (β₁ u + (1 − β₁) ∇L(θ))
    """
    theta = [np.asarray(problem.start, float)]
    u, v = rule.init(theta[0])
    for _ in range(steps):
        ahead, g = problem.grad(theta[-1] - rule.beta1 * u), problem.grad(theta[-1])
        u = rule.beta1 * u + rule.lr * ahead
        v = rule.beta2 * v + (1 - rule.beta2) * g**2
        theta.append(theta[-1] - rule.lr / (np.sqrt(v) + rule.eps) * (rule.beta1 * u + (1 - rule.beta1) * g))
    return np.array(theta)


# ------------------------------------------------------------------------------------------------------------------ claim 18

MOMENTA = np.array([0.5, 0.7, 0.8, 0.9, 0.95])
RATES = np.logspace(-3, 1, 41)
GOAL = 1e-4
MEMORY = np.log(GOAL) / np.log(MOMENTA)  # updates in which a heavy ball forgets so much of the gap, if nothing else holds it up


def _near(problem):
    """The problem, its own start, and four more around it."""
    away = np.random.default_rng(0).standard_normal((5, 2)) / 2
    return problem, np.asarray(problem.start) + np.where(np.arange(5)[:, None] > 0, away, 0)


ON_TRIAL = {  # problem and starts (…, d)
    **{name: turned_ravine(100, angle, STARTS) for name, angle in ANGLES.items()},
    "Beale's valley": _near(problems.beale),
    "Rosenbrock's valley": _near(problems.rosenbrock),
    "saddle": _near(problems.saddle),
    "plateau": _near(problems.plateau),
    "sparse logistic regression": (problems.zipf_logistic(samples=100, features=10), np.zeros((1, 10))),
}


@claim(18, "NAdam", "Nesterov momentum helps Adam.")
def look_ahead_helps_adam() -> Finding:
    """Updates until 1/10,000 of the loss gap is left for good, at the best of 41 rates for each of Adam and NAdam, five β₁ and several starts.

    For good: within 750 updates, and up to the end of a run of 1,000.
    Momentum sets Adam's pace where Adam, at its best rate, needs no more than the ln 10⁴ / ln(1/β₁) updates in which a heavy ball forgets.
    """
    adam, nadam = ({name: fewest(problem, x0, rule) for name, (problem, x0) in ON_TRIAL.items()} for rule in (Adam, NAdam))
    ratio = {name: _ratio(nadam[name], adam[name]) for name in ON_TRIAL}
    pace = {name: adam[name] / MEMORY[:, None] for name in ON_TRIAL}
    by_momentum, ratios = _decided(pace, ratio)
    best = np.concatenate([_ratio(nadam[name].min(axis=0), adam[name].min(axis=0)) for name in ON_TRIAL])
    longer = {name: np.median(_ratio(*(fewest(*ON_TRIAL[name], rule, 3000, np.array([0.9])) for rule in (NAdam, Adam)))) for name in ANGLES}
    default = list(MOMENTA).index(0.9)
    helped, others = ratios[by_momentum], ratios[~by_momentum]
    evidence = (
        f"In {len(helped)} of {len(ratios)} settings (problem, start, β₁) momentum sets Adam's pace, and NAdam is the faster in "
        f"{np.mean(helped < 1):.0%} of them, with {np.median(helped):.2f} times Adam's updates at the median. In the others the rate sets the pace, "
        f"and NAdam is the faster in {np.mean(others < 1):.0%}, with {np.median(others):.2f} times the updates. At β₁ = 0.9 the ratio is "
        f"{np.median(ratio[ALONG][default]):.2f} at the median on the ravine along the axes and {np.median(ratio[ACROSS][default]):.2f} on the turned one, "
        f"where runs of 3,000 updates make it {longer[ACROSS]:.2f}. "
        f"With β₁ chosen for each, from the five, the ratio is {np.nanmedian(best):.2f} at the median."
    )
    numbers = {"adam": adam, "nadam": nadam, "ratio": ratio, "pace": pace, "best": best, "longer": longer}
    return Finding(*judge_look_ahead(by_momentum, ratios), evidence, numbers)


def judge_look_ahead(by_momentum: Array, ratio: Array) -> tuple[str, str]:
    """Help is help in three quarters of the settings, and none in a quarter of them or fewer.

    by_momentum: whether momentum sets Adam's pace.  ratio: NAdam's updates over Adam's.  Both (settings,).
    """
    helped, elsewhere = (np.mean(ratio[where] < 1) for where in (by_momentum, ~by_momentum))
    if min(helped, elsewhere) >= 0.75:
        return HOLDS, ""
    if helped >= 0.75 and elsewhere <= 0.25:
        return HOLDS_WHEN, "momentum, and not the learning rate, sets Adam's pace"
    return FAILS, ""


def fewest(problem: Problem, x0: Array, rule: type[Rule], updates: int = 1000, momenta: Array = MOMENTA) -> Array:
    """The updates needed at the best rate, (momenta, starts); all runs go side by side."""
    made = replace(rule(lr=RATES[:, None, None]), beta1=momenta[:, None, None, None])
    gap = minimize(problem, made, x0, steps=updates).gap
    return updates_to_stay_below(gap, GOAL * gap[0], within=3 * updates // 4).min(axis=1)


def _ratio(nadam, adam):
    """Not a number where neither arrives."""
    with np.errstate(invalid="ignore"):
        return nadam / adam


def _decided(pace, ratio):
    """Of all settings in which one of the two arrives: whether momentum sets the pace, and the ratio."""
    pace, ratio = (np.concatenate([values.ravel() for values in by_problem.values()]) for by_problem in (pace, ratio))
    return pace[~np.isnan(ratio)] <= 1, ratio[~np.isnan(ratio)]
