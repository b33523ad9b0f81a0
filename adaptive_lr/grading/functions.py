"""Coding tasks of every other kind: a function, and calls of it; or a formula, written as text."""

from __future__ import annotations

import ast
import inspect
import operator
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .coding import LEFT_ALONE, Case, Coding, Part, copied, left_alone
from .report import Report, in_brief
from .slips import Slip, edited

KEPT = 0.1  # the share of leaving the caller's arrays as they were
Tries = dict[str, list[tuple]]  # property -> the arguments of each call


@dataclass(frozen=True)
class Function(Coding):
    """A function as the task's text asks for it.

    reference: the right function, of the name asked for; mistakes are changes of its source.  tries: generator of random numbers -> what is called,
    property by property.  results: what it returns, one name for each.  open_forms: changes that count as right too.  along: what the
    first axis of what it returns counts, if it is a course of events.
    """

    reference: Callable
    tries: Callable[[np.random.Generator], Tries]
    results: tuple[str, ...]
    slips: tuple[Slip, ...]
    open_forms: tuple[Slip, ...] = ()
    along: str = ""

    @property
    def name(self) -> str:
        return self.reference.__name__

    @property
    def signature(self) -> str:
        return ", ".join(inspect.signature(self.reference).parameters)

    def right(self):
        return (self.reference, *map(self.wrong, self.open_forms))

    def wrong(self, *slips):
        return edited(self.reference, *(change for slip in slips for change in slip.changes))

    def parts(self, seed):
        tries = self.tries(np.random.default_rng(seed))
        kept = [case for calls in tries.values() for arguments in calls for case in left_alone(self.signature.split(", "), arguments, self.results)]
        share = (1 - KEPT * bool(kept)) / len(tries)
        parts = tuple(Part(name, share, tuple(self._case(arguments) for arguments in calls)) for name, calls in tries.items())
        return (*parts, Part(LEFT_ALONE, KEPT, tuple(kept))) if kept else parts

    def _case(self, arguments: tuple) -> Case:
        names = self.signature.split(", ")
        says = "For " + ", ".join(f"{name} = {given.__name__ if hasattr(given, '__name__') else in_brief(given)}" for name, given in zip(names, arguments))
        return Case(says, self.results, lambda function: function(*copied(arguments)), self.along)


@dataclass(frozen=True)
class Formula(Function):
    """A formula as text, "lr / (abs(g) * sqrt(t))": all that are equal are right.

    The names that it may use are the arguments of the reference.
    """

    can_call = False

    def examine(self, answer, seed=0, student=""):
        if answer is None or answer is ...:
            return Report(self, trouble="not done yet", begun=False)
        try:
            function = as_function(answer, self.signature.split(", "))
        except ValueError as error:
            return Report(self, trouble=str(error))
        return super().examine(function, seed)


OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
FUNCTIONS = {"sqrt": np.sqrt, "exp": np.exp, "log": np.log, "cos": np.cos, "sin": np.sin, "abs": np.abs, "max": np.maximum, "min": np.minimum}
CONSTANTS = {"pi": np.pi}


def as_function(text: str, names: list[str]) -> Callable:
    """The function that a formula describes. Nothing but arithmetic, `FUNCTIONS` and these names is understood, so a formula can do no harm.

    Raises ValueError for anything else, naming it.
    """
    known = f"It may use {', '.join(names)}, numbers, pi, + - * / **, and {', '.join(FUNCTIONS)}"
    if not isinstance(text, str):
        raise ValueError(f"the formula is {in_brief(text)}, where text was expected, in quotes. {known}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"{text!r:.80} cannot be read as a formula. {known}") from None

    def value(node, given):
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return np.float64(number)
            case ast.Name(id=name) if name in given:
                return given[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](value(left, given), value(right, given))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
                return OPERATORS[type(op)](value(operand, given))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return FUNCTIONS[name](*(value(argument, given) for argument in arguments))
        hint = " (a power is **)" if isinstance(getattr(node, "op", None), ast.BitXor) else ""
        raise ValueError(f"{ast.unparse(node)!r:.60} is not understood{hint}. {known}")

    try:
        with np.errstate(all="ignore"):
            value(tree, CONSTANTS | dict.fromkeys(names, np.float64(1.5)))
    except (TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{text!r:.80} cannot be worked out: {error}") from None
    return lambda *arguments: value(tree, CONSTANTS | dict(zip(names, map(np.float64, arguments))))
