"""Docstrings keep their word: every field and argument is explained, and the units that they state are those by which results scale."""

import inspect
import re
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from test_optimizers import ALL_RULES
from test_schedules import ALL_SCHEDULES

import adaptive_lr
from adaptive_lr import AdaDelta, Rule, minimize, printed, problems, train

MODULES = [adaptive_lr, printed, problems]
CLASSES = {kind for module in MODULES for kind in vars(module).values() if is_dataclass(kind) and isinstance(kind, type) and kind is not Rule}
ENTRIES = re.compile(r"(?:(?<=  )|(?<=\n))\s*(\w+(?:, \w+)*): (.*?)(?=\.  |\.?\n|\.?$)")  # name: what it is.  another, one_more: what they are


def entries(thing) -> dict[str, str]:
    """What the docstring says of each name."""
    return {name: said for group, said in ENTRIES.findall(thing.__doc__) for name in group.split(", ")}


@pytest.mark.parametrize("kind", sorted(CLASSES, key=str), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_field_is_explained(kind):
    assert {field.name for field in fields(kind)} <= set(entries(kind))


@pytest.mark.parametrize("function", [minimize, train, problems.zipf_logistic])
def test_every_argument_is_explained(function):
    assert set(inspect.signature(function).parameters) <= set(entries(function))


# ------------------------------------------------------------------------------------- units of x, of g and of the fields

SCALES = [(8.0, 1.0), (1.0, 0.125), (4.0, 4.0)]  # what x and g are multiplied by; powers of two, which no rounding shows
UNIT = re.compile(r"\[(1|x|g|x²|g²|x/g)\]")


def scales(said, x, g):
    """What a quantity is multiplied by: one factor for each unit that is stated of it, and 1 where none is."""
    return {{"1": 1.0, "x": x, "g": g, "x²": x * x, "g²": g * g, "x/g": x / g}[unit] for unit in UNIT.findall(said)} or {1.0}


def in_other_units(rule, x, g):
    """The rule with its fields in other units, or None where its formula has none that fit."""
    factors = {field.name: scales(entries(rule)[field.name], x, g) for field in fields(rule)}
    if any(len(several) > 1 for several in factors.values()):
        return None
    return replace(rule, **{name: getattr(rule, name) * factor for name, (factor,) in factors.items()})


@pytest.mark.parametrize("rule", ALL_RULES, ids=repr)
def test_in_other_units_a_rule_takes_the_same_steps_bit_for_bit(rule):
    """Updates come out in the units of x, the state in the units stated of it."""
    gradients = np.random.default_rng(0).normal(size=(10, 3)) * [1e-3, 1, 1e3]
    fitting = 0
    for x, g in SCALES:
        if (other := in_other_units(rule, x, g)) is None:
            continue
        fitting += 1
        state, other_state = rule.init(gradients[0]), other.init(gradients[0])
        for t, gradient in enumerate(gradients, start=1):
            direction, rate, state = rule.step(t, rule.lr, gradient, state)
            other_direction, other_rate, other_state = other.step(t, other.lr, g * gradient, other_state)
            assert np.array_equal(x * (rate * direction), other_rate * other_direction)
        stated = re.findall(r"[a-z](?: \[.*?\])?(?=[,.]|$)", entries(rule).get("State", ""))
        factors = [factor for said in stated for factor in scales(said, x, g)]
        assert all(np.array_equal(factor * one, other) for factor, one, other in zip(factors, state, other_state, strict=True))
    assert fitting == (1 if isinstance(rule, (AdaDelta, printed.NAdam)) else 3)  # those two add up what has different units


@pytest.mark.parametrize("schedule", [s for s in ALL_SCHEDULES if not any(map(callable, vars(s).values()))], ids=repr)
def test_a_schedules_rates_have_the_units_of_its_rates(schedule):
    rates = [name for name, said in entries(schedule).items() if "[η]" in said]
    t = np.arange(100)
    assert np.array_equal(replace(schedule, **{name: 4 * getattr(schedule, name) for name in rates})(t), 4 * schedule(t))
