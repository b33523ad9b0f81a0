"""The problems: their values by formulas written again for one point, their gradients by differences of those values."""

import cmath
import json
from dataclasses import fields, replace
from math import cos, inf, isclose, nan, radians, sin

import numpy as np
import pytest
from test_tracer import in_javascript

from adaptive_lr import problems
from adaptive_lr.explorer.fields import FIELDS
from adaptive_lr.explorer.tracer import problem_to_js
from adaptive_lr.problems import (
    Beale,
    LogisticRegression,
    MiniBatches,
    Noisy,
    Plateau,
    Problem,
    Ravine,
    Rosenbrock,
    RotatedRavine,
    Saddle,
    Stream,
    Tilted,
    zipf_logistic,
)


def dense_logistic(l2):
    rng = np.random.default_rng(7)
    return LogisticRegression(rng.standard_normal((40, 4)), rng.choice([-1, 1], 40), l2)


PROBLEMS = {
    "ravine": problems.ravine,
    "round bowl": Ravine(1.0),
    "steep ravine": Ravine(1e4),
    "rotated_ravine": problems.rotated_ravine,
    "ravine turned by −20°": RotatedRavine(300.0, -20.0),
    "saddle": problems.saddle,
    "beale": problems.beale,
    "rosenbrock": problems.rosenbrock,
    "gentle rosenbrock": Rosenbrock(5.0),
    "plateau": problems.plateau,
    "wide plateau": Plateau(3.0),
    "noisy_ravine": problems.noisy_ravine,
    "noisy_ravine at 3": problems.noisy_ravine.at(3),
    "noisy saddle": Noisy(problems.saddle, 0.1, seed=1),
    "sparse_logistic": problems.sparse_logistic,
    "dense logistic": dense_logistic(0.1),
    "dense logistic, no ridge": dense_logistic(0),
    "small zipf": zipf_logistic(samples=30, features=6, exponent=0.5, seed=3),
    "mini-batches": MiniBatches(problems.sparse_logistic),
    "mini-batch 7": MiniBatches(problems.sparse_logistic).at(7),
}
PLANE = {name: problem for name, problem in PROBLEMS.items() if problem.bounds is not None}
every_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
every_problem_of_the_plane = pytest.mark.parametrize("problem", PLANE.values(), ids=PLANE)


def logistic(problem, w):
    loss = sum(cmath.log(1 + cmath.exp(-y * sum(a * b for a, b in zip(x, w)))) for x, y in zip(problem.features.tolist(), problem.labels.tolist()))
    return loss / len(problem.labels) + problem.l2 / 2 * sum(a * a for a in w)


def rotated(problem, x):
    """½ xᵀ A x, A = R diag(1, κ) Rᵀ multiplied out"""
    k, c, s = problem.condition, cos(radians(problem.angle)), sin(radians(problem.angle))
    return 0.5 * ((c * c + k * s * s) * x[0] ** 2 + 2 * (1 - k) * c * s * x[0] * x[1] + (s * s + k * c * c) * x[1] ** 2)


def formula(problem, x):
    return FORMULAS[type(problem)](problem, x)


FORMULAS = {  # f at one point, in plain numbers, which may be complex
    Ravine: lambda problem, x: 0.5 * (x[0] ** 2 + problem.condition * x[1] ** 2),
    Saddle: lambda problem, x: 0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4,
    RotatedRavine: rotated,
    Beale: lambda problem, x: sum((c - x[0] + x[0] * x[1] ** k) ** 2 for k, c in enumerate((1.5, 2.25, 2.625), start=1)),
    Rosenbrock: lambda problem, x: 1 - 2 * x[0] + x[0] ** 2 + problem.steepness * (x[0] ** 4 - 2 * x[0] ** 2 * x[1] + x[1] ** 2),
    Plateau: lambda problem, x: 1 - cmath.exp(-(x[0] ** 2 + x[1] ** 2) / (2 * problem.width**2)),
    LogisticRegression: logistic,
    Noisy: lambda problem, x: formula(problem.problem, x),
    Tilted: lambda problem, x: formula(problem.problem, x) + sum(s * a for s, a in zip(problem.slope.tolist(), x)),
    MiniBatches: lambda problem, x: formula(problem.problem, x),
}


def points(problem, count=5, seed=0):
    """Points around the start, as far apart as the saddle's or a logistic model's interesting region."""
    rng = np.random.default_rng(seed)
    return np.asarray(problem.start) + rng.standard_normal((count, np.size(problem.start)))


def test_the_tables_hold_every_problem():
    """But streams, which have no landscape: test_problems_streams."""
    kinds = {kind for kind in vars(problems).values() if isinstance(kind, type) and issubclass(kind, Problem) and kind is not Problem}
    kinds = {kind for kind in kinds if not issubclass(kind, Stream)}
    ready_made = [value for value in vars(problems).values() if isinstance(value, Problem)]
    assert {type(problem) for problem in PROBLEMS.values()} == kinds == set(FORMULAS)
    assert all(any(value is problem for problem in PROBLEMS.values()) for value in ready_made)


@every_problem
def test_values_are_the_formulas(problem):
    for x in points(problem):
        assert isclose(problem.f(x), formula(problem, x.tolist()).real, rel_tol=1e-13)


@every_problem
def test_gradient_by_complex_steps_in_random_directions(problem):
    """Im f(x + ihd) / h = ∇f(x)·d to O(h²), without cancellation, so that h = 1e-30 leaves no error but rounding."""
    rng = np.random.default_rng(1)
    for x in points(problem):
        d = rng.standard_normal(x.shape)
        slope = formula(problem, [complex(a, 1e-30 * b) for a, b in zip(x, d)]).imag / 1e-30
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
    assert (problem.minimum is None) == (isinstance(problem, Tilted) or (isinstance(problem, LogisticRegression) and problem.l2 == 0))


@every_problem
def test_what_instances_share_cannot_be_changed(problem):
    if problem.minimum is not None:
        with pytest.raises((TypeError, ValueError)):
            problem.minimum[0] = 1.0
    with pytest.raises((TypeError, ValueError)):
        type(problem).minimum[0] = 1.0


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
        assert all(np.all((low < point) & (point < high)) for point in (problem.start, problem.minimum) if point is not None)


SETTINGS = [(problem, f.name) for problem in PLANE.values() for f in fields(problem) if isinstance(getattr(problem, f.name), float)]


@pytest.mark.parametrize(("problem", "field"), SETTINGS, ids=str)
def test_a_field_may_hold_many_values(problem, field):
    x, values = points(problem, 3), np.array([0.5, 10.0, 80.0])
    values = values[:, None] if field == "noise" else values  # which broadcasts against x; the others against f
    many, single = replace(problem, **{field: values}), [replace(problem, **{field: float(value)}) for value in values.ravel()]
    assert np.allclose(many.f(x), [one.f(point) for one, point in zip(single, x)], rtol=1e-14, atol=0)
    assert np.allclose(many.at(2).grad(x), [one.at(2).grad(point) for one, point in zip(single, x)], rtol=1e-13, atol=0)


@every_problem_of_the_plane
def test_single_precision_is_kept(problem):
    x = points(problem).astype(np.float32)
    assert {a.dtype for seen in (problem, problem.at(1)) for a in (seen.f(x), seen.grad(x))} == {np.dtype(np.float32)}


DRAWN = {name: problem for name, problem in PLANE.items() if not isinstance(problem, (Noisy, Tilted))}


@pytest.mark.parametrize("problem", DRAWN.values(), ids=DRAWN)
def test_the_page_runs_it_from_its_own_code_and_has_its_sliders(problem):
    """Its functions printed as JavaScript and run by node."""
    x = points(problem, 50)
    got = in_javascript(
        f"(() => {{ const problem = {problem_to_js(type(problem))}, h = {json.dumps(vars(problem))};"
        f"return {x.tolist()}.flatMap((x) => [problem.f(x, h), ...problem.grad(x, h)]); }})()"
    )
    here = np.column_stack([problem.f(x), problem.grad(x)])
    assert np.all(np.abs(got.reshape(-1, 3) - here) <= 1e-13 * np.abs(here).max(axis=0))
    assert {field.name for field in fields(problem)} <= set(FIELDS)


ONES = np.ones((3, 2))
BAD = {
    "condition 0": (lambda: Ravine(0.0), "condition = 0.0: "),
    "condition < 0": (lambda: Ravine(-2.0), "condition = -2.0: "),
    "condition NaN": (lambda: Ravine(nan), "condition = nan: "),
    "condition infinite": (lambda: Ravine(inf), "condition = inf: "),
    "condition text": (lambda: Ravine("20"), "condition = '20': "),
    "one of the conditions": (lambda: Ravine(np.array([1.0, -1.0])), r"condition = array\(\[ 1., -1.\]\): "),
    "a turned ravine's condition": (lambda: RotatedRavine(0.0), "condition = 0.0: "),
    "angle NaN": (lambda: RotatedRavine(angle=nan), "angle = nan: "),
    "angle text": (lambda: RotatedRavine(angle="45"), "angle = '45': "),
    "steepness 0": (lambda: Rosenbrock(0), "steepness = 0: "),
    "steepness infinite": (lambda: Rosenbrock(inf), "steepness = inf: "),
    "width < 0": (lambda: Plateau(-1.0), "width = -1.0: "),
    "width nothing": (lambda: Plateau(None), "width = None: "),
    "noise < 0": (lambda: Noisy(problems.ravine, -0.1), "noise = -0.1: "),
    "seed a float": (lambda: Noisy(problems.ravine, seed=1.5), "seed = 1.5: "),
    "seed < 0": (lambda: MiniBatches(problems.sparse_logistic, seed=-1), "seed = -1: "),
    "noise at t = 0": (lambda: problems.noisy_ravine.at(0), "t = 0: "),
    "a batch at t = 0": (lambda: MiniBatches(problems.sparse_logistic).at(0), "t = 0: "),
    "no batch": (lambda: MiniBatches(problems.sparse_logistic, 0), "size = 0: "),
    "a batch too large": (lambda: MiniBatches(problems.sparse_logistic, 1001), "size = 1001: there are 1000 samples"),
    "features of one axis": (lambda: LogisticRegression(np.ones(3), np.ones(3)), r"features \(3,\) and labels \(3,\): "),
    "too few labels": (lambda: LogisticRegression(ONES, np.ones(2)), r"features \(3, 2\) and labels \(2,\): "),
    "labels 0 and 1": (lambda: LogisticRegression(ONES, np.array([0, 1, 1])), r"labels contain \[0\]: "),
    "features not finite": (lambda: LogisticRegression(ONES * nan, np.ones(3)), r"features\[0, 0\] = nan: "),
    "features of text": (lambda: LogisticRegression([["1"]], [1]), "features have dtype <U1: "),
    "labels of text": (lambda: LogisticRegression([[1.0]], ["yes"]), r"labels contain \['yes'\]: "),
    "l2 infinite": (lambda: LogisticRegression(ONES, np.ones(3), inf), "l2 = inf: "),
    "l2 < 0": (lambda: LogisticRegression(ONES, np.ones(3), -0.5), "l2 = -0.5: "),
    "l2 NaN": (lambda: LogisticRegression(ONES, np.ones(3), nan), "l2 = nan: "),
    "no samples": (lambda: zipf_logistic(samples=0), "samples = 0: "),
    "samples a float": (lambda: zipf_logistic(samples=1e3), "samples = 1000.0: "),
    "no features": (lambda: zipf_logistic(features=0), "features = 0: "),
    "exponent < 0": (lambda: zipf_logistic(exponent=-1.0), "exponent = -1.0: "),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_its_value(case):
    make, says = BAD[case]
    with pytest.raises(ValueError, match="^" + says):
        make()
