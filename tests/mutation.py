"""Mutants: worked answers with one thing changed each."""

from __future__ import annotations

import ast
import functools
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adaptive_lr.grading.outcomes import contains_itself

SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv}
COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
ROUNDS = 10_000  # of all loops in one call; the longest of a worked answer makes 1,500
KEPT = ("np.array", "range")  # their argument alone is the same numbers, or an error

Change = Callable[[ast.AST], None]


class Endless(BaseException):
    """A loop went round too often, or what a call gives has no end. No Exception: that the checker would take for an answer, and go on to the next call."""


def mutants(source: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """A function with one thing changed: what, and the function.

    Changed are operators, constants, names, for another one or by one, and the order of results; left out are terms, calls and statements.
    Lines are counted without comments and docstring, and what stands twice in one line is numbered.
    """
    source = _code_alone(source)
    definition = ast.parse(source).body[0]
    variables, alike = _Variables.of(definition), Counter()
    for place, node in enumerate(ast.walk(definition)):
        for what, change in _changes(node, variables):
            changed = ast.parse(source).body[0]  # much faster than a copy
            change(next(itertools.islice(ast.walk(changed), place, None)))
            alike[told := f"line {node.lineno}: {what}"] += 1
            yield told + f" ({alike[told]})" * (alike[told] > 1), ast.fix_missing_locations(changed)


def _code_alone(source: str) -> str:
    """A function without its comments, its docstring and what a notebook ends it with, which is never reached."""
    definition = ast.parse(source).body[0]
    told = isinstance(definition.body[0], ast.Expr) and isinstance(definition.body[0].value, ast.Constant)
    definition.body = definition.body[told : -1 if isinstance(definition.body[-1], ast.Raise) else None]
    return ast.unparse(definition)


def as_text(definition: ast.FunctionDef) -> str:
    """What a function of one line returns, as a formula."""
    return ast.unparse(definition.body[-1].value).replace("np.", "")


def runnable(definition: ast.FunctionDef, scope: dict) -> Callable:
    """The function, with an end to whatever goes on for ever: that raises `Endless`, after as many rounds on every machine."""
    for node in list(ast.walk(definition)):
        if isinstance(node, ast.For | ast.While):
            node.body.insert(0, ast.parse("_once_more(_rounds)").body[0])
        if isinstance(node, ast.comprehension):
            node.ifs.insert(0, ast.parse("_once_more(_rounds)", mode="eval").body)
    definition.body.insert(0, ast.parse(f"_rounds = iter(range({ROUNDS}))").body[0])
    scope = scope | {"_once_more": _once_more}
    exec(compile(ast.fix_missing_locations(ast.Module([definition], [])), "<mutant>", "exec"), scope)
    function = scope[definition.name]

    @functools.wraps(function)
    def called(*arguments):
        given = function(*arguments)
        if contains_itself(given):
            raise Endless
        return given

    return called


def _once_more(rounds: Iterator[int]) -> bool:
    if next(rounds, None) is None:
        raise Endless
    return True


@dataclass(frozen=True)
class _Variables:
    """The names of a function that hold numbers: its arguments and its local variables, without those that it calls."""

    arguments: tuple[str, ...]
    local: tuple[str, ...]

    @classmethod
    def of(cls, function: ast.FunctionDef) -> _Variables:
        nodes = list(ast.walk(function))
        called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        arguments = tuple(argument.arg for argument in function.args.args if argument.arg not in called)
        stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        return cls(arguments, tuple(sorted(stored - called - set(arguments))))


def _changes(node: ast.AST, variables: _Variables) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            if type(op) in SWAPPED:
                yield f"{ast.unparse(node)}: another operator", _with(op=SWAPPED[type(op)]())
            for side, kept in (("left", left), ("right", right)):
                yield f"{ast.unparse(node)}: only its {side}", lambda twin, side=side: _become(twin, getattr(twin, side))
        case ast.AugAssign(op=op) if type(op) in SWAPPED:
            yield f"{ast.unparse(node)}: another operator", _with(op=SWAPPED[type(op)]())
            yield f"{ast.unparse(node)}: = in its place", lambda twin: _become(twin, ast.Assign([twin.target], twin.value, lineno=twin.lineno))
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            for other in {value + 1, 0} - {value}:
                yield f"{value} → {other}", _with(value=other)
        case ast.UnaryOp():
            yield f"{ast.unparse(node)}: without its sign", lambda twin: _become(twin, twin.operand)
        case ast.Call(func=function, args=[_, *_]) if ast.unparse(function) not in KEPT:
            yield f"{ast.unparse(node)}: its argument alone", lambda twin: _become(twin, twin.args[0])
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            yield f"{ast.unparse(node)}: another comparison", _with(ops=[COMPARED[type(op)]()])
        case ast.Return(value=ast.Tuple(elts=[_, _, *_])):
            yield "the last two results swapped", lambda twin: twin.value.elts.append(twin.value.elts.pop(-2))
        case ast.Name(id=name, ctx=ast.Load()) if name in variables.arguments + variables.local:
            for other in variables.arguments + variables.local:
                if other != name:
                    yield f"{name} → {other}", _with(id=other)
            for sign, op in (("+", ast.Add), ("−", ast.Sub)):
                yield f"{name} → {name} {sign} 1", lambda twin, op=op: _become(twin, ast.BinOp(ast.Name(twin.id, ast.Load()), op(), ast.Constant(1)))
    for block in ("body", "orelse"):
        statements = getattr(node, block, None)
        for place, statement in enumerate(statements if isinstance(statements, list) else []):
            if not isinstance(node, ast.FunctionDef) or place < len(statements) - 1:  # its last, a `return`, is what it is for
                what = ast.unparse(statement).partition("\n")[0]
                yield f"without `{what}`", lambda twin, block=block, place=place: getattr(twin, block).__setitem__(place, ast.Pass())


def _with(**changed) -> Change:
    return lambda twin: twin.__dict__.update(changed)


def _become(node: ast.AST, other: ast.AST) -> None:
    node.__class__, node.__dict__ = other.__class__, dict(other.__dict__)
