"""Each verdict must follow from its numbers, and the numbers from arguments made another way."""

import math
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from adaptive_lr import SGD, AdaGrad, AdaGradMomentum, claims, minimize, problems
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN, Finding, adagrad, trial
from adaptive_lr.claims.measures import Given, decades, line, power_of_ten, signed, updates_per_e_fold, updates_to_stay_below

VERDICTS = dict.fromkeys((1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22), HOLDS_WHEN) | {5: FAILS, 11: FAILS, 21: FAILS}


@pytest.fixture(scope="module")
def found():
    return {number: claims.try_claim(number) for number in claims.CLAIMS}


# ------------------------------------------------------------------------------------------------------------- every claim


def test_every_claim_on_trial_has_its_verdict_written_down():
    assert set(claims.CLAIMS) == set(VERDICTS)


@pytest.mark.parametrize("number", sorted(VERDICTS))
def test_the_verdict_that_the_book_prints_still_follows(found, number):
    assert found[number].verdict == VERDICTS[number], found[number].evidence


@pytest.mark.parametrize("number", sorted(VERDICTS))
def test_the_evidence_is_whole_sentences_with_numbers_that_a_reader_can_read(found, number):
    evidence = found[number].evidence
    assert re.search(r"\d", evidence) and evidence.endswith(".")
    assert not re.search(r"\bnan\b|\binf\b|\d[eE][-+]?\d|(?<![\d\w])-\d", evidence)


def test_a_finding_prints_its_condition_if_it_has_one():
    assert str(Finding(HOLDS_WHEN, "it rains", "It rained.", {})) == "holds when it rains. It rained."
    assert str(Finding(FAILS, "", "It never did.", {})) == "fails. It never did."


@pytest.mark.parametrize(("verdict", "condition"), [("maybe", ""), ("", ""), (HOLDS_WHEN, ""), (HOLDS, "it rains"), (FAILS, "it rains")])
def test_a_verdict_that_is_none_or_does_not_go_with_its_condition_is_refused(verdict, condition):
    with pytest.raises(ValueError, match="verdict = "):
        Finding(verdict, condition, "", {})


def test_an_unknown_claim_names_those_on_trial():
    with pytest.raises(KeyError, match=r"claim 99.*4, 5, 6, 7"):
        claims.try_claim(99)


def test_no_claim_is_tried_twice(monkeypatch):
    monkeypatch.setattr(trial, "CLAIMS", dict(claims.CLAIMS))
    with pytest.raises(ValueError, match="claim 5 is on trial already: AdaGrad's effective"):
        claims.claim(5, "AdaGrad", "another")(lambda: None)


def test_numbers_are_written_with_true_minus_signs_and_powers_of_ten():
    assert (signed(-0.4999, 2), signed(1.5, 1)) == ("−0.50", "1.5")
    assert (power_of_ten(5.8e-201), power_of_ten(2e-10), power_of_ten(3e5)) == ("6 · 10⁻²⁰¹", "2 · 10⁻¹⁰", "3 · 10⁵")


# ----------------------------------------------------------------------------------------------------------------- claim 4


def budget(updates):
    """1 + 1/√2 + … + 1/√T: AdaGrad's way, in units of η, over T gradients of equal size."""
    return math.fsum(1 / math.sqrt(k) for k in range(1, updates + 1))


def test_4_gradient_descent_counts_and_adagrad_adds_up_one_over_root_k(found):
    numbers = found[4].numbers
    np.testing.assert_allclose(numbers["gd"], numbers["shares"], rtol=1e-10)
    np.testing.assert_allclose(numbers["adagrad"], [budget(round(10_000 * p)) / budget(10_000) for p in numbers["shares"]], rtol=1e-9)
    np.testing.assert_allclose(numbers["adagrad_full_batch"], 1, rtol=1e-6)  # but for ε = 10⁻¹⁰ beside squares of 10⁻⁴


def test_4_it_does_not_matter_when_the_rare_gradients_come():
    drawn = np.random.default_rng(0).permutation(np.arange(10_000) < 100).astype(float)
    way = minimize(Given(np.stack([np.ones(10_000), drawn], axis=-1)), AdaGrad(), steps=10_000).x[-1]
    assert way[1] / way[0] == pytest.approx(budget(100) / budget(10_000), rel=1e-9)


@pytest.mark.parametrize(("share", "batch"), [(0.01, 1), (0.01, 100), (0.1, 32), (0.01, 3000)])
def test_4_in_between_the_ratio_follows_from_the_mean_square_of_a_count(share, batch):
    """The chapter's formula: a batch holds a binomial number of the rare samples. Draws, so within a few hundredths."""
    gradients = np.random.default_rng(0).binomial(batch, [1.0, share], size=(40_000, 2)) / batch
    way = minimize(Given(gradients), AdaGrad(), steps=40_000).x[-1]
    assert way[1] / way[0] == pytest.approx(1 / math.sqrt(1 + (1 - share) / (share * batch)), rel=0.05)


def test_4_other_ways_would_have_led_to_other_verdicts():
    even, root = np.array([1.0, 0.95]), np.array([0.7, 0.1])
    assert adagrad.judge_proportion(even, even) == (HOLDS, "")
    assert adagrad.judge_proportion(root, even)[0] == HOLDS_WHEN
    assert adagrad.judge_proportion(root, root) == adagrad.judge_proportion(even, root) == (FAILS, "")


# ----------------------------------------------------------------------------------------------------------------- claim 5

T = np.arange(1, 4001.0)[:, None]
EXPONENTIAL, POWER, SETTLED = 0.5 * np.exp(-T / 300), 0.5 * T**-0.7, 0.04 + np.exp(-T / 10)


def test_5_the_steady_rate_is_the_closed_form(found):
    rate = found[5].numbers["runs"]["steady gradients"].rate
    np.testing.assert_allclose(rate, 0.5 / np.sqrt(T), rtol=1e-9)


def test_5_no_rate_falls_faster_than_gradients_of_bounded_size_allow(found):
    """v is a sum of t squares, each at most G²: the rate is at least η/(G√t), whatever the situation."""
    for run in found[5].numbers["runs"].values():
        largest = np.abs(run.grad).max(axis=0)
        assert np.all(run.rate >= 0.5 / np.sqrt(largest**2 * T + 1e-10) * (1 - 1e-12))


def test_5_the_ravines_rates_have_come_to_rest_where_its_gradients_sum_to(found):
    run = found[5].numbers["runs"]["a ravine without noise"]
    np.testing.assert_allclose(run.rate[-1], 0.5 / np.sqrt((run.grad**2).sum(axis=0)), rtol=1e-9)
    assert adagrad.law_of_decay(run.rate) == "settled"


def test_5_adagrad_itself_is_found_exponential_where_gradients_grow_exponentially():
    """v is a geometric series then: the one way to the claim."""
    rate = minimize(Given(1.01**T), AdaGrad(), steps=len(T)).rate
    assert adagrad.law_of_decay(rate) == "exponential"


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_5_each_law_is_recognised_and_its_power_recovered(noise):
    wobble = np.exp(noise * np.random.default_rng(0).standard_normal((len(T), 3)))
    assert [adagrad.law_of_decay(rate * wobble) for rate in (EXPONENTIAL, POWER)] == ["exponential", "power"]
    np.testing.assert_allclose(adagrad.fit_decay(POWER * wobble)["power"], -0.7, atol=0.01)
    assert adagrad.law_of_decay(SETTLED) == "settled"


def test_5_other_rates_would_have_led_to_other_verdicts():
    assert adagrad.judge_decay({"a": EXPONENTIAL, "b": EXPONENTIAL}) == (HOLDS, "")
    assert adagrad.judge_decay({"a": POWER, "b": SETTLED}) == (FAILS, "")
    assert adagrad.judge_decay({"a": POWER, "b": EXPONENTIAL, "c": EXPONENTIAL}) == (HOLDS_WHEN, "the rates are those of b or of c")


@pytest.mark.parametrize("seed", [1, 2])
def test_5_other_mini_batches_say_the_same_of_every_weight(seed):
    rate = minimize(problems.MiniBatches(problems.sparse_logistic, 32, seed=seed), AdaGrad(lr=0.5), steps=4000).rate
    fit = adagrad.fit_decay(rate)
    assert np.all(fit["exponential misses"] > fit["power misses"])


def test_the_nearest_line_leaves_what_no_line_can_explain():
    """A parabola over −1, 0, 1: slope 0, and residuals 1/3, −2/3, 1/3. Columns are fitted one by one."""
    slope, misses = line(np.array([4.0, 5.0, 6.0]), np.array([[1.0, 3.0], [0.0, 5.0], [1.0, 7.0]]))
    np.testing.assert_allclose(slope, [0, 2], atol=1e-15)
    np.testing.assert_allclose(misses, [math.sqrt(2) / 3, 0], atol=1e-15)


# ----------------------------------------------------------------------------------------------------------------- claim 6


def test_6_a_large_history_is_followed_by_steady_slow_shrinking(found):
    """With √v = 100 nearly fixed, an update multiplies x₁ by 1 − 0.5/100 and x₂ by 1 − 0.5 · 20/100."""
    run = found[6].numbers["runs"]["one gradient of 100"]
    left = (0.4**2 * 0.995**400 + 20 * 0.2**2 * 0.9**400) / (0.4**2 + 20 * 0.2**2)
    assert run.loss[-1] / run.loss[0] == pytest.approx(left, rel=0.005)
    assert found[6].numbers["slow"] == pytest.approx(100 / 0.5, rel=0.005)
    assert f"and {left:.1%} after one of 100" in found[6].evidence


def test_6_from_a_hundred_times_nearer_the_same_share_is_left(found):
    near, nearer = (found[6].numbers["runs"][name] for name in ("one gradient of 100", "one gradient of 100, start 100 times nearer"))
    np.testing.assert_allclose(nearer.grad[0], near.grad[0] / 100)
    np.testing.assert_allclose(nearer.loss / nearer.loss[0], near.loss / near.loss[0], rtol=0.005, atol=1e-6)


def test_6_the_history_is_that_of_a_run_in_which_one_gradient_was_large(found):
    direction, rate, (v,) = AdaGrad().step(1, 0.5, np.array([100.0, 100.0]), AdaGrad().init(np.zeros(2)))
    run = found[6].numbers["runs"]["one gradient of 100"]
    np.testing.assert_allclose(np.array([0.1, 0.7]) - rate * direction, run.x[0], atol=1e-12)
    np.testing.assert_allclose(v + (run.grad**2).sum(axis=0), run.state[0], rtol=1e-12)


def test_6_without_a_history_the_rate_comes_to_rest_at_one_over_the_curvature(found):
    """From 0.004 away the first step, of length η, shoots past to about η, where the gradient is η times the curvature."""
    np.testing.assert_allclose(found[6].numbers["small gradients"].rate[-1], [1 / 1, 1 / 20], rtol=0.01)


def test_6_after_a_long_way_the_rate_is_as_small_as_the_way_was_long(found):
    """While steps are short, d(x²)/dv = −2η/√v, so that √v ends at D²/4η on a slope of curvature 1, and an e-fold takes (D/2η)²."""
    assert found[6].numbers["far slow"] == pytest.approx((40 / (2 * 0.5)) ** 2, rel=0.05)


def test_6_other_runs_would_have_led_to_other_verdicts():
    verdicts = {stalled: adagrad.judge_stall(*(0.5 if s else 1e-9 for s in stalled)) for stalled in product([False, True], repeat=4)}
    history, history_and_small_gradient = verdicts.pop((False, True, False, True)), verdicts.pop((False, False, False, True))
    assert history[0] == history_and_small_gradient[0] == HOLDS_WHEN and "curvature" in history[1] and "gradient small" in history_and_small_gradient[1]
    assert verdicts.pop((True,) * 4) == (HOLDS, "")
    assert set(verdicts.values()) == {(FAILS, "")}


def test_updates_per_e_fold_of_a_geometric_series():
    assert updates_per_e_fold(-3 * 0.5 ** np.arange(11)) == pytest.approx(1 / math.log(2))


# ----------------------------------------------------------------------------------------------------------------- claim 7


@pytest.mark.parametrize(
    ("gaps", "needed"),
    [
        ([9, 5, 0, 0, 0, 0], 2),
        ([9, 0, 5, 0, 0, 0], 3),  # touches, leaves and comes back
        ([9, 0, 0, 0, 0, 5], np.inf),  # touches and leaves
        ([9, 0, 0, np.nan, 0, 0], 4),
        ([9, 5, 5, 5, 0, 0], 4),
        ([9, 5, 5, 5, 5, 0], np.inf),  # later than within 4
        ([0, 0, 0, 0, 0, 0], 0),
        ([9, 1, 1, 1, 1, 1], np.inf),  # at the goal is not below it
    ],
)
def test_the_goal_is_reached_when_it_is_not_left_again(gaps, needed):
    assert updates_to_stay_below(np.array(gaps, float), 1.0, within=4) == needed
    side_by_side = np.stack([np.full(6, 9.0), np.array(gaps, float)], axis=-1)
    np.testing.assert_array_equal(updates_to_stay_below(side_by_side, np.array([1.0, 1.0]), within=4), [np.inf, needed])


def test_decades_count_the_rates_that_succeed_by_their_spacing():
    assert decades(np.logspace(-1, 1, 21), np.where(np.arange(21) < 13, 7.0, np.inf)) == pytest.approx(1.3)


def test_7_the_fewest_updates_are_those_of_a_run_on_its_own(found):
    """Rosenbrock's valley at the best β = 0.9, away from the batch: below the goal from that update on, and not before."""
    numbers = found[7].numbers
    needed = numbers["needed"]["Rosenbrock's valley"][0.9]
    lr = 0.1 * numbers["rates"][needed.argmin()]
    gap = minimize(problems.rosenbrock, AdaGradMomentum(lr=lr, beta=0.9), steps=1000).gap
    fewest = int(numbers["fewest"]["Rosenbrock's valley"][0.9])
    assert np.all(gap[fewest:] < gap[0] / 10_000) and gap[fewest - 1] >= gap[0] / 10_000


def test_7_without_momentum_the_rule_is_adagrad(found):
    rates = found[7].numbers["rates"]
    gap = minimize(problems.beale, AdaGrad(lr=rates[:, None]), steps=1000).gap
    needed = updates_to_stay_below(gap, 1e-4 * gap[0], within=500)
    np.testing.assert_array_equal(needed, found[7].numbers["needed"]["Beale's valley"][0.0])


def test_7_turning_the_ravine_turns_only_the_picture(found):
    """The pair differs in nothing but the angle: gradient descent, which sees no axes, loses the same on both."""
    along, across = problems.Ravine(100), problems.RotatedRavine(100, 45)  # at 0° the turned ravine is the plain one
    start = np.array([-4.0, 2.0])
    turned = np.array([[1, -1], [1, 1]]) / math.sqrt(2) @ start
    np.testing.assert_allclose(minimize(across, SGD(0.015), turned).loss, minimize(along, SGD(0.015), start).loss, rtol=1e-9)
    again = adagrad.updates_needed(across, turned, 0.9, found[7].numbers["rates"])
    np.testing.assert_array_equal(again, found[7].numbers["needed"][adagrad.ACROSS][0.9])


def test_7_momentum_forgets_no_faster_than_its_decay_rate(found):
    """On a quadratic the two roots of the settled recursion multiply to β: the gap shrinks by β per update at best, 1/10,000 takes ln 10⁴ / ln(1/β)."""
    fewest = found[7].numbers["fewest"][adagrad.ALONG]
    assert all(fewest[beta] == pytest.approx(math.log(1e4) / math.log(1 / beta), rel=0.15) for beta in (0.5, 0.9))
    assert math.log(1e4) / math.log(1 / 0.99) > 500 and fewest[0.99] == np.inf


def test_7_the_figures_description_gives_its_lowest_points(found):
    """An alt text is typed, not computed."""
    along, across = (found[7].numbers["fewest"][name] for name in (adagrad.ALONG, adagrad.ACROSS))
    chapter = (Path(__file__).parent.parent / "book" / "adagrad.md").read_text(encoding="utf-8")
    assert f"down to {along[0.0]:.0f}, and momentum never goes below {along[0.5]:.0f} or {along[0.9]:.0f}." in chapter
    assert f"AdaGrad never goes below {across[0.0]:.0f}, and momentum with beta 0.9 needs {across[0.9]:.0f}." in chapter
    assert {by_beta[0.99] for by_beta in found[7].numbers["fewest"].values()} == {np.inf}  # as the caption says


@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_7_under_a_steady_gradient_momentum_is_a_rate_that_much_larger(beta):
    way = [minimize(Given(np.ones((40_000, 1))), rule, steps=40_000).x[-1, 0] for rule in (AdaGrad(), AdaGradMomentum(beta=beta))]
    assert way[1] / way[0] == pytest.approx(1 / (1 - beta), rel=0.02) and way[1] / way[0] < 1 / (1 - beta)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_7_other_samples_say_the_same_of_the_logistic_regression(found, seed):
    needed = [adagrad.updates_needed(problems.zipf_logistic(200, 20, seed=seed), None, beta, found[7].numbers["rates"][20:45]) for beta in (0.0, 0.5, 0.9)]
    assert min(needed[1].min(), needed[2].min()) > needed[0].min() / 2


def test_7_other_counts_would_have_led_to_other_verdicts():
    def verdict(along, across):
        return adagrad.judge_momentum({adagrad.ALONG: np.array(along), adagrad.ACROSS: np.array(across)})

    helped, never_before, hurt, sometimes = [0.3, 0.7], [0.0, 0.0], [4.0, 0.9], [0.3, 2.0]
    assert verdict(helped, never_before) == (HOLDS, "")
    assert verdict(hurt, helped)[0] == verdict(hurt, never_before)[0] == HOLDS_WHEN
    assert {verdict(*pair) for pair in ((helped, hurt), (hurt, hurt), (hurt, sometimes), (sometimes, helped), ([np.nan], [np.nan]))} == {(FAILS, "")}


def test_7_a_start_between_those_tried_says_the_same(found):
    rates = found[7].numbers["rates"]
    start = np.array([[3.0, -1.5], [-2.0, 2.5]])
    assert np.all(adagrad.with_over_without(*adagrad.turned_ravine(60, 45, start), rates) < 0.75)
    assert np.all(adagrad.with_over_without(*adagrad.turned_ravine(60, 0, start), rates) > 1)
