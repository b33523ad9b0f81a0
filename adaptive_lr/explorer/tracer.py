"""Print a rule, a schedule or a problem as JavaScript, for the page: what runs there is the reference itself, nothing is written a second time."""

from __future__ import annotations

import functools
import inspect
import math
from dataclasses import fields
from typing import ClassVar

import numpy as np

from ..problems import Problem, Stream
from ..rule import Rule
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
    np.equal: "+{} === +{}",  # the sign makes a number of a boolean, as NumPy does
    np.not_equal: "+{} !== +{}",
    np.logical_and: "+{} !== 0 && +{} !== 0",
    np.logical_or: "+{} !== 0 || +{} !== 0",
    np.logical_not: "+{} === 0",
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


def _with_symbols(cls, program: Program, holder: str = "h"):
    """An instance whose fields are the symbols h.field. Its checks would ask symbols for their value: they are left out."""
    made = object.__new__(cls)
    for field in fields(cls):
        object.__setattr__(made, field.name, Symbol(f"{holder}.{field.name}", program))
    return made


class Coordinates(Symbol):
    """Both coordinates of a point: what is done to it is done to each, and a sum or a maximum over the last axis takes them together."""

    together: ClassVar = {np.sum: np.add, np.max: np.maximum, np.min: np.minimum}

    def __init__(self, symbols, program: JavaScript):
        self.symbols = tuple(symbols)
        super().__init__(program.list(self.symbols), program)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if method != "__call__" or options:
            return super().__array_ufunc__(ufunc, method, *inputs, **options)  # which names what it cannot print
        return self._each(ufunc, inputs)

    def __array_function__(self, function, types, args, kwargs):
        if function in self.together and kwargs.get("axis") == -1:
            return functools.reduce(self.together[function], args[0].symbols)
        return self._each(function, args, **kwargs)

    def _each(self, function, inputs, **options):
        return Coordinates([function(*_at(k, inputs), **options) for k in range(len(self.symbols))], self.program)


def _at(k, values) -> list:
    """What each of the values is at coordinate k: those that are one for all coordinates are what they are."""
    return [value.symbols[k] if isinstance(value, Coordinates) else value for value in values]


def rule_to_js(cls: type[Rule]) -> str:
    """A JavaScript object { init(x, h), look(x, s, h), step(t, lr, g, s, h), whole }, which does for one coordinate what the rule does.

    `h` holds the rule's fields by name, `s` the state as a list; look gives the place of the next gradient, and is null where that is x;
    step returns [direction, rate, new state]. Where coordinates depend on one another, `whole` is true and step takes the plane's two at once:
    g and s are lists of what they are at each, and so is what it returns.
    """
    start, ahead, look = JavaScript(), JavaScript(), "null"
    zero = inspect.unwrap(cls.init)(_with_symbols(cls, start), Symbol("x", start))
    init = start.function("x, h", start.list(zero))
    if cls.look is not Rule.look:
        state = tuple(Symbol(f"s[{k}]", ahead) for k in range(len(zero)))
        look = ahead.function("x, s, h", ahead.text(inspect.unwrap(cls.look)(_with_symbols(cls, ahead), Symbol("x", ahead), state)))
    whole = "false" if cls.elementwise else "true"
    return f"{{\n  init: {init},\n  look: {look},\n  step: {_step_to_js(cls, len(zero))},\n  whole: {whole},\n}}"


def _step_to_js(cls, state_size):
    program, places = JavaScript(), [""] if cls.elementwise else ["[0]", "[1]"]

    def given(name, index=""):
        symbols = [Symbol(name + place + index, program) for place in places]
        return symbols[0] if cls.elementwise else Coordinates(symbols, program)

    t, lr, g = Symbol("t", program), Symbol("lr", program), given("g")
    state = tuple(given("s", f"[{k}]") for k in range(state_size))
    direction, rate, state = inspect.unwrap(cls.step)(_with_symbols(cls, program), t, lr, g, state)
    answers = []
    for k in range(len(places)):
        direction_here, rate_here, *state_here = _at(k, (direction, rate, *state))
        answers.append(f"[{program.text(direction_here)}, {program.text(rate_here)}, {program.list(state_here)}]")
    return program.function("t, lr, g, s, h", answers[0] if cls.elementwise else f"[{', '.join(answers)}]")


def schedule_to_js(cls) -> str:
    """A JavaScript function (t, h, rate) => learning rate, t = 0, 1, 2, …

    `h` holds the schedule's fields by name; one that is a schedule itself is asked by rate(h.after, t), so that any can be put there.
    """
    program = JavaScript()
    made = _with_symbols(cls, program)
    for field in fields(cls):
        if field.type == "Schedule":
            part = getattr(made, field.name)
            object.__setattr__(made, field.name, lambda t, part=part: program.emit("rate({}, {})", (part, t)))
    return program.function("t, h, rate", program.text(made(Symbol("t", program))))


def guide_to_js(guide, rule: type[Rule], problem: type[Problem]) -> str:
    """A JavaScript function (t, r, p) => value of guide(t, rule, problem): what theory expects at update t = 1, 2, … of such a rule there."""
    program = JavaScript()
    value = guide(Symbol("t", program), _with_symbols(rule, program, "r"), _with_symbols(problem, program, "p"))
    return program.function("t, r, p", program.text(value))


def problem_to_js(cls: type[Problem]) -> str:
    """A JavaScript object { f(x, h), grad(x, h, t), minimum(h) } for points x = [x₁, x₂] of the plane; `h` holds the problem's fields by name.

    grad is what update t = 1, 2, … sees.  minimum is null where the problem knows none.
    """
    of_value, of_slope, of_place = JavaScript(), JavaScript(), JavaScript()

    def given(program):
        return _with_symbols(cls, program), Point(Symbol(f"x[{k}]", program) for k in (0, 1))

    made, x = given(of_value)
    f = of_value.function("x, h", of_value.text(inspect.unwrap(cls.f)(made, x)))
    made, x = given(of_slope)
    t = Symbol("t", of_slope)
    slope = made.gradient(t) if isinstance(made, Stream) else made.at(t).grad(x)
    if not isinstance(slope, Point):
        raise Untraceable(f"{cls.__name__}.grad returned {type(slope).__name__}: give np.stack([∂f/∂x₁, ∂f/∂x₂], axis=-1)")
    grad = of_slope.function("x, h, t", of_slope.list(slope.coordinates))
    place = _with_symbols(cls, of_place).minimum  # a constant, or a property made of fields
    minimum = "null" if place is None else of_place.function("h", of_place.list(place))
    return f"{{\n  f: {f},\n  grad: {grad},\n  minimum: {minimum},\n}}"
