"""Claims 8 to 10 and the chapter on RMSprop: its laws from arguments made another way."""

import math

import numpy as np
import pytest

from adaptive_lr import AdaGrad, RMSprop, claims, minimize, problems
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN, rmsprop
from adaptive_lr.claims.measures import Given

CASES = ("coarse", "fine", "longer", "lowered")


@pytest.fixture(scope="module")
def found():
    return {number: claims.try_claim(number) for number in (8, 9, 10)}


def rates(gradients, rule):
    return minimize(Given(np.asarray(gradients, float)[:, None]), rule, steps=len(gradients)).rate[:, 0]


# ---------------------------------------------------------------------------------------------------------- the fading mean


def test_a_gradient_of_age_k_has_the_weight_of_the_text():
    beta, g = 0.8, np.random.default_rng(0).standard_normal(30)
    weights = (1 - beta) * beta ** np.arange(30.0)
    mean = weights @ g[::-1] ** 2
    assert rates(g, RMSprop(1.0, beta, eps=0.0))[-1] == pytest.approx(1 / math.sqrt(mean), rel=1e-12)
    endless = 0.2 * 0.8 ** np.arange(2000.0)
    assert endless.sum() == pytest.approx(1) and endless @ np.arange(2000) == pytest.approx(beta / (1 - beta))


def test_with_a_memory_that_never_fades_and_a_falling_rate_it_is_adagrad():
    g, v = np.random.default_rng(1).standard_normal(50), 0.0
    for t, each in enumerate(g, 1):
        v = (1 - 1 / t) * v + each**2 / t
    assert rates(g, AdaGrad(0.3, eps=0.0))[-1] == pytest.approx(0.3 / math.sqrt(50) / math.sqrt(v), rel=1e-12)


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.999])
def test_the_first_step_is_too_long_by_the_root_of_what_is_missing(beta):
    step = rates([7.0], RMSprop(1.0, beta, eps=0.0))[0] * 7.0
    assert step == pytest.approx((1 - beta) ** -0.5)


def test_it_brakes_at_once_and_recovers_by_the_half_life():
    rate = rates([1.0] * 200 + [100.0] + [1.0] * 300, RMSprop(1.0, 0.9, eps=0.0))
    assert rate[199] / rate[200] == pytest.approx(math.sqrt(0.9 + 0.1 * 100**2))
    climbing = rate[200:215]  # while what was large outweighs all
    assert np.diff(np.log(climbing)) == pytest.approx(-math.log(0.9) / 2, rel=0.01)


# ---------------------------------------------------------------------------------------------------------------- the orbit


@pytest.mark.parametrize("curvature", [0.1, 1.0, 300.0])
@pytest.mark.parametrize("beta", [0.3, 0.9])
def test_the_orbit_is_half_a_learning_rate_wide_whatever_curvature_and_memory(beta, curvature):
    x, v = 0.7, 0.0
    for _ in range(3000):
        g = curvature * x
        v = beta * v + (1 - beta) * g * g
        x -= 0.2 * g / math.sqrt(v)
    assert abs(x) == pytest.approx(0.1, rel=1e-6)


def test_a_large_epsilon_makes_it_narrower_and_then_ends_it():
    ravine = problems.Ravine(condition=20.0)
    for eps, curvature, k in ((1e-3, 1.0, 0), (0.05, 20.0, 1)):
        end = minimize(ravine, RMSprop(0.1, 0.9, eps), [1.0, 1.0], steps=4000).x[-1, k]
        assert abs(end) == pytest.approx(0.05 * math.sqrt(1 - 4 * eps / (0.1 * curvature) ** 2), rel=1e-6)
    assert abs(minimize(ravine, RMSprop(0.1, 0.9, 0.0026), [1.0, 1.0], steps=4000).x[-1, 0]) < 1e-9  # 4 · 0.0026 > 0.1²


@pytest.mark.parametrize("beta", [0.3, 0.5, 0.9])
def test_near_the_orbit_what_is_left_shrinks_by_the_root_of_beta(beta):
    eta, a = 0.1, 0.05
    x, v, off = 1.001 * a, a * a, []
    for _ in range(round(20 / (1 - beta))):
        v = beta * v + (1 - beta) * x * x
        x -= eta * x / math.sqrt(v)
        off.append(math.hypot(abs(x) / a - 1, v / a**2 - 1))
    assert (off[-1] / off[4]) ** (1 / (len(off) - 5)) == pytest.approx(math.sqrt(beta), rel=0.03)


def test_under_noise_the_distance_is_that_of_the_formula(found):
    for quotient in found[10].numbers["noise"].values():
        assert quotient == pytest.approx(1, abs=0.08)


# -------------------------------------------------------------------------------------------- verdicts follow from the numbers


def test_the_denominators_are_those_of_the_rules(found):
    for name, roots in found[8].numbers["roots"].items():
        for rule, root in roots.items():
            assert root.shape[0] == 2000 and (root[-1] >= 0).all(), (name, rule)
    steady = found[8].numbers["grown"][rmsprop.STEADY]
    assert steady["AdaGrad"] == pytest.approx(math.sqrt(10)) and steady["RMSprop"] == pytest.approx(1, abs=1e-6)
    cliff = found[8].numbers["grown"][rmsprop.CLIFF]
    assert cliff["AdaGrad"] == pytest.approx(math.sqrt(11_000 / 1_000)) and cliff["RMSprop"] == pytest.approx(math.sqrt(0.9 + 0.1 * 100**2))


def test_another_growth_would_be_another_verdict():
    slower, faster = {"AdaGrad": 3.0, "RMSprop": 1.0}, {"AdaGrad": 1.0, "RMSprop": 3.0}
    situations = (rmsprop.STEADY, rmsprop.BATCHES, rmsprop.FADING, rmsprop.GROWING, rmsprop.CLIFF)
    assert rmsprop.judge_growth(dict.fromkeys(situations, slower)) == (HOLDS, "")
    assert rmsprop.judge_growth(dict.fromkeys(situations, slower) | {rmsprop.CLIFF: faster})[0] == HOLDS_WHEN
    assert rmsprop.judge_growth(dict.fromkeys(situations, slower) | {rmsprop.STEADY: faster})[0] == FAILS


@pytest.mark.parametrize("narrow, verdict, condition", [
    (set(CASES), HOLDS, ""),
    ({"fine"}, HOLDS_WHEN, "the goal is close to the minimum, the run is short, η stays what it is at the start"),
    ({"fine", "coarse", "lowered"}, HOLDS_WHEN, "the run is short"),
    ({"fine", "coarse", "longer"}, HOLDS_WHEN, "η stays what it is at the start"),
    ({"coarse", "longer", "lowered"}, FAILS, ""),
])
def test_other_windows_would_be_another_verdict(narrow, verdict, condition):
    windows = {case: {"ravine": {"RMSprop": 0.5 if case in narrow else 3.0}} for case in CASES}
    assert rmsprop.judge_sensitivity(windows, {case: {"ravine": 3.0} for case in CASES}) == (verdict, condition)


def test_a_fixed_rate_leaves_the_gap_of_the_orbit(found):
    """½ c (η/2)² in each coordinate of the ravine: the right flank of the figure."""
    left = found[9].numbers["left"][rmsprop.FIXED]["ravine"]["RMSprop"]
    k = int(np.argmin(abs(rmsprop.RATES - 0.1)))
    start = problems.ravine.f(np.asarray(problems.ravine.start))
    assert left[k] == pytest.approx((1 + 20) / 2 * (rmsprop.RATES[k] / 2) ** 2 / start, rel=0.1)


def test_four_times_the_updates_widen_the_window_by_the_decades_of_four(found):
    """The slow flank is where η T updates make the way, the other where the orbit is small enough, whatever T."""
    windows = found[9].numbers["windows"]
    for name in ("ravine", "ravine turned by 45°", "saddle", "sparse logistic regression"):
        wider = windows["longer"][name]["RMSprop"] - windows["fine"][name]["RMSprop"]
        assert wider == pytest.approx(math.log10(4), abs=0.2), name  # the grid's step is 0.2


def test_the_verdicts_stand(found):
    assert [found[number].verdict for number in (8, 9, 10)] == [HOLDS_WHEN] * 3
    assert "the run is short" in found[9].condition and "η stays" in found[9].condition


def test_steps_keep_their_length_only_if_gradients_fade_more_slowly_than_the_memory():
    """Two fading powers race: (√q)ᵗ of the gradients and (√β)ᵗ of the memory. The steps live on or die by their quotient."""
    slow, fast = (abs(run.rate * run.grad)[-2:, 0] for run in (minimize(problems.Steady(growth=g), RMSprop(0.1, eps=0.0), steps=400) for g in (-0.02, -0.1)))
    assert slow[1] / slow[0] == pytest.approx(1, abs=1e-6) and 0.05 < slow[1] < 0.1
    assert fast[1] / fast[0] == pytest.approx(math.exp(-0.1) / math.sqrt(0.9), rel=1e-6)


def test_other_orbits_would_be_another_verdict(found):
    all_of_them = dict.fromkeys(rmsprop.SITUATIONS, 1.0)
    assert rmsprop.judge_oscillation(all_of_them) == (HOLDS, "")
    assert rmsprop.judge_oscillation(all_of_them | {"η lowered": 0.0}) == (HOLDS_WHEN, "η is not lowered")
    assert rmsprop.judge_oscillation(all_of_them | {rmsprop.PLAIN: 0.2}) == (FAILS, "")
    assert found[10].numbers["arrivals"][0.99]["updates"] > 5 * found[10].numbers["arrivals"][0.9]["updates"]
