"""What the tracer prints is run by node and compared with NumPy running the same Python."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from adaptive_lr import Adam, Rule, minimize, printed, problems
from adaptive_lr.explorer.tracer import TEMPLATES, Untraceable, problem_to_js, rule_to_js
from adaptive_lr.problems import LogisticRegression, Noisy, Problem, Stream

NODE = Path(sys.executable).parent / "node"
VALUES = (-2.5, -1.0, -1e-9, 0.0, 0.3, 1.0, 4.0, 1e200, math.inf, -math.inf, math.nan)


def in_javascript(expression: str, kind=float) -> np.ndarray:
    """The numbers (or texts) that a JavaScript expression, a list, has in node. JSON has no NaN and no infinity: they travel as text."""
    program = f"console.log(JSON.stringify(({expression}).map(String)))"
    return np.array(json.loads(subprocess.run([NODE, "-e", program], capture_output=True, text=True, check=True).stdout), kind)


def literal(value: float) -> str:
    return "NaN" if math.isnan(value) else repr(float(value)).replace("inf", "Infinity")


def rule_with(step):
    """A rule without state, whose direction is step(g, h) with one field h."""

    @dataclass(frozen=True)
    class Made(Rule):
        h: float = 1.0

        def init(self, x):
            return ()

        def step(self, t, lr, g, state):
            return step(g, self.h), lr, ()

    return Made


def directions(step, pairs) -> np.ndarray:
    calls = ", ".join(f"rule.step(1, 0.1, {literal(g)}, [], {{h: {literal(h)}}})[0]" for g, h in pairs)
    return in_javascript(f"(() => {{ const rule = {rule_to_js(rule_with(step))}; return [{calls}]; }})()")


def _kind(ufunc) -> str:
    """What an operation takes, letter by letter: b truth values, c numbers that it compares, n numbers."""
    letter = "b" if "logical" in ufunc.__name__ else "c" if "dd->?" in ufunc.types else "n"
    return letter * ufunc.nin


@pytest.mark.parametrize("ufunc", TEMPLATES, ids=lambda ufunc: ufunc.__name__)
def test_every_operation_of_the_table_gives_numpys_value(ufunc):
    # 1 to an infinite or undefined power is the one value on which the languages differ; no rule raises to such powers
    others = [h for h in VALUES if math.isfinite(h) or "power" not in ufunc.__name__] if ufunc.nin == 2 else VALUES[:1]
    pairs = [(g, h) for g in VALUES for h in others]
    step = {
        "bb": lambda g, h: np.where(ufunc(g > 0, h > 0), 1.0, 2.0),  # a truth value is not a number: choose by it
        "b": lambda g, h: np.where(ufunc(g > 0), 1.0, 2.0),
        "cc": lambda g, h: np.where(ufunc(g, h), 1.0, 2.0),
        "nn": ufunc,
        "n": lambda g, h: ufunc(g),
    }[_kind(ufunc)]
    with np.errstate(all="ignore"):
        expected = step(*np.array(pairs).T)
    np.testing.assert_allclose(directions(step, pairs), expected, rtol=1e-12)


@pytest.mark.parametrize("exponent", [-2, -1, 0, 0.5, 1, 2, 2.5, 3, 4, 10])
def test_constant_powers_agree_with_numpy(exponent):
    values = np.array([1e-8, 0.1, 0.7, 1.3, 3.0, 1e5])
    got = directions(lambda g, h: g**exponent, [(g, 1.0) for g in values])
    np.testing.assert_allclose(got, values**exponent, rtol=1e-12)


def test_a_square_is_exact():
    values = np.random.default_rng(0).normal(size=200)
    assert np.array_equal(directions(lambda g, h: g**2, [(g, 1.0) for g in values]), values * values)


@pytest.mark.parametrize("constant", [0.1, -3.0, 1e-300, 1e300, -0.0, math.inf, -math.inf, math.nan, 7, np.float32(0.1), np.array(2.5)], ids=repr)
def test_constants_keep_their_value(constant):
    got = directions(lambda g, h: np.where(g > 0, constant, 0.0 * g), [(1.0, 1.0)])
    assert np.array_equal(got, [float(constant)], equal_nan=True)


@dataclass(frozen=True)
class Bounded(Rule):
    """A rule that the package does not have, with most of what rules use: the clock, a maximum over time, a choice."""

    lr: float = 0.1
    beta: float = 0.9

    def init(self, x):
        return np.zeros_like(x), np.ones_like(x)

    def step(self, t, lr, g, state):
        m, u = state
        m = self.beta * m + (1 - self.beta) * g
        u = np.maximum(self.beta * u, np.abs(g))
        return np.where(u > 1, m / (1 - self.beta**t), np.sign(g)), lr / (u + np.exp(-t)), (m, u)


def test_a_rule_of_ones_own_runs_as_in_numpy():
    gradients = np.random.default_rng(1).normal(size=300)
    rule, expected = Bounded(), []
    state = rule.init(np.zeros(1))
    for t, g in enumerate(gradients, 1):
        direction, rate, state = rule.step(t, rule.lr, np.array([g]), state)
        expected += [direction[0], rate[0]]
    got = in_javascript(
        f"(() => {{ const rule = {rule_to_js(Bounded)}, h = {{lr: 0.1, beta: 0.9}}; let s = rule.init(0, h), seen = [];"
        f"{gradients.tolist()}.forEach((g, k) => {{ const [d, r, next] = rule.step(k + 1, h.lr, g, s, h); s = next; seen.push(d, r); }}); return seen; }})()"
    )
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@dataclass(frozen=True)
class Ahead(Rule):
    """A rule that looks ahead by all of its state, which its fields scale."""

    lr: float = 0.1
    reach: float = 2.0

    def init(self, x):
        return np.zeros_like(x), np.ones_like(x)

    def look(self, x, state):
        m, u = state
        return x - self.reach * np.where(m > u, m, np.sqrt(u))

    def step(self, t, lr, g, state):
        return g, lr, state


def test_where_a_rule_looks_is_printed_and_null_where_that_is_at_x():
    x, m, u = np.random.default_rng(3).uniform(size=(3, 50))
    got = in_javascript(
        f"(() => {{ const {{look}} = {rule_to_js(Ahead)}; return {np.column_stack([x, m, u]).tolist()}.map(([x, ...s]) => look(x, s, {{reach: 0.7}})); }})()"
    )
    np.testing.assert_allclose(got, Ahead(reach=0.7).look(x, (m, u)), rtol=1e-15)
    for rule in (Bounded, Adam, printed.AdaMax):
        assert in_javascript(f"[({rule_to_js(rule)}).look]", str).tolist() == ["null"]


@dataclass(frozen=True)
class Normed(Rule):
    """A rule that divides by the sum and the least of all coordinates, in a choice and with a state; `rate` is one for both."""

    elementwise = False

    lr: float = 0.1
    beta: float = 0.9

    def init(self, x):
        return np.zeros_like(x), np.ones_like(x)

    def step(self, t, lr, g, state):
        m, n = state
        m = self.beta * m + g
        length = np.sqrt(np.sum(m**2, axis=-1, keepdims=True))
        n = np.where(g > 0, n + length, np.minimum(n, t))
        return np.where(length > 0, m / length, m), lr / np.min(n, axis=-1, keepdims=True), (m, n)


@dataclass(frozen=True)
class Memoryless(Rule):
    """The same direction for both coordinates, without a state."""

    elementwise = False

    lr: float = 0.1

    def init(self, x):
        return ()

    def step(self, t, lr, g, state):
        return np.max(g, axis=-1, keepdims=True), lr, ()


@pytest.mark.parametrize("rule", [printed.AdaMax(0.1), printed.AdaMax(0.05, 0.5, 0.9, 1e-2), Normed(), Normed(0.02, 0.5), Memoryless(1e-4)], ids=repr)
@pytest.mark.parametrize("problem", [problems.ravine, problems.rosenbrock], ids=["ravine", "rosenbrock"])
def test_a_rule_whose_coordinates_depend_on_one_another_steps_both_at_once(rule, problem):
    """x, state and rates of a descent. init is as for any rule, one coordinate's."""
    trace = minimize(problem, rule, steps=100)
    got = in_javascript(
        f"(() => {{ const {{init, step, whole}} = {rule_to_js(type(rule))}, {{grad}} = {problem_to_js(type(problem))};"
        f"const h = {json.dumps(vars(rule))}, field = {json.dumps(vars(problem))}, seen = [whole];"
        f"let x = {list(problem.start)}, s = x.map((each) => init(each, h));"
        "for (let t = 1; t <= 100; t++) { const both = step(t, h.lr, grad(x, field, t), s, h);"
        "x = x.map((each, k) => each - both[k][1] * both[k][0]); s = both.map((each) => each[2]); seen.push(...x, ...both.map((each) => each[1])); }"
        "return [...seen.map(Number), ...s.flat()]; })()"
    )
    end = 1 + 4 * 100
    np.testing.assert_allclose(got[1:end].reshape(-1, 4), np.hstack([trace.x[1:], trace.rate]), rtol=1e-11)
    np.testing.assert_allclose(got[end:], np.array(trace.state).T.ravel(), rtol=1e-11)
    assert got[0] == 1 and not trace.diverged and "whole: false" in rule_to_js(Adam)


@dataclass(frozen=True)
class Curved(Problem):
    depth: float = 2.0
    minimum = None

    def f(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return (1 - x1) ** 2 + self.depth * (x2 - x1**3) ** 2 + np.sin(x1 * x2)

    def grad(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        fall = 2 * self.depth * (x2 - x1**3)
        slope = np.cos(x1 * x2)
        return np.stack([-2 * (1 - x1) - 3 * x1**2 * fall + x2 * slope, fall + x1 * slope], axis=-1)


def test_a_problem_of_ones_own_has_numpys_values_and_gradients():
    x, problem = np.random.default_rng(2).normal(size=(100, 2)), Curved(3.5)
    got = in_javascript(
        f"(() => {{ const problem = {problem_to_js(Curved)}, h = {{depth: 3.5}};"
        f"return {x.tolist()}.flatMap((x) => [problem.f(x, h), ...problem.grad(x, h)]); }})()"
    )
    np.testing.assert_allclose(got.reshape(-1, 3), np.column_stack([problem.f(x), problem.grad(x)]), rtol=1e-12)


@dataclass(frozen=True)
class Drifting(Curved):
    """What update t sees is deeper by t."""

    def at(self, t):
        return Curved(self.depth + t)


@dataclass(frozen=True)
class Turning(Stream):
    """A gradient that turns as time goes."""

    speed: float = 0.3

    def gradient(self, t):
        return np.stack([np.cos(self.speed * t), np.sin(self.speed * t)], axis=-1)


@pytest.mark.parametrize("problem", [Curved(3.5), Drifting(3.5), Turning(0.7)], ids=repr)
def test_the_printed_gradient_is_what_each_update_sees(problem):
    x = np.random.default_rng(4).normal(size=(60, 2))
    got = in_javascript(
        f"(() => {{ const problem = {problem_to_js(type(problem))}, h = {json.dumps(vars(problem))};"
        f"return {x.tolist()}.flatMap((x, k) => [problem.f(x, h), ...problem.grad(x, h, k + 1)]); }})()"
    )
    seen = np.array([problem.at(t).grad(point) for t, point in enumerate(x, start=1)])
    np.testing.assert_allclose(got.reshape(-1, 3), np.column_stack([problem.f(x), seen]), rtol=1e-12)


@pytest.mark.parametrize(
    "minimum, expected",
    [((1.0, -2.5), [1.0, -2.5]), (np.array([3, 0.5]), [3.0, 0.5]), (property(lambda self: (np.sqrt(self.depth), -self.depth)), [2.0, -4.0])],
    ids=["tuple", "array", "of the fields"],
)
def test_a_minimum_is_printed_also_where_fields_move_it(minimum, expected):
    made = dataclass(frozen=True)(type("Made", (Curved,), {"minimum": minimum}))
    assert in_javascript(f"({problem_to_js(made)}).minimum({{depth: 4}})").tolist() == expected


def test_no_minimum_is_null_and_one_that_cannot_be_printed_is_named():
    assert in_javascript(f"[Number(({problem_to_js(type('Made', (Curved,), {'minimum': None}))}).minimum === null)]") == [1.0]
    branching = property(lambda self: (1.0, 0.0) if self.depth > 1 else (0.0, 1.0))
    with pytest.raises(Untraceable, match="`if`"):
        problem_to_js(type("Made", (Curved,), {"minimum": branching}))


def in_place(g, h):
    g += 1
    return g


@pytest.mark.parametrize(
    "step, named",
    [
        (lambda g, h: np.arctan(g), "np.arctan"),
        (lambda g, h: np.hypot(g, h), "np.hypot"),
        (lambda g, h: np.add.reduce(g), "np.add.reduce"),
        (lambda g, h: g @ g, "np.matmul"),
        (lambda g, h: np.clip(g, -1, 1), "np.clip"),
        (lambda g, h: np.zeros_like(g, dtype=float), "np.zeros_like"),
        (lambda g, h: np.divide(g, h, where=h > 0), "where="),
        (in_place, "out="),
        (lambda g, h: g.sum(), r"\.sum"),
        (lambda g, h: g if g > 0 else -g, "`if`"),
        (lambda g, h: math.sqrt(g), "math"),
        (lambda g, h: g * np.arange(3.0), "one number"),
        (lambda g, h: g ** np.arange(3.0), "one number"),
        (lambda g, h: None, "None"),
    ],
)
@pytest.mark.parametrize("elementwise", [True, False])
def test_what_cannot_be_printed_is_named(step, named, elementwise):
    made = rule_with(step)
    made.elementwise = elementwise
    with pytest.raises((Untraceable, AttributeError), match=named):
        rule_to_js(made)


@pytest.mark.parametrize(
    "grad, named",
    [
        (lambda self, x: x[0], r"x\[0\]"),
        (lambda self, x: np.sqrt(x), "np.sqrt of a whole point"),
        (lambda self, x: x * np.ones(2), "np.multiply of a whole point"),
        (lambda self, x: x[..., 0], "np.stack"),
        (lambda self, x: np.stack([x[..., 0], x[..., 1]]), "np.stack"),
    ],
)
def test_a_gradient_that_cannot_be_printed_is_named(grad, named):
    made = dataclass(frozen=True)(type("Made", (Problem,), {"f": lambda self, x: x[..., 0], "grad": grad}))
    with pytest.raises(Untraceable, match=named):
        problem_to_js(made)


@pytest.mark.parametrize("kind", [LogisticRegression, Noisy])
def test_a_problem_off_the_plane_is_refused_and_one_of_drawn_noise(kind):
    with pytest.raises((Untraceable, AttributeError), match="JavaScript"):
        problem_to_js(kind)
