"""Grades the grader: worked answers with one thing changed each, and what the checker says of them."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from adaptive_lr.grading.coding import Coding, tried
from adaptive_lr.grading.outcomes import agree

SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv}
COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
OTHER_SEEDS = range(1000, 1005)  # numbers that the checker never draws, to see which mutants behave differently at all
ROUNDS = 100_000  # of a `while` loop; a mutant that makes more is taken for endless, and fails


@dataclass
class Figures:
    """What mutation found of one task."""

    task: str
    different: int = 0
    caught: int = 0
    survivors: list[str] = field(default_factory=list)


def mutants(function: Callable) -> Iterator[tuple[str, Callable]]:
    """The function with one operator, constant, term, name or order changed: what, and the function."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list = []
    nodes = list(ast.walk(tree.body[0]))
    names = [node.arg for node in tree.body[0].args.args]
    for place, node in enumerate(nodes):
        for what, change in _changes(node, names):
            changed = copy.deepcopy(tree)
            twin = list(ast.walk(changed.body[0]))[place]
            change(twin)
            for loop in [part for part in ast.walk(changed) if isinstance(part, ast.While)]:
                loop.body.insert(0, ast.parse("next(rounds)").body[0])
            ast.fix_missing_locations(changed)
            scope = function.__globals__ | {"rounds": iter(range(ROUNDS))}
            exec(compile(changed, "<mutant>", "exec"), scope)
            yield f"line {getattr(node, 'lineno', 0)}: {what}", scope[function.__name__]


def _changes(node: ast.AST, names: list[str]) -> Iterator[tuple[str, Callable]]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            if type(op) in SWAPPED:
                yield f"{ast.unparse(node)}: another operator", lambda twin: setattr(twin, "op", SWAPPED[type(op)]())
            for side, kept in (("left", left), ("right", right)):
                yield f"{ast.unparse(node)}: only its {side}", lambda twin, side=side: _become(twin, getattr(twin, side))
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            for other in {value + 1, 0} - {value}:
                yield f"{value} → {other}", lambda twin, other=other: setattr(twin, "value", other)
        case ast.UnaryOp():
            yield f"{ast.unparse(node)}: without its sign", lambda twin: _become(twin, twin.operand)
        case ast.Call(func=ast.Attribute() as function, args=[_, *_]) if ast.unparse(function) not in ("np.array", "np.asarray", "np.copy"):
            yield f"{ast.unparse(node)}: its argument alone", lambda twin: _become(twin, twin.args[0])
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            yield f"{ast.unparse(node)}: another comparison", lambda twin: setattr(twin, "ops", [COMPARED[type(op)]()])
        case ast.Return(value=ast.Tuple(elts=[_, _, *_])):
            yield (
                "the last two results swapped",
                lambda twin: twin.value.elts.reverse() if len(twin.value.elts) == 2 else twin.value.elts.insert(1, twin.value.elts.pop()),
            )
        case ast.Name(id=name, ctx=ast.Load()) if name in names:
            for other in names:
                if other != name:
                    yield f"{name} → {other}", lambda twin, other=other: setattr(twin, "id", other)


def _become(node: ast.AST, other: ast.AST) -> None:
    node.__class__, node.__dict__ = other.__class__, dict(other.__dict__)


def figures(task: Coding, worked: Callable) -> Figures:
    """Of the mutants that behave differently, how many the checker denies full marks."""
    found = Figures(task.name)
    cases = [case for seed in OTHER_SEEDS for part in task.parts(seed) for case in part.cases]
    rights = [list(tried(form, cases)) for form in task.right()]
    for what, mutant in mutants(worked):
        gave = list(tried(mutant, cases))
        if any(all(map(agree, gave, right)) for right in rights):
            continue
        found.different += 1
        if score(task, mutant) < 1:
            found.caught += 1
        else:
            found.survivors.append(what)
    return found


def score(task: Coding, function: Callable) -> float:
    """What the checker gives, with the numbers that students see and with others."""
    return min(task.verdict(function, seed)[0].score for seed in (0, 1))
