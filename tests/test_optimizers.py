"""The rules: against the papers' algorithms in plain floats, and what must hold for every one of them."""

from dataclasses import FrozenInstanceError, fields, replace
from math import fsum, inf, nan, prod, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import adaptive_lr
from adaptive_lr import (
    NAG,
    SGD,
    AdaDelta,
    AdaGrad,
    AdaGradMomentum,
    Adam,
    AdaMax,
    AMSGrad,
    Lion,
    Momentum,
    NAdam,
    RMSprop,
    Rule,
    ScheduledNAdam,
    SimplifiedNAdam,
    minimize,
    printed,
    problems,
)

settings.register_profile("no deadline", deadline=None)  # a busy machine is no failure
settings.load_profile("no deadline")

ALL_RULES = [
    *(SGD(0.1), Momentum(0.1, 0.9), Momentum(0.1, 0.0), NAG(0.1, 0.9)),
    *(AdaGrad(0.1), AdaGrad(0.1, 1e-2), AdaGradMomentum(0.1, 0.9), AdaGradMomentum(0.1, 0.5, 1e-2)),
    *(RMSprop(0.1), RMSprop(0.1, 0.99, 1e-2), AdaDelta(), AdaDelta(0.5, 0.9, 1e-2)),
    *(Adam(0.1), Adam(0.1, 0.5, 0.9, 1e-2), Adam(0.1, 0.0, 0.0), AMSGrad(0.1), AdaMax(0.1), AdaMax(0.1, 0.5, 0.9)),
    *(NAdam(0.1), NAdam(0.1, 0.5, 0.9, 1e-2), ScheduledNAdam(0.1), ScheduledNAdam(0.1, psi=1.0), SimplifiedNAdam(0.1), Lion(0.1)),
    *(printed.NAG(0.1), printed.AdaMax(0.1), printed.NAdam(0.1), printed.AdaDelta(), printed.Adam(0.1)),
]
SCALE_FREE = [
    *(AdaGrad(0.1, eps=0), AdaGradMomentum(0.1, 0.9, eps=0), RMSprop(0.1, eps=0), Adam(0.1, eps=0), AMSGrad(0.1, eps=0), AdaMax(0.1)),
    *(NAdam(0.1, eps=0), ScheduledNAdam(0.1, eps=0), SimplifiedNAdam(0.1, eps=0), Lion(0.1)),
]
# the printed AdaMax, whose coordinates depend on one another, has a test of its own
by_coordinate = pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if rule.elementwise], ids=repr)
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


# The papers' algorithms in plain floats: the step at t from the whole history of one coordinate, g₁ … g_t.
# Sums are written out where there is one; where a step feeds on earlier steps, a loop starts from the beginning.


def moment(gs, beta):
    """Σ βᵗ⁻ˢ g_s"""
    return fsum(beta ** (len(gs) - 1 - s) * g for s, g in enumerate(gs))


def mean(gs, beta):
    """The exponential mean (1 − β) Σ βᵗ⁻ˢ g_s, from 0"""
    return (1 - beta) * moment(gs, beta)


def squares(gs):
    return [g * g for g in gs]


def root_of_squares(gs, eps):
    return sqrt(fsum([*squares(gs), eps]))


def corrected(gs, beta):
    """The exponential mean, unbiased: its weights add up to 1 − βᵗ"""
    return mean(gs, beta) / (1 - beta ** len(gs))


def adam_denominator(rule, gs):
    return sqrt(corrected(squares(gs), rule.beta2)) + rule.eps


def nesterov(rule, gs):
    """Kingma & Ba's m̂ with Dozat's look-ahead: next update's momentum on m, this update's on g"""
    t, beta = len(gs), rule.beta1
    return beta * mean(gs, beta) / (1 - beta ** (t + 1)) + (1 - beta) * gs[-1] / (1 - beta**t)


def scheduled_nesterov(rule, gs):
    mus = [rule.beta1 * (1 - 0.5 * 0.96 ** (s * rule.psi)) for s in range(1, len(gs) + 2)]
    return mus[-1] * mean(gs, rule.beta1) / (1 - prod(mus)) + (1 - mus[-2]) * gs[-1] / (1 - prod(mus[:-1]))


def adadelta(rule, gs):
    v = u = delta = 0.0
    for g in gs:
        v = rule.beta * v + (1 - rule.beta) * g * g
        delta = sqrt(u + rule.eps) / sqrt(v + rule.eps) * g
        u = rule.beta * u + (1 - rule.beta) * delta * delta
    return rule.lr * delta


def adamax(rule, gs):
    """The largest of β₂ᵗ⁻ˢ |g_s|; nothing moves before the first gradient"""
    u = max(rule.beta2 ** (len(gs) - 1 - s) * abs(g) for s, g in enumerate(gs))
    return rule.lr * corrected(gs, rule.beta1) / u if u else 0.0


def amsgrad(rule, gs):
    """The largest v so far, corrected as v is"""
    largest = max(mean(squares(gs[: s + 1]), rule.beta2) for s in range(len(gs)))
    return rule.lr * corrected(gs, rule.beta1) / (sqrt(largest / (1 - rule.beta2 ** len(gs))) + rule.eps)


def lion(rule, gs):
    m = direction = 0.0
    for g in gs:
        mixed = rule.beta1 * m + (1 - rule.beta1) * g
        direction = (mixed > 0) - (mixed < 0)
        m = rule.beta2 * m + (1 - rule.beta2) * g
    return rule.lr * direction


def printed_adadelta(rule, gs):
    before, now = mean(squares(gs[:-1]), rule.beta), mean(squares(gs), rule.beta)
    return rule.lr * sqrt((before + rule.eps) / (now + rule.eps)) * gs[-1]


UNROLLED = {  # rule -> its step, given the coordinate's gradients g₁ … g_t
    SGD: lambda rule, gs: rule.lr * gs[-1],
    Momentum: lambda rule, gs: rule.lr * moment(gs, rule.beta),
    NAG: lambda rule, gs: rule.lr * (gs[-1] + rule.beta * moment(gs, rule.beta)),
    AdaGrad: lambda rule, gs: rule.lr * gs[-1] / root_of_squares(gs, rule.eps),
    AdaGradMomentum: lambda rule, gs: rule.lr * moment(gs, rule.beta) / root_of_squares(gs, rule.eps),
    RMSprop: lambda rule, gs: rule.lr * gs[-1] / sqrt(mean(squares(gs), rule.beta) + rule.eps),
    AdaDelta: adadelta,
    Adam: lambda rule, gs: rule.lr * corrected(gs, rule.beta1) / adam_denominator(rule, gs),
    AMSGrad: amsgrad,
    AdaMax: adamax,
    NAdam: lambda rule, gs: rule.lr * nesterov(rule, gs) / adam_denominator(rule, gs),
    ScheduledNAdam: lambda rule, gs: rule.lr * scheduled_nesterov(rule, gs) / adam_denominator(rule, gs),
    SimplifiedNAdam: lambda rule, gs: rule.lr
    * (rule.beta1 * corrected(gs, rule.beta1) + (1 - rule.beta1) * gs[-1] / (1 - rule.beta1 ** len(gs)))
    / adam_denominator(rule, gs),
    Lion: lion,
    printed.NAG: lambda rule, gs: rule.lr * moment(gs, rule.beta),
    printed.NAdam: lambda rule, gs: rule.lr
    * (rule.beta1 * rule.lr * moment(gs, rule.beta1) + (1 - rule.beta1) * gs[-1])
    / (sqrt(mean(squares(gs), rule.beta2)) + rule.eps),
    printed.AdaDelta: printed_adadelta,
    printed.Adam: lambda rule, gs: rule.lr * mean(gs, rule.beta1) / sqrt(mean(squares(gs), rule.beta2) + rule.eps),
}


def test_the_tables_hold_every_rule():
    names = [*vars(adaptive_lr).values(), *vars(printed).values()]
    rules = {r for r in names if isinstance(r, type) and issubclass(r, Rule) and r is not Rule}
    assert {type(rule) for rule in ALL_RULES} == rules == set(UNROLLED) | {printed.AdaMax}


@by_coordinate
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


def test_the_printed_adamax_has_one_rate_for_all_coordinates_and_is_rmsprops_in_one():
    """v over the coordinates' largest |g|; with one coordinate that is RMSprop's v."""
    g = np.random.default_rng(0).normal(size=(20, 3)) * [1, 10, 100]
    for t, (_, rate, (_, v)) in enumerate(steps_of(printed.AdaMax(0.1), g), start=1):
        assert np.ptp(rate) == 0
        assert np.allclose(v, mean([max(map(abs, row)) ** 2 for row in g[:t].tolist()], 0.999), rtol=1e-13)
    one = [v for *_, (_, v) in steps_of(printed.AdaMax(0.1), g[:, :1])]
    assert np.array_equal(one, [v for *_, (v,) in steps_of(RMSprop(0.1, 0.999), g[:, :1])])


@every_rule
def test_a_rule_says_whether_a_coordinate_depends_on_the_others(rule):
    """Two descents whose gradients differ in the second coordinate alone."""
    g = np.random.default_rng(1).normal(size=(5, 2))
    first, second = updates_of(rule, g), updates_of(rule, g * [1, 10])
    assert np.array_equal(first[:, 0], second[:, 0]) == rule.elementwise


@by_coordinate
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
def test_init_is_shaped_like_x_knows_nothing_of_it_and_is_apart_from_it(rule):
    x = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, 6.0]])
    state = rule.init(x)
    assert all(s.shape == x.shape and np.ptp(s) == 0 and not np.shares_memory(s, x) for s in state)


@every_rule
@given(g=gradients(steps=3))
def test_zero_gradients_leave_finite_numbers(rule, g):
    """From the start, where they move nothing, and after others."""
    zeros = np.zeros((20, 3))
    assert not updates_of(rule, zeros).any()
    for direction, rate, state in steps_of(rule, np.concatenate([zeros, g, zeros])):
        assert all(np.all(np.isfinite(a)) for a in (direction, rate, *state))


@pytest.mark.parametrize("rule", [replace(rule, eps=0.0) for rule in ALL_RULES if "eps" in vars(rule)], ids=repr)
@pytest.mark.filterwarnings("error")
def test_without_eps_a_coordinate_that_had_no_gradient_yet_is_nan_and_nobody_warns(rule):
    """0/0, as the docstring of Rule says. Its neighbour, which had one, is none the worse, unless they share their v."""
    direction, rate, _ = rule.step(1, rule.lr, np.array([0.0, 1.0]), rule.init(np.zeros(2)))
    with np.errstate(invalid="ignore"):
        update = rate * direction
    assert np.isnan(update[0]) == rule.elementwise and np.isfinite(update[1])
    trace = minimize(problems.ravine, rule, [0.0, 1.0], steps=3)  # whose slope along x₁ is 0 there
    assert trace.diverged == rule.elementwise and np.all(np.isfinite(trace.x[:, 1]))


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
BAD = {"lr": NO_NUMBER, "eps": NO_NUMBER, "psi": NO_NUMBER} | dict.fromkeys(("beta", "beta1", "beta2"), [*NO_NUMBER, 1.0, 1.5, np.array([0.5, 1.0])])


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


@pytest.mark.parametrize(("lr", "error"), [(np.nan, ValueError), (-1.0, ValueError), (lambda t: 0.1, TypeError)], ids=["nan", "negative", "schedule"])
def test_a_step_refuses_a_rate_that_is_none(lr, error):
    with pytest.raises(error, match="^lr = "):
        SGD().step(1, lr, np.ones(2), ())
