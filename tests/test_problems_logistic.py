"""Logistic regression and its sparse samples: large margins, mini-batches, and how often Zipf's features occur."""

import numpy as np
import pytest
from test_problems import dense_logistic, points

from adaptive_lr import problems
from adaptive_lr.problems import LogisticRegression, zipf_logistic


@pytest.mark.parametrize("size", [1e3, 1e6])
def test_logistic_regression_does_not_overflow(size):
    """Far out the loss is the mean of the violated margins: log(1 + eᵃ) = a to rounding."""
    problem = dense_logistic(0)
    w = size * np.array([1.0, -1.0, 0.5, 2.0])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        f, grad = problem.f(w), problem.grad(w)
    violated = np.maximum(0, -problem.labels * (problem.features @ w))
    assert np.isclose(f, violated.mean(), rtol=1e-12) and np.all(np.isfinite(grad))


def test_mini_batches_of_equal_size_average_to_the_whole():
    problem = dense_logistic(0.1)
    w = points(problem, 1)[0]
    batches = [problem.batch(rows) for rows in np.random.default_rng(4).permutation(40).reshape(4, 10)]
    assert np.isclose(np.mean([b.f(w) for b in batches]), problem.f(w), rtol=1e-13)
    assert np.allclose(np.mean([b.grad(w) for b in batches], axis=0), problem.grad(w), rtol=1e-11, atol=1e-16)


def test_lists_are_as_good_as_arrays():
    rows, labels, w = [[1, 0, 2], [0, 1, 0], [3, 1, 1]], [1, -1, 1], np.array([0.3, -0.2, 0.1])
    lists, arrays = LogisticRegression(rows, labels), LogisticRegression(np.array(rows, float), np.array(labels))
    assert lists.f(w) == arrays.f(w) and lists.batch([0, 2]).f(w) == arrays.batch([0, 2]).f(w)
    assert np.array_equal(lists.grad(w), arrays.grad(w)) and np.array_equal(lists.minimum, arrays.minimum)


def test_zipf_features_are_zero_or_one_with_shares_that_fall_as_one_over_j():
    x = zipf_logistic(samples=20000, features=50, exponent=1.0, seed=5).features
    share = 0.5 / np.arange(1, 51)
    assert set(np.unique(x)) == {0.0, 1.0}
    assert np.all(np.abs(x.mean(axis=0) - share) < 5 * np.sqrt(share * (1 - share) / 20000))


def test_a_rare_features_gradient_is_no_larger_than_its_share_of_the_samples():
    problem = problems.sparse_logistic
    for w in points(problem):
        data_part = problem.grad(w) - problem.l2 * w
        assert np.all(np.abs(data_part) <= problem.features.mean(axis=0) * (1 + 1e-12))


def test_a_seed_makes_a_problem_again_and_another_seed_another():
    first, again, other = (zipf_logistic(50, 5, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.features, again.features) and np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.features, other.features)
