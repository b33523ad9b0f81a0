"""The problems: their values by formulas written again for one point, their gradients by differences of those values."""

import cmath
from math import inf, isclose, nan

import numpy as np
import pytest

from adaptive_lr import problems
from adaptive_lr.problems import LogisticRegression, Problem, Ravine, Saddle, zipf_logistic


def dense_logistic(l2):
    rng = np.random.default_rng(7)
    return LogisticRegression(rng.standard_normal((40, 4)), rng.choice([-1, 1], 40), l2)


PROBLEMS = {
    "ravine": problems.ravine,
    "round bowl": Ravine(1.0),
    "steep ravine": Ravine(1e4),
    "saddle": problems.saddle,
    "sparse_logistic": problems.sparse_logistic,
    "dense logistic": dense_logistic(0.1),
    "dense logistic, no ridge": dense_logistic(0),
    "small zipf": zipf_logistic(samples=30, features=6, exponent=0.5, seed=3),
}
every_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)


def logistic(problem, w):
    loss = sum(cmath.log(1 + cmath.exp(-y * sum(a * b for a, b in zip(x, w)))) for x, y in zip(problem.features.tolist(), problem.labels.tolist()))
    return loss / len(problem.labels) + problem.l2 / 2 * sum(a * a for a in w)


FORMULAS = {  # f at one point, in plain numbers, which may be complex
    Ravine: lambda problem, x: 0.5 * (x[0] ** 2 + problem.condition * x[1] ** 2),
    Saddle: lambda problem, x: 0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4,
    LogisticRegression: logistic,
}


def points(problem, count=5, seed=0):
    """Points around the start, as far apart as the saddle's or a logistic model's interesting region."""
    rng = np.random.default_rng(seed)
    return np.asarray(problem.start) + rng.standard_normal((count, np.size(problem.start)))


def test_the_tables_hold_every_problem():
    kinds = {kind for kind in vars(problems).values() if isinstance(kind, type) and issubclass(kind, Problem) and kind is not Problem}
    ready_made = [value for value in vars(problems).values() if isinstance(value, Problem)]
    assert {type(problem) for problem in PROBLEMS.values()} == kinds == set(FORMULAS)
    assert all(any(value is problem for problem in PROBLEMS.values()) for value in ready_made)


@every_problem
def test_values_are_the_formulas(problem):
    for x in points(problem):
        assert isclose(problem.f(x), FORMULAS[type(problem)](problem, x.tolist()).real, rel_tol=1e-13)


@every_problem
def test_gradient_by_complex_steps_in_random_directions(problem):
    """Im f(x + ihd) / h = ∇f(x)·d to O(h²), without cancellation, so that h = 1e-30 leaves no error but rounding."""
    rng = np.random.default_rng(1)
    for x in points(problem):
        d = rng.standard_normal(x.shape)
        slope = FORMULAS[type(problem)](problem, [complex(a, 1e-30 * b) for a, b in zip(x, d)]).imag / 1e-30
        assert abs(problem.grad(x) @ d - slope) <= 1e-13 * np.abs(problem.grad(x)) @ np.abs(d) + 1e-15 * np.abs(d).sum()


@every_problem
def test_gradient_by_finite_differences_in_random_directions(problem):
    """Of the problem's own f: (8 (f(x + hd) − f(x − hd)) − (f(x + 2hd) − f(x − 2hd))) / 12h = ∇f(x)·d to O(h⁴)."""
    rng, h = np.random.default_rng(2), 1e-3
    for x in points(problem):
        d = rng.standard_normal(x.shape)
        d /= np.linalg.norm(d)
        f = problem.f(x + h * np.array([[-2.0], [-1.0], [1.0], [2.0]]) * d)
        slope = (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * h)
        assert abs(problem.grad(x) @ d - slope) <= 1e-11 * (1 + np.abs(f).max())


@every_problem
def test_leading_axes_are_so_many_points(problem):
    x = points(problem, 6).reshape(2, 3, -1)
    f, grad = problem.f(x), problem.grad(x)
    assert f.shape == (2, 3) and grad.shape == x.shape
    one_by_one = [(problem.f(point), problem.grad(point)) for point in x.reshape(6, -1)]
    assert np.allclose(f.ravel(), [value for value, _ in one_by_one], rtol=1e-14, atol=0)
    assert np.allclose(grad.reshape(6, -1), [gradient for _, gradient in one_by_one], rtol=1e-12, atol=1e-16)


@every_problem
def test_a_call_leaves_its_points_alone(problem):
    x = points(problem)
    x.flags.writeable = False
    assert not np.shares_memory(problem.grad(x), x) and np.ndim(problem.f(x)) == 1


@every_problem
def test_the_minimum_is_known_unless_it_may_lie_at_infinity(problem):
    assert (problem.minimum is None) == (isinstance(problem, LogisticRegression) and problem.l2 == 0)


KNOWN = {name: problem for name, problem in PROBLEMS.items() if problem.minimum is not None}
known_minimum = pytest.mark.parametrize("problem", KNOWN.values(), ids=KNOWN)


@known_minimum
def test_the_minimum_is_stationary(problem):
    assert np.linalg.norm(problem.grad(np.asarray(problem.minimum))) < 1e-11


@known_minimum
@pytest.mark.parametrize("distance", [1e-3, 0.1, 1.0, 10.0])
def test_the_minimum_is_lowest(problem, distance):
    away = np.random.default_rng(3).standard_normal((200, np.size(problem.start)))
    away *= distance / np.linalg.norm(away, axis=1, keepdims=True)
    assert np.all(problem.f(problem.minimum + away) > problem.f(np.asarray(problem.minimum)))


@every_problem
def test_the_start_can_be_descended_from(problem):
    start = np.asarray(problem.start)
    assert start.dtype == float and np.all(np.isfinite(start)) and np.linalg.norm(problem.grad(start)) > 0


@every_problem
def test_the_plane_shows_start_and_minimum(problem):
    """bounds: x₁ from, to, x₂ from, to, for a problem of two coordinates; None for others."""
    assert (problem.bounds is not None) == (np.size(problem.start) == 2)
    if problem.bounds is not None:
        low, high = np.array(problem.bounds)[[0, 2]], np.array(problem.bounds)[[1, 3]]
        assert all(np.all((low < point) & (point < high)) for point in (problem.start, problem.minimum))


def test_a_ravine_may_have_many_conditions():
    x = np.array([1.0, 2.0])
    many = Ravine(np.array([1.0, 10.0, 100.0]))
    assert np.array_equal(many.f(np.tile(x, (3, 1))), [Ravine(c).f(x) for c in (1.0, 10.0, 100.0)])
    assert np.array_equal(many.grad(np.tile(x, (3, 1))), [Ravine(c).grad(x) for c in (1.0, 10.0, 100.0)])


def test_the_saddle_has_a_saddle_point_at_the_origin_and_two_equal_minima():
    saddle, origin = Saddle(), np.zeros(2)
    assert not saddle.grad(origin).any() and not saddle.grad(np.array([0.0, -1.0])).any()
    assert saddle.f(np.array([0.0, 0.1])) < saddle.f(origin) < saddle.f(np.array([0.1, 0.0]))
    assert saddle.f(np.array([0.0, -1.0])) == saddle.f(np.array([0.0, 1.0])) == -0.25


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


ONES = np.ones((3, 2))
BAD = {
    "condition 0": (lambda: Ravine(0.0), "condition = 0.0: "),
    "condition < 0": (lambda: Ravine(-2.0), "condition = -2.0: "),
    "condition NaN": (lambda: Ravine(nan), "condition = nan: "),
    "condition infinite": (lambda: Ravine(inf), "condition = inf: "),
    "condition text": (lambda: Ravine("20"), "condition = '20': "),
    "one of the conditions": (lambda: Ravine(np.array([1.0, -1.0])), r"condition = array\(\[ 1., -1.\]\): "),
    "features of one axis": (lambda: LogisticRegression(np.ones(3), np.ones(3)), r"features \(3,\) and labels \(3,\): "),
    "too few labels": (lambda: LogisticRegression(ONES, np.ones(2)), r"features \(3, 2\) and labels \(2,\): "),
    "labels 0 and 1": (lambda: LogisticRegression(ONES, np.array([0, 1, 1])), r"labels contain \[0\]: "),
    "features not finite": (lambda: LogisticRegression(ONES * nan, np.ones(3)), r"features\[0, 0\] = nan: "),
    "l2 < 0": (lambda: LogisticRegression(ONES, np.ones(3), -0.5), "l2 = -0.5: "),
    "l2 NaN": (lambda: LogisticRegression(ONES, np.ones(3), nan), "l2 = nan: "),
    "no samples": (lambda: zipf_logistic(samples=0), "samples = 0: "),
    "no features": (lambda: zipf_logistic(features=0), "features = 0: "),
    "exponent < 0": (lambda: zipf_logistic(exponent=-1.0), "exponent = -1.0: "),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_its_value(case):
    make, says = BAD[case]
    with pytest.raises(ValueError, match="^" + says):
        make()
