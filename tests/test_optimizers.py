"""The rules: against the papers' algorithms in plain floats, and what must hold for every one of them."""

from dataclasses import FrozenInstanceError, fields, replace
from math import fsum, inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import adaptive_lr
from adaptive_lr import SGD, AdaGrad, AdaGradMomentum, Momentum, Rule

settings.register_profile("no deadline", deadline=None)  # a busy machine is no failure
settings.load_profile("no deadline")

ALL_RULES = [SGD(0.1), Momentum(0.1, 0.9), Momentum(0.1, 0.0), AdaGrad(0.1), AdaGrad(0.1, 1e-2), AdaGradMomentum(0.1, 0.9), AdaGradMomentum(0.1, 0.5, 1e-2)]
SCALE_FREE = [AdaGrad(0.1, eps=0), AdaGradMomentum(0.1, 0.9, eps=0)]
every_rule = pytest.mark.parametrize("rule", ALL_RULES, ids=repr)
scale_free = pytest.mark.parametrize("rule", SCALE_FREE, ids=repr)


def gradients(steps=8, coordinates=3, zeros=True):
    """Arrays (steps, coordinates) of magnitudes 1e-6 … 1e6, and zeros where those are wanted."""
    magnitude = st.floats(1e-6, 1e6)
    value = magnitude | magnitude.map(lambda g: -g)
    return arrays(float, (steps, coordinates), elements=value | st.just(0.0) if zeros else value)


def steps_of(rule, gradients):
    """Every step's (direction, rate, state after it)."""
    state, history = rule.init(np.zeros_like(gradients[0])), []
    for t, g in enumerate(gradients, start=1):
        direction, rate, state = rule.step(t, rule.lr, g, state)
        history.append((direction, rate, state))
    return history


def updates_of(rule, gradients):
    """rate ⊙ direction of every step, (steps, …)."""
    return np.array([rate * direction for direction, rate, _ in steps_of(rule, gradients)])


# The papers' algorithms unrolled: the step at t from the whole history of one coordinate, in plain floats, no state.


def moment(gs, beta):
    return fsum(beta ** (len(gs) - 1 - s) * g for s, g in enumerate(gs))


def root_of_squares(gs, eps):
    return sqrt(fsum([*(g * g for g in gs), eps]))


UNROLLED = {  # rule -> its step, given the coordinate's gradients g₁ … g_t
    SGD: lambda rule, gs: rule.lr * gs[-1],
    Momentum: lambda rule, gs: rule.lr * moment(gs, rule.beta),
    AdaGrad: lambda rule, gs: rule.lr * gs[-1] / root_of_squares(gs, rule.eps),
    AdaGradMomentum: lambda rule, gs: rule.lr * moment(gs, rule.beta) / root_of_squares(gs, rule.eps),
}


def test_the_tables_hold_every_rule():
    rules = {r for r in vars(adaptive_lr).values() if isinstance(r, type) and issubclass(r, Rule) and r is not Rule}
    assert {type(rule) for rule in ALL_RULES} == rules == set(UNROLLED)


@every_rule
@given(g=gradients())
def test_rate_times_direction_is_the_papers_step(rule, g):
    def paper(g):
        return np.array([[UNROLLED[type(rule)](rule, column[: t + 1].tolist()) for column in g.T] for t in range(len(g))])

    assert np.all(np.abs(updates_of(rule, g) - paper(g)) <= 1e-13 * paper(np.abs(g)))  # of |g|: rounding before any cancellation


@every_rule
@given(g=gradients(), seed=st.integers(0, 2**32 - 1))
def test_a_batch_equals_the_single_runs_bit_for_bit(rule, g, seed):
    """For each field in turn: five values side by side, and each alone."""
    rng = np.random.default_rng(seed)
    for field in fields(rule):
        values = 10 ** rng.uniform(-8, 0, 5)
        batch = updates_of(replace(rule, **{field.name: values[:, None]}), np.repeat(g[:, None], 5, axis=1))
        single = [updates_of(replace(rule, **{field.name: float(value)}), g) for value in values]
        assert np.array_equal(batch, np.stack(single, axis=1))


@every_rule
@given(g=gradients(coordinates=5), cut=st.integers(1, 4))
def test_blocks_of_coordinates_equal_the_whole_bit_for_bit(rule, g, cut):
    assert np.array_equal(updates_of(rule, g), np.hstack([updates_of(rule, g[:, :cut]), updates_of(rule, g[:, cut:])]))


@every_rule
@given(g=gradients())
def test_arguments_are_never_changed_and_no_state_shares_their_memory(rule, g):
    g.flags.writeable = False
    state = rule.init(g[0])
    for t, gradient in enumerate(g, start=1):
        before = [s.copy() for s in state]
        for s in state:
            s.flags.writeable = False
        *_, after = rule.step(t, rule.lr, gradient, state)
        assert all(np.array_equal(s, b) for s, b in zip(state, before, strict=True))
        assert not any(np.shares_memory(a, other) for a in after for other in (gradient, *state))
        state = after


@every_rule
def test_init_is_zero_shaped_like_x_and_apart_from_it(rule):
    x = np.ones((2, 3))
    state = rule.init(x)
    assert all(s.shape == x.shape and not s.any() and not np.shares_memory(s, x) for s in state)


@every_rule
@given(g=gradients(steps=3))
def test_zero_gradients_leave_finite_numbers(rule, g):
    """From the start, where they move nothing, and after others."""
    zeros = np.zeros((20, 3))
    assert not updates_of(rule, zeros).any()
    for direction, rate, state in steps_of(rule, np.concatenate([zeros, g, zeros])):
        assert all(np.all(np.isfinite(a)) for a in (direction, rate, *state))


@every_rule
@given(g=gradients())
def test_float32_stays_float32(rule, g):
    direction, rate, state = steps_of(rule, g.astype(np.float32))[-1]
    assert {np.asarray(direction * rate).dtype, *(s.dtype for s in state)} == {np.dtype(np.float32)}


@scale_free
@given(g=gradients(zeros=False), exponent=st.integers(-20, 20))
def test_scaling_by_a_power_of_two_changes_nothing_bit_for_bit(rule, g, exponent):
    assert np.array_equal(updates_of(rule, g), updates_of(rule, g * 2.0**exponent))


@scale_free
@given(g=gradients(zeros=False), scale=st.floats(1e-4, 1e4))
def test_scaling_the_gradients_changes_nothing(rule, g, scale):
    assert np.all(np.abs(updates_of(rule, g) - updates_of(rule, g * scale)) <= 1e-12 * updates_of(rule, np.abs(g)))


@given(g=st.floats(1e-6, 1e6), lr=st.floats(1e-6, 10))
def test_adagrads_rate_under_a_steady_gradient_falls_as_one_over_root_t(g, lr):
    rates = np.array([rate[0] for _, rate, _ in steps_of(AdaGrad(lr, eps=0), np.full((100, 1), g))])
    assert np.allclose(rates * g * np.sqrt(np.arange(1, 101)), lr, rtol=1e-13, atol=0)


@given(g=st.floats(1e-6, 1e6), beta=st.floats(0, 0.9))
def test_momentum_under_a_steady_gradient_gains_one_over_one_minus_beta(g, beta):
    assert np.isclose(updates_of(Momentum(0.1, beta), np.full((400, 1), g))[-1, 0], 0.1 * g / (1 - beta), rtol=1e-12, atol=0)


@every_rule
def test_rules_are_frozen(rule):
    with pytest.raises(FrozenInstanceError):
        rule.lr = 1.0


NO_NUMBER = [nan, inf, -inf, -1e-9, "0.1", None, 1j, np.array([0.1, nan]), np.array([0.1, -1.0])]
BAD = {"lr": NO_NUMBER, "eps": NO_NUMBER, "beta": [*NO_NUMBER, 1.0, 1.5, np.array([0.5, 1.0])]}


@every_rule
def test_a_bad_field_is_named_with_its_value(rule):
    for field in fields(rule):
        for value in BAD[field.name]:
            with pytest.raises(ValueError) as error:
                replace(rule, **{field.name: value})
            assert str(error.value).startswith(f"{field.name} = {value!r}: ")


G = np.ones(3)
BAD_STEPS = {  # t, g, shape of the state -> the error, and what it says
    "t = 0": (0, G, 3, ValueError, "t = 0: "),
    "t < 0": (-1, G, 3, ValueError, "t = -1: "),
    "integers": (1, np.array([1, 2, 3]), 3, TypeError, "g has dtype int64: "),
    "complex": (1, G * 1j, 3, TypeError, "g has dtype complex128: "),
    "NaN": (1, np.array([1.0, nan, 1.0]), 3, ValueError, r"g has a non-finite entry at index \(1,\): "),
    "infinite": (1, np.array([1.0, 1.0, -inf]), 3, ValueError, r"g has a non-finite entry at index \(2,\): "),
}


@every_rule
@pytest.mark.parametrize("case", BAD_STEPS)
def test_a_bad_argument_of_step_is_named_with_its_value(rule, case):
    t, g, shape, error, says = BAD_STEPS[case]
    with pytest.raises(error, match="^" + says):
        rule.step(t, 0.1, g, rule.init(np.zeros(shape)))


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if rule.init(G)], ids=repr)
def test_a_state_of_another_shape_is_named_with_both(rule):
    with pytest.raises(ValueError, match=r"^g has shape \(3,\) but the state has \(2,\): "):
        rule.step(1, 0.1, G, rule.init(np.zeros(2)))
