"""What each schedule does of its own: where it turns, restarts and ends, and what compositions are. (What all of them share: test_schedules.)"""

from math import cos, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_schedules import COSINE, T

from adaptive_lr import Constant, ExponentialDecay, InverseSqrt, StepDecay, Then, Triangular, WarmRestarts, Warmup, printed


@pytest.mark.parametrize("schedule", [StepDecay(0.1, 0.5, 10), ExponentialDecay(0.1, 0.01), COSINE, WarmRestarts(0.01, 0.1, 10), Constant(0.1)], ids=repr)
def test_these_begin_with_their_highest_rate(schedule):
    assert np.isclose(schedule(0), 0.1, rtol=1e-15) and np.all(schedule(T) <= schedule(0))


def test_step_decay_drops_at_the_multiples_of_tau():
    assert [t for t in range(1, 50) if StepDecay(1.0, 0.5, 12)(t) < StepDecay(1.0, 0.5, 12)(t - 1)] == [12, 24, 36, 48]


def test_the_lecture_notes_triangle_rises_once_and_the_right_one_for_ever():
    t = np.array([0, 1, 2, 3, 4, 5])  # t/μ = 0, ½, 1, 1½, 2, 2½
    assert printed.Triangular(0.0, 1.0, 2)(t).tolist() == [0, 0.5, 0, 0, 0, 0]
    assert Triangular(0.0, 1.0, 2)(t).tolist() == [0, 0.5, 1, 0.5, 0, 0.5]
    assert np.all(printed.Triangular(0.0, 1.0, 100)(np.arange(100, 5000)) == 0)


@pytest.mark.parametrize("half", [1, 3, 7, 10, 49, 1000])
def test_a_triangle_is_at_its_ends_exactly_at_every_half_period(half):
    ends = Triangular(0.0, 0.3, half)(half * np.arange(1000))
    assert np.array_equal(ends, np.tile([0.0, 0.3], 500))


def test_cosine_annealing_ends_at_its_lowest_rate_and_stays():
    assert np.all(COSINE(np.arange(20, 1000)) == 1e-3) and COSINE(19) > 1e-3 and np.isclose(COSINE(10), (0.1 + 1e-3) / 2, rtol=1e-15)


@pytest.mark.parametrize(("first", "factor"), [(1, 3), (3, 3), (1, 2), (5, 2), (7, 1), (1, 1), (10, 10)])
def test_warm_restarts_restart_when_the_sum_of_the_cycles_is_over(first, factor):
    """Cycles of 1, 3, 9, …: at 1, 4, 13, 40, 121, 364. A logarithm would take log₃ 243 = 4.999… for 4."""
    restarts = [sum(first * factor**i for i in range(cycles)) for cycles in range(12)]
    restarts = [t for t in restarts if t < 10**6]
    schedule = WarmRestarts(0.0, 1.0, first, factor)
    assert np.all(schedule(np.array(restarts)) == 1.0)
    before = np.array([t - 1 for t in restarts[1:]])
    lengths = np.diff(restarts)
    assert np.allclose(schedule(before), [cos(pi * (n - 1) / (2 * n)) ** 2 for n in lengths], rtol=1e-6, atol=0)


def test_warm_restarts_at_243():
    """Cycles of 2, 6, 18, 54, 162, …: (3⁵ − 1) is a restart, and 243 the first update after it."""
    schedule = WarmRestarts(0.0, 1.0, 2, 3)
    assert schedule(242) == 1.0 and schedule(241) < 1e-3 and np.isclose(schedule(243), cos(pi / (4 * 243)) ** 2, rtol=1e-12)


@pytest.mark.parametrize("first", [1, 2, 3, 10, 243, 10**5])
@pytest.mark.parametrize("factor", [1, 2, 3, 4, 7, 10, 243, 10**6])
def test_warm_restarts_are_exact_to_the_update_up_to_10_to_the_12(first, factor):
    """Of each cycle its first update, the one in the middle and the last, found by adding lengths up."""
    t, rates, began, length = [], [], 0, first
    while began + length < 10**12 and len(t) < 300:
        places = (0, length // 2, length - 1)
        t += [began + place for place in places]
        rates += [(1 + cos(pi * place / length)) / 2 for place in places]
        began, length = began + length, length * factor
    schedule = WarmRestarts(0.0, 1.0, first, factor)
    assert np.all(schedule(t)[::3] == 1) and np.allclose(schedule(t), rates, rtol=0, atol=1e-15)
    assert 0 <= schedule(10**15) <= 1


def test_the_inverse_square_root_peaks_at_the_end_of_its_warmup_and_halves_when_four_times_as_far():
    schedule = InverseSqrt(0.2, 25)
    assert schedule(24) == 0.2 == schedule(T).max() and np.isclose(schedule(99), 0.1, rtol=1e-15) and np.isclose(schedule(0), 0.2 / 25, rtol=1e-15)


def test_a_warmup_reaches_the_rate_that_its_schedule_begins_with():
    schedule = Warmup(10, COSINE)
    assert np.isclose(schedule(9), COSINE(0), rtol=1e-15) and np.array_equal(schedule(np.arange(10, 60)), COSINE(np.arange(50)))
    assert np.allclose(np.diff(schedule(np.arange(10))), COSINE(0) / 10, rtol=1e-12)


def test_a_function_may_be_a_part_of_another_schedule():
    assert Warmup(2, lambda t: 0.1 / (1 + t))([0, 1, 2, 3]).tolist() == [0.05, 0.1, 0.1, 0.05]
    assert Then(lambda t: 0.1 + 0 * t, 2, Constant(0.5))([0, 1, 2]).tolist() == [0.1, 0.1, 0.5]


def test_a_function_within_is_asked_for_whole_numbers_and_may_look_its_rate_up():
    table = [0.1, 0.2, 0.3, 0.4]
    assert [Warmup(2, lambda t: table[t])(t) for t in range(6)] == [0.05, 0.1, 0.1, 0.2, 0.3, 0.4]
    assert Then(Constant(0.5), 1, lambda t: np.array(table)[t])([0, 1, 2]).tolist() == [0.5, 0.1, 0.2]


@given(steps=st.integers(1, 50), t=st.integers(0, 200))
def test_composition_is_concatenation(steps, t):
    assert Then(COSINE, steps, InverseSqrt(0.3, 9))(t) == (COSINE(t) if t < steps else InverseSqrt(0.3, 9)(t - steps))
    nested, flat = Then(COSINE, steps, Then(Constant(0.2), 5, COSINE)), Then(Then(COSINE, steps, Constant(0.2)), steps + 5, COSINE)
    assert nested(t) == flat(t)


def test_neither_part_of_then_is_asked_outside_its_time():
    table = [0.1, 0.2, 0.3]
    both = Then(lambda t: np.array(table)[t], 3, lambda t: np.array(table)[t])
    assert both(range(6)).tolist() == table + table and both(5) == 0.3
