"""NAG: the look-ahead form of the literature and the lecture notes, and the rewritten form of the package and the frameworks, are one method."""

import json
from dataclasses import replace
from math import fsum

import numpy as np
import pytest
from test_tracer import in_javascript

from adaptive_lr import NAG, CosineAnnealing, ExponentialDecay, Momentum, Network, Then, minimize, printed, problems, train
from adaptive_lr.explorer.tracer import problem_to_js, rule_to_js

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


# ------------------------------------------------------------------------------------------------- the printed form, run

RATES = {"constant": lambda lr: lr, "falling": lambda lr: ExponentialDecay(lr, 0.05), "to 0 and back": lambda lr: CosineAnnealing(0.0, lr, 50)}


@every_case
@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
def test_the_printed_rule_is_the_look_ahead_form_bit_for_bit(case, rate):
    problem, lr, beta = case
    rate = rate(lr)
    trace = minimize(problem, printed.NAG(rate, beta), steps=100)
    thetas, ahead = look_ahead(problem, rate if callable(rate) else lambda t: rate, beta, 100)
    assert np.array_equal(trace.x[1:], thetas)
    assert all(np.array_equal(trace.grad[k], problem.grad(ahead[k])) for k in range(100)) and np.all(trace.rate == 1)


def test_it_is_so_in_plain_floats_one_coordinate_at_a_time():
    trace = minimize(problems.ravine, printed.NAG(0.02, 0.9), steps=60)
    for k, (start, curvature) in enumerate(zip(problems.ravine.start, (1.0, 20.0))):
        theta, u = start, 0.0
        for t in range(1, 61):
            u = 0.9 * u + 0.02 * (curvature * (theta - 0.9 * u))
            theta = theta - u
            assert trace.x[t, k] == theta


@every_case
def test_the_printed_rule_looks_where_the_rewritten_one_walks(case):
    """Its velocity is its last step: it looks at θ − β (θ before − θ)."""
    problem, lr, beta = case
    theta = minimize(problem, printed.NAG(lr, beta), steps=200).x
    assert apart(theta[1:] - beta * (theta[:-1] - theta[1:]), minimize(problem, NAG(lr, beta), steps=200).x[1:]) < 1e-12


def test_every_gradient_keeps_the_rate_of_its_time():
    """The way of each update is Σ βᵗ⁻ˢ η_s g_s, with the gradients of a stream, which do not depend on where they are taken."""
    schedule = ExponentialDecay(0.3, 0.1)
    trace = minimize(problems.Alternating(2.0, -1.0, until=12), printed.NAG(schedule, 0.7), steps=20)
    for t in range(20):
        way = [fsum(0.7 ** (t - s) * schedule(s) * g for s, g in enumerate(column)) for column in trace.grad[: t + 1].T]
        assert np.allclose(trace.x[t] - trace.x[t + 1], way, rtol=1e-12, atol=1e-15)


def test_where_the_rate_is_0_the_velocity_coasts_on():
    trace = minimize(problems.rosenbrock, printed.NAG(Then(lambda t: 1e-3, 10, lambda t: 0.0), 0.5), steps=20)
    way = np.diff(trace.x, axis=0)
    assert np.all(way[9] != 0) and np.allclose(way[10:], 0.5 ** np.arange(1, 11)[:, None] * way[9], rtol=1e-9)
    assert np.array_equal(minimize(problems.rosenbrock, printed.NAG(0.0), steps=5).x, [problems.rosenbrock.start] * 6)


@pytest.mark.parametrize("field", ["lr", "beta"])
def test_runs_of_the_printed_rule_side_by_side_look_ahead_each_by_itself(field):
    values = np.array([0.0, 0.02, 0.3])
    batch = minimize(problems.saddle, replace(printed.NAG(0.05), **{field: values[:, None]}), steps=30)
    for i, value in enumerate(values.tolist()):
        single = minimize(problems.saddle, replace(printed.NAG(0.05), **{field: value}), steps=30)
        assert np.array_equal(batch.x[:, i], single.x) and np.array_equal(batch.grad[:, i], single.grad)


@pytest.mark.parametrize("beta", [0.9, np.float64(0.9), np.full(2, 0.9)], ids=["float", "float64", "array"])
def test_in_single_precision_gradients_are_asked_for_in_single_precision(beta):
    asked = []

    class Asking(problems.Saddle):
        def grad(self, x):
            asked.append(x.dtype)
            return super().grad(x)

    trace = minimize(Asking(), printed.NAG(0.05, beta), np.ones(2, np.float32), steps=5)
    assert set(asked) == {trace.x.dtype} == {np.dtype(np.float32)} and len(asked) == 6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_is_trained_with_gradients_taken_ahead(dtype):
    rng = np.random.default_rng(0)
    network, x, y = Network((3, 4, 2)), rng.standard_normal((20, 3)).astype(dtype), rng.integers(0, 2, 20)
    history = train(network, printed.NAG(0.1, 0.8), (x, y), epochs=15, batch=20)
    theta, u, losses = network.init(0, dtype=dtype), 0.0, []
    for epoch in range(15):
        order = np.random.default_rng([0, epoch]).permutation(20)
        loss, g = network.loss_and_gradient(theta - 0.8 * u, x[order], y[order])
        u = 0.8 * u + 0.1 * g
        theta = theta - u
        losses.append(loss)
    assert np.array_equal(history.theta, theta) and np.array_equal(history.loss, losses) and history.theta.dtype == dtype


PLANE = {name: case for name, case in CASES.items() if case[0].bounds is not None}


@pytest.mark.parametrize("case", PLANE.values(), ids=PLANE)
def test_the_page_looks_ahead_too(case):
    """Its `look` and its `step`, run by node."""
    problem, lr, beta = case
    trace = minimize(problem, printed.NAG(lr, beta), steps=100)
    got = in_javascript(
        f"(() => {{ const {{init, look, step}} = {rule_to_js(printed.NAG)}, {{grad}} = {problem_to_js(type(problem))};"
        f"const h = {{lr: {lr}, beta: {beta}}}, field = {json.dumps(vars(problem))}, seen = [];"
        f"let x = {list(problem.start)}, s = x.map((each) => init(each, h));"
        "for (let t = 1; t <= 100; t++) { const g = grad(x.map((each, k) => look(each, s[k], h)), field, t);"
        "x = x.map((each, k) => { const [d, r, next] = step(t, h.lr, g[k], s[k], h); s[k] = next; return each - r * d; }); seen.push(...x); }"
        "return seen; })()"
    )
    assert apart(trace.x[1:], got.reshape(-1, 2)) < 1e-12
