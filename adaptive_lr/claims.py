"""The lecture notes' claims on trial: each gets an experiment, numbers, and a verdict that follows from the numbers.

    finding = claims.try_claim(5)
    finding.verdict, finding.evidence, finding.numbers

The numbering is that of the whole course. A claim's function runs the experiment and judges it; the chapters plot
`numbers`, the tests ask that the verdict still stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import problems
from .optimizers import SGD, AdaGrad
from .runner import minimize
from .variants import AdaGradMomentum

HOLDS, HOLDS_WHEN, FAILS = "holds", "holds when", "fails"


@dataclass(frozen=True)
class Finding:
    """A verdict, the sentences of evidence with their numbers in them, and the numbers themselves.

    `verdict` is HOLDS, FAILS, or HOLDS_WHEN, and then `condition` says when.
    """

    verdict: str
    evidence: str
    numbers: dict
    condition: str = ""

    def __str__(self):
        return f"{self.verdict} {self.condition}".strip() + f". {self.evidence}"


@dataclass(frozen=True)
class Claim:
    """What the notes say (in our words), in which module, and the experiment that tries it."""

    number: int
    module: str
    says: str
    experiment: Callable[[], Finding]


CLAIMS: dict[int, Claim] = {}


def claim(number: int, module: str, says: str):
    def register(experiment):
        CLAIMS[number] = Claim(number, module, says, experiment)
        return experiment

    return register


def try_claim(number: int) -> Finding:
    """Run the experiment of one claim. Seeded: the same numbers every time."""
    if number not in CLAIMS:
        raise KeyError(f"claim {number}: those on trial so far are {sorted(CLAIMS)}")
    return CLAIMS[number].experiment()


@claim(4, "AdaGrad", "AdaGrad moves in proportion along sparse and dense directions.")
def adagrad_moves_in_proportion() -> Finding:
    """Two coordinates with equal pull; one has a gradient at every update, the other in a share p of them.

    GD travels p times as far along the rare one. AdaGrad: Σ 1/√k over its firings, so √p times as far. Only when each
    update sees the whole data set, and the rare gradient is small instead of seldom, is AdaGrad's ratio 1.
    """
    shares = np.array([0.5, 0.2, 0.1, 0.05, 0.02, 0.01])
    fires = np.random.default_rng(0).random((4000, len(shares))) < shares
    seldom = {rule: _travel(rule, -fires.astype(float)) / _travel(rule, -np.ones_like(fires, float)) for rule in (SGD(), AdaGrad())}
    small = _travel(AdaGrad(), -np.tile(shares, (4000, 1))) / _travel(AdaGrad(), -np.ones_like(fires, float))
    gd, adagrad = seldom.values()
    slope = _slope(np.log(shares), np.log(adagrad))
    small_is_equal = np.ptp(small) < 0.01
    verdict = HOLDS if slope < 0.05 and small_is_equal else HOLDS_WHEN if small_is_equal else FAILS
    evidence = (
        f"A feature present in 1% of the mini-batches travels {gd[-1]:.3f} of the frequent one's way under GD and {adagrad[-1]:.3f} under "
        f"AdaGrad: √p (fitted exponent {slope:.2f}), not 1. With full batches, where its gradient is small at every update, the ratio is {small[-1]:.2f}."
    )
    numbers = {"shares": shares, "gd": gd, "adagrad": adagrad, "adagrad_full_batch": small, "slope": slope}
    return Finding(verdict, evidence, numbers, condition="every update sees the whole data set")


@claim(5, "AdaGrad", "AdaGrad's effective learning rate decays exponentially.")
def adagrad_rate_decays_exponentially() -> Finding:
    """The rate under steady gradients, under mini-batch noise, and on a noise-free ravine, on which gradients vanish."""
    updates, rule = 4000, AdaGrad(lr=0.5)
    steady, _ = _run(rule, np.zeros(1), lambda x: np.ones(1), updates)
    rng, whole = np.random.default_rng(0), problems.sparse_logistic
    noisy, _ = _run(rule, whole.start, lambda x: whole.batch(rng.choice(len(whole.labels), 32, replace=False)).grad(x), updates)
    ravine = minimize(problems.ravine, rule, steps=updates).rate
    t = np.arange(1, updates + 1)
    late = slice(updates // 10, None)
    slopes = {name: _slope(np.log(t[late]), np.log(rate[late, 0])) for name, rate in (("steady", steady), ("noisy", noisy), ("ravine", ravine))}
    power_law = all(abs(slopes[name] + 0.5) < 0.05 for name in ("steady", "noisy")) and abs(slopes["ravine"]) < 0.01
    verdict = FAILS if power_law else HOLDS_WHEN
    evidence = (
        f"On log–log axes the rate falls with slope −{-slopes['steady']:.3f} for steady gradients and −{-slopes['noisy']:.3f} with mini-batches: like 1/√t, "
        f"a power. On the noise-free ravine it does not fall to zero at all: it settles at {ravine[-1, 0]:.4f} (slope {abs(slopes['ravine']):.3f})."
    )
    return Finding(verdict, evidence, {"t": t, "steady": steady[:, 0], "noisy": noisy[:, 0], "ravine": ravine[:, 0], "slopes": slopes})


@claim(6, "AdaGrad", "AdaGrad stalls near the minimum, where the history is large and the gradient small.")
def adagrad_stalls() -> Finding:
    """Run 200 updates; then go on from there twice, once with the history and once with it forgotten."""
    rule, half, numbers = AdaGrad(lr=0.5), 200, {}
    for name, scale in (("near", 1.0), ("far", 10.0)):
        remembering = minimize(problems.ravine, rule, scale * np.array(problems.ravine.start), steps=2 * half)
        forgetting = minimize(problems.ravine, rule, remembering.x[half], steps=half)
        numbers[name] = {"remembering": remembering.loss, "forgetting": forgetting.loss}
    left = {name: run["remembering"][half] / run["remembering"][0] for name, run in numbers.items()}
    gain = numbers["far"]["remembering"][-1] / numbers["far"]["forgetting"][-1]
    stalls = {"near": left["near"] > 1e-3, "far": left["far"] > 1e-3 and gain > 2}
    verdict = {(True, True): HOLDS, (False, True): HOLDS_WHEN}.get((stalls["near"], stalls["far"]), FAILS)
    evidence = (
        f"Started at the usual distance, AdaGrad has {left['near']:.1g} of its loss left after 200 updates: no stall. Started ten times farther, so that the first "
        f"gradients are ten times larger, {left['far']:.0%} is left; forgetting the history there makes the loss after 200 more updates {gain:.1f} times smaller."
    )
    return Finding(verdict, evidence, numbers | {"left": left, "gain": gain}, condition="the first gradients were large for the rate")


@claim(7, "AdaGrad", "Momentum repairs AdaGrad.")
def momentum_repairs_adagrad() -> Finding:
    """Updates until 1/10,000 of the loss gap is left, for 46 rates side by side, with and without momentum."""
    rates, steps, numbers = np.logspace(-3, 1.5, 46), 500, {}
    for name, problem, x0 in (
        ("ravine", problems.ravine, None),
        ("ravine, far start", problems.ravine, [-40.0, 20.0]),
        ("saddle", problems.saddle, None),
        ("sparse logistic", problems.sparse_logistic, None),
    ):
        numbers[name] = {
            rule.__name__: _updates_needed(minimize(problem, rule(lr=rates[:, None]), x0, steps), tolerance=1e-4)
            for rule in (AdaGrad, AdaGradMomentum)
        }
    best = {name: [np.nanmin(n) for n in runs.values()] for name, runs in numbers.items()}
    reach = {name: [np.mean(np.isfinite(n)) for n in runs.values()] for name, runs in numbers.items()}
    wider = all(with_momentum > without for without, with_momentum in reach.values())
    faster = [name for name, (without, with_momentum) in best.items() if with_momentum < without]
    verdict = HOLDS if wider and len(faster) == len(best) else HOLDS_WHEN if wider else FAILS
    evidence = (
        f"With momentum the goal is reached for {np.mean([b for _, b in reach.values()]):.0%} of the rates tried instead of {np.mean([a for a, _ in reach.values()]):.0%}; part of "
        f"that is only that β = 0.9 makes steps up to ten times as long. With each rule at its own best rate, momentum is faster on {len(faster)} of {len(best)} problems: on the sparse logistic "
        f"regression it needs {best['sparse logistic'][1]:.0f} updates instead of {best['sparse logistic'][0]:.0f}. The denominator shrinks the rate as before."
    )
    numbers = {"rates": rates, "updates": numbers, "best": best, "reach": reach}
    return Finding(verdict, evidence, numbers, condition="one counts the learning rates that succeed")


def _run(rule, x, gradient, updates):
    """Follow a gradient that `minimize` cannot know (given, or a new mini-batch each time): all rates, and the last x."""
    state, rates = rule.init(x), []
    for t in range(1, updates + 1):
        direction, rate, state = rule.step(t, rule.lr, gradient(x), state)
        x = x - rate * direction
        rates.append(np.broadcast_to(rate, x.shape))
    return np.array(rates), x


def _travel(rule, gradients):
    """How far a rule goes along each coordinate when the gradients are these, whatever x is."""
    following = iter(gradients)
    return _run(rule, np.zeros(gradients.shape[1]), lambda x: next(following), len(gradients))[1]


def _slope(x, y):
    return float(np.polyfit(x, y, 1)[0])


def _updates_needed(trace, tolerance):
    """The first update after which the gap to the minimum is below `tolerance` times the first gap; NaN where none is."""
    return trace.updates_until(tolerance * trace.gap[0])
