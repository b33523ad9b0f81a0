"""The explorer's settings, read and set from Python: what is taken, what is refused, and what stays."""

from __future__ import annotations

from dataclasses import fields

import ipywidgets as W
import numpy as np
import pytest
import traitlets
from test_explorer_parity import PLANES, RULES

from adaptive_lr import SGD, AdaGrad, Momentum, minimize, problems
from adaptive_lr.explorer import Explorer
from adaptive_lr.problems import Ravine


def test_traits_are_read_and_set_from_python():
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, versus=SGD(lr=0.05), x0=[1.0, -1.0], steps=10)
    assert (explorer.rule_lr, explorer.versus_lr, explorer.problem_condition, explorer.steps, explorer.start) == (0.5, 0.05, 20.0, 10, (1.0, -1.0))
    explorer.rule_lr, explorer.problem_condition, explorer.show_versus = 1 / 3, 5, False
    assert (explorer.rule, explorer.versus, explorer.problem) == (AdaGrad(lr=1 / 3), None, Ravine(5.0))
    explorer.start, explorer.steps = np.array([2, 1]), np.int64(12)
    (trace,) = explorer.traces
    assert np.array_equal(trace.x, minimize(Ravine(5.0), AdaGrad(lr=1 / 3), [2.0, 1.0], 12).x)


@pytest.mark.parametrize(
    "name, value, would_do",
    [
        *(("rule_lr", 0, "> 0"), ("rule_lr", -1.0, "> 0"), ("rule_lr", np.inf, "finite"), ("rule_lr", np.nan, "finite"), ("rule_lr", 10**400, "finite")),
        *(("rule_lr", "0.5", "number"), ("rule_lr", True, "number"), ("rule_lr", None, "number"), ("rule_lr", [0.1, 0.2], "one finite number")),
        *(("rule_eps", 0.0, "> 0"), ("versus_beta", 1.0, r"in \[0, 1\)"), ("versus_beta", -0.1, r"in \[0, 1\)"), ("problem_condition", 0.0, "> 0")),
        *(("steps", 0, "from 1 to 500"), ("steps", 501, "from 1 to 500"), ("steps", 7.5, "whole"), ("steps", True, "whole"), ("steps", "7", "whole")),
        *(("start", value, "two finite numbers") for value in ([np.nan, 1.0], [1.0], [1.0, 2.0, 3.0], 1.0, "ab", None, [[1.0], [2.0, 3.0]])),
        *(("show_versus", 1, "True or False"), ("show_versus", None, "True or False")),
    ],
)
def test_a_bad_value_is_refused_by_name_and_the_old_one_stays(name, value, would_do):
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, versus=Momentum(lr=0.05))
    old = {trait: getattr(explorer, trait) for trait in explorer.children[1].initial}
    with pytest.raises(traitlets.TraitError) as refused:
        setattr(explorer, name, value)
    assert str(refused.value).startswith(f"{name} = {value!r}: ")
    refused.match(would_do)
    assert old == {trait: getattr(explorer, trait) for trait in old}
    shown = [control.value for group in explorer.children[0].children for control in group.children if not isinstance(control, W.HTML)]
    assert sorted(map(float, shown)) == sorted(map(float, (value for trait, value in old.items() if trait != "start")))


def test_a_second_rule_that_is_not_there_cannot_be_shown():
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine)
    with pytest.raises(traitlets.TraitError, match="show_versus = True: there is no second rule"):
        explorer.show_versus = True
    assert explorer.versus is None


def test_a_value_beyond_its_slider_widens_it():
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, versus=Momentum(lr=0.05))
    rate, decay = explorer.children[0].children[0].children[1], explorer.children[0].children[1].children[2]
    for explorer.rule_lr, explorer.versus_beta in [(50, 0.9995), (1e-300, 0.0), (5e-324, 0.999)]:
        assert (rate.value, decay.value) == (explorer.rule_lr, explorer.versus_beta)
        assert (explorer.rule.lr, explorer.versus.beta) == (rate.value, decay.value)


@pytest.mark.parametrize("plane", PLANES.values(), ids=PLANES)
@pytest.mark.parametrize("rule", RULES)
def test_both_ends_of_every_slider_are_taken(rule, plane):
    explorer = Explorer(rule(), plane)
    for group in explorer.children[0].children:
        for control in group.children:
            if isinstance(control, W.HTML):
                continue
            for end in (control.min, control.max):
                control.value = control.base**end if isinstance(control, W.FloatLogSlider) else end
    for part in (explorer.rule, explorer.problem):
        assert all(np.isfinite(getattr(part, field.name)) for field in fields(part))


@pytest.mark.parametrize(
    "arguments, named",
    [
        (dict(problem=problems.sparse_logistic), "problem = LogisticRegression"),
        (dict(rule=AdaGrad(lr=lambda t: 0.1)), "AdaGrad.lr = "),
        (dict(rule=SGD(lr=np.array([0.1, 0.2]))), "SGD.lr = "),
        (dict(rule=SGD(lr=0.0)), "SGD.lr = 0.0: "),
        (dict(x0=[1.0]), "x0 = "),
        (dict(x0=[1.0, np.nan]), "x0 = "),
        (dict(steps=0), "steps = 0: "),
        (dict(steps=1.5), "steps = 1.5: "),
        (dict(steps=501), "steps = 501: "),
    ],
)
def test_wrong_arguments_are_named(arguments, named):
    with pytest.raises(ValueError) as refused:
        Explorer(**{"rule": AdaGrad(), "problem": problems.ravine} | arguments)
    assert str(refused.value).startswith(named)
