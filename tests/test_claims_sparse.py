"""Claims 2 and 3 and the chapter on sparse features: ways gone and noise from closed forms, the derivative from finite differences."""

import math

import numpy as np
import pytest

from adaptive_lr import SGD, AdaGrad, Network, claims, minimize, problems, sparse
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN
from adaptive_lr.claims import sparse as trials


@pytest.fixture(scope="module", params=[2, 3])
def either(request):
    return claims.try_claim(request.param)


@pytest.fixture(scope="module")
def barely():
    return claims.try_claim(2).numbers


@pytest.fixture(scope="module")
def meaningful():
    return claims.try_claim(3).numbers


def test_both_claims_hold_on_a_condition(either):
    assert either.verdict == HOLDS_WHEN, either.evidence


# -------------------------------------------------------------------------------------------------------- the derivative


def finite_differences(f, theta, step=1e-6):
    """∂f/∂θ by central differences, one parameter at a time."""
    return np.array([(f(theta + nudge) - f(theta - nudge)) / (2 * step) for nudge in step * np.eye(len(theta))])


def test_the_weights_of_both_layers_by_finite_differences_on_a_network():
    rng, net = np.random.default_rng(0), Network((5, 4, 2), objective="squared")
    x, y, theta = rng.standard_normal((12, 5)) * (rng.random((12, 5)) < 0.3), rng.standard_normal((12, 2)), net.init(1)
    (dw1, _), (dw2, _) = net.layers(finite_differences(lambda theta: net.loss(theta, x, y), theta))
    (_, (w2, _)), (_, h) = net.layers(theta), net.forward(theta, x)
    delta2 = (h[2] - y) / 12
    delta1 = (delta2 @ w2) * (1 - h[1] ** 2)
    np.testing.assert_allclose(sparse.weight_gradient(delta1, x), dw1, atol=1e-9)
    np.testing.assert_allclose(sparse.weight_gradient(delta2, h[1]), dw2, atol=1e-9)
    as_printed = 12 * np.outer(delta1.mean(axis=0), x.mean(axis=0))  # a sum over k of what has no k
    assert np.linalg.norm(as_printed - dw1) > 0.5 * np.linalg.norm(dw1)


@pytest.mark.parametrize(("samples", "with_it", "batch"), [(50, 5, 8), (50, 1, 10), (20, 10, 3)])
def test_how_often_a_batch_lacks_a_feature(samples, with_it, batch):
    """Counted by draws: (1 − p)^B with replacement; without, a product of shares, and never more."""
    has, rng = np.arange(samples) < with_it, np.random.default_rng(0)
    independent = 1 - has[rng.integers(samples, size=(20_000, batch))].any(axis=1).mean()
    shuffled = 1 - np.mean([has[rng.choice(samples, batch, replace=False)].any() for _ in range(5_000)])
    exact = math.comb(samples - with_it, batch) / math.comb(samples, batch)
    assert independent == pytest.approx((1 - with_it / samples) ** batch, abs=0.015)
    assert shuffled == pytest.approx(exact, abs=0.025) and exact <= (1 - with_it / samples) ** batch


# ---------------------------------------------------------------------------------------------------------- the experiment


def test_a_bowl_is_the_loss_of_samples_with_one_feature_each():
    """Twenty samples written out, and the slope by finite differences."""
    feature = np.repeat([0, 1, 2], [10, 6, 4])
    bowl, w = trials.Bowl(np.array([0.5, 0.3, 0.2])), np.array([0.3, -1.0, 2.0])
    assert bowl.f(w) == pytest.approx(np.mean([(w[j] - 1) ** 2 / 2 for j in feature]))
    np.testing.assert_allclose(bowl.grad(w), finite_differences(bowl.f, w), atol=1e-9)


def test_mini_batches_are_the_bowl_on_average_and_an_absent_feature_has_no_gradient():
    batches = trials.Batches(trials.Bowl(trials.SHARES), 16, noise=0.5, copies=4000)
    seen = batches.at(1)
    gradients = seen.grad(np.zeros((4000, len(trials.SHARES))))
    np.testing.assert_allclose(gradients.mean(axis=0), -trials.SHARES, atol=0.012)
    assert np.array_equal(gradients == 0, seen.share == 0)
    np.testing.assert_allclose((gradients == 0).mean(axis=0), (1 - trials.SHARES) ** 16, atol=0.025)


# ----------------------------------------------------------------------------------------------------------------- claim 2


def test_2_the_way_left_shrinks_by_one_minus_eta_p_an_update(barely):
    left = 1 - barely["way"][trials.WHOLE]
    np.testing.assert_allclose(left, [[math.exp(t * math.log1p(-p / 2)) for p in trials.SHARES] for t in trials.UPDATES], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("feed", [trials.BATCH, trials.SINGLE])
def test_2_it_does_not_matter_on_average_how_the_data_are_fed(barely, feed):
    """Within four standard errors of means of 32 copies, whose ways lie between 0 and 1."""
    whole = barely["way"][trials.WHOLE]
    assert np.all(abs(barely["way"][feed] - whole) <= 4 * np.sqrt(whole * (1 - whole) / 32) + 1e-3)


def test_2_the_hessian_is_at_least_as_ill_conditioned_as_its_diagonal(barely):
    x = problems.zipf_logistic(samples=2000, features=50).features
    counts = x.sum(axis=0)
    assert barely["condition"] >= 0.99 * counts.max() / counts.min() > 50  # but for the ridge


def test_2_a_rule_with_a_rate_for_each_weight_would_have_failed_the_claim():
    soon, late = trials.soon_and_late(trials.ways(AdaGrad(0.3), updates=400))
    assert np.all(soon[trials.WHOLE] > 0.5) and trials.judge_barely_move(soon, late)[0] != HOLDS


def test_2_other_ways_would_have_led_to_other_verdicts():
    little, much = np.array([0.02, 0.01]), np.array([0.95, 0.99])
    assert trials.judge_barely_move({"a": little, "b": little}, {"a": little, "b": little}) == (HOLDS, "")
    assert trials.judge_barely_move({"a": little, "b": little}, {"a": much, "b": much})[0] == HOLDS_WHEN
    assert trials.judge_barely_move({"a": little, "b": much}, {"a": much, "b": much}) == (HOLDS_WHEN, "an update sees a")
    assert trials.judge_barely_move({"a": much}, {"a": much}) == (FAILS, "")


# ----------------------------------------------------------------------------------------------------------------- claim 3


def mean_square(p, rate, size, noise, updates):
    """Of the distance from the target, by the chapter's recursion: a binomial number of noisy samples pulls at each update."""
    square, shrink = 1.0, 1 - 2 * rate * p + rate**2 * (p**2 + p * (1 - p) / size)
    for _ in range(updates):
        square = shrink * square + rate**2 * p / size * noise**2
    return square


@pytest.mark.parametrize(("p", "rate", "size"), [(0.5, 0.2, 1), (0.02, 1.0, 16), (0.02, 4.0, 16), (0.1, 0.5, 64)])
def test_3_the_noise_is_what_the_mean_square_of_a_count_makes_of_it(p, rate, size):
    batches = trials.Batches(trials.Bowl(np.array([p])), size, noise=0.5, copies=3000)
    last = minimize(batches, SGD(rate), np.zeros((3000, 1)), steps=150).x[-1]
    assert np.mean((last - 1) ** 2) == pytest.approx(mean_square(p, rate, size, 0.5, 150), rel=0.12)


def test_3_the_noise_settles_where_the_chapter_says_or_grows_for_ever():
    p, size, noise = 0.01, 10, 0.5
    spread = 1 + (1 - p) / (p * size)
    for eta in (0.05, 0.15):
        expected = eta / (p * size) * noise**2 / (2 - eta * spread)
        assert mean_square(p, eta / p, size, noise, 5000) == pytest.approx(expected, rel=1e-6)
    assert mean_square(p, 1.05 * 2 / spread / p, size, noise, 5000) > 1e6


def test_3_the_best_rates_beat_none_that_was_tried_by_hand(meaningful):
    """Mini-batches of 256: the recursion for the rarest weight and for the most frequent, at rates in between."""
    p, updates = trials.SHARES, trials.SAMPLES // 256
    plain = min(max(mean_square(q, eta, 256, 0.5, updates) for q in p) for eta in np.linspace(0.2, 4, 200))
    by_share = min(max(mean_square(q, eta / q, 256, 0.5, updates) for q in p) for eta in np.linspace(0.01, 1, 200))
    assert meaningful["left"]["none"][-1] == pytest.approx(math.sqrt(plain), rel=0.1)
    assert meaningful["left"]["1/p"][-1] == pytest.approx(math.sqrt(by_share), rel=0.3)


def test_3_the_factors_make_curvatures_alike_or_their_roots():
    """With the whole data set a weight's distance shrinks by the rate times its share."""
    np.testing.assert_allclose(trials.FACTORS["1/p"] * trials.SHARES, 1)
    np.testing.assert_allclose((trials.FACTORS["1/√p"] * trials.SHARES) ** 2, trials.SHARES)


def test_3_one_factor_for_all_is_another_learning_rate(meaningful):
    assert np.array_equal(meaningful["left"]["one for all"], meaningful["left"]["none"])
    plain, scalar = meaningful["exponents"]
    assert scalar == pytest.approx(plain, abs=0.1)


def test_3_faint_features_keep_the_square_of_their_value(meaningful):
    np.testing.assert_allclose(meaningful["faint"], [(1 - 0.1 * value**2) ** 100 for value in trials.FAINT], rtol=1e-9)


def test_3_other_distances_would_have_led_to_other_verdicts():
    sizes, far, near = np.array([1, 16]), np.array([0.9, 0.9]), np.array([0.1, 0.1])
    assert trials.judge_meaningful(sizes, far, near, near) == (HOLDS, "")
    assert trials.judge_meaningful(sizes, far, far, near) == (HOLDS_WHEN, "each feature has a factor of its own")
    verdict, condition = trials.judge_meaningful(sizes, far, far, np.array([0.9, 0.1]))
    assert verdict == HOLDS_WHEN and condition.endswith("here of 16 or more, hold the frequent features many times over")
    assert trials.judge_meaningful(sizes, far, far, 0.6 * far) == (FAILS, "")
    assert trials.judge_meaningful(sizes, far, far, far) == trials.judge_meaningful(sizes, far, far, np.array([0.1, 0.9])) == (FAILS, "")
