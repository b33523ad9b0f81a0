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
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.uint64, np.float32, float])
def test_t_may_be_a_number_of_any_type(schedule, dtype):
    """Up to 255, where a byte is full."""
    rates = schedule(np.arange(256).astype(dtype))
    assert rates.dtype == float and np.array_equal(rates, schedule(np.arange(256)))


@every_schedule
def test_a_number_gives_a_number_and_an_array_its_own_shape(schedule):
    assert isinstance(schedule(3), float) and f"{schedule(3):.3g}"
    assert schedule([3]).shape == (1,) and schedule(T.reshape(4, 50)).shape == (4, 50)


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
            direction, rate, state = replace(rule, lr=lr).step(t, lr, problems.saddle.grad(rule.look(x, state)), state)
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
