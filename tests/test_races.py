"""The races and the arithmetic of the chapter on choosing: by hand, by enumeration, by simulation, by plain runs."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from adaptive_lr import SGD, AdaDelta, Momentum, minimize, problems, races
from adaptive_lr.claims import FAILS, HOLDS
from adaptive_lr.claims.measures import Rescaled
from adaptive_lr.explorer.cells import RATES as MAPPED
from adaptive_lr.explorer.cells import sensitivity

INF = math.inf
EXERCISE = np.array([[10, 40, 100], [20, 10, INF]])


# ------------------------------------------------------------------------------------------------------------- profiles


def test_the_profiles_of_the_exercise_are_those_found_on_paper():
    found = races.profile(races.ratios(EXERCISE), np.array([1, 2, 4]))
    np.testing.assert_allclose(found, [[2 / 3, 2 / 3, 1], [1 / 3, 2 / 3, 2 / 3]])


def test_the_area_above_a_profile_is_the_mean_number_of_doublings():
    ratios = races.ratios(np.random.default_rng(0).lognormal(2, 1, (3, 12)))
    doublings = np.linspace(0, 6, 60_001)
    area = (1 - races.profile(ratios, 2**doublings)).mean(axis=1) * 6
    np.testing.assert_allclose(area, np.minimum(np.log2(ratios), 6).mean(axis=1), atol=1e-3)


def test_a_third_rule_turns_the_order_of_the_first_two():
    three = np.array([[1, 1, 3], [3, 3, 1], [0.9, 0.9, 9]])
    two = (races.ratios(three[:2]) == 1).sum(axis=1)
    all_three = (races.ratios(three) == 1).sum(axis=1)
    assert two[0] > two[1] and all_three[0] < all_three[1]


def test_where_nobody_arrives_nobody_is_best():
    assert np.all(races.ratios(np.array([[INF, 2.0], [INF, 4.0]])) == [[INF, 1], [INF, 2]])


# --------------------------------------------------------------------------------------------------- the best of k, seeds


@pytest.mark.parametrize("k", [1, 2, 4])
def test_the_best_of_k_is_the_mean_over_all_draws(k):
    losses = [3, 1, 7, 4]
    expected = Fraction(sum(min(draw) for draw in itertools.product(losses, repeat=k)), 4**k)
    assert races.best_of(np.array(losses, float), k) == pytest.approx(float(expected), rel=1e-12)


def test_tries_are_enough_and_one_fewer_are_not():
    needed = math.ceil(races.tries_needed(1 / 6))
    assert needed == 17 and 1 - (5 / 6) ** 17 >= 0.95 > 1 - (5 / 6) ** 16
    assert races.tries_needed(0.0) == INF and races.tries_needed(1.0) == 1


def test_so_many_seeds_see_the_difference_in_four_of_five_experiments():
    n = races.seeds_needed(2.0, 0.5)
    means = (0.5 + 2.0 * np.random.default_rng(0).standard_normal((20_000, n))).mean(axis=1)
    assert np.mean(abs(means) > 1.96 * 2.0 / math.sqrt(n)) == pytest.approx(0.8, abs=0.01)


def test_pairs_cancel_what_both_share():
    rng = np.random.default_rng(0)
    shared = rng.standard_normal(400)
    a, b = shared + 0.1 * rng.standard_normal(400) + 0.1, shared + 0.1 * rng.standard_normal(400)
    found = races.compare(a, b)
    assert found.told_apart and found.paired < found.unpaired / 5 and found.correlation > 0.95
    alone = races.compare(a, rng.permutation(b))
    assert alone.paired == pytest.approx(alone.unpaired, rel=0.1)


# ---------------------------------------------------------------------------------------------------------------- races


def test_a_count_is_that_of_single_runs_with_the_median_taken_by_hand():
    found = races.updates_needed(Momentum, (problems.beale,), 1e-4, np.array([0.01]))
    counts = []
    for start in np.array([1.0, 1.0]) + 0.5 * np.random.default_rng(0).standard_normal((5, 2)):
        gap = minimize(problems.beale, Momentum(0.01), start, steps=600).gap
        after = np.flatnonzero(~(gap < 1e-4 * gap[0]))[-1] + 1
        counts.append(after if after <= 400 else INF)
    assert found == [sorted(counts)[2]]


def test_one_rate_for_all_serves_most_problems_and_then_in_the_fewest_updates():
    needed = np.array([[[5, 9, 8, INF], [INF, 9, 8, 1]]])
    assert races.at_one_rate(needed) == [2]


@pytest.mark.parametrize(("updates", "condition"), [(100, 10), (400, 100), (1600, 100)])
def test_gradient_descents_good_range_is_as_wide_as_the_chapter_says(updates, condition):
    rates = np.logspace(-4, 0, 1601)
    gap = minimize(problems.Ravine(condition), SGD(rates[:, None]), [-4.0, 4 / math.sqrt(condition)], steps=updates).gap
    good = rates[gap[-1] <= 1e-4 * gap[0]]
    assert math.log10(good[-1] / good[0]) == pytest.approx(math.log10(4 * updates / (condition * math.log(1e4))), abs=0.06)


# ---------------------------------------------------------------------------------------------------------------- units


@pytest.mark.parametrize("name", [name for name in races.RULES if name != "AdaDelta"])
def test_a_rate_times_the_chapters_factor_walks_the_same_way(name):
    rule, c, s = races.RULES[name], 100.0, 0.1
    exact = {"eps": 0.0} if "eps" in rule.__dataclass_fields__ else {}
    rate, factor = (0.001, s * s / c) if name in ("SGD", "Momentum", "NAG") else (0.01, s)
    here = minimize(problems.beale, rule(rate, **exact), steps=60).x
    scaled = Rescaled(problems.beale, c, s)
    there = minimize(scaled, rule(rate * factor, **exact), scaled.begin, steps=60).x
    np.testing.assert_allclose(there, s * here, rtol=1e-6)


def test_adadelta_under_way_needs_no_factor():
    c, s, rule = 100.0, 0.1, AdaDelta(eps=0.0)
    v, u, g = (np.array([value]) for value in (4.0, 0.01, 3.0))
    direction, rate, _ = rule.step(9, 1.0, g, (v, u))
    there, its_rate, _ = rule.step(9, 1.0, c / s * g, ((c / s) ** 2 * v, s * s * u))
    np.testing.assert_allclose(its_rate * there, s * rate * direction)


# --------------------------------------------------------------------------------------------------------------- advice


def test_other_measurements_would_have_led_to_other_verdicts():
    assert races.judge_default(1.05, 11, 11) == (HOLDS, "")
    assert races.judge_default(1.2, 11, 11) == races.judge_default(1.05, 10, 11) == (FAILS, "")
    assert races.judge_generalises(0.03, 0.01) == (HOLDS, "") and races.judge_generalises(0.01, 0.01) == races.judge_generalises(-0.03, 0.01) == (FAILS, "")
    assert races.judge_rate_first(0.92) == (HOLDS, "") and races.judge_rate_first(0.79) == (FAILS, "")


def test_which_of_two_settings_to_tune_by_hand():
    needed = np.array([[90, 20], [10, 15], [40, 5]])
    away, better = races.rate_first(needed, 0)
    assert list(away) == [1, 0, 1] and list(better) == [1, 0, -1]


# ------------------------------------------------------------------------------------------------------------ the chapter


def near(rule, problem, decay, values):
    """The mapped rates at which 100 updates leave less than a thousandth of the gap, a row for each value."""
    return sensitivity(rule, problem, MAPPED.values, values, 100, decay) < 1e-3 * problem.f(np.array(problem.start))


def test_turning_the_ravine_does_nothing_to_momentum():
    straight, turned = (near(Momentum(), problem, "beta", [0.9]).sum() for problem in (problems.ravine, problems.rotated_ravine))
    assert straight == turned
