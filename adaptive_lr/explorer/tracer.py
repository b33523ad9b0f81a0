"""Print a rule or a problem as JavaScript: its own Python runs once, with symbols in the place of arrays.

Rules and problems are written element by element in NumPy, so one run over symbols meets every operation there is;
each becomes one line of JavaScript. The page therefore runs the reference itself: nothing is written a second time.
An operation that has no line in the tables below raises `Untraceable`, which names it.
"""

from __future__ import annotations

import inspect
import math
from dataclasses import fields

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..problems import Problem
from ..rule import Rule

TEMPLATES = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.divide: "{} / {}",
    np.negative: "-{}",
    np.positive: "{}",
    np.square: "{0} * {0}",
    np.reciprocal: "1 / {}",
    np.power: "Math.pow({}, {})",
    np.float_power: "Math.pow({}, {})",
    np.sqrt: "Math.sqrt({})",
    np.absolute: "Math.abs({})",
    np.fabs: "Math.abs({})",
    np.sign: "Math.sign({})",
    np.floor: "Math.floor({})",
    np.ceil: "Math.ceil({})",
    np.exp: "Math.exp({})",
    np.expm1: "Math.expm1({})",
    np.log: "Math.log({})",
    np.log1p: "Math.log1p({})",
    np.sin: "Math.sin({})",
    np.cos: "Math.cos({})",
    np.tanh: "Math.tanh({})",
    np.maximum: "Math.max({}, {})",  # NaN in, NaN out, as in NumPy
    np.minimum: "Math.min({}, {})",
    np.less: "{} < {}",
    np.less_equal: "{} <= {}",
    np.greater: "{} > {}",
    np.greater_equal: "{} >= {}",
    np.equal: "{} === {}",
    np.not_equal: "{} !== {}",
    np.logical_and: "{} && {}",
    np.logical_or: "{} || {}",
    np.logical_not: "!{}",
}

# NumPy takes these constant exponents apart too, so that x**2 is x * x to the last bit
POWERS = {2: "{0} * {0}", 1: "{0}", 0.5: "Math.sqrt({0})", -1: "1 / {0}"}


class Untraceable(TypeError):
    """A rule or a problem did something that cannot be printed as JavaScript."""


class Symbol(NDArrayOperatorsMixin):
    """One number of the program being printed. What is done to it is appended to `lines`."""

    def __init__(self, name: str, lines: list[str]):
        self.name, self.lines = name, lines

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if method != "__call__" or ufunc not in TEMPLATES:
            raise Untraceable(f"np.{ufunc.__name__}{'' if method == '__call__' else '.' + method} cannot be printed as JavaScript")
        if options:
            raise Untraceable(f"np.{ufunc.__name__} with {', '.join(options)}= cannot be printed as JavaScript (x += … is x = x + …)")
        template, texts = TEMPLATES[ufunc], [_text(value) for value in inputs]
        if ufunc is np.power and not isinstance(inputs[1], Symbol):
            template = POWERS.get(float(inputs[1]), template)
        return self._emit(template.format(*texts))

    def __array_function__(self, function, types, args, kwargs):
        if function is np.where and len(args) == 3 and not kwargs:
            return self._emit("{} ? {} : {}".format(*map(_text, args)))
        if function is np.stack and kwargs == {"axis": -1}:
            return Point(args[0])
        if function is np.zeros_like and not kwargs:
            return 0.0
        if function is np.ones_like and not kwargs:
            return 1.0
        named = "".join(f", {name}={value!r}" for name, value in kwargs.items())
        raise Untraceable(f"np.{function.__name__}(…{named}) cannot be printed as JavaScript")

    def __getattr__(self, name):
        raise AttributeError(f"an array's .{name} cannot be printed as JavaScript: write it with element-by-element NumPy functions")

    def __bool__(self):
        raise Untraceable("`if`, `and`, `or` and `while` on an array cannot be printed as JavaScript: use np.where, np.logical_and, np.logical_or")

    def __float__(self):
        raise Untraceable("float(…) and the math module's functions cannot be printed as JavaScript: use NumPy's")

    def _emit(self, expression: str) -> Symbol:
        name = f"a{len(self.lines)}"
        self.lines.append(f"const {name} = {expression};")
        return Symbol(name, self.lines)


class Point:
    """A point of the plane: only its coordinates, x[..., 0] and x[..., 1], take part in arithmetic."""

    def __init__(self, coordinates):
        self.coordinates = tuple(coordinates)

    def __getitem__(self, index):
        if index in ((Ellipsis, 0), (Ellipsis, 1)):
            return self.coordinates[index[1]]
        raise Untraceable(f"x[{index!r}] cannot be printed as JavaScript: coordinates are x[..., 0] and x[..., 1]")

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        raise Untraceable(f"np.{ufunc.__name__} of a whole point cannot be printed as JavaScript: use its coordinates, x[..., 0] and x[..., 1]")


def _text(value) -> str:
    """How a symbol or a constant reads in JavaScript."""
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if np.ndim(value) != 0 or not isinstance(value, (int, float, np.number, np.ndarray)):
        raise Untraceable(f"{value!r} cannot be printed as JavaScript: a constant is one number")
    number = float(value)
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else f"({'-' if number < 0 else ''}Infinity)"
    return f"({number!r})" if math.copysign(1, number) < 0 else repr(number)


def _with_symbols(cls, lines: list[str]):
    """An instance whose fields are the symbols h.field. Its checks would ask symbols for their value: they are left out."""
    made = object.__new__(cls)
    for field in fields(cls):
        object.__setattr__(made, field.name, Symbol(f"h.{field.name}", lines))
    return made


def _function(parameters: str, lines: list[str], result: str) -> str:
    return f"({parameters}) => {{\n" + "".join(f"    {line}\n" for line in [*lines, f"return {result};"]) + "  }"


def _list(values) -> str:
    return f"[{', '.join(map(_text, values))}]"


def rule_to_js(cls: type[Rule]) -> str:
    """A JavaScript object { init(x, h), step(t, lr, g, s, h) }, which does for one coordinate what the rule does.

    `h` holds the rule's fields by name, `s` the state as a list; step returns [direction, rate, new state].
    """
    start, lines = [], []
    zero = inspect.unwrap(cls.init)(_with_symbols(cls, start), Symbol("x", start))
    state = tuple(Symbol(f"s[{k}]", lines) for k in range(len(zero)))
    t, lr, g = (Symbol(name, lines) for name in ("t", "lr", "g"))
    direction, rate, state = inspect.unwrap(cls.step)(_with_symbols(cls, lines), t, lr, g, state)
    init = _function("x, h", start, _list(zero))
    step = _function("t, lr, g, s, h", lines, f"[{_text(direction)}, {_text(rate)}, {_list(state)}]")
    return f"{{\n  init: {init},\n  step: {step},\n}}"


def problem_to_js(cls: type[Problem]) -> str:
    """A JavaScript object { f(x, h), grad(x, h) } for points x = [x₁, x₂] of the plane; `h` holds the problem's fields by name."""

    def run(method, lines):
        return inspect.unwrap(method)(_with_symbols(cls, lines), Point(Symbol(f"x[{k}]", lines) for k in (0, 1)))

    value_lines, slope_lines = [], []
    value, slope = run(cls.f, value_lines), run(cls.grad, slope_lines)
    if not isinstance(slope, Point):
        raise Untraceable(f"{cls.__name__}.grad returned {type(slope).__name__}: give np.stack([∂f/∂x₁, ∂f/∂x₂], axis=-1)")
    f = _function("x, h", value_lines, _text(value))
    grad = _function("x, h", slope_lines, _list(slope.coordinates))
    return f"{{\n  f: {f},\n  grad: {grad},\n}}"
