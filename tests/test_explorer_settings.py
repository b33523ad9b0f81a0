"""The explorer's traits, read and set from Python: what is taken, what is refused, and what stays."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
import traitlets

from adaptive_lr import SGD, AdaGrad, Adam, CosineAnnealing, Momentum, StepDecay, Warmup, minimize, problems
from adaptive_lr.explorer import Explorer
from adaptive_lr.explorer.catalogue import CLASSES, PROBLEMS, RULES, field_of, first, from_json, to_json
from adaptive_lr.problems import Noisy, Ravine
from adaptive_lr.rule import Rule


def test_traits_are_read_and_set_from_python():
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, second=SGD(lr=0.05), x0=[1.0, -1.0], steps=10)
    assert (explorer.rule, explorer.second, explorer.third, explorer.problem) == (AdaGrad(lr=0.5), SGD(lr=0.05), None, Ravine(20.0))
    assert (explorer.start, explorer.steps, explorer.noise, explorer.update) == ((1.0, -1.0), 10, 0.0, None)
    explorer.rule, explorer.problem, explorer.second = Adam(lr=1 / 3), Ravine(5.0), None
    explorer.start, explorer.steps, explorer.noise = np.array([2, 1]), np.int64(12), 0.25
    (trace,) = explorer.traces
    assert np.array_equal(trace.x, minimize(Noisy(Ravine(5.0), 0.25), Adam(lr=1 / 3), [2.0, 1.0], 12).x)


@pytest.mark.parametrize("name", ["x0", "rul"])
def test_a_trait_that_is_not_there_is_refused(name):
    with pytest.raises(AttributeError, match=f"^{name} = 3: an explorer has rule, .*start"):
        setattr(Explorer(AdaGrad(lr=0.5), problems.ravine), name, 3)


def test_a_change_is_heard():
    explorer, heard = Explorer(AdaGrad(lr=0.5), problems.ravine), []
    explorer.observe(lambda change: heard.append((change["name"], change["new"])), ["rule", "steps"])
    explorer.rule, explorer.steps = replace(explorer.rule, lr=0.25), 7
    assert heard == [("rule", AdaGrad(lr=0.25)), ("steps", 7)]


def test_what_the_page_sets_reaches_python():
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine)
    explorer.set_state({"rule": {"name": "Adam", "lr": {"name": "StepDecay", "lr0": 0.1, "gamma": 0.5, "tau": 7}, "beta1": 0.8, "beta2": 0.99, "eps": 1e-8}})
    explorer.set_state({"second": {"name": "SGD", "lr": 0.3}, "problem": {"name": "problems.Saddle"}, "start": [0.5, 1], "update": 3})
    assert explorer.rule == Adam(lr=StepDecay(0.1, 0.5, 7), beta1=0.8, beta2=0.99)
    assert (explorer.second, explorer.problem, explorer.start, explorer.update) == (SGD(lr=0.3), problems.saddle, (0.5, 1.0), 3)


@pytest.mark.parametrize("name", CLASSES)
def test_every_part_of_the_catalogue_comes_back_from_the_page_as_it_was(name):
    made = first(name)
    assert from_json(to_json(made), {}) == made and to_json(made)["name"] == name


@pytest.mark.parametrize(
    "name, value, would_do",
    [
        *(("rule", value, "an instance of a rule") for value in (3, "AdaGrad", AdaGrad, None, problems.ravine)),
        *(("rule", SGD(lr=value), "one finite number") for value in (np.array([0.1, 0.2]),)),
        ("rule", SGD(lr=lambda t: 0.1), "no functions of your own"),
        ("problem", SGD(), "an instance of a problem"),
        ("problem", problems.sparse_logistic, "two coordinates|one finite number"),
        ("problem", problems.noisy_ravine, "set its trait noise"),
        *(("steps", value, "from 1 to 500") for value in (0, 501, -3)),
        *(("steps", value, "whole") for value in (7.5, True, "7", None)),
        *(("start", value, "two finite numbers") for value in ([np.nan, 1.0], [1.0], [1.0, 2.0, 3.0], 1.0, "ab", None, [[1.0], [2.0, 3.0]], [10**400, 0])),
        *(("noise", value, wanted) for value, wanted in ((-0.1, "≥ 0"), (np.nan, "finite"), ("much", "finite number"), (None, "finite"))),
        *(("update", value, wanted) for value, wanted in ((-1, "≥ 0"), (1.5, "whole"), ("last", "finite"))),
        ("panels", ("rate", "lost"), "there is no panel 'lost'"),
        ("panels", 3, "names of panels"),
    ],
)
def test_a_bad_value_is_refused_by_name_and_the_old_one_stays(name, value, would_do):
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, second=Momentum(lr=0.05))
    old = {trait: getattr(explorer, trait) for trait in explorer.initial}
    with pytest.raises(traitlets.TraitError) as refused:
        setattr(explorer, name, value)
    assert str(refused.value).startswith(f"{name} = ")
    refused.match(would_do)
    assert old == {trait: getattr(explorer, trait) for trait in old}


@pytest.mark.parametrize("name", [*RULES, *PROBLEMS])
def test_both_ends_of_every_slider_are_taken(name):
    made = first(name)
    for field in fields(made):
        value = getattr(made, field.name)
        described = field_of(type(made), field.name, value)
        for end in (described.low, described.high):
            changed = replace(made, **{field.name: 10.0**end if described.log else int(end) if described.whole else float(end)})
            assert from_json(to_json(changed), {}) == changed


@pytest.mark.parametrize("name", CLASSES)
def test_the_bounds_that_the_page_is_told_are_those_that_the_classes_check(name):
    made = first(name)
    for field in fields(made):
        if isinstance(value := getattr(made, field.name), (int, float)):
            described = field_of(type(made), field.name, value)
            for number in (-1.0, -1e-9, 0.0, 1e-9, 0.5, 0.9999, 1.0, 1.5, 2.0, 1000.0):
                if described.floor or described.whole and number != int(number):
                    continue
                try:
                    replace(made, **{field.name: int(number) if described.whole else number})
                    taken = True
                except ValueError as error:
                    taken = "at least lr_min" in str(error)  # the page moves the lower one along
                least, most = described.least, described.most
                told = (least is None or number > least or number == least and "least" not in described.open) and (
                    most is None or number < most or number == most and "most" not in described.open
                )
                assert told == taken or field.name == "angle", (field.name, number)


@pytest.mark.parametrize(
    "arguments, named",
    [
        (dict(problem=problems.sparse_logistic), "problem = "),
        (dict(problem=Noisy(problems.ravine, 1.0, seed=3)), "problem = "),
        (dict(rule=AdaGrad(lr=lambda t: 0.1)), "rule = "),
        (dict(rule=SGD(lr=np.array([0.1, 0.2]))), "rule = "),
        (dict(second=SGD(lr=Warmup(3, lambda t: 0.1))), "second = "),
        (dict(third=3), "third = 3"),
        (dict(x0=[1.0]), "x0 = "),
        (dict(x0=[1.0, np.nan]), "x0 = "),
        (dict(steps=0), "steps = 0: "),
        (dict(steps=1.5), "steps = 1.5: "),
        (dict(steps=501), "steps = 501: "),
        (dict(noise=-1), "noise = -1: "),
        (dict(panels="everything"), "panels = "),
        (dict(controls=["rule.momentum"]), "controls = "),
        (dict(guides=[("rates", "η", lambda t, rule, problem: rule.lr)]), "guides: "),
        (dict(own=3), "own = 3"),
    ],
)
def test_wrong_arguments_are_named(arguments, named):
    with pytest.raises(ValueError) as refused:
        Explorer(**{"rule": AdaGrad(), "problem": problems.ravine} | arguments)
    assert str(refused.value).startswith(named)


def test_a_noisy_problem_is_taken_apart():
    explorer = Explorer(SGD(lr=CosineAnnealing(0.0, 0.1, 50)), Noisy(Ravine(3.0), 0.5))
    assert (explorer.problem, explorer.noise) == (Ravine(3.0), 0.5)
    assert np.array_equal(explorer.traces[0].x, minimize(Noisy(Ravine(3.0), 0.5), explorer.rule, steps=60).x)


# ------------------------------------------------------------------------------------------------------------ own classes


@dataclass(frozen=True)
class Sluggish(Rule):
    """A rule of a reader's own.  State: m [g]."""

    lr: float = 0.1
    weight: float = 0.25

    def init(self, x):
        return (np.zeros_like(x),)

    def step(self, t, lr, g, state):
        m = self.weight * g + (1 - self.weight) * state[0]
        return m, lr, (m,)


@dataclass(frozen=True)
class Opaque(Sluggish):
    def step(self, t, lr, g, state):
        return np.sort(g), lr, state


def test_a_rule_of_the_readers_own_becomes_known_when_it_is_set():
    explorer = Explorer(SGD(), problems.ravine)
    explorer.second = Sluggish(lr=0.2)
    assert explorer.parts["own.Sluggish"]["state"] == ["m"] and set(explorer.parts["own.Sluggish"]["fields"]) == {"lr", "weight"}
    explorer.set_state({"second": {"name": "own.Sluggish", "lr": 0.3, "weight": 0.5}})
    assert explorer.second == Sluggish(0.3, 0.5)


def test_two_rules_of_ones_own_with_one_name_are_two():
    def made(weight):
        @dataclass(frozen=True)
        class Halting(SGD):
            def step(self, t, lr, g, state):
                return weight * g, lr, state

        return Halting(lr=0.1)

    one, two = made(0.5), made(0.25)
    explorer = Explorer(one, problems.ravine, second=two)
    assert list(explorer.parts) == ["own.Halting", "own.Halting2"] and explorer.initial["second"]["name"] == "own.Halting2"
    explorer.set_state({"rule": {"name": "own.Halting2", "lr": 0.3}})
    assert type(explorer.rule) is type(two) and type(explorer.second) is type(two)


@pytest.mark.parametrize("panels, shown", [(None, ("rate",)), (("way", "rate"), ("way", "rate"))])
def test_a_stream_has_no_panel_of_its_loss(panels, shown):
    explorer = Explorer(SGD(), problems.Steady(), panels=panels)
    assert explorer.panels == shown
    with pytest.raises(traitlets.TraitError, match="no panel 'loss'"):
        explorer.panels = ("loss",)


def test_a_rule_that_cannot_be_printed_is_refused():
    with pytest.raises(ValueError, match="np.sort"):
        Explorer(Opaque(), problems.ravine)


# --------------------------------------------------------------------------------------------------- a student's own step


def right(rule, t, lr, g, state):
    (v,) = state
    v = v + g * g
    return g, lr / np.sqrt(v + rule.eps), (v,)


def slips(rule, t, lr, g, state):
    (v,) = state
    return g, lr / np.sqrt(v + rule.eps) if t < 4 else lr, (v + g * g,)


def crashes(rule, t, lr, g, state):
    return g, [0.1][t - 1], state


def test_a_step_of_ones_own_is_run_beside_the_rule():
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, own=right, steps=20)
    assert explorer.own_run["said"] == "takes the steps of AdaGrad" and not explorer.own_run["trouble"]
    np.testing.assert_allclose(explorer.own_run["x"], explorer.traces[0].x, rtol=1e-12)
    np.testing.assert_allclose(explorer.own_run["loss"], explorer.traces[0].loss, rtol=1e-12)
    explorer.rule = AdaGrad(lr=0.25, eps=1.0)
    np.testing.assert_allclose(explorer.own_run["x"], explorer.traces[0].x, rtol=1e-12)  # it follows the sliders


def test_the_update_at_which_it_parts_is_named_with_both_points():
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, own=slips, steps=20)
    assert explorer.own_run["said"].startswith("parts from AdaGrad at update 1: x = ")  # v was used before it was added to
    explorer.own = None
    assert explorer.own_run is None


@pytest.mark.parametrize(
    "step, trouble",
    [
        (crashes, "raises IndexError at update 2, in line 2 of crashes: list index out of range"),
        (lambda rule, t, lr, g, state: (g * 1j, lr, state), "raises TypeError at update 1: array"),
        (lambda rule, t, lr, g, state: None, "raises TypeError at update 1"),
        (lambda rule, t, lr, g, state: (np.ones(3), lr, state), "raises ValueError at update 1"),
        (lambda t: t, "raises TypeError at update 1"),
    ],
)
def test_a_step_that_fails_says_where(step, trouble):
    explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, own=step, steps=20)
    assert explorer.own_run["trouble"].startswith(trouble)
    assert len(explorer.own_run["x"]) == int(re.search(r"update (\d+)", trouble)[1])


def test_numbers_that_json_does_not_know_do_not_reach_the_page():
    explorer = Explorer(SGD(lr=10.0), problems.ravine, own=lambda rule, t, lr, g, state: (g, lr, state), steps=500)
    assert explorer.own_run["loss"][-1] is None and explorer.own_run["x"][0] == [-4.0, 2.0]


def test_own_steps_cannot_change_what_they_are_given():
    def greedy(rule, t, lr, g, state):
        direction = g.copy()
        g[:] = 0
        for s in state:
            s[:] = 7
        return direction, lr, state

    explorer = Explorer(Momentum(lr=0.05, beta=0.0), problems.ravine, own=greedy, steps=5)
    assert explorer.own_run["said"] == "takes the steps of Momentum"
