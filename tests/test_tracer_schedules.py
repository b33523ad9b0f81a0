"""Every schedule as the tracer prints it, run by node, beside NumPy running the same Python."""

import json
import subprocess
from dataclasses import dataclass

import numpy as np
import pytest
from test_schedules import ALL_SCHEDULES
from test_tracer import NODE

from adaptive_lr import InverseSqrt, StepDecay, Then, WarmRestarts, Warmup
from adaptive_lr.explorer.catalogue import SCHEDULES, to_json
from adaptive_lr.explorer.tracer import Untraceable, schedule_to_js

COMPOSED = [
    Then(Warmup(5, WarmRestarts(1e-3, 0.1, 20, 2)), 50, StepDecay(1e-3, 0.5, 7)),
    Warmup(7, Warmup(3, InverseSqrt(0.1, 20))),
]
LONG_CYCLES = [WarmRestarts(0.0, 1.0, first, factor) for first in (1, 3, 10) for factor in (1, 2, 3, 10)]


RATE = """const printed = %s;
const rate = (part, t) => printed[part.name](t, part, rate);
console.log(JSON.stringify(%s.map((t) => rate(%s, t))));"""
PRINTED = ", ".join(f"{json.dumps(name)}: {schedule_to_js(cls)}" for name, cls in SCHEDULES.items())


def in_javascript(schedule, times):
    program = RATE % (f"{{ {PRINTED} }}", json.dumps(times), json.dumps(to_json(schedule)))
    return np.array(json.loads(subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, check=True).stdout))


@pytest.mark.parametrize("schedule", ALL_SCHEDULES + COMPOSED + LONG_CYCLES, ids=repr)
def test_the_page_gets_pythons_rates(schedule):
    times = [*range(400), 729, 999, 1000, 88_573, 10**6 - 1, 10**6, 10**9]
    np.testing.assert_allclose(in_javascript(schedule, times), schedule(np.array(times)), rtol=1e-13, atol=1e-17)


def test_a_field_is_read_when_the_function_is_called_and_not_printed_as_a_number():
    printed = schedule_to_js(Warmup)
    assert "h.steps" in printed and "rate(h.after, " in printed


def test_a_schedule_that_cannot_be_printed_is_named():
    @dataclass(frozen=True)
    class Cliff:
        lr: float

        def __call__(self, t):
            return self.lr if t < 5 else self.lr / 10

    with pytest.raises(Untraceable, match="`if`"):
        schedule_to_js(Cliff)
