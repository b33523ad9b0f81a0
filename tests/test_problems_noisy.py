"""Problems of which every update sees another part: what `at(t)` gives, and that `minimize` takes its gradients there."""

from dataclasses import replace

import numpy as np
import pytest
from test_problems import PROBLEMS, points

from adaptive_lr import SGD, AdaGrad, minimize, problems
from adaptive_lr.problems import LogisticRegression, MiniBatches, Noisy, Ravine

NOISY = {name: problem for name, problem in PROBLEMS.items() if isinstance(problem, (Noisy, MiniBatches))}
every_noisy_problem = pytest.mark.parametrize("problem", NOISY.values(), ids=NOISY)


@pytest.mark.parametrize("problem", [problem for problem in PROBLEMS.values() if problem not in NOISY.values()], ids=lambda p: type(p).__name__)
def test_a_problem_without_noise_is_the_same_at_every_update(problem):
    assert problem.at(1) is problem and problem.at(10**9) is problem


@every_noisy_problem
def test_what_an_update_sees_is_fixed_by_seed_and_t_in_any_order(problem):
    x = points(problem, 1)[0]
    there = {t: problem.at(t).grad(x) for t in (1, 2, 3, 10**12)}
    assert all(np.array_equal(replace(problem).at(t).grad(x), there[t]) for t in sorted(there, reverse=True))
    others = [*there.values(), replace(problem, seed=problem.seed + 1).at(1).grad(x), problem.grad(x)]
    assert all(not np.array_equal(a, b) for i, a in enumerate(others) for b in others[:i])


@every_noisy_problem
def test_on_average_an_update_sees_the_whole(problem):
    x, n = points(problem, 1)[0], 3000
    seen = np.array([np.concatenate([[problem.at(t).f(x)], problem.at(t).grad(x)]) for t in range(1, n + 1)])
    assert np.all(np.abs(seen.mean(axis=0) - [problem.f(x), *problem.grad(x)]) < 5 * seen.std(axis=0) / np.sqrt(n) + 1e-12)


def test_the_noise_has_its_standard_deviation_and_no_memory():
    noise = np.array([0.5, 2.0])
    problem = Noisy(problems.saddle, noise, seed=4)
    x = points(problem, 2)
    xi = np.array([problem.at(t).grad(x) - problem.grad(x) for t in range(1, 4001)])
    assert np.allclose(xi[:, 0], xi[:, 1], atol=1e-13)  # the same for all points
    xi = xi[:, 0] / noise
    assert np.allclose(xi.T @ xi / 4000, np.eye(2), atol=0.1) and np.allclose(xi[1:].T @ xi[:-1] / 4000, 0, atol=0.1)


def test_mini_batches_hold_distinct_samples_each_as_often_as_another():
    marked = LogisticRegression(np.arange(40.0)[:, None], np.ones(40))
    batches = [MiniBatches(marked, size=10, seed=2).at(t) for t in range(1, 2001)]
    drawn = np.array([batch.features[:, 0] for batch in batches]).astype(int)
    assert all(len(set(rows)) == 10 for rows in drawn) and {batch.l2 for batch in batches} == {marked.l2}
    assert np.all(np.abs(np.bincount(drawn.ravel(), minlength=40) - 500) < 5 * np.sqrt(500 * 0.75))


@every_noisy_problem
def test_minimize_takes_each_gradient_from_its_update_and_the_losses_from_the_whole(problem):
    trace = minimize(problem, AdaGrad(0.1), steps=20)
    assert all(np.array_equal(trace.grad[k], problem.at(k + 1).grad(trace.x[k])) for k in range(20))
    assert np.array_equal(trace.loss, problem.f(trace.x))
    assert np.array_equal(trace.x, minimize(problem, AdaGrad(0.1), steps=20).x)


def test_runs_side_by_side_meet_the_same_noise():
    rates = np.array([0.01, 0.1])
    batch = minimize(problems.noisy_ravine, AdaGrad(rates[:, None]), steps=20)
    assert all(np.array_equal(batch.x[:, i], minimize(problems.noisy_ravine, AdaGrad(lr), steps=20).x) for i, lr in enumerate(rates.tolist()))


def test_without_noise_the_noisy_ravine_is_the_ravine():
    assert np.array_equal(minimize(Noisy(problems.ravine, 0.0), AdaGrad(0.5)).x, minimize(problems.ravine, AdaGrad(0.5)).x)


def test_gradient_descent_hovers_over_the_noisy_ravine_at_the_variance_of_theory():
    """x ← (1 − ηκ) x − η σ ξ settles at the variance η σ² / (κ (2 − ηκ))."""
    lr, noise, condition = 0.08, 0.7, np.array([1.0, 20.0])
    x = minimize(Noisy(Ravine(20.0), noise), SGD(lr), [0.0, 0.0], steps=15000).x[500:]
    assert np.allclose(x.var(axis=0), lr * noise**2 / (condition * (2 - lr * condition)), rtol=0.15)


@pytest.mark.parametrize(("kind", "wants"), [(Noisy, "a problem, "), (MiniBatches, "a LogisticRegression, ")])
def test_noise_is_for_a_problem(kind, wants):
    with pytest.raises(TypeError, match=f"^problem = 20.0: {wants}"):
        kind(20.0)


def test_what_is_noisy_already_or_changes_in_time_is_seen_as_it_is_at_that_time():
    stream, twice = problems.Noisy(problems.Alternating(3.0, 1.0, 9), 0.5), problems.Noisy(problems.Noisy(problems.ravine, 0.25), 0.5)
    for t in (1, 2, 10):
        draw = problems.Noisy(problems.saddle, 1.0).at(t).slope
        given = {1: [3.0, 3.0], 2: [1.0, 3.0], 10: [0.0, 0.0]}[t]
        np.testing.assert_allclose(stream.at(t).grad(np.ones(2)), given + 0.5 * draw, rtol=1e-12)
        np.testing.assert_allclose(twice.at(t).grad(np.ones(2)), [1.0, 20.0] + 0.75 * draw, rtol=1e-12)
