"""Claims 4 to 7, those of the module on AdaGrad."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .. import problems
from ..optimizers import SGD, AdaGrad
from ..runner import Trace, minimize
from ..variants import AdaGradMomentum
from .measures import Given, decades, line, power_of_ten, signed, updates_per_e_fold, updates_to_stay_below
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

# ------------------------------------------------------------------------------------------------------------------- claim 4


@claim(4, "AdaGrad", "AdaGrad moves in proportion along sparse and dense directions.")
def moves_in_proportion() -> Finding:
    """Coordinates that are pulled alike: how far does a rare one get, as a share of the way of one that is always present?

    Seldom: updates see one sample each, and every k-th has the rare feature: a gradient of 1, else 0.
    Small: updates see the whole data set, in which the feature has its share p = 1/k: a gradient of p, always.
    """
    updates, every = 10_000, np.array([1, 2, 5, 10, 20, 50, 100])
    t = np.arange(1, updates + 1)[:, None]
    seldom = np.where(t % every == 0, 1.0, 0.0)
    small = np.ones_like(seldom) / every
    shares = 1 / every[1:]
    gd, adagrad, full_batch = _relative_way(SGD(), seldom), _relative_way(AdaGrad(), seldom), _relative_way(AdaGrad(), small)
    exponent, _ = line(np.log(shares), np.log(adagrad))
    evidence = (
        f"With a gradient in every {every[-1]}th update, a feature gets {gd[-1]:.3f} as far as one that always has a gradient under gradient descent, "
        f"and {adagrad[-1]:.3f} as far under AdaGrad: near √p = {np.sqrt(shares[-1]):.1f}, not 1 (fitted power of p: {exponent:.2f}). "
        f"When every update sees the whole data set, its gradient is small instead of seldom, and it gets {full_batch[-1]:.3f} as far."
    )
    numbers = {"shares": shares, "gd": gd, "adagrad": adagrad, "adagrad_full_batch": full_batch}
    return Finding(*judge_proportion(adagrad, full_batch), evidence, numbers)


def judge_proportion(seldom, small) -> tuple[str, str]:
    """In proportion means: as far as the frequent coordinate, within a tenth, at every share tried."""
    if _all_near_one(seldom) and _all_near_one(small):
        return HOLDS, ""
    if _all_near_one(small):
        return HOLDS_WHEN, "every update sees the whole data set"
    return FAILS, ""


def _all_near_one(ratios):
    return np.all(abs(ratios - 1) < 0.1)


def _relative_way(rule, gradients):
    """The ways of all coordinates but the first, as shares of the first one's."""
    way = minimize(Given(gradients), rule, steps=len(gradients)).x[-1]
    return way[1:] / way[0]


# ------------------------------------------------------------------------------------------------------------------- claim 5


@claim(5, "AdaGrad", "AdaGrad's effective learning rate decays exponentially.")
def rate_decays_exponentially() -> Finding:
    """Two laws, c tᵃ and c eᵇᵗ, are fitted to the late rates in three situations; the one that misses log(rate) by less describes them."""
    updates, rule = 4000, AdaGrad(lr=0.5)
    runs = {
        "steady gradients": minimize(Given(np.ones((updates, 1))), rule, steps=updates),
        "mini-batches of 32": minimize(problems.MiniBatches(problems.sparse_logistic, 32), rule, steps=updates),
        "a ravine without noise": minimize(problems.ravine, rule, steps=updates),
    }
    steady, batches, _ = (fit_decay(run.rate) for run in runs.values())
    powers, worse = batches["power"], batches["exponential misses"] / batches["power misses"]
    settled = " and ".join(f"{rate:.2g}" for rate in runs["a ravine without noise"].rate[-1])
    evidence = (
        f"From update {updates // 10} to {updates:,}, the rate falls like t to the power {signed(steady['power'][0], 2)} under steady gradients. "
        f"The root mean square by which this law misses log(rate) is a rounding error, {power_of_ten(steady['power misses'][0])}; "
        f"the best exponential misses by {steady['exponential misses'][0]:.2f}. "
        f"With mini-batches of 32, the powers of the {len(powers)} weights lie between {signed(powers.min(), 2)} and {signed(powers.max(), 2)}, "
        f"and for {(worse > 1).sum()} of them the best exponential misses by more, {np.median(worse):.1f} times as much at the median. "
        f"On a ravine without noise neither law describes the rate: it settles, at {settled} in the two coordinates."
    )
    return Finding(*judge_decay({name: run.rate for name, run in runs.items()}), evidence, {"runs": runs})


def judge_decay(rates) -> tuple[str, str]:
    """rates: by the name of the situation, (T, d)."""
    exponential = [name for name, rate in rates.items() if law_of_decay(rate) == "exponential"]
    if len(exponential) == len(rates):
        return HOLDS, ""
    if exponential:
        return HOLDS_WHEN, f"the rates are those of {' or of '.join(exponential)}"
    return FAILS, ""


def law_of_decay(rate) -> str:
    """`settled`: no coordinate's rate falls by a hundredth over the last nine tenths of the run. Else the law that misses less, over all coordinates."""
    fit = fit_decay(rate)
    if np.all(fit["fall"] < 1.01):
        return "settled"
    return "exponential" if np.linalg.norm(fit["exponential misses"]) < np.linalg.norm(fit["power misses"]) else "power"


def fit_decay(rate) -> dict:
    """For each coordinate, from a tenth of the run on: the power a of c tᵃ, what each law misses of log(rate), and the factor by which the rate falls."""
    t = np.arange(1, len(rate) + 1)
    late = slice(len(rate) // 10 - 1, None)
    power, power_misses = line(np.log(t[late]), np.log(rate[late]))
    _, exponential_misses = line(t[late], np.log(rate[late]))
    return {"power": power, "power misses": power_misses, "exponential misses": exponential_misses, "fall": rate[late][0] / rate[-1]}


# ------------------------------------------------------------------------------------------------------------------- claim 6


@claim(6, "AdaGrad", "AdaGrad stalls near the minimum, where the history is large and the gradient small.")
def stalls_near_the_minimum() -> Finding:
    """200 updates on the ravine from near the minimum: with and without a history, from there and from a hundred times nearer.

    A history of v = 10,000 is what one earlier gradient of 100 leaves: from (0.1, 0.7) it leads, by a step of η, to (−0.4, 0.2).
    """
    near, nearer = np.array([-0.4, 0.2]), np.array([-0.004, 0.002])
    runs = {
        "no history": _with_history(0, near),
        "one gradient of 10": _with_history(10, near),
        "one gradient of 100": _with_history(100, near),
        "one gradient of 100, start 100 times nearer": _with_history(100, nearer),
    }
    left = {name: run.loss[-1] / run.loss[0] for name, run in runs.items()}
    small_gradients = _with_history(0, nearer)
    verdict = judge_stall(
        neither=left["no history"],
        history=left["one gradient of 100"],
        small_gradients=small_gradients.loss[-1] / small_gradients.loss[0],
        both=left["one gradient of 100, start 100 times nearer"],
    )
    slow = updates_per_e_fold(runs["one gradient of 100"].x[:, 0])
    far = minimize(problems.ravine, AdaGrad(lr=0.5), [-40.0, 20.0], steps=10_000)
    far_slow = updates_per_e_fold(far.x[-1000:, 0])
    evidence = (
        f"From (−0.4, 0.2), 200 updates leave {power_of_ten(left['no history'])} of the loss without a history, "
        f"{power_of_ten(left['one gradient of 10'])} after one earlier gradient of 10 (v = 100), and {left['one gradient of 100']:.1%} after one of 100 "
        f"(v = 10,000), when x₁ takes {slow:.0f} updates to shrink by a factor of e. Small gradients are not the cause: from a hundred times nearer "
        f"to the minimum they are a hundred times smaller, and {left['one gradient of 100, start 100 times nearer']:.1%} is left. "
        f"A long way fills the history too: after a start at (−40, 20), 80 learning rates from the minimum, x₁ takes {far_slow:,.0f} updates for a factor of e."
    )
    return Finding(*verdict, evidence, {"runs": runs, "small gradients": small_gradients, "slow": slow, "far": far, "far slow": far_slow})


def judge_stall(neither, history, small_gradients, both) -> tuple[str, str]:
    """The share of the loss that 200 updates leave in each of the four cases; a run that leaves more than a hundredth has stalled."""
    stalled = tuple(left > 0.01 for left in (neither, history, small_gradients, both))
    conditions = {
        (True, True, True, True): (HOLDS, ""),
        (False, True, False, True): (HOLDS_WHEN, "√v, the root of the history, is large compared with the learning rate times the curvature"),
        (False, False, False, True): (HOLDS_WHEN, "the history is large and the gradient small"),
    }
    return conditions.get(stalled, (FAILS, ""))


def _with_history(gradient, start) -> Trace:
    """200 updates of AdaGrad on the ravine, of which v starts at gradient², as after one earlier gradient of that size in every coordinate."""
    begun = minimize(problems.ravine, AdaGrad(lr=0.5), start, steps=0)
    return replace(begun, state=(np.full(2, gradient**2.0),)).more(200)


# ------------------------------------------------------------------------------------------------------------------- claim 7

ALONG, ACROSS = "ravine along the axes", "ravine turned by 45°"
BETAS = (0.0, 0.5, 0.9, 0.99)  # with β = 0 the rule is AdaGrad
ANGLES = {ALONG: 0, ACROSS: 45}
CONDITIONS = (30, 100, 300)
STARTS = np.array([[-4, 2], [2, -4], [4, 4], [-1, 5], [5, 0.5]])  # in the ravine's own axes


@claim(7, "AdaGrad", "Momentum repairs AdaGrad.")
def momentum_repairs() -> Finding:
    """Updates until 1/10,000 of the loss gap is left for good, with and without momentum, for 61 rates.

    For good: within 500 updates, and up to the end of a run of 1,000.
    A heavy ball's steps become up to 1/(1 − β) times as long, so rates are compared by r = η / (1 − β), the *equivalent* rate.
    """
    rates = np.logspace(-3, 3, 61)
    on_trial = {
        ALONG: turned_ravine(100, 0, STARTS[0]),
        ACROSS: turned_ravine(100, 45, STARTS[0]),
        "Beale's valley": (problems.beale, None),
        "Rosenbrock's valley": (problems.rosenbrock, None),
        "saddle": (problems.saddle, None),
        "sparse logistic regression": (problems.zipf_logistic(samples=200, features=20), None),
    }
    needed = {name: {beta: updates_needed(problem, x0, beta, rates) for beta in BETAS} for name, (problem, x0) in on_trial.items()}
    fewest = _of_each(needed, np.min)
    width = _of_each(needed, lambda updates: decades(rates, updates))
    smallest = _of_each(needed, lambda updates: rates[np.isfinite(updates)].min(initial=np.inf))
    ratios = {name: np.array([with_over_without(*turned_ravine(c, angle, STARTS), rates) for c in CONDITIONS]) for name, angle in ANGLES.items()}
    pairs = _without_and_with(fewest)
    compared = "; ".join(f"{name} {_count(without)} and {_count(momentum)}" for name, (without, momentum) in pairs.items())
    lowered = [name for name, (without, momentum) in _without_and_with(smallest).items() if momentum < without]

    pull = Given(np.ones((10_000, 1)))
    way, heavy_way = (minimize(pull, rule, steps=10_000).x[:, 0] for rule in (AdaGrad(), AdaGradMomentum(beta=0.9)))
    evidence = (
        f"Fewest updates without and with momentum, at the best rate and the best β: {compared}. "
        f"From {len(STARTS)} starts at {len(CONDITIONS)} condition numbers each, momentum multiplies the fewest by {ratios[ACROSS].max():.2f} at most "
        f"on the turned ravine, and by {ratios[ALONG].min():.1f} at least on the one along the axes. "
        f"The smallest equivalent rate that succeeds is smaller with momentum on {len(lowered)} of the {len(needed)} problems{_listed(lowered)}. "
        f"The rate falls as before: under a steady gradient, momentum with β = 0.9 goes {heavy_way[-1] / way[-1]:.1f} times as far, "
        f"as a rate ten times larger would, and then needs four times as many updates for {heavy_way[-1] / heavy_way[2500]:.1f} times the way "
        f"(without momentum: {way[-1] / way[2500]:.1f} times)."
    )
    others = {name: momentum / without for name, (without, momentum) in pairs.items() if name not in ratios}
    numbers = {"rates": rates, "needed": needed, "fewest": fewest, "decades": width, "smallest": smallest, "ratios": ratios | others}
    return Finding(*judge_momentum(ratios | others), evidence, numbers)


def judge_momentum(ratios) -> tuple[str, str]:
    """Momentum helps on a problem where it saves a quarter of the updates from every start, and at every condition number tried.

    ratios: by problem, the fewest updates with momentum over those without.
    """
    helps = {name: np.all(ratio < 0.75) for name, ratio in ratios.items()}
    if all(helps.values()):
        return HOLDS, ""
    if helps[ACROSS] and np.all(ratios[ALONG] >= 0.75):
        return HOLDS_WHEN, "the valley runs across the coordinates"
    return FAILS, ""


def turned_ravine(condition, angle, start):
    """The ravine and the start (…, 2), both turned by the angle."""
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return problems.RotatedRavine(condition, angle), start @ np.array([[c, s], [-s, c]])


def updates_needed(problem, x0, beta, rates):
    """For each equivalent rate (and each start, (…, 2)); the runs go side by side."""
    lr = (1 - beta) * rates.reshape(-1, *[1] * max(1, np.ndim(x0)))
    trace = minimize(problem, AdaGradMomentum(lr=lr, beta=beta), x0, steps=1000)
    return updates_to_stay_below(trace.gap, 1e-4 * trace.gap[0], within=500)


def with_over_without(problem, x0, rates):
    """The fewest updates with momentum, at the best rate and the best β, over the fewest without: one number for each start."""
    fewest = {beta: updates_needed(problem, x0, beta, rates).min(axis=0) for beta in BETAS}
    return np.min([n for beta, n in fewest.items() if beta > 0], axis=0) / fewest[0.0]


def _of_each(needed, measure):
    """One number in the place of each array of updates needed."""
    return {name: {beta: measure(updates) for beta, updates in by_beta.items()} for name, by_beta in needed.items()}


def _without_and_with(by_problem):
    """By problem: the number at β = 0, and the smallest of those with momentum."""
    return {name: (by_beta[0.0], min(n for beta, n in by_beta.items() if beta > 0)) for name, by_beta in by_problem.items()}


def _count(updates):
    return f"{updates:.0f}" if np.isfinite(updates) else "more than 500"


def _listed(names):
    return f" ({', '.join(names)})" if names else ""
