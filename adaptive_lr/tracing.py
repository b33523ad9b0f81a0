"""Print a rule's own Python as a program in another language: it runs once, with symbols in the place of arrays.

Rules, schedules and problems are written element by element in NumPy, so one run over symbols meets every operation there is;
each becomes one line. A language is a subclass of `Program`: `explorer.tracer` prints JavaScript for the page, `fused` the body of
one loop for large arrays. So nothing is written a second time. An operation without a template raises `Untraceable`, which names it.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

OPERATORS = {  # written alike in every language here
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.divide: "{} / {}",
    np.negative: "-{}",
    np.positive: "{}",
    np.square: "{0} * {0}",
    np.reciprocal: "1 / {}",
    np.less: "{} < {}",
    np.less_equal: "{} <= {}",
    np.greater: "{} > {}",
    np.greater_equal: "{} >= {}",
}

POWERS = {2: np.square, 1: np.positive, 0.5: np.sqrt, -1: np.reciprocal}  # NumPy takes these constant exponents apart too: x**2 is x * x to the last bit


class Untraceable(TypeError):
    """A rule, a schedule or a problem did something that cannot be printed."""


class Program:
    """The lines printed so far, in the language that a subclass is."""

    language: ClassVar[str]  # its name, for messages
    templates: ClassVar[dict[np.ufunc, str]]
    choice: ClassVar[str]  # of np.where: {0} whether, {1} then, {2} else
    assignment: ClassVar[str]  # of an expression {1} to a name {0}

    def __init__(self):
        self.lines: list[str] = []

    def number(self, value) -> str:
        """How a constant reads."""
        raise NotImplementedError

    def text(self, value) -> str:
        """How a symbol or a constant reads."""
        return value.name if isinstance(value, Symbol) else self.number(value)

    def emit(self, template: str, operands) -> Symbol:
        """The symbol for the value of one operation, which is given a line and a name of its own."""
        name = f"a{len(self.lines)}"
        self.lines.append(self.assignment.format(name, template.format(*map(self.text, operands))))
        return Symbol(name, self)

    def cannot(self, what: str, instead: str = "") -> Untraceable:
        return Untraceable(f"{what} cannot be printed as {self.language}{instead}")


class Symbol(NDArrayOperatorsMixin):
    """One number of the program being printed. What is done to it becomes a line."""

    def __init__(self, name: str, program: Program):
        self.name, self.program = name, program

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        program = self.program
        if ufunc is np.power and isinstance(inputs[1], (int, float, np.generic)) and inputs[1] in POWERS:
            ufunc, inputs = POWERS[inputs[1]], inputs[:1]
        if method != "__call__" or ufunc not in program.templates:
            raise program.cannot(f"np.{ufunc.__name__}{'' if method == '__call__' else '.' + method}")
        if options:
            raise program.cannot(f"np.{ufunc.__name__} with {', '.join(options)}=", " (x += … is x = x + …)")
        return program.emit(program.templates[ufunc], inputs)

    def __array_function__(self, function, types, args, kwargs):
        if function is np.where and len(args) == 3 and not kwargs:
            return self.program.emit(self.program.choice, args)
        if function is np.stack and kwargs == {"axis": -1}:
            return Point(args[0])
        if function is np.zeros_like and not kwargs:
            return 0.0
        if function is np.ones_like and not kwargs:
            return 1.0
        named = "".join(f", {name}={value!r}" for name, value in kwargs.items())
        raise self.program.cannot(f"np.{function.__name__}(…{named})")

    def __getattr__(self, name):
        raise AttributeError(f"an array's .{name} cannot be printed as {self.program.language}: write it with element-by-element NumPy functions")

    def __bool__(self):
        raise self.program.cannot("`if`, `and`, `or` and `while` on an array", ": use np.where, np.logical_and, np.logical_or")

    def __float__(self):
        raise self.program.cannot("float(…) and the math module's functions", ": use NumPy's")


class Point:
    """A point of the plane: only its coordinates, x[..., 0] and x[..., 1], take part in arithmetic."""

    def __init__(self, coordinates):
        self.coordinates = tuple(coordinates)

    def __getitem__(self, index):
        if index in ((Ellipsis, 0), (Ellipsis, 1)):
            return self.coordinates[index[1]]
        raise Untraceable(f"x[{index!r}] cannot be printed: coordinates are x[..., 0] and x[..., 1]")

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        raise Untraceable(f"np.{ufunc.__name__} of a whole point cannot be printed: use its coordinates, x[..., 0] and x[..., 1]")
