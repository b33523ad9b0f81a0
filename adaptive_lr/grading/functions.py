"""Coding tasks of every other kind: a function, and calls of it; or a formula, written as text."""

from __future__ import annotations

import ast
import functools
import inspect
import operator
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from .coding import LEFT_ALONE, Case, Coding, Part, copied, left_alone
from .outcomes import out_of_brackets
from .report import Report, in_brief
from .slips import Slip, edited

KEPT = 0.1  # the share of leaving the caller's arrays as they were
Draws = dict[str, list[tuple]]  # property -> the arguments of each call


@dataclass(frozen=True)
class Function(Coding):
    """A function as the task's text asks for it.

    reference: the right function, of the name asked for; mistakes are changes of its source.  draws: generator of random numbers -> what is called,
    property by property; lists where the task speaks of lists.  results: what it returns, one name for each.  open_forms: changes that count as
    right too.  along: what the first axis of what it returns counts, if it is a course of events; of_numbers: whether of numbers alone.
    """

    reference: Callable
    draws: Callable[[np.random.Generator], Draws]
    results: tuple[str, ...]
    slips: tuple[Slip, ...]
    open_forms: tuple[Slip, ...] = ()
    along: str = ""
    of_numbers: bool = False

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
        draws = self.draws(np.random.default_rng(seed))
        kept = [case for calls in draws.values() for arguments in calls for case in left_alone(self.signature.split(", "), arguments, self.results)]
        share = (1 - KEPT * bool(kept)) / len(draws)
        others = self.draws(np.random.default_rng(seed + 1))
        parts = tuple(
            Part(name, share, tuple(self._case(arguments) for arguments in calls), repr(calls) == repr(others[name])) for name, calls in draws.items()
        )
        return (*parts, Part(LEFT_ALONE, KEPT, tuple(kept), foreseeable=True)) if kept else parts

    def _case(self, arguments: tuple) -> Case:
        says = "For " + ", ".join(f"{name} = {told(given)}" for name, given in zip(self.signature.split(", "), arguments))

        def run(function: Callable):
            given = _called(function, arguments)
            return out_of_brackets(given) if self.of_numbers else given

        return Case(says, self.results, run, self.along)


def told(given) -> str:
    """What is handed over, in words: a function by what its docstring says first."""
    if not callable(given):
        return in_brief(given)
    first, *_ = (inspect.getdoc(given) or given.__name__).splitlines()
    return first[:1].lower() + first[1:].rstrip(".")


def _called(function: Callable, arguments: tuple):
    """What a call gives. Where a list is handed over, an answer may take it for one, or for an array."""
    try:
        return function(*copied(list(given) if isinstance(given, list) else given for given in arguments))
    except Exception:
        with suppress(Exception):  # else it is the first error that is told
            if any(isinstance(given, list) for given in arguments):
                return function(*copied(np.array(given) if isinstance(given, list) else given for given in arguments))
        raise


@dataclass(frozen=True)
class Formula(Function):
    """A formula as text, "lr / (abs(g) * sqrt(t))": all that are equal are right.

    The names that it may use are the arguments of the reference.
    """

    can_call = False

    def examine(self, answer, seed=0, student=""):
        if answer is None or answer is ...:
            return Report(self.name, trouble="not done yet", begun=False)
        try:
            function = as_function(answer, self.signature.split(", "))
        except ValueError as error:
            return Report(self.name, trouble=str(error))
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


def logarithm(x, base=np.e):
    """Natural, or to a base."""
    return np.log(x) / np.log(base)


def largest(*numbers):
    return functools.reduce(np.maximum, numbers)


def smallest(*numbers):
    return functools.reduce(np.minimum, numbers)


MANY = 99
FUNCTIONS = {  # with the fewest and the most arguments that each takes
    "sqrt": (np.sqrt, 1, 1),
    "exp": (np.exp, 1, 1),
    "log": (logarithm, 1, 2),
    "cos": (np.cos, 1, 1),
    "sin": (np.sin, 1, 1),
    "abs": (np.abs, 1, 1),
    "max": (largest, 2, MANY),
    "min": (smallest, 2, MANY),
}
UNDERSTOOD = FUNCTIONS | {  # though not announced; each with np. or math. before it, too
    "ln": (np.log, 1, 1),
    "log2": (np.log2, 1, 1),
    "log10": (np.log10, 1, 1),
    "pow": (operator.pow, 2, 2),
    "power": (operator.pow, 2, 2),
    "square": (np.square, 1, 1),
    "fabs": (np.abs, 1, 1),
    "absolute": (np.abs, 1, 1),
    "expm1": (np.expm1, 1, 1),
    "log1p": (np.log1p, 1, 1),
    "sinh": (np.sinh, 1, 1),
    "cosh": (np.cosh, 1, 1),
    "tanh": (np.tanh, 1, 1),
    "maximum": (np.maximum, 2, 2),
    "minimum": (np.minimum, 2, 2),
}
CONSTANTS = {"pi": np.pi, "e": np.e}
TYPOGRAPHY = {"−": "-", "·": "*", "×": "*", "÷": "/"}  # as it comes with a copied equation
TYPOGRAPHY |= {"β": "beta", "η": "lr", "ε": "eps", "γ": "gamma", "σ": "sigma", "₁": "1", "₂": "2", "²": "**2", "³": "**3", "ᵗ": "**t", "√": "sqrt"}
HINTS = {  # by what stands in a text that is not understood
    r"\^": "a power is **",
    r"^\w+ *=[^=]": "the right-hand side alone is wanted",
    r"\|.+\|": "the size of x is abs(x)",
    r"\bsqrt\w": "the root of x is sqrt(x)",
}
PRODUCT, WITHOUT_SIGN = "a product is written with *", r"[\d)] *[(a-zA-Z]|^\w+ +\w+$"


def as_function(text: str, names: list[str]) -> Callable:
    """The function that a formula describes. Nothing but arithmetic, `FUNCTIONS` and these names is understood, so a formula can do no harm.

    Raises ValueError for anything else, naming it.
    """
    known = f"It may use {', '.join(names)}, numbers, pi, + - * / **, and {', '.join(FUNCTIONS)}"
    if not isinstance(text, str):
        raise ValueError(f"the formula is {in_brief(text)}, where text was expected, in quotes. {known}")
    formula = text.strip().translate(str.maketrans(TYPOGRAPHY))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # "1or 2"
            tree = ast.parse(formula, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        hint = " (is a bracket not closed?)" if text.count("(") > text.count(")") else _hint(formula, re.search(WITHOUT_SIGN, formula))
        raise ValueError(f"{text!r:.80} cannot be read as a formula{hint}. {known}") from None

    def written(node):
        return ast.get_source_segment(formula, node) or ast.unparse(node)

    def value(node, given):
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return np.float64(number)
            case ast.Name(id=name) if name in given:
                return given[name]
            case ast.Attribute() if (name := _name(node)) in CONSTANTS:
                return CONSTANTS[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](value(left, given), value(right, given))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
                return OPERATORS[type(op)](value(operand, given))
            case ast.Call(func=called, args=arguments, keywords=[]) if (name := _name(called)) in UNDERSTOOD:
                function, fewest, most = UNDERSTOOD[name]
                if not fewest <= len(arguments) <= most:
                    wanted = fewest if most == fewest else f"{fewest} or {most}" if most < MANY else f"{fewest} or more"
                    raise ValueError(f"{written(node)!r:.60} cannot be worked out: {name} takes {wanted}. {known}")
                return function(*(value(argument, given) for argument in arguments))
        is_product = isinstance(node, ast.Call) and (isinstance(node.func, ast.Constant | ast.BinOp) or _name(node.func) in names)
        raise ValueError(f"{written(node)!r:.60} is not understood{_hint(written(node), is_product)}. {known}")

    try:
        with np.errstate(all="ignore"):
            value(tree, CONSTANTS | dict.fromkeys(names, np.float64(1.5)))
    except (TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{text!r:.80} cannot be worked out: {error}") from None
    return lambda *arguments: value(tree, CONSTANTS | dict(zip(names, map(np.float64, arguments))))


def _hint(text: str, is_product: bool) -> str:
    """What to write instead, in brackets, where it can be told."""
    hints = [hint for sign, hint in HINTS.items() if re.search(sign, text)] + [PRODUCT] * bool(is_product)
    return f" ({hints[0]})" if hints else ""


def _name(node: ast.expr) -> str:
    """Of something in a formula: "sqrt" of sqrt, np.sqrt and math.sqrt alike."""
    match node:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="np" | "numpy" | "math"), attr=name):
            return name
    return ""
