"""Claim 1 and the chapter on gradient descent: its laws from arguments made another way."""

import math

import numpy as np
import pytest

from adaptive_lr import SGD, Momentum, claims, minimize, problems
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN, descent
from adaptive_lr.claims.measures import Rescaled


@pytest.fixture(scope="module")
def found():
    return claims.try_claim(1)


def distances(curvature, rule, updates):
    """|x₁| on the ravine of curvatures 1 and `curvature`, from (1, 1)."""
    return abs(minimize(problems.Ravine(curvature), rule, [1.0, 1.0], steps=updates).x)


# ------------------------------------------------------------------------------------------------------------- the chapter's laws


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_a_bowl_is_left_beyond_two_over_the_curvature(share):
    last = distances(20.0, SGD(share * 2 / 20), 400)[-1, 1]
    assert (last < 1) == (share < 1)


@pytest.mark.parametrize("kappa", [3.0, 50.0])
def test_the_best_rate_has_the_factor_of_the_text_and_its_neighbours_a_worse_one(kappa):
    def factor(lr):
        return max(abs(1 - lr), abs(1 - lr * kappa))

    best = 2 / (1 + kappa)
    assert factor(best) == pytest.approx((kappa - 1) / (kappa + 1))
    assert all(factor(best * nudge) > factor(best) for nudge in (0.9, 0.99, 1.01, 1.1))
    x = distances(kappa, SGD(best), 50)
    assert x[50] / x[0] == pytest.approx(factor(best) ** 50)


@pytest.mark.parametrize("kappa", [10.0, 400.0])
def test_momentums_roots_are_as_small_as_the_theorem_says(kappa):
    root = (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    beta, lr = root**2, (1 + root) ** 2 / kappa
    for curvature in np.linspace(1, kappa, 7):
        sizes = abs(np.roots([1, -(1 + beta - lr * curvature), beta]))
        assert sizes.max() == pytest.approx(root, rel=1e-6)
    x = distances(kappa, Momentum(lr, beta), round(40 / (1 - root)))
    t = len(x) - 1
    assert x[-1].max() < 10 * t * root**t  # at the ends of the window the two roots are equal


def test_with_noise_a_fixed_rate_keeps_the_distance_of_the_text():
    rng, x, late = np.random.default_rng(0), np.zeros(20_000), []
    for t in range(400):
        x = x - 0.1 * (3.0 * x + 2.0 * rng.standard_normal(len(x)))
        if t >= 100:
            late.append(np.mean(x**2))
    assert np.mean(late) == pytest.approx(0.1 * 2.0**2 / (3.0 * (2 - 0.1 * 3.0)), rel=0.01)


# -------------------------------------------------------------------------------------------- the verdict follows from the numbers


def test_a_changed_problem_has_its_own_gradient_and_the_same_minimum():
    changed = Rescaled(problems.ravine, height=3.0, length=5.0)
    x, nudge = np.array([2.0, -7.0]), 1e-6 * np.eye(2)
    slope = np.array([changed.f(x + n) - changed.f(x - n) for n in nudge]) / 2e-6
    np.testing.assert_allclose(changed.grad(x), slope, rtol=1e-6)
    assert changed.f(changed.minimum) == 0 and changed.f(changed.begin) == pytest.approx(3 * problems.ravine.f(np.asarray(problems.ravine.start)))


def test_rates_move_by_their_units(found):
    """Gradient descent's by x² over loss, an adaptive one's by x: as in a table of units, without a run."""
    rates, needed = found.numbers["rates"], found.numbers["needed"]

    def middle(name, rule):
        works = np.flatnonzero(np.isfinite(needed[name][rule]))
        return rates[works].prod() ** (1 / len(works))

    plain = middle(descent.PLAIN, "SGD")
    assert middle(descent.HIGHER, "SGD") == pytest.approx(plain / 100, rel=0.25)
    assert middle(descent.LOWER, "SGD") == pytest.approx(plain * 100, rel=0.25)
    np.testing.assert_allclose(needed[descent.HIGHER]["Adam"], needed[descent.PLAIN]["Adam"])
    assert found.numbers["anew"][descent.LONGER]["Adam"] == pytest.approx(found.numbers["anew"][descent.PLAIN]["Adam"], rel=0.05)


def test_other_arrivals_would_be_another_verdict(found):
    fails = {"SGD": False, "AdaGrad": True, "RMSprop": True, "Adam": True}
    arrives = dict.fromkeys(descent.CHANGES, fails)
    assert descent.judge_rates(arrives) == (HOLDS, "")
    assert descent.judge_rates(arrives | {descent.LONGER: fails | {"Adam": False}}) == (HOLDS_WHEN, "the weights keep their unit")
    assert descent.judge_rates(arrives | {descent.HIGHER: fails | {"SGD": True}}) == (FAILS, "")
    assert descent.judge_rates(arrives | {descent.STEEPER: fails | {"RMSprop": False}}) == (FAILS, "")
