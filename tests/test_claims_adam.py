"""Claims 12 and 13 and the chapter on Adam: corrections, bounds and counts from arguments made another way."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from adaptive_lr import Adam, Momentum, RMSprop, claims, minimize, printed, problems
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN, adam
from adaptive_lr.claims.measures import Given
from adaptive_lr.explorer import ideas

CHAPTER = (Path(__file__).parent.parent / "book" / "adam.md").read_text(encoding="utf-8")
B1, B2 = adam.DEFAULTS


@pytest.fixture(scope="module")
def found():
    return {number: claims.try_claim(number) for number in (12, 13)}


def steps(gradients, rule):
    """Of lr = 1, so in units of η: (updates, coordinates)."""
    return np.diff(minimize(Given(np.asarray(gradients, float)), rule, steps=len(gradients)).x, axis=0)


# ---------------------------------------------------------------------------------------------------------- the derivation


def test_corrected_moments_are_weighted_means_and_uncorrected_ones_lack_beta_to_the_t():
    """In exact fractions: the weights of both averages, added up one by one."""
    for beta in (Fraction(9, 10), Fraction(999, 1000)):
        for t in (1, 2, 7, 40):
            assert sum((1 - beta) * beta ** (t - s) for s in range(1, t + 1)) == 1 - beta**t


@pytest.mark.parametrize("t", [1, 5, 50])
def test_the_corrected_moments_are_unbiased_and_the_others_are_not(t):
    """Averages over 40,000 coordinates of gradients N(1, 2²): E[g] = 1, E[g²] = 5."""
    gradients = 1 + 2 * np.random.default_rng(0).standard_normal((t, 40_000))
    m, v = minimize(Given(gradients), Adam(1.0), steps=t).state
    assert m.mean() / (1 - 0.9**t) == pytest.approx(1, abs=0.06) and v.mean() / (1 - 0.999**t) == pytest.approx(5, rel=0.03)
    assert m.mean() == pytest.approx(1 - 0.9**t, abs=0.06) and v.mean() < 0.26  # at 50 updates v has a twentieth of 5


def test_what_is_left_of_the_bias_is_the_change_of_the_gradients():
    """E[v_t] = (1 − β₂ᵗ) E[g_t²] + ζ_t with gradients that grow without noise, summed in plain floats."""
    squares = [1.05 ** (2 * s) for s in range(1, 61)]
    zeta = math.fsum(0.001 * 0.999 ** (60 - s) * (squares[s - 1] - squares[-1]) for s in range(1, 61))
    v = minimize(Given(np.sqrt(squares)[:, None]), Adam(), steps=60).state[1].item()
    assert v == pytest.approx((1 - 0.999**60) * squares[-1] + zeta, rel=1e-9) and zeta < 0


def test_the_noise_of_m_follows_the_chapters_variance():
    t = 5
    draws = np.random.default_rng(1).standard_normal((t, 40_000))
    m_hat = minimize(Given(draws), Adam(), steps=t).state[0] / (1 - 0.9**t)
    assert m_hat.var() == pytest.approx((0.1 / 1.9) * (1 + 0.9**t) / (1 - 0.9**t), rel=0.03)


def longest(beta1, beta2, t):
    """max |m̂|/√v̂ over all gradients: with b the weights of v̂ and h = √b g it is a·h/|h| for a = weights of m̂ / √b, at most |a|."""
    a, b = (np.array([beta ** (t - s) for s in range(1, t + 1)]) for beta in (beta1, beta2))
    return np.linalg.norm(a / a.sum() / np.sqrt(b / b.sum()))


@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.9, 0.99), (0.5, 0.9), (0.9, 0.9)])
def test_no_gradients_make_a_longer_step_than_the_bound_and_growing_ones_make_just_that(beta1, beta2):
    t, rule = 60, Adam(1.0, beta1, beta2, eps=0.0)
    rng = np.random.default_rng(0)
    attempts = rng.standard_normal((t, 3000)) * np.exp(np.linspace(-1, 1, t)[:, None] * 8 * rng.standard_normal(3000))
    bound = longest(beta1, beta2, t)
    assert abs(steps(attempts, rule)[-1]).max() <= bound * (1 + 1e-9)
    growing = (beta2 / beta1) ** np.arange(t)[:, None]
    assert -steps(growing, rule)[-1, 0] == pytest.approx(bound, rel=1e-9)
    late = (1 - beta1) / math.sqrt((1 - beta2) * (1 - beta1**2 / beta2))
    assert longest(beta1, beta2, round(7 / (1 - beta2))) == pytest.approx(late, rel=1e-3)
    assert (late > 1.001) == (beta1 != beta2)


def test_the_papers_bound_is_passed_in_both_of_its_cases():
    """(1 − β₁) > √(1 − β₂): 3.16 η.  Otherwise η; (0.9, 0.99) is the case of equality."""
    for beta2, papers in ((0.999, 0.1 / math.sqrt(0.001)), (0.99, 1.0)):
        t = round(10 / (1 - beta2))
        growing = np.exp(math.log(beta2 / 0.9) * np.maximum(np.arange(t) - t, -1000))[:, None]
        assert -steps(growing, Adam(1.0, 0.9, beta2, eps=1e-300))[-1, 0] > 2 * papers


def test_a_rare_gradient_moves_a_weight_by_3_16_at_once_and_by_ten_times_as_much_in_all():
    gradients = np.zeros((10_300, 1))
    gradients[10_000] = 0.3
    moved = -steps(gradients, Adam(1.0, eps=1e-30))[:, 0]
    assert moved[10_000] == pytest.approx(0.1 / math.sqrt(0.001), rel=1e-4)
    total = 0.1 / math.sqrt(0.001) / (1 - 0.9 / math.sqrt(0.999))
    assert moved.sum() == pytest.approx(total, rel=1e-4) and f"= {total:.1f}\\,\\eta" in CHAPTER


def test_eps_hat_is_an_eps_that_shrinks_with_time():
    """The two sides of the chapter's equation, in plain floats, for a gradient of the size of ε."""
    m = v = 0.0
    for t, g in enumerate((3e-8, -1e-8, 2e-8), start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        r = (1 - 0.9**t) / math.sqrt(1 - 0.999**t)
        rearranged = m / r / (math.sqrt(v) + 1e-8 * math.sqrt(1 - 0.999**t))
    taken = -steps([[3e-8], [-1e-8], [2e-8]], Adam(1.0))[-1, 0]
    assert taken == pytest.approx(rearranged, rel=1e-9)


# ---------------------------------------------------------------------------------------------------------------- claim 12


def test_12_the_factor_is_the_closed_form_with_its_peak_and_its_end(found):
    numbers, t = found[12].numbers, np.arange(1, 3001)
    np.testing.assert_allclose(numbers["ratio"], (1 - 0.9**t) / np.sqrt(1 - 0.999**t), rtol=1e-9)
    assert numbers["peak"] == 12 and abs(1.2564 / math.log(1 / 0.9) - 12) < 0.5
    assert math.exp(1.2564) == pytest.approx(1 + 2 * 1.2564, rel=1e-4)  # where the folded derivative is zero
    assert numbers["settled"] == math.ceil(math.log(1 - 1 / 1.05**2) / math.log(0.999))
    assert numbers["first rate"] == pytest.approx(math.sqrt(1000))


def test_12_the_first_steps_are_those_of_the_formula(found):
    for (beta1, beta2), ratio in found[12].numbers["first"].items():
        assert ratio == pytest.approx((1 - beta1) / math.sqrt(1 - beta2), rel=1e-9)


def test_12_as_many_first_steps_lead_uphill_as_the_normal_distribution_says(found):
    """A first step has the sign of one gradient: uphill with probability Φ(−μ/σ)."""
    for noise in (1.0, 10.0):
        expected = (1 + math.erf(-1 / noise / math.sqrt(2))) / 2
        for run in found[12].numbers["steps"][noise].values():
            assert np.mean(run[0] > 0) == pytest.approx(expected, abs=0.05)


def test_12_late_steps_have_the_length_that_signal_and_noise_give(found):
    for noise in (1.0, 10.0):
        expected = math.sqrt((1 + noise**2 * 0.1 / 1.9) / (1 + noise**2))
        assert adam.rms(found[12].numbers["steps"][noise][adam.WITH])[-100:].mean() == pytest.approx(expected, rel=0.03)


def test_12_a_correction_of_v_alone_per_coordinate_would_have_been_seen_to_scatter_less():
    """The measure can tell: steps by sign scatter less than steps by size, under the same draws."""
    by_size = adam.steps_under_noise(Momentum(1.0, 0.0), 0.5, 3)
    by_sign = adam.steps_under_noise(Adam(1.0, 0.0, 0.0, eps=0.0), 0.5, 3)
    assert np.all(adam.scatter(by_size) > 1.05 * adam.scatter(by_sign))


def test_12_other_measurements_would_have_led_to_other_verdicts(found):
    first = found[12].numbers["first"]
    long_everywhere = dict.fromkeys(first, 2.0)
    assert adam.judge_correction(long_everywhere, 1.5) == (HOLDS, "")
    assert adam.judge_correction(first, 1.0) == (found[12].verdict, found[12].condition) and "too long" in found[12].condition
    assert adam.judge_correction(first, 1.5) == (HOLDS_WHEN, "1 − β₁ > √(1 − β₂), as at the defaults")
    assert adam.judge_correction(dict.fromkeys(first, 1.0), 1.0) == adam.judge_correction(long_everywhere, 1.0) == (FAILS, "")


# ---------------------------------------------------------------------------------------------------------------- claim 13


def test_13_a_count_is_that_of_single_runs_with_the_median_taken_by_hand(found):
    counts = found[13].numbers["needed"]["Beale's valley"]["RMSprop"]
    k, j = np.unravel_index(counts.argmin(), counts.shape)
    rule = RMSprop(float(adam.RATES[k]), adam.MEMORIES[j])
    starts = np.array([1.0, 1.0]) + 0.5 * np.random.default_rng(0).standard_normal((5, 2))
    single = []
    for start in starts:
        gap = minimize(problems.beale, rule, start, steps=600).gap
        above = np.flatnonzero(~(gap < 1e-4 * gap[0]))
        single.append(above[-1] + 1 if above[-1] + 1 <= 400 else math.inf)
    assert sorted(single)[2] == counts[k, j] == found[13].numbers["tuned"]["Beale's valley"]["RMSprop"]


def test_13_along_the_axes_rmsprop_wins_with_the_longest_memory(found):
    """As the chapter says: there it is AdaGrad with the rate η/√(1 − β)."""
    for course in adam.COURSES[adam.ALONG]:
        counts = found[13].numbers["needed"][course]["RMSprop"]
        assert counts[:, 2].min() == counts.min() < counts[:, :2].min()


def test_13_an_uncorrected_long_memory_is_adagrad():
    """For the first 100 updates, to the few per cent by which 0.999¹⁰⁰ is below 1."""
    draws = np.random.default_rng(0).standard_normal((100, 5))
    sums = np.cumsum(draws**2, axis=0)
    taken = -steps(draws, RMSprop(1.0, 0.999, eps=0.0))
    np.testing.assert_allclose(taken, draws / np.sqrt(0.001 * sums), rtol=0.06)


def test_13_momentum_is_what_helps_across_and_what_costs_along(found):
    tuned = found[13].numbers["tuned"]
    assert all(tuned[course]["Adam without momentum"] > 2 * tuned[course]["Adam"] for course in adam.COURSES[adam.ACROSS])
    assert all(tuned[course]["Adam without momentum"] < tuned[course]["Adam"] for course in ("ravine", "saddle"))
    for course, counts in tuned.items():
        assert counts["Adam without corrections"] == pytest.approx(counts["Adam"], rel=0.06), course
    assert math.log(1e-4) / math.log(0.9) == pytest.approx(87, abs=1)  # a velocity fades: some 80 updates, wherever


def test_13_other_starts_say_the_same_across(found):
    problem = problems.RotatedRavine(60, 30)
    counts = {name: adam.updates_needed(adam.CONTESTANTS[name], (problem,), 1e-4).min() for name in (adam.ADAM, *adam.RIVALS)}
    assert adam.over_the_best(counts, adam.RIVALS) < 0.75


def test_13_other_counts_would_have_led_to_other_verdicts():
    def verdict(along, across, noisy):
        return adam.judge_faster({adam.ALONG: np.array(along), adam.ACROSS: np.array(across), adam.NOISY: np.array(noisy)})

    quick, level, mixed = [0.5, 0.0], [1.0, 3.0], [0.5, 0.9]
    assert verdict(quick, quick, quick) == (HOLDS, "")
    assert verdict(level, level, mixed) == verdict(mixed, mixed, mixed) == (FAILS, "")
    assert verdict(mixed, quick, level) == (HOLDS_WHEN, adam.CONDITIONS[adam.ACROSS])
    assert "noisy" in verdict(level, level, quick)[1] and ", or " in verdict(quick, level, quick)[1]


def test_13_where_nobody_arrives_nobody_is_faster():
    assert adam.over_the_best({"Adam": math.inf, "RMSprop": math.inf, "AdaDelta": math.inf}, adam.RIVALS) == 1.0
    assert adam.over_the_best({"Adam": 10, "RMSprop": math.inf, "AdaDelta": 40}, adam.RIVALS) == 0.25


# -------------------------------------------------------------------------------------------------------------- the chapter


def test_the_figures_descriptions_give_what_they_show(found):
    """Alt texts are typed, not computed."""
    tuned = found[13].numbers["tuned"]
    along, across = ([tuned[course] for course in adam.COURSES[group]] for group in (adam.ALONG, adam.ACROSS))
    assert [round(counts["RMSprop"]) for counts in along] == [3, 9, 17] and "with 3, 9 and 17 updates" in CHAPTER
    assert {round(counts["Adam"]) for counts in along} == {78, 79} and "Adam needs 78 or 79 on each" in CHAPTER
    adams = sorted(round(counts["Adam"]) for counts in across)
    assert f"Adam is ahead with {adams[0]} to {adams[-1]}, RMSprop needs {min(c['RMSprop'] for c in across):.0f} to more than 400" in CHAPTER
    assert max(counts["RMSprop"] for counts in across) == math.inf
    ratio = found[12].numbers["ratio"]
    assert f"begins at {ratio[0]:.2f}, rises to {ratio.max():.2f} at update {found[12].numbers['peak']}" in CHAPTER


def test_what_the_reader_will_have_seen_of_the_first_steps():
    explorer = ideas.bias_correction()
    corrected, uncorrected = (abs(np.diff(trace.x, axis=0)) for trace in explorer.traces)
    np.testing.assert_allclose(corrected, 0.1, rtol=1e-6)
    assert uncorrected[:, 0].argmax() == 11 and np.all(uncorrected[11] > 0.65) and np.all(uncorrected[19] > 0.9 * uncorrected[11])
    grown = abs(np.diff(minimize(problems.Steady(growth=0.1), Adam(lr=0.1), steps=500).x, axis=0))
    assert np.all((grown[19] > 0.11) & (grown[19] < 0.13)) and np.all(grown[-1] > 4 * 0.1)


def test_what_the_reader_will_have_seen_of_the_ravine():
    rules = {"Adam": Adam(lr=0.3), "RMSprop": RMSprop(lr=0.3), "Momentum": Momentum(lr=0.02)}
    runs = {name: minimize(problems.ravine, rule, steps=120) for name, rule in rules.items()}
    first = {name: np.linalg.norm(run.x[1] - run.x[0]) for name, run in runs.items()}
    assert max(first, key=first.get) == "RMSprop" and first["Adam"] == pytest.approx(0.3 * math.sqrt(2))
    steeper = {name: minimize(problems.Ravine(200), rule, steps=120) for name, rule in rules.items()}
    for name in ("Adam", "RMSprop"):
        np.testing.assert_allclose(steeper[name].x, runs[name].x, atol=1e-6)
    assert abs(steeper["Momentum"].x[-1, 1]) > 1e6
    assert minimize(problems.ravine, Adam(lr=0.3, beta1=0.0), steps=120).gap[-1] < 1e-9 * runs["Adam"].gap[-1]


def test_with_beta2_of_0_99_the_first_uncorrected_step_is_right_and_the_twelfth_is_not():
    """The exercise by sliders."""
    taken = -steps(np.ones((20, 1)), printed.Adam(1.0, 0.9, 0.99, eps=0.0))[:, 0]
    assert taken[0] == pytest.approx(1) and taken[11] == pytest.approx(2.1, abs=0.05)
