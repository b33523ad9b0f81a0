"""Claims 14 to 16 and the chapter on AdaMax: its limit, its bound and its closed forms from arguments made another way."""

import math
import re
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest

from adaptive_lr import Adam, AdaMax, RMSprop, claims, minimize, printed, problems
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN, adamax
from adaptive_lr.claims.adamax import ALL_SIZES, EVERY_SECOND, L2, MAX, ONE_SIZE, SAME_BETA, SAME_MEMORY, SCALED, WRITTEN
from adaptive_lr.claims.measures import Given

CHAPTER = (Path(__file__).parent.parent / "book" / "adamax.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found():
    return {number: claims.try_claim(number) for number in (14, 15, 16)}


def steps(gradients, rule):
    gradients = np.asarray(gradients, float)
    return np.diff(minimize(Given(gradients.reshape(len(gradients), -1)), rule, steps=len(gradients)).x, axis=0)


def plain_lengths(gradients, beta1, beta2):
    """|Δ|/η of Kingma & Ba's algorithm 2, in plain floats: the maximum over the whole list of past gradients, at every update."""
    for t in range(1, len(gradients) + 1):
        m = sum((1 - beta1) * beta1**a * gradients[t - 1 - a] for a in range(t)) / (1 - beta1**t)
        u = max(beta2**a * abs(gradients[t - 1 - a]) for a in range(t))
        yield abs(m) / u if u else 0.0


@pytest.mark.parametrize(
    ("number", "condition"),
    [
        (14, "the powers are summed as they are written"),
        (15, "the zeros come at random between gradients of one size, and the memories are the same"),
        (16, "“the rate” means the one that the next gradient meets, and that gradient is as large as those before"),
    ],
)
def test_the_verdicts_that_the_chapter_prints_still_follow(found, number, condition):
    assert (found[number].verdict, found[number].condition) == (HOLDS_WHEN, condition), found[number].evidence
    assert re.search(r"\d", found[number].evidence) and not re.search(r"\bnan\b|\binf\b|\d[eE][-+]?\d|(?<![\d\w])-\d", found[number].evidence)


# --------------------------------------------------------------------------------------------------------- the derivation


@pytest.mark.parametrize("beta2", [0.5, 0.9, 0.999])
def test_the_recursion_for_a_large_power_is_the_faded_maximum(beta2):
    """The recursion of v for p = 20,000, step by step in sixty digits with any exponent; u as AdaMax has it."""
    gradients, p = np.random.default_rng(0).standard_normal(40), 20_000
    u = 1 / minimize(Given(gradients[:, None]), AdaMax(1.0, 0.0, beta2), steps=40).rate[:, 0]
    with localcontext(prec=60, Emin=-(10**9), Emax=10**9):
        v, fade = Decimal(0), Decimal(beta2) ** p
        for g, ceiling in zip(gradients, u, strict=True):
            v = fade * v + (1 - fade) * abs(Decimal(float(g))) ** p
            assert float(v ** (1 / Decimal(p))) == pytest.approx(ceiling, rel=2e-4)


def test_with_a_plain_decay_nothing_is_ever_forgotten():
    """v ← β₂ v + (1 − β₂) |g|ᵖ: the first gradient, 1, is still there after 200 of 0.1."""
    p = 20_000
    with localcontext(prec=60, Emin=-(10**9), Emax=10**9):
        v = Decimal(0)
        for g in [1.0] + [0.1] * 200:
            v = Decimal("0.9") * v + Decimal("0.1") * Decimal(g) ** p
        assert float(v ** (1 / Decimal(p))) == pytest.approx(1, abs=0.01)
    assert 1 / minimize(Given(np.array([[1.0]] + [[0.1]] * 200)), AdaMax(1.0, 0.0, 0.9), steps=201).rate[-1, 0] == pytest.approx(0.1)


@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.9, 0.95), (0.9, 0.9), (0.0, 0.5)])
def test_the_bound_on_a_step_is_reached_and_never_passed(beta1, beta2):
    """{prf:ref}`thm-adamax-bound`: its sum, term by term; reached where gradients shrink by β₂, and kept under others."""
    bound = [(1 - beta1) / (1 - beta1**t) * math.fsum((beta1 / beta2) ** a for a in range(t)) for t in range(1, 121)]
    lengths = [*plain_lengths([beta2**t for t in range(120)], beta1, beta2)]
    np.testing.assert_allclose(lengths, bound, rtol=1e-9)
    np.testing.assert_allclose(abs(steps(beta2 ** np.arange(120), AdaMax(1.0, beta1, beta2)))[:, 0], bound, rtol=1e-9)
    others = np.random.default_rng(0).standard_normal((120, 300)) * np.exp(np.linspace(0, np.linspace(-30, 30, 300), 120))
    assert np.all(abs(steps(others, AdaMax(1.0, beta1, beta2))) <= np.array(bound)[:, None] * (1 + 1e-12))


def test_the_printed_bound_holds_without_momentum_and_for_gradients_that_do_not_shrink():
    drawn = np.random.default_rng(0).standard_normal((300, 200))
    assert abs(steps(drawn, AdaMax(1.0, 0.0, 0.9))).max() <= 1 + 1e-12
    assert abs(steps(np.sign(drawn) * np.cumsum(abs(drawn), axis=0), AdaMax(1.0))).max() <= 1 + 1e-12
    assert 0.999 * 0.1 / 0.099 == pytest.approx(1.0091, abs=5e-5) and "1.009 η at the defaults" in CHAPTER


def test_a_zero_at_the_start_does_nothing_to_a_maximum():
    gradients = np.array([[3.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    run = minimize(Given(gradients), AdaMax(1.0), steps=3)
    np.testing.assert_allclose(1 / run.rate[:, 0], [3, 2.997, 2.994003])  # right from the first update on
    assert np.all(run.x[:3, 1] == 0) and run.x[3, 1] != 0  # 0/0 is no step, and no NaN


def test_all_the_steps_of_one_gradient_are_one_more_or_less():
    """The exercise on the rare feature: 1.009 η, whatever the gradient; a frequent feature makes a step of η each time."""
    for size in (1e-6, 1.0, 1e6):
        assert abs(steps([size] + [0.0] * 400, AdaMax(1.0))[:, 0])[0] == pytest.approx(1)
        late = abs(steps([0.0] * 2000 + [size] + [0.0] * 400, AdaMax(1.0))[:, 0]).sum()
        assert late == pytest.approx(0.999 * 0.1 / 0.099, rel=1e-9)


def test_one_gradient_after_a_silence_is_a_tenth_of_a_step_for_adamax_and_three_for_adam():
    gradients = [1e-30] + [0.0] * 12_000 + [1.0]
    assert abs(steps(gradients, AdaMax(1.0)))[-1, 0] == pytest.approx(0.1)
    assert abs(steps(gradients, Adam(1.0, eps=0.0)))[-1, 0] == pytest.approx(0.1 / math.sqrt(0.001), rel=1e-4)


# -------------------------------------------------------------------------------------------------------------- claim 14


@pytest.mark.parametrize("format_name", ["float64", "float32", "float16"])
def test_14_the_written_sum_fails_beyond_what_the_format_holds(found, format_name):
    """s^p must lie below the largest number and not under half of the least, and is surely right where it has all its digits. Ten sizes to a decade."""
    info = np.finfo(format_name)
    highest, least, normal = (float(np.log10(np.longdouble(number))) for number in (info.max, info.smallest_subnormal, info.tiny))
    between = found[14].numbers["found"][format_name]["between"]
    for p, (low, high) in zip(adamax.POWERS, between, strict=True):
        assert (highest - 0.31) / p - 0.11 < high <= highest / p  # the sum may be twice its largest term
        assert (least - 0.31) / p < low < normal / p + 0.11


def test_14_half_precision_holds_few_squares(found):
    """The largest half is 65504 and the least above zero 2⁻²⁴: a square needs 2⁻¹² < s < 256, about."""
    low, high = found[14].numbers["found"]["float16"]["between"][list(adamax.POWERS).index(2.0)]
    assert math.log10(2**-12) < low <= math.log10(2**-8) and math.log10(128) < high < math.log10(256)


def test_14_no_norm_changes_by_more_than_its_coordinates(found):
    assert found[14].numbers["change"].max() <= 1 + 1e-6  # the triangle inequality, in millionths


def test_14_other_shares_would_have_led_to_other_verdicts():
    whole, broken, change = np.ones(3), np.array([1.0, 0.1, 0.0]), np.ones(3)

    def verdict(written, scaled, largest, change=change):
        return adamax.judge_stability({WRITTEN: written, SCALED: scaled, MAX: largest}, change)

    assert verdict(broken, whole, whole) == (HOLDS_WHEN, "the powers are summed as they are written")
    assert verdict(broken, broken, whole) == verdict(broken, whole, whole, np.array([1, 1, 9.0])) == (HOLDS, "")
    assert verdict(whole, whole, whole) == verdict(broken, broken, broken) == (FAILS, "")


# -------------------------------------------------------------------------------------------------------------- claim 15


def test_15_the_swings_and_levels_are_the_closed_forms(found):
    numbers = found[15].numbers
    assert numbers["swing"] == pytest.approx({L2: 0.9**-0.5 - 1, SAME_BETA: 1 / 0.9 - 1, SAME_MEMORY: 0.9**-0.5 - 1})
    high = math.sqrt(1.9)  # v = g²/(1 + β) after a gradient, β g²/(1 + β) after a zero
    assert numbers["level"] == pytest.approx({L2: (high + high / math.sqrt(0.9)) / 2, SAME_BETA: (1 + 1 / 0.9) / 2, SAME_MEMORY: (1 + 0.9**-0.5) / 2})


def test_15_the_quotient_of_the_unevennesses_is_the_chapters_formula(found):
    """Under gradients of one size: √(2/np), with p = ½; exactly 1 where every second is zero."""
    ratio = found[15].numbers["ratio"]
    np.testing.assert_allclose(ratio[ONE_SIZE][SAME_MEMORY], 2 / np.sqrt(adamax.MEMORIES), rtol=0.12)
    np.testing.assert_allclose(ratio[EVERY_SECOND][SAME_MEMORY], 1, rtol=1e-3)
    np.testing.assert_allclose(ratio[EVERY_SECOND][SAME_BETA], 2, rtol=1e-3)


@pytest.mark.parametrize("seed", [1, 2])
def test_15_other_draws_and_other_sizes_say_the_same(seed):
    """A memory of 30; uniform sizes and a heavy tail in the place of the normal distribution."""
    rng = np.random.default_rng(seed)
    present = rng.random((3000, 20)) < 0.5
    for sizes, evener in [(np.ones(present.shape), True), (rng.uniform(0.1, 1.9, present.shape), False), (rng.standard_t(3, present.shape), False)]:
        spread = {name: np.log(rate[500:]).std() for name, rate in adamax.rates(np.where(present, sizes, 0.0), 1 - 1 / 30).items()}
        assert (spread[SAME_MEMORY] < spread[L2]) == evener


def test_15_other_ratios_would_have_led_to_other_verdicts():
    less, more, mixed = np.full(3, 0.5), np.full(3, 1.3), np.array([1.2, 0.7, 0.3])

    def verdict(**same):
        streams = zip((EVERY_SECOND, ONE_SIZE, ALL_SIZES), same.values(), strict=True)
        return adamax.judge_evenness({name: {SAME_BETA: beta, SAME_MEMORY: memory} for name, (beta, memory) in streams})

    assert verdict(a=(less, less), b=(less, less), c=(less, less)) == (HOLDS, "")
    assert verdict(a=(more, more), b=(more, more), c=(more, mixed)) == (FAILS, "")
    assert verdict(a=(more, more), b=(mixed, less), c=(more, more)) == (HOLDS_WHEN, adamax.CONDITIONS[ONE_SIZE] + ", and the memories are the same")
    assert verdict(a=(less, less), b=(more, less), c=(more, more)) == (HOLDS_WHEN, adamax.CONDITIONS[EVERY_SECOND])


# -------------------------------------------------------------------------------------------------------------- claim 16


def test_16_over_zeros_each_rate_grows_as_its_yardstick_fades(found):
    numbers = found[16].numbers
    np.testing.assert_allclose(numbers["over"][L2], [0.9 ** (-k / 2) for k in adamax.ZEROS], rtol=1e-8)
    np.testing.assert_allclose(numbers["over"][SAME_BETA], [0.9**-k for k in adamax.ZEROS], rtol=1e-12)
    np.testing.assert_allclose(numbers["over"][SAME_MEMORY], numbers["over"][L2], rtol=1e-8)


def test_16_the_next_gradient_restores_the_maximum_and_a_share_of_the_mean(found):
    met = found[16].numbers["met"]
    assert np.all(met[SAME_BETA] == 1) and np.all(met[SAME_MEMORY] == 1)
    np.testing.assert_allclose(met[L2], [1 / math.sqrt(0.9 ** (k + 1) + 0.1) for k in adamax.ZEROS], rtol=1e-8)
    assert np.all(met[L2] < 1 / math.sqrt(0.1))


def test_16_a_smaller_gradient_restores_only_so_much():
    """The condition's second half: after 20 zeros a gradient of a half meets twice the rate, one below 0.9²¹ the whole growth."""
    for size, grown in [(1.0, 1.0), (0.5, 2.0), (0.01, 0.9**-21)]:
        assert minimize(Given(np.array([1.0] * 50 + [0.0] * 20 + [size])[:, None]), AdaMax(1.0, 0.0, 0.9), steps=71).rate[-1, 0] == pytest.approx(grown)


def test_16_other_growths_would_have_led_to_other_verdicts():
    kept, grown = np.ones(3), np.array([1.1, 2.0, 9.0])

    def verdict(over, met):
        return adamax.judge_preservation(*(dict(zip((L2, SAME_BETA, SAME_MEMORY), each, strict=True)) for each in (over, met)))

    assert verdict((grown, kept, kept), (grown, kept, kept)) == (HOLDS, "")
    assert verdict((grown, grown, grown), (grown, kept, kept))[0] == HOLDS_WHEN
    assert {verdict((grown, grown, grown), met) for met in ((kept, kept, kept), (grown, grown, kept), (grown, grown, grown))} == {(FAILS, "")}


# ------------------------------------------------------------------------------------------------------- the printed rule


def test_the_printed_v_of_one_coordinate_is_rmsprops_to_the_last_bit():
    gradients = np.random.default_rng(0).standard_normal((300, 1))
    theirs, rmsprop = (minimize(Given(gradients), rule, steps=300) for rule in (printed.AdaMax(), RMSprop(beta=0.999)))
    np.testing.assert_array_equal(theirs.state[1], rmsprop.state[0])


def test_the_printed_rule_steps_along_the_momentum_and_straight_in_a_round_bowl():
    gradients = np.random.default_rng(0).standard_normal((50, 6))
    momentum = sum(0.9 ** (49 - t) * gradients[t] for t in range(50))
    step = steps(gradients, printed.AdaMax(0.1))[-1]
    assert abs(step @ momentum) == pytest.approx(np.linalg.norm(step) * np.linalg.norm(momentum))
    x = minimize(problems.Ravine(condition=1.0), printed.AdaMax(0.1), x0=[-4.0, 2.0], steps=60).x
    np.testing.assert_allclose(x @ [1, 2], 0, atol=1e-12)
