"""NAG: the look-ahead form of the literature and the lecture notes, and the rewritten form of the package and the frameworks, are one method."""

from dataclasses import replace

import numpy as np
import pytest

from adaptive_lr import NAG, ExponentialDecay, Momentum, minimize, problems

CASES = {  # problem, η, β: descents that converge, so that rounding is not blown up
    "ravine": (problems.ravine, 0.02, 0.9),
    "ravine, no momentum": (problems.ravine, 0.05, 0.0),
    "rotated ravine": (problems.rotated_ravine, 0.03, 0.8),
    "saddle": (problems.saddle, 0.05, 0.9),
    "rosenbrock": (problems.rosenbrock, 5e-4, 0.9),
    "beale": (problems.beale, 2e-3, 0.9),
    "plateau": (problems.plateau, 0.5, 0.9),
    "sparse logistic": (problems.sparse_logistic, 0.5, 0.9),
}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def look_ahead(problem, rate, beta, steps):
    """The notes' form, which holds η in u: the gradient is taken ahead of θ. Returns the θ and the points of the gradients, which number one more.

    u ← β u + η ∇f(θ − β u),   θ ← θ − u
    """
    theta, u, thetas, ahead = np.array(problem.start), 0.0, [], []
    for t in range(steps):
        ahead.append(theta - beta * u)
        u = beta * u + rate(t) * problem.grad(ahead[-1])
        theta = theta - u
        thetas.append(theta)
    return np.array(thetas), np.array([*ahead, theta - beta * u])


def apart(a, b):
    """The largest difference, relative to the largest |x| of the run."""
    return np.abs(a - b).max() / np.abs(a).max()


@every_case
def test_the_rewritten_form_walks_the_points_that_the_look_ahead_form_looks_at(case):
    problem, lr, beta = case
    trace = minimize(problem, NAG(lr, beta), steps=200)
    _, ahead = look_ahead(problem, lambda t: lr, beta, 200)
    assert not trace.diverged and trace.loss[-1] < trace.loss[0]
    assert apart(ahead, trace.x) < 1e-12


@every_case
def test_the_look_ahead_iterates_are_got_back_by_undoing_the_substitution(case):
    """θ = x + η β u, with the velocity u of the rewritten form."""
    problem, lr, beta = case
    rule, x = NAG(lr, beta), minimize(problem, NAG(lr, beta), steps=200).x
    thetas, _ = look_ahead(problem, lambda t: lr, beta, 200)
    state, found = rule.init(x[0]), []
    for t in range(1, 201):
        *_, state = rule.step(t, lr, problem.grad(x[t - 1]), state)
        found.append(x[t] + lr * beta * state[0])
    assert apart(thetas, np.array(found)) < 1e-12


def test_both_forms_end_at_the_same_point():
    """Where u has died down, the substitution changes nothing."""
    thetas, ahead = look_ahead(problems.ravine, lambda t: 0.02, 0.9, 1000)
    assert np.abs(thetas[-1]).max() < 1e-12 and np.abs(ahead[-1]).max() < 1e-12


def test_the_difference_is_seen_where_it_should_be():
    """Momentum that does not look ahead is another method, and so is a look-ahead by another β."""
    _, ahead = look_ahead(problems.ravine, lambda t: 0.02, 0.9, 200)
    for other in (Momentum(0.02, 0.9), NAG(0.02, 0.9 + 1e-9)):
        assert apart(ahead, minimize(problems.ravine, other, steps=200).x) > 1e-10


def test_under_a_schedule_the_forms_part():
    """With η inside u old gradients keep the η of their time; outside they all take today's."""
    schedule = ExponentialDecay(0.03, 0.05)
    _, ahead = look_ahead(problems.ravine, schedule, 0.9, 50)
    assert apart(ahead, minimize(problems.ravine, replace(NAG(0.03, 0.9), lr=schedule), steps=50).x) > 1e-2
