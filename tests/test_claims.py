"""Each verdict must follow from its numbers, and the numbers from arguments made another way."""

import numpy as np
import pytest

from adaptive_lr import claims

VERDICTS = {4: claims.HOLDS_WHEN, 5: claims.FAILS, 6: claims.HOLDS_WHEN, 7: claims.HOLDS_WHEN}


@pytest.fixture(scope="module")
def found():
    return {number: claims.try_claim(number) for number in claims.CLAIMS}


def test_every_claim_on_trial_has_its_verdict_written_down():
    assert set(claims.CLAIMS) == set(VERDICTS)


@pytest.mark.parametrize("number", sorted(VERDICTS))
def test_the_verdict_that_the_book_prints_still_follows(found, number):
    assert found[number].verdict == VERDICTS[number], found[number].evidence


@pytest.mark.parametrize("number", sorted(VERDICTS))
def test_a_conditional_verdict_names_its_condition(found, number):
    says = str(found[number])
    assert says.startswith("holds when ") == (VERDICTS[number] == claims.HOLDS_WHEN)
    assert found[number].condition in says


def test_4_the_distances_are_those_of_counting(found):
    """GD goes p as far; AdaGrad's Σ 1/√k over pT firings against T is √p; both but for the luck of the draw."""
    numbers = found[4].numbers
    np.testing.assert_allclose(numbers["gd"], numbers["shares"], rtol=0.25)
    np.testing.assert_allclose(numbers["adagrad"], np.sqrt(numbers["shares"]), rtol=0.25)
    np.testing.assert_allclose(numbers["adagrad_full_batch"], 1, rtol=1e-3)


def test_5_the_steady_rate_is_the_closed_form(found):
    numbers = found[5].numbers
    np.testing.assert_allclose(numbers["steady"], 0.5 / np.sqrt(numbers["t"]), rtol=1e-9)


def test_5_an_exponential_would_have_been_recognised(found):
    """The same fit on an exponential gives no slope near −1/2, nor one number at all: late slopes are steeper."""
    t = found[5].numbers["t"]
    decay = np.exp(-t / 300)
    slopes = [np.polyfit(np.log(t[part]), np.log(decay[part]), 1)[0] for part in (slice(400, 1000), slice(1000, 4000))]
    assert slopes[1] < slopes[0] < -1


def test_6_the_far_start_is_as_far_away_as_claimed_and_the_budget_explains_the_stall(found):
    """With first gradient G the rate is at most η/G from then on: each of 200 steps shrinks x₁ by at most 1 − η/|x₁(0)|."""
    far = found[6].numbers["far"]["remembering"]
    least = 0.5 * (40 * (1 - 0.5 / 40) ** 200) ** 2
    assert far[200] > least
    assert found[6].numbers["gain"] > 2


def test_7_updates_needed_are_whole_numbers_within_the_run(found):
    for runs in found[7].numbers["updates"].values():
        for needed in runs.values():
            reached = needed[np.isfinite(needed)]
            assert len(reached) and np.all(reached == reached.round()) and np.all((reached >= 1) & (reached <= 500))


def test_an_unknown_claim_names_those_on_trial():
    with pytest.raises(KeyError, match=r"claim 99.*4, 5, 6, 7"):
        claims.try_claim(99)
