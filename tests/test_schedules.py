"""The schedules: against plain Python that walks from t = 0, one t at a time, and what must hold for every one of them."""

from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from itertools import islice
from math import cos, exp, inf, nan, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_optimizers import ALL_RULES

import adaptive_lr
from adaptive_lr import (
    SGD,
    AdaGrad,
    Constant,
    CosineAnnealing,
    ExponentialDecay,
    InverseSqrt,
    StepDecay,
    Then,
    Triangular,
    WarmRestarts,
    Warmup,
    minimize,
    printed,
    problems,
    schedules,
)

COSINE = CosineAnnealing(1e-3, 0.1, 20)
ALL_SCHEDULES = [
    *(Constant(0.1), Constant(0), StepDecay(0.1, 0.5, 10), StepDecay(0.3, 1, 1), ExponentialDecay(0.1, 0.05), ExponentialDecay(0.1, 0)),
    *(Triangular(0.01, 0.1, 7), Triangular(0.0, 1.0, 1), COSINE, CosineAnnealing(0.0, 1.0, 1), InverseSqrt(0.1, 16), InverseSqrt(0.1, 1)),
    *(WarmRestarts(0.01, 0.1, 10), WarmRestarts(0.0, 0.1, 3, 3), WarmRestarts(0.01, 0.1, 1, 2), printed.Triangular(0.01, 0.1, 8)),
    *(Warmup(5, Constant(0.1)), Warmup(5, COSINE), Warmup(1, WarmRestarts(0.0, 0.1, 4, 2)), Warmup(3, Warmup(4, InverseSqrt(0.1, 10)))),
    *(Then(Constant(0.1), 12, StepDecay(0.1, 0.1, 30)), Then(Warmup(5, COSINE), 25, Constant(1e-3)), Then(COSINE, 20, Then(COSINE, 20, COSINE))),
]
every_schedule = pytest.mark.parametrize("schedule", ALL_SCHEDULES, ids=repr)
T = np.arange(200)


# What each one is, walked from t = 0 on by counting and multiplying: generators of the rates at t = 0, 1, 2, …


def step_decay(s):
    rate = s.lr0
    while True:
        yield from [rate] * s.tau
        rate *= s.gamma


def exponential_decay(s):
    rate = s.lr0
    while True:
        yield rate
        rate *= exp(-s.decay)


def triangular(s):
    """Up by equal steps, down by equal steps"""
    while True:
        yield from (s.lr_min + (s.lr_max - s.lr_min) * k / s.half_period for k in [*range(s.half_period), *range(s.half_period, 0, -1)])


def half_cosine(s, length):
    """By the half-angle: ½ (1 + cos 2α) = cos² α"""
    return [s.lr_min + (s.lr_max - s.lr_min) * cos(pi * k / (2 * length)) ** 2 for k in range(length)]


def cosine_annealing(s):
    yield from half_cosine(s, s.steps)
    while True:
        yield s.lr_min


def warm_restarts(s):
    length = s.first
    while True:
        yield from half_cosine(s, length)
        length *= s.factor


def inverse_sqrt(s):
    """Vaswani et al.'s formula, d^−½ min(n^−½, n w^−3/2), for the model size d at which the peak is lr_peak"""
    n, size = 0, 1 / (s.lr_peak**2 * s.warmup)
    while True:
        n += 1
        yield size**-0.5 * min(n**-0.5, n * s.warmup**-1.5)


def warmup(s):
    peak = next(walk(s.after))
    yield from (peak * (k + 1) / s.steps for k in range(s.steps))
    yield from walk(s.after)


def then(s):
    yield from islice(walk(s.before), s.steps)
    yield from walk(s.after)


def constant(s):
    while True:
        yield s.lr


def printed_triangular(s):
    """One rise, over one period; at its end all is over"""
    for k in range(s.period):
        yield s.lr_min + (s.lr_max - s.lr_min) * k / s.period
    while True:
        yield s.lr_min


WALKED = {
    Constant: constant,
    StepDecay: step_decay,
    ExponentialDecay: exponential_decay,
    Triangular: triangular,
    CosineAnnealing: cosine_annealing,
    WarmRestarts: warm_restarts,
    InverseSqrt: inverse_sqrt,
    Warmup: warmup,
    Then: then,
    printed.Triangular: printed_triangular,
}


def walk(schedule):
    return WALKED[type(schedule)](schedule)


def test_the_tables_hold_every_schedule():
    names = [*vars(adaptive_lr).values(), *vars(printed).values(), *vars(schedules).values()]
    kinds = {s for s in names if isinstance(s, type) and issubclass(s, schedules.CheckedSchedule)} - {schedules.CheckedSchedule}
    assert {type(schedule) for schedule in ALL_SCHEDULES} == kinds == set(WALKED)


@every_schedule
def test_rates_are_those_walked_to_from_0(schedule):
    assert np.allclose(schedule(T), list(islice(walk(schedule), len(T))), rtol=1e-12, atol=1e-16)


@every_schedule
def test_rates_are_finite_and_not_negative_for_ever(schedule):
    rates = schedule(np.array([0, 1, 10**3, 10**6, 10**12]))
    assert rates.shape == (5,) and np.all(np.isfinite(rates)) and np.all(rates >= 0)


@every_schedule
@given(ts=st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_a_schedule_is_a_pure_function_of_t(schedule, ts):
    """Asked twice, in any order, one by one or for an array, a column or a list of them: the same, bit for bit."""
    once = [schedule(t) for t in ts]
    assert [schedule(t) for t in reversed(ts)] == once[::-1]
    for asked in (ts, np.array(ts), np.array(ts)[:, None]):
        assert np.array_equal(np.ravel(schedule(asked)), once)
    assert [float(schedule(np.int64(t))) for t in ts] == once


@every_schedule
def test_plotting_does_not_spend_it(schedule):
    t = T.copy()
    t.flags.writeable = False
    fresh, plotted = replace(schedule), replace(schedule)
    plotted(t)
    assert plotted == fresh and np.array_equal(minimize(problems.ravine, AdaGrad(plotted), steps=30).x, minimize(problems.ravine, AdaGrad(fresh), steps=30).x)


@every_schedule
def test_schedules_are_frozen(schedule):
    with pytest.raises(FrozenInstanceError):
        setattr(schedule, fields(schedule)[0].name, 1)


# ------------------------------------------------------------------------------------------------------ single schedules


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


def test_warm_restarts_count_in_whole_numbers_of_any_type():
    schedule = WarmRestarts(0.0, 1.0, 10, 2)
    for dtype in (np.uint8, np.int16, np.int32, float):
        assert np.array_equal(schedule(np.arange(250).astype(dtype)), schedule(np.arange(250)))
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


@given(steps=st.integers(1, 50), t=st.integers(0, 200))
def test_composition_is_concatenation(steps, t):
    assert Then(COSINE, steps, InverseSqrt(0.3, 9))(t) == (COSINE(t) if t < steps else InverseSqrt(0.3, 9)(t - steps))
    nested, flat = Then(COSINE, steps, Then(Constant(0.2), 5, COSINE)), Then(Then(COSINE, steps, Constant(0.2)), steps + 5, COSINE)
    assert nested(t) == flat(t)


# -------------------------------------------------------------------------------------------- in batches, and in descents


def numeric(schedule):
    return [f.name for f in fields(schedule) if not callable(getattr(schedule, f.name))]


def others(schedule, name):
    """Three values that the field may also have."""
    value = getattr(schedule, name)
    whole = isinstance(value, int) and name not in ("lr", "lr0", "gamma", "decay")
    return [value, value + 1, 3 * value] if whole else [value, value * 1.0, 0.9 * value] if name != "lr_max" else [value, value + 0.5, 2 * value]


@every_schedule
@pytest.mark.parametrize("shape", [(3, 1), (3,)])
def test_fields_may_be_arrays(schedule, shape):
    """For each field in turn: three values side by side, and each alone, at single t."""
    for name in numeric(schedule):
        values = others(schedule, name)
        batch, singles = replace(schedule, **{name: np.array(values).reshape(shape)}), [replace(schedule, **{name: value}) for value in values]
        for t in (0, 1, 9, 10, 11, 100, 1000):
            assert batch(t).shape == shape and np.array_equal(batch(t).ravel(), [one(t) for one in singles])


def test_all_fields_may_be_arrays_at_once_and_lists_are_as_good():
    low, high, first, factor = [0.0, 0.01, 0.0], [0.1, 0.2, 1.0], [3, 10, 1], [3, 1, 2]
    singles = [WarmRestarts(*each) for each in zip(low, high, first, factor)]
    for t in range(100):
        assert np.array_equal(WarmRestarts(low, high, first, factor)(t), [one(t) for one in singles])
        assert np.array_equal(Warmup([2, 5], Constant([0.1, 0.2]))(t), [Warmup(2, Constant(0.1))(t), Warmup(5, Constant(0.2))(t)])


def test_descents_with_many_schedules_side_by_side_equal_the_single_ones():
    peaks = np.array([0.05, 0.1, 0.5])
    batch = minimize(problems.ravine, AdaGrad(CosineAnnealing(1e-3, peaks[:, None], 20)), np.tile([-4.0, 2.0], (3, 1)), steps=30)
    for i, peak in enumerate(peaks.tolist()):
        assert np.array_equal(batch.x[:, i], minimize(problems.ravine, AdaGrad(CosineAnnealing(1e-3, peak, 20)), steps=30).x)


@every_schedule
def test_gradient_descents_effective_rate_is_the_schedule(schedule):
    rate = minimize(problems.ravine, SGD(schedule), steps=60).rate
    assert np.array_equal(rate, np.repeat(schedule(np.arange(60))[:, None], 2, axis=1))


@pytest.mark.parametrize("rule", ALL_RULES, ids=repr)
def test_every_rule_takes_every_schedule(rule):
    """As if its lr were set by hand before every update."""
    for schedule in ALL_SCHEDULES:
        trace = minimize(problems.saddle, replace(rule, lr=schedule), steps=12)
        x, state = trace.x[0], rule.init(trace.x[0])
        for t, lr in enumerate(schedule(np.arange(12)).tolist(), start=1):
            direction, rate, state = replace(rule, lr=lr).step(t, lr, problems.saddle.grad(x), state)
            x = x - rate * direction
            assert np.array_equal(trace.x[t], x), schedule


# ------------------------------------------------------------------------------------------------------------- bad input

NO_NUMBER = [nan, inf, "0.1", None, 1j, True, np.array([0.1, nan]), lambda t: 0.1]
BAD_WHOLE = [*NO_NUMBER, 0, -1, 2.5, np.array([3, 0])]
BAD = {
    **dict.fromkeys(("lr", "lr0", "lr_min", "lr_max", "lr_peak", "decay"), [*NO_NUMBER, -1e-9, np.array([0.1, -1.0])]),
    **dict.fromkeys(("tau", "half_period", "period", "steps", "first", "factor", "warmup"), BAD_WHOLE),
    "gamma": [*NO_NUMBER, 0, -0.5, 1.1, np.array([0.5, 2.0])],
    **dict.fromkeys(("before", "after"), [0.1, None, np.array([0.1])]),
}


@every_schedule
def test_a_bad_field_is_named_with_its_value(schedule):
    for field in fields(schedule):
        for value in BAD[field.name]:
            with pytest.raises(ValueError) as error:
                replace(schedule, **{field.name: value})
            assert str(error.value).startswith(f"{field.name} = {value!r}: ")


@pytest.mark.parametrize("schedule", [s for s in ALL_SCHEDULES if "lr_min" in numeric(s)], ids=repr)
def test_rates_in_the_wrong_order_are_named(schedule):
    with pytest.raises(ValueError, match=r"^lr_max = 0.01: at least lr_min, which is 0.5"):
        replace(schedule, lr_min=0.5, lr_max=0.01)
    assert replace(schedule, lr_min=0.5, lr_max=0.5)(3) == 0.5


def test_every_schedule_is_a_dataclass_that_shows_what_it_is():
    assert all(is_dataclass(schedule) and repr(schedule).startswith(type(schedule).__name__ + "(") for schedule in ALL_SCHEDULES)
