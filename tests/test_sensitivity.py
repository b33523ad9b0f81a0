"""Sensitivity maps: their cells against single runs, and what travels to the page."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from adaptive_lr import SGD, AdaGrad, Adam, Momentum, RMSprop, minimize, problems
from adaptive_lr.explorer import Explorer
from adaptive_lr.explorer.catalogue import RULES, first
from adaptive_lr.explorer.sensitivity import SensitivityMap, sensitivity

PLANE = (problems.beale, problems.plateau, problems.ravine, problems.rosenbrock, problems.rotated_ravine, problems.saddle)


def single(rule, problem, lr, decay, value, steps):
    """The final gap of one run, alone."""
    if decay == "steps":
        trace = minimize(problem, replace(rule, lr=lr), steps=value)
    else:
        trace = minimize(problem, replace(rule, lr=lr, **{decay: value}), steps=steps)
    return np.inf if trace.diverged else trace.gap[-1]


@pytest.mark.parametrize("name", RULES)
def test_every_cell_is_a_single_run(name):
    shown, random = SensitivityMap(first(name), PLANE, steps=40), np.random.default_rng(7)
    (axis,) = shown.axes
    for problem, found in zip(PLANE, shown.table[0], strict=True):
        for _ in range(4):
            row, column = random.integers(found.gaps.shape)
            wanted = single(first(name), problem, shown.maps["rates"]["values"][column], axis.name, axis.values[row], 40)
            assert found.gaps[row, column] == pytest.approx(wanted, rel=1e-6)  # NumPy raises arrays to powers otherwise than numbers, in the last bit


def test_a_run_that_overflows_has_diverged_and_one_that_is_thrown_far_out_has_not():
    """Momentum is thrown off the plateau's basin, to where the loss is 1 and nothing moves; on Rosenbrock its numbers overflow."""
    assert sensitivity(Momentum(), problems.plateau, [10.0], [0.9], 300).item() == pytest.approx(1)
    assert sensitivity(Momentum(), problems.rosenbrock, [0.1, 1e-4], [0.9], 300)[0, 0] == np.inf
    once = minimize(problems.rosenbrock, SGD(0.1), steps=1).gap[1]
    assert sensitivity(SGD(), problems.rosenbrock, [0.1], [1, 100], decay="steps")[:, 0].tolist() == [once, np.inf]


AXES = [(Adam(), "beta2", (0, 0.999)), (RMSprop(), "beta", (0, 0.999)), (AdaGrad(), "eps", (1e-12, 1)), (SGD(), "steps", (1, 100))]


@pytest.mark.parametrize("rule, name, ends", AXES)
def test_the_second_axis_is_what_the_rule_remembers_with(rule, name, ends):
    (axis,) = SensitivityMap(rule, problems.ravine).axes
    assert axis.name == name and (axis.values[0], axis.values[-1]) == ends
    assert set(axis.ticks) <= set(axis.values) and list(axis.values) == sorted(set(axis.values))


def test_another_field_can_be_asked_for():
    (axis,) = SensitivityMap(Adam(), problems.ravine, decay="beta1").axes
    assert axis.name == "beta1" and axis.values[10] == 0.9
    gaps = np.diff(np.log(1 - np.array(axis.values)))
    np.testing.assert_allclose(gaps, np.log(10) / -10, rtol=0.12)  # evenly in log(1 − β), up to the rounding of β


def cells_of(told, codes):
    """What the page makes of a map's text, here by bytes: 90 numbers a decade, and two that are none."""
    high, low = np.frombuffer(base64.b64decode(told), np.uint8).reshape(2, -1)
    whole = (high.astype(int) ^ 128) * 256 - 32768 + low
    return [{codes["worse"]: "worse", codes["diverges"]: "diverges"}.get(code) or f"{(code % 90 + 10) / 10:.1f}e{code // 90:+03d}" for code in whole]


def test_two_digits_of_every_gap_travel():
    rule, shown = Momentum(), SensitivityMap(Momentum(), problems.ravine, steps=100)
    told, (found,) = cells_of(shown.maps["rules"][0]["maps"][0]["cells"], shown.maps["codes"]), shown.table[0]
    start = minimize(problems.ravine, rule, steps=0).gap[0]
    wanted = ["diverges" if gap == np.inf else "worse" if gap > start else f"{max(gap, 1e-16):.1e}" for gap in found.gaps.ravel()]
    assert told == wanted and {"diverges", "worse", "1.0e-16"} < set(told)


def test_a_map_is_small():
    state = SensitivityMap(Adam()).get_state(["maps"])
    assert len(gzip.compress(json.dumps(state).encode())) < 9_000  # thirteen rules on all six problems: less than 120 kB


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"rule": 3}, "rule = 3: an instance of a rule"),
        ({"rule": []}, "rule = "),
        ({"rule": Adam(beta1=[0.1, 0.2])}, "rule = .*Adam.beta1"),
        ({"problems": problems.noisy_ravine}, "problems = "),
        ({"problems": problems.Steady()}, "problems = .*of the plane"),
        ({"problems": []}, "problems = "),
        ({"decay": "beta"}, "decay = 'beta': Adam maps beta1, beta2, eps, steps"),
        ({"decay": "lr"}, "decay = 'lr'"),
        ({"steps": 0}, "steps = 0"),
        ({"steps": 501}, "steps = 501"),
        ({"steps": 2.5}, "steps = 2.5: a whole number"),
        ({"explorer": 3}, "explorer = 3"),
        ({"explorer": Explorer(Adam(), problems.Steady())}, "explorer = .*of the plane"),
    ],
)
def test_a_bad_argument_is_named(wrong, says):
    with pytest.raises(ValueError, match=f"^{says}"):
        SensitivityMap(**({"rule": Adam()} | wrong))


def test_map_and_explorer_begin_with_the_explorers_run():
    explorer = Explorer(AdaGrad(lr=0.3), problems.beale, x0=[2.0, 1.0], steps=77, noise=0.5)
    shown = SensitivityMap([Adam(), SGD()], explorer=explorer)
    for trait in ("rule", "problem", "start", "steps", "noise", "update"):
        assert shown.get_state(trait) == explorer.get_state(trait)


def test_what_the_page_picks_reaches_python():
    shown = SensitivityMap(Adam(), problems.ravine)
    parts = {"rule": {"name": "SGD", "lr": 0.25}, "problem": {"name": "problems.Ravine", "condition": 3}}
    shown.set_state(parts | {"start": [1, 2], "steps": 7, "noise": 0, "update": None})
    assert (shown.rule, shown.problem, shown.start, shown.steps) == (SGD(lr=0.25), problems.Ravine(condition=3), (1.0, 2.0), 7)


def test_the_still_picture_says_which_cell_is_best():
    shown = SensitivityMap(Adam(), [problems.ravine, problems.beale])
    still, (axis,) = shown.still(), shown.axes
    for problem in (problems.ravine, problems.beale):
        gaps = sensitivity(Adam(), problem, shown.maps["rates"]["values"], axis.values)
        row, column = np.unravel_index(gaps.argmin(), gaps.shape)
        where = f"{type(problem).__name__}, {gaps.min():.2g} at η = {shown.maps['rates']['values'][column]:g} and β₂ = {axis.values[row]:g}"
        assert re.search(f'role="img"[^>]*aria-label="[^"]*{re.escape(where)}', still) and still.count(where) == 2
    assert still.startswith("<noscript") and still.count("<image") == 2
