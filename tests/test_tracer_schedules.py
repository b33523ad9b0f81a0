"""Every schedule as the tracer prints it, run by node, beside NumPy running the same Python."""

import json
import subprocess
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from test_schedules import ALL_SCHEDULES
from test_tracer import NODE

from adaptive_lr import ExponentialDecay, StepDecay, Then, WarmRestarts, Warmup
from adaptive_lr.explorer.tracer import Untraceable, schedule_to_js

COMPOSED = [
    Then(Warmup(5, WarmRestarts(1e-3, 0.1, 20, 2)), 50, StepDecay(1e-3, 0.5, 7)),
    Warmup(7, lambda t: 0.1 / np.sqrt(t + 1)),
    lambda t: 0.1 * np.exp(-t / 100),
]
LONG_CYCLES = [WarmRestarts(0.0, 1.0, first, factor) for first in (1, 3, 10) for factor in (1, 2, 3, 10)]


def settings(schedule):
    """Its fields by name, those of the schedules in it in turn: what the page holds."""
    values = {field.name: getattr(schedule, field.name) for field in fields(schedule)}
    return {name: settings(value) if is_dataclass(value) else value for name, value in values.items() if is_dataclass(value) or not callable(value)}


def in_javascript(schedule, times):
    held = settings(schedule) if is_dataclass(schedule) else {}
    program = f"const rate = {schedule_to_js(schedule)}; console.log(JSON.stringify({json.dumps(times)}.map((t) => rate(t, {json.dumps(held)}))))"
    return np.array(json.loads(subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, check=True).stdout))


@pytest.mark.parametrize("schedule", ALL_SCHEDULES + COMPOSED + LONG_CYCLES, ids=repr)
def test_the_page_gets_pythons_rates(schedule):
    times = [*range(400), 729, 999, 1000, 88_573, 10**6 - 1, 10**6, 10**9]
    np.testing.assert_allclose(in_javascript(schedule, times), schedule(np.array(times)), rtol=1e-13, atol=1e-17)


def test_a_field_is_read_when_the_function_is_called_and_not_printed_as_a_number():
    printed = schedule_to_js(Warmup(5, ExponentialDecay(0.7, 0.03)))
    assert "h.steps" in printed and "h.after.lr0" in printed and "0.7" not in printed


def test_a_schedule_that_cannot_be_printed_is_named():
    with pytest.raises(Untraceable, match="`if`"):
        schedule_to_js(lambda t: 0.1 if t < 5 else 0.01)
