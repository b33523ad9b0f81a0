"""Claim 11, that of the module on AdaDelta: three statements in one, tried apart and then judged together."""

from __future__ import annotations

import numpy as np

from ..optimizers import SGD, AdaDelta, RMSprop
from ..problems import Problem
from ..rule import Array, Rule
from ..runner import minimize
from .measures import LANDSCAPES, Rescaled, decades, updates_to_stay_below
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

NO_RATE, ROBUST, FEWER = "it needs no learning rate", "it is robust to β", "it needs fewer iterations"

UNITS = np.logspace(-2, 2, 17)  # the parameters' numbers are so many times as large
RATES = np.logspace(-3, 2, 26)
KNOB = np.array([1, 2, 4, 10, 20])  # how far a setting is turned: twentyfold
MEMORIES = 5 * KNOB  # 1 / (1 − β), in updates
WITHIN = 2000


@claim(11, "AdaDelta", "AdaDelta needs no learning rate, is robust to β, and needs fewer iterations.")
def needs_nothing_chosen() -> Finding:
    """Updates until 1/100 of the loss gap is left for good, up to the end of a run of 3,000 and within 2,000 of them, on six problems.

    No learning rate: the same settings in other units of the parameters, AdaDelta's defaults beside RMSprop at its best η in unit 1.
    Robust: a memory 1/(1 − β) of 5 to 100 updates, beside a twentyfold √ε, and a twentyfold η of RMSprop about its best.
    Fewer: AdaDelta at its defaults and at its best √ε, against gradient descent and RMSprop at their best η.
    """
    in_units, turned, fewest = {}, {}, {}
    for name, problem in LANDSCAPES.items():
        needed = {rule: updates_needed(problem, rule(RATES[:, None])) for rule in (SGD, RMSprop)}
        best = RATES[needed[RMSprop].argmin()]
        rescaled = Rescaled(problem, length=UNITS[:, None])
        in_units[name] = {"AdaDelta": updates_needed(rescaled, AdaDelta()), "RMSprop": updates_needed(rescaled, RMSprop(best))}
        around = (KNOB / np.sqrt(KNOB[-1]))[:, None]
        knobs = {"β": AdaDelta(beta=(1 - 1 / MEMORIES)[:, None]), "√ε": AdaDelta(eps=1e-6 * around**2), "η of RMSprop": RMSprop(best * around)}
        turned[name] = {knob: updates_needed(problem, rule) for knob, rule in knobs.items()}
        fewest[name] = {
            "AdaDelta": updates_needed(problem, AdaDelta()).item(),
            "AdaDelta, best ε": updates_needed(problem, AdaDelta(eps=np.logspace(-10, 0, 21)[:, None])).min(),
            "gradient descent, best η": needed[SGD].min(),
            "RMSprop, best η": needed[RMSprop].min(),
            "RMSprop": updates_needed(problem, RMSprop()).item(),
        }
    windows = {name: {rule: decades(UNITS, counts) for rule, counts in by_rule.items()} for name, by_rule in in_units.items()}
    spread = {name: {knob: largest_ratio(counts) for knob, counts in by_knob.items()} for name, by_knob in turned.items()}
    parts = {NO_RATE: judge_no_rate(in_units, windows), ROBUST: judge_robust({n: s["β"] for n, s in spread.items()}), FEWER: judge_fewer(fewest)}

    narrower = [name for name, width in windows.items() if width["AdaDelta"] < width["RMSprop"]]
    betas, steps = ([s[knob] for s in spread.values() if np.isfinite(s["β"])] for knob in ("β", "√ε"))
    times = [f["AdaDelta"] / min(f["gradient descent, best η"], f["RMSprop, best η"]) for f in fewest.values()]
    arrived = [ratio for ratio in times if np.isfinite(ratio)]
    ours, others = (_range([width[rule] for width in windows.values()], 2) for rule in ("AdaDelta", "RMSprop"))
    evidence = (
        f"No learning rate: {_in_words(parts[NO_RATE])}. Over four decades of units, AdaDelta's defaults arrive in a window of {ours} decades "
        f"and one η of RMSprop in {others}; AdaDelta's window is the narrower on {len(narrower)} of {len(windows)} problems. "
        f"Robust to β: {_in_words(parts[ROBUST])}. A memory of 5 to 100 updates changes the updates needed by factors of "
        f"{_range(betas, 1)} on the {len(betas)} problems where the defaults arrive; a twentyfold √ε by {min(steps):.1f} at least, and on "
        f"{np.isinf(steps).sum()} of them some ε do not arrive. Fewer iterations: {_in_words(parts[FEWER])}. "
        f"AdaDelta's defaults take {_range(arrived, 0)} times as many as the better of gradient descent and RMSprop at their best rates, "
        f"and do not arrive on {len(times) - len(arrived)} problem{'s' if len(times) - len(arrived) != 1 else ''}."
    )
    numbers = {"in units": in_units, "windows": windows, "turned": turned, "spread": spread, "fewest": fewest, "parts": parts}
    return Finding(*judge_together(parts), evidence, numbers)


def updates_needed(problem: Problem, rule: Rule) -> Array:
    gap = minimize(problem, rule, getattr(problem, "begin", None), steps=3 * WITHIN // 2).gap
    return updates_to_stay_below(gap, gap[0] / 100, WITHIN)


def largest_ratio(counts: Array) -> float:
    """Of the most updates to the fewest; infinite where some settings do not arrive."""
    return float(counts.max() / counts.min()) if np.isfinite(counts).all() else np.inf


def judge_no_rate(in_units, windows) -> tuple[str, str]:
    """None is needed if the unit does not matter: no unit takes twice as many updates as another. It matters less than to RMSprop if every window is wider."""
    if all(largest_ratio(counts["AdaDelta"]) < 2 for counts in in_units.values()):
        return HOLDS, ""
    if all(width["AdaDelta"] > width["RMSprop"] for width in windows.values()):
        return HOLDS_WHEN, "the scale of the parameters is roughly known"
    return FAILS, ""


def judge_robust(spread) -> tuple[str, str]:
    """Robust: a memory twenty times as long changes the updates needed by less than a factor of 3. Where no β arrives there is nothing to judge."""
    robust = {name: ratio < 3 for name, ratio in spread.items() if np.isfinite(ratio)}
    if robust and all(robust.values()):
        return HOLDS, ""
    if any(robust.values()):
        return HOLDS_WHEN, f"the problem is {' or '.join(name for name, is_robust in robust.items() if is_robust)}"
    return FAILS, ""


def judge_fewer(fewest) -> tuple[str, str]:
    """Fewer at the defaults than gradient descent and RMSprop at their best rates; or at least fewer once ε is chosen too."""
    for ours, verdict in (("AdaDelta", (HOLDS, "")), ("AdaDelta, best ε", (HOLDS_WHEN, "ε is chosen, as the others' learning rates are"))):
        if all(count[ours] < min(count["gradient descent, best η"], count["RMSprop, best η"]) for count in fewest.values()):
            return verdict
    return FAILS, ""


def judge_together(parts) -> tuple[str, str]:
    """A claim of several statements holds where all of them do."""
    verdicts = {verdict for verdict, _ in parts.values()}
    if FAILS in verdicts:
        return FAILS, ""
    return (HOLDS, "") if verdicts == {HOLDS} else (HOLDS_WHEN, ", and ".join(condition for _, condition in parts.values() if condition))


def _in_words(part):
    return " ".join(part).strip()


def _range(values, digits):
    lowest, highest = f"{min(values):.{digits}f}", f"{max(values):.{digits}f}"
    return lowest if lowest == highest else f"{lowest} to {highest}"
