"""Print a rule, a schedule or a problem as JavaScript, for the page: what runs there is the reference itself, nothing is written a second time."""

from __future__ import annotations

import inspect
import math
from dataclasses import fields, is_dataclass

import numpy as np

from ..problems import Problem
from ..rule import Rule, Schedule
from ..tracing import OPERATORS, Point, Program, Symbol, Untraceable

TEMPLATES = OPERATORS | {
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
    np.equal: "{} === {}",
    np.not_equal: "{} !== {}",
    np.logical_and: "{} && {}",
    np.logical_or: "{} || {}",
    np.logical_not: "!{}",
}


class JavaScript(Program):
    language = "JavaScript"
    templates = TEMPLATES
    choice = "{} ? {} : {}"
    assignment = "const {} = {};"

    def number(self, value):
        if isinstance(value, (bool, np.bool_)):
            return str(bool(value)).lower()
        if np.ndim(value) != 0 or not isinstance(value, (int, float, np.number, np.ndarray)):
            raise self.cannot(repr(value), ": a constant is one number")
        number = float(value)
        if not math.isfinite(number):
            return "NaN" if math.isnan(number) else f"({'-' if number < 0 else ''}Infinity)"
        return f"({number!r})" if math.copysign(1, number) < 0 else repr(number)

    def list(self, values) -> str:
        return f"[{', '.join(map(self.text, values))}]"

    def function(self, parameters: str, result: str) -> str:
        return f"({parameters}) => {{\n" + "".join(f"    {line}\n" for line in [*self.lines, f"return {result};"]) + "  }"


def _with_symbols(cls, program: Program):
    """An instance whose fields are the symbols h.field. Its checks would ask symbols for their value: they are left out."""
    made = object.__new__(cls)
    for field in fields(cls):
        object.__setattr__(made, field.name, Symbol(f"h.{field.name}", program))
    return made


def rule_to_js(cls: type[Rule]) -> str:
    """A JavaScript object { init(x, h), step(t, lr, g, s, h) }, which does for one coordinate what the rule does.

    `h` holds the rule's fields by name, `s` the state as a list; step returns [direction, rate, new state].
    """
    start, update = JavaScript(), JavaScript()
    zero = inspect.unwrap(cls.init)(_with_symbols(cls, start), Symbol("x", start))
    state = tuple(Symbol(f"s[{k}]", update) for k in range(len(zero)))
    t, lr, g = (Symbol(name, update) for name in ("t", "lr", "g"))
    direction, rate, state = inspect.unwrap(cls.step)(_with_symbols(cls, update), t, lr, g, state)
    init = start.function("x, h", start.list(zero))
    step = update.function("t, lr, g, s, h", f"[{update.text(direction)}, {update.text(rate)}, {update.list(state)}]")
    return f"{{\n  init: {init},\n  step: {step},\n}}"


def schedule_to_js(schedule: Schedule) -> str:
    """A JavaScript function (t, h) => learning rate, t = 0, 1, 2, …

    A schedule is printed as it is composed: `h` holds its fields by name, and where one is a schedule itself, its fields in turn (h.after.lr_max).
    """

    def with_symbols(part, path):
        made = object.__new__(type(part))
        for field in fields(part):
            value, name = getattr(part, field.name), f"{path}.{field.name}"
            symbolic = with_symbols(value, name) if is_dataclass(value) else value if callable(value) else Symbol(name, program)
            object.__setattr__(made, field.name, symbolic)
        return made

    program = JavaScript()
    schedule = with_symbols(schedule, "h") if is_dataclass(schedule) else schedule
    return program.function("t, h", program.text(schedule(Symbol("t", program))))


def problem_to_js(cls: type[Problem]) -> str:
    """A JavaScript object { f(x, h), grad(x, h), minimum(h) } for points x = [x₁, x₂] of the plane; `h` holds the problem's fields by name.

    minimum is null where the problem knows none.
    """

    def run(method, program):
        return inspect.unwrap(method)(_with_symbols(cls, program), Point(Symbol(f"x[{k}]", program) for k in (0, 1)))

    of_value, of_slope, of_place = JavaScript(), JavaScript(), JavaScript()
    value, slope = run(cls.f, of_value), run(cls.grad, of_slope)
    if not isinstance(slope, Point):
        raise Untraceable(f"{cls.__name__}.grad returned {type(slope).__name__}: give np.stack([∂f/∂x₁, ∂f/∂x₂], axis=-1)")
    f = of_value.function("x, h", of_value.text(value))
    grad = of_slope.function("x, h", of_slope.list(slope.coordinates))
    place = _with_symbols(cls, of_place).minimum  # a constant, or a property made of fields
    minimum = "null" if place is None else of_place.function("h", of_place.list(place))
    return f"{{\n  f: {f},\n  grad: {grad},\n  minimum: {minimum},\n}}"
