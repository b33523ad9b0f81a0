"""Claim 1, that of the notes' introduction: one fixed rate, and rates that adapt."""

from __future__ import annotations

import numpy as np

from .. import problems
from ..optimizers import SGD, AdaGrad, Adam, RMSprop
from ..problems import Problem
from ..runner import minimize
from .measures import Rescaled, updates_to_stay_below
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

RATES = np.logspace(-5, 3, 97)
STARTS = np.random.default_rng(0).uniform((-5, -3), (5, 3), (5, 2))
WITHIN, GOAL = 1000, 1e-4
FIXED, ADAPTIVE = SGD, (AdaGrad, RMSprop, Adam)


PLAIN = "the ravine as it is"
STEEPER, HIGHER, LOWER = "ten times as steep across", "loss × 100", "loss ÷ 100"
TURNED, LONGER = "as steep, and turned by 45°", "weights × 100"
CHANGES = {
    PLAIN: problems.Ravine(20.0),
    STEEPER: problems.Ravine(200.0),
    HIGHER: Rescaled(problems.Ravine(20.0), height=100.0),
    LOWER: Rescaled(problems.Ravine(20.0), height=0.01),
    TURNED: problems.RotatedRavine(200, 45),
    LONGER: Rescaled(problems.Ravine(20.0), length=100.0),
}
EASY = (STEEPER, HIGHER, LOWER)


@claim(1, "Gradient descent", "One fixed rate converges slowly or diverges where curvature varies; adaptive rates need no retuning.")
def one_rate_for_all() -> Finding:
    """Each rule's rate is tuned on a ravine, from five starts. Then the ravine changes.

    Is the gap below 1/10,000 for good within 1,000 updates, at the old rate, and at a new one?
    """
    rules = (FIXED, *ADAPTIVE)
    needed = {name: {rule.__name__: updates_needed(problem, rule) for rule in rules} for name, problem in CHANGES.items()}
    tuned = {rule: int(np.argmin(counts)) for rule, counts in needed[PLAIN].items()}
    kept = {name: {rule: float(counts[tuned[rule]]) for rule, counts in by_rule.items()} for name, by_rule in needed.items()}
    anew = {name: {rule: float(counts.min()) for rule, counts in by_rule.items()} for name, by_rule in needed.items()}
    arrives = {name: {rule: np.isfinite(count) for rule, count in by_rule.items()} for name, by_rule in kept.items()}
    adaptive = [rule.__name__ for rule in ADAPTIVE]
    lost = [name for name in CHANGES if not arrives[name]["SGD"]]
    all_of_them = [name for name in CHANGES if name != PLAIN and all(arrives[name][rule] for rule in adaptive)]
    anew_longer = anew[LONGER]
    evidence = (
        f"At the rate that is best on the ravine, gradient descent needs {kept[PLAIN]['SGD']:.0f} updates there, and of five changed ravines it fails on "
        f"{len(lost)}: {', '.join(lost)}. With a new rate for each it needs {anew[STEEPER]['SGD']:.0f} updates on the steeper ravine. AdaGrad, RMSprop and "
        f"Adam keep their rates and all three arrive on {len(all_of_them)} of the five: {', '.join(all_of_them)}; on the steeper one in "
        f"{', '.join(f'{kept[STEEPER][rule]:.0f}' for rule in adaptive)} updates. With the weights a hundred times as large, "
        f"{sum(arrives[LONGER][rule] for rule in adaptive)} of the three arrive at the old rate; at a new one, gradient descent's 10,000 times and theirs "
        f"about 100 times as large, RMSprop needs {anew_longer['RMSprop']:.0f} updates again and Adam {anew_longer['Adam']:.0f}."
    )
    return Finding(*judge_rates(arrives), evidence, {"rates": RATES, "needed": needed, "kept": kept, "anew": anew, "tuned": tuned})


def judge_rates(arrives) -> tuple[str, str]:
    """By situation and rule: does it arrive at the rate tuned on the plain ravine?"""
    adaptive = {name: all(by_rule[rule.__name__] for rule in ADAPTIVE) for name, by_rule in arrives.items()}
    fixed_fails = not any(arrives[name]["SGD"] for name in EASY)
    if not fixed_fails or not all(adaptive[name] for name in EASY):
        return FAILS, ""
    missed = {LONGER: "the weights keep their unit", TURNED: "the valley keeps to the coordinates"}
    conditions = [condition for name, condition in missed.items() if not adaptive[name]]
    return (HOLDS_WHEN, " and ".join(conditions)) if conditions else (HOLDS, "")


def updates_needed(problem: Problem, rule) -> np.ndarray:
    """For each of RATES, the updates until the gap stays below GOAL of the first, from the slowest of STARTS, so that no rule wins by a lucky jump."""
    starts = np.broadcast_to(getattr(problem, "length", 1.0) * STARTS[:, None], (len(STARTS), len(RATES), 2))
    gap = minimize(problem, rule(lr=RATES[:, None]), starts, steps=WITHIN + 50).gap
    return updates_to_stay_below(gap, GOAL * gap[0], within=WITHIN).max(axis=0)
