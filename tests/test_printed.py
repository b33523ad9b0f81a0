"""What the printed formulas do otherwise than the right ones, in numbers. (That they are as printed: test_optimizers, test_schedules.)"""

from math import sqrt

import numpy as np
import pytest

from adaptive_lr import NAG, AdaDelta, Adam, AdaMax, CosineAnnealing, Momentum, NAdam, ScheduledNAdam, SimplifiedNAdam, minimize, printed, problems


def steps_over_lr(rule, gradients):
    """How far the rule goes at every update, in units of η."""
    state, steps = rule.init(np.zeros_like(gradients[0])), []
    for t, g in enumerate(gradients, start=1):
        direction, rate, state = rule.step(t, rule.lr, g, state)
        steps.append(rate * direction / rule.lr)
    return np.array(steps)


STEADY = np.ones((20_000, 1))


def test_the_printed_nag_is_momentum_but_for_the_place_of_its_gradients():
    """Given the same gradients at a constant η, both take the same steps; what makes it NAG is where `look` has them taken."""
    g = np.random.default_rng(0).normal(size=(50, 3))
    assert np.allclose(steps_over_lr(printed.NAG(0.3, 0.8), g), steps_over_lr(Momentum(0.3, 0.8), g), rtol=1e-12, atol=1e-15)
    x, u = np.array([1.0, -2.0]), np.array([0.5, 4.0])
    assert printed.NAG(0.3, 0.8).look(x, (u,)).tolist() == [1.0 - 0.4, -2.0 - 3.2] and x.tolist() == [1.0, -2.0]
    assert all(rule.look(x, rule.init(x)) is x for rule in (NAG(), Momentum(), printed.NAdam(), printed.AdaMax()))


def test_the_printed_nags_effective_rate_tells_nothing():
    """η is in the velocity: whatever it is, the rate is 1."""
    for lr in (0.0, 1e-3, CosineAnnealing(0.0, 0.02, 20)):
        assert np.all(minimize(problems.ravine, printed.NAG(lr), steps=30).rate == 1)


@pytest.mark.parametrize(("rule", "first"), [(ScheduledNAdam(), 1.06), (SimplifiedNAdam(), 1.90), (NAdam(), 1.47), (printed.NAdam(), 3.22)], ids=repr)
def test_the_first_steps_of_the_nadams_under_a_steady_gradient(rule, first):
    assert np.isclose(steps_over_lr(rule, STEADY[:1])[0, 0], first, atol=0.005)


@pytest.mark.parametrize("rule", [NAdam(), ScheduledNAdam(), SimplifiedNAdam()], ids=repr)
def test_every_right_nadam_ends_at_steps_of_lr_under_a_steady_gradient(rule):
    assert np.isclose(steps_over_lr(rule, STEADY)[-1, 0], 1, rtol=1e-5)


@pytest.mark.parametrize("lr", [1e-4, 0.002, 0.1, 1.0])
def test_the_printed_nadams_step_depends_on_lr_twice(lr):
    """η is in u and outside: the step ends at η (10 β₁ η + 1 − β₁), since u ends at 10 η g. A tenth of η where η is small."""
    assert np.isclose(steps_over_lr(printed.NAdam(lr), STEADY)[-1, 0], 10 * 0.9 * lr + 0.1, rtol=1e-6)


def test_the_printed_nadam_has_lost_its_momentum():
    """Once the gradient vanishes, the right rule coasts on for eight steps' length, the printed one for half a step's."""
    pushed = np.concatenate([STEADY[:100], np.zeros((100, 1))])
    right, as_printed = (steps_over_lr(rule, pushed)[100:].sum() for rule in (NAdam(), printed.NAdam()))
    assert right > 8 and as_printed < 0.6


@pytest.mark.parametrize("g", [1e-2, 1.0, 1e2])
def test_the_printed_adadeltas_rate_is_nearly_1_from_the_second_update_on(g):
    """v over its own last value: √((1 − βᵗ⁻¹) / (1 − βᵗ)) under a steady gradient, 0.72, 0.82, … → 1, and never above 1/√β."""
    rate = steps_over_lr(printed.AdaDelta(eps=0), g * STEADY[:200])[:, 0] / g
    t = np.arange(1, 201)
    assert np.allclose(rate, np.sqrt((1 - 0.95 ** (t - 1)) / (1 - 0.95**t)), rtol=1e-12) and rate[0] == 0 and 0.71 < rate[1] < 0.72
    wild = g * np.random.default_rng(0).standard_cauchy((500, 3))
    assert np.all(np.abs(steps_over_lr(printed.AdaDelta(), wild)) <= np.abs(wild) / sqrt(0.95) * (1 + 1e-12))


def test_so_it_is_gradient_descent_at_rate_1_which_a_ravine_throws_out():
    """Stable for η < 2/κ = 0.1 only. The right AdaDelta comes down, slowly."""
    trace = minimize(problems.ravine, printed.AdaDelta(), steps=300)
    assert trace.diverged
    right = minimize(problems.ravine, AdaDelta(), steps=300)
    assert not right.diverged and np.all(np.diff(right.loss) < 0)


@pytest.mark.parametrize("g", [1e-2, 1.0, 1e2])
def test_the_right_adadelta_begins_with_a_step_that_hardly_knows_the_gradient(g):
    assert np.isclose(steps_over_lr(AdaDelta(), np.full((1, 1), g))[0, 0], sqrt(1e-6 / 0.05), rtol=0.1)


@pytest.mark.parametrize("g", [1e-2, 1.0, 1e2])
def test_without_bias_correction_adams_first_step_is_3_16_times_as_long(g):
    right, as_printed = (steps_over_lr(rule, np.full((1, 1), g))[0, 0] for rule in (Adam(), printed.Adam()))
    assert np.isclose(as_printed / right, 0.1 / sqrt(0.001), rtol=0.06)  # ε inside the root is felt at g = 0.01
    assert np.isclose(0.1 / sqrt(0.001), 3.16, atol=0.005)


def test_the_two_adams_agree_in_the_end():
    right, as_printed = (steps_over_lr(rule, STEADY) for rule in (Adam(), printed.Adam()))
    assert np.isclose(right[-1, 0], as_printed[-1, 0], rtol=1e-6)


def test_the_printed_adamax_starves_small_coordinates_and_the_papers_does_not():
    """Gradients of 1 and 1000 side by side: the printed rule moves the first a thousandth as far."""
    g = np.tile([1.0, 1000.0], (100, 1))
    right, as_printed = (steps_over_lr(rule, g)[-1] for rule in (AdaMax(), printed.AdaMax()))
    assert np.isclose(right[0] / right[1], 1, rtol=1e-12) and np.isclose(as_printed[0] / as_printed[1], 1e-3, rtol=1e-12)
