"""The claims of the chapter on schedules: verdicts that stand, would be others for other numbers, and the chapter's equations."""

import numpy as np
import pytest

from adaptive_lr import SGD, Constant, ExponentialDecay, Triangular, WarmRestarts, claims, minimize, printed, problems
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN, schedules


@pytest.fixture(scope="module")
def found():
    return {number: claims.try_claim(number) for number in (19, 20, 21, 22)}


# ---------------------------------------------------------------------------------------------------------------- verdicts


def leaving(triangles, low, mean, high):
    return {f"triangles, half-period {half}": triangles for half in (5, 20)} | {schedules.AT_LOW: low, schedules.AT_MEAN: mean, schedules.AT_HIGH: high}


@pytest.mark.parametrize(
    ("needed", "verdict", "says"),
    [
        (leaving(50, 2000, 110, 62), HOLDS, ""),
        (leaving(70, 2000, 110, 62), HOLDS_WHEN, "not above the triangles' mean"),
        (leaving(108, 2000, 110, 62), HOLDS_WHEN, "below the triangles' mean"),
        (leaving(1900, 2000, 110, 62), FAILS, ""),
    ],
)
def test_leaving_sooner_than_which_rate_decides_claim_19(needed, verdict, says):
    judged, condition = schedules.judge_leaving(needed)
    assert judged == verdict and says in condition


def test_a_cosine_has_to_be_faster_everywhere():
    better, worse = dict.fromkeys(schedules.LANDSCAPES, 0.5), dict.fromkeys(schedules.LANDSCAPES, 0.5) | {"saddle": 0.9}
    assert schedules.judge_cosine({schedules.STILL: better, schedules.NOISY: better})[0] == HOLDS
    assert schedules.judge_cosine({schedules.STILL: worse, schedules.NOISY: better})[0] == HOLDS_WHEN
    assert schedules.judge_cosine({schedules.STILL: better, schedules.NOISY: worse})[0] == FAILS


def test_restarts_may_help_at_the_end_or_before():
    def ratios(*by_end):
        return {end: dict.fromkeys(schedules.LANDSCAPES, value) for end, value in zip(schedules.ENDS, by_end, strict=True)}

    assert schedules.judge_restarts(ratios(2, 2, 0.5))[0] == HOLDS
    assert schedules.judge_restarts(ratios(0.5, 2, 2))[0] == HOLDS_WHEN
    assert schedules.judge_restarts(ratios(1, 1, 1))[0] == FAILS


def test_restarts_that_help_on_half_of_the_landscapes_do_not_help():
    half = dict(zip(schedules.LANDSCAPES, (0.1, 0.1, 1, 1), strict=True))
    assert schedules.judge_restarts({end: half for end in schedules.ENDS})[0] == FAILS
    assert schedules.judge_restarts({end: half | {"saddle": 0.1} for end in schedules.ENDS})[0] == HOLDS


@pytest.mark.parametrize(
    ("spans", "gains", "verdict", "says"),
    [
        ((2, 2), (1.5, 1.5), HOLDS, ""),
        ((2, 2), (1.5, 1.0), HOLDS_WHEN, "not what a good one gains"),
        ((2, 1.1), (1.5, 1.5), HOLDS_WHEN, "not what a poor one costs"),
        ((2, 1.1), (1.5, 1.0), FAILS, ""),
    ],
)
def test_as_much_can_be_read_in_two_ways(spans, gains, verdict, says):
    judged, condition = schedules.judge_spans(spans, gains)
    assert judged == verdict and says in condition


def test_the_sum_of_the_rates_is_what_leaves_a_saddle(found):
    spent = found[19].numbers["spent"].values()
    assert max(spent) < 1.25 * min(spent)
    assert max(found[19].numbers["needed"].values()) > 20 * min(found[19].numbers["needed"].values())


def test_under_noise_the_cosine_is_ahead_half_way_too_with_about_the_same_sum_of_rates(found):
    """Its mean is half its top rate: so the top rate is about twice the fixed one."""
    best = found[20].numbers["best"]
    for name in schedules.LANDSCAPES:
        assert schedules.cosine_over_fixed(best, schedules.NOISY, name, schedules.BUDGET // 2) < 0.75
        assert 1.5 < best["cosine"][schedules.NOISY][name][0] / best["fixed"][schedules.NOISY][name][0] < 2.6


@pytest.mark.parametrize("number", [20, 21])
def test_no_best_rate_of_claims_20_and_21_lies_at_the_end_of_the_range(found, number):
    def rates(best):
        return [best[0]] if isinstance(best, tuple) else [rate for inner in best.values() for rate in rates(inner)]

    chosen = rates(found[number].numbers["best"])
    assert len(chosen) == (16 if number == 20 else 8)
    assert schedules.RATES[0] < min(chosen) and max(chosen) < schedules.RATES[-1]


def test_no_best_rate_of_claim_22_lies_at_the_end_of_its_range(found):
    for by_plan in found[22].numbers["losses"].values():
        for by_rate in by_plan.values():
            means = [np.mean(losses) for losses in by_rate.values()]
            assert 0 < int(np.argmin(means)) < len(means) - 1


# --------------------------------------------------------------------------------------------------- the chapter's equations


@pytest.mark.parametrize("lr", [0.05, 0.3, 1.2])
def test_the_noise_floor_is_that_of_a_simulation(lr):
    rng, x, c, sigma, seen = np.random.default_rng(1), np.zeros(20_000), 1.4, 0.7, []
    for t in range(400):
        x = x - lr * (c * x + sigma * rng.standard_normal(len(x)))
        if t >= 300:
            seen.append(np.mean(x**2))
    assert np.mean(seen) == pytest.approx(lr * sigma**2 / (c * (2 - lr * c)), rel=0.03)


def test_no_sequence_of_rates_beats_the_best_schedule():
    """V after 30 updates, against 2,000 sequences near 1/(c (t + t₀)) and against its closed form."""
    c, sigma, start, updates = 1.3, 0.8, 5.0, 30
    t = np.arange(updates)
    best = 1 / (c * (t + 1 + sigma**2 / (c**2 * start)))

    def left(rates):
        variance = np.full(rates.shape[:-1], start)
        for lr in np.moveaxis(rates, -1, 0):
            variance = (1 - lr * c) ** 2 * variance + lr**2 * sigma**2
        return variance

    assert left(best) == pytest.approx(1 / (1 / start + c**2 * updates / sigma**2), rel=1e-12)
    others = best * np.exp(0.2 * np.random.default_rng(0).standard_normal((2000, updates)))
    assert np.all(left(others) > left(best))


@pytest.mark.parametrize("schedule", [Constant(0.02), Triangular(0.0, 0.04, 25), ExponentialDecay(0.05, 0.02)])
def test_along_the_way_the_sum_of_the_rates_counts(schedule):
    bowl = problems.Ravine(1.0)
    x = minimize(bowl, SGD(schedule), [3.0, 3.0], steps=100).x[-1]
    np.testing.assert_allclose(x, 3 * np.exp(-schedule(np.arange(100)).sum()), rtol=0.06)


def test_printed_triangles_are_zero_from_the_first_period_on():
    t = np.arange(8, 200)
    assert np.all(printed.Triangular(0.0, 1.0, 8)(t) == 0) and Triangular(0.0, 1.0, 8)(t).max() == 1


def test_cycles_of_restarts_begin_where_the_sum_says():
    starts = [int(5 * (3**i - 1) / 2) for i in range(8)]
    schedule = WarmRestarts(0.0, 1.0, 5, 3)
    assert [schedule(start) for start in starts] == [1.0] * 8 and all(schedule(start - 1) < 0.2 for start in starts[1:])
