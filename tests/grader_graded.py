"""Grades the grader, task by task: which mistakes it names, which right answers it refuses, which mutants it lets pass. For the tests and for the book."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from joblib import Memory
from mutation import Endless, as_text, mutants, runnable
from wide_probes import behaves_as, behaviour, calls

from adaptive_lr.course.records import digest
from adaptive_lr.grading.answers import Choice, Number, Tuned
from adaptive_lr.grading.coding import Coding
from adaptive_lr.grading.functions import Formula, as_function
from adaptive_lr.grading.known import ASSIGNMENTS, TASKS
from adaptive_lr.grading.own_work import Elsewhere
from adaptive_lr.grading.report import Report
from adaptive_lr.grading.slips import Slip
from adaptive_lr.grading.task import Task

ROOT = Path(__file__).parents[1]
GRADER = ("tests/grader_graded.py", "tests/mutation.py", "tests/wide_probes.py")
FOLLOWS_FROM = ("adaptive_lr/*.py", "adaptive_lr/problems/*.py", "adaptive_lr/grading/**/*.py", "solutions/*.py", "tests/right_answers/*.py", *GRADER)
VISIBLE = 0  # the seed of what students see
STUDENTS = [f"s{number:03}" for number in range(25)]  # of tasks with numbers of one's own
ROUNDED = {"exact": 0, "rounded up": 0.75, "rounded down": -0.75}  # by how much of what is tolerated

# For settings that reach a goal: those that do, and those that each known mistake stands for.
SETTINGS = {
    "choosing_tuned": {
        "": [{"lr": 0.0015, "beta": 0.95}, {"lr": 0.001, "beta": 0.96}, {"beta": 0.95, "lr": 0.002}],
        "the descent diverges: the rate is too high for this memory": [{"lr": 0.01, "beta": 0.9}],
        "the memory is too short for this valley": [{"lr": 0.002, "beta": 0.0}],
        "the memory is too long for 200 updates": [{"lr": 0.0003, "beta": 0.99}],
        "the rate is too low for 200 updates": [{"lr": 0.0002, "beta": 0.9}],
    }
}

# Mutants that get full marks though they behave differently, and why that is left so.
EXPLAINED: dict[tuple[str, str], str] = {}

Attempts = list[Callable[[], Report]]  # the same answer, with numbers of several seeds or students


@dataclass(frozen=True)
class Graded:
    """How the checker did on one task.

    mistakes: the known ones.  misnamed: those of them that pass, or are told by another name.  right: the right answers.  refused: those that lose a point.
    mutants: those that behave differently from the right answer.  survivors: those of them that get full marks.
    """

    task: Task
    mistakes: list[str]
    misnamed: list[str]
    right: list[str]
    refused: list[str]
    mutants: list[str]
    survivors: list[str]


@functools.cache
def graded(name: str) -> Graded:
    """What the checker says of all known mistakes, right answers and mutants of the task of this name, measured once: page and tests tell of one run."""
    return Graded(TASKS[name], *Memory(ROOT / "_build/graded", verbose=0).cache(measured)(name, _state()))


def measured(name: str, state: str = "") -> tuple[list[str], ...]:
    """What `Graded` holds, measured now. Nothing else changes it than what the state is a digest of."""
    task = TASKS[name]
    wrong, right = wrong_answers(task), right_answers(task)
    refused = [name for name, attempts in right.items() if any(attempt().score < 1 for attempt in attempts)]
    with unwatched():  # a known mistake is a changed program of the package; and a mutant borrows nothing
        misnamed = [slip.name for slip, attempts in wrong.items() if not all(_is_told(slip, attempt()) for attempt in attempts)]
        return [slip.name for slip in wrong], misnamed, list(right), refused, *_mutants_of(task)


@functools.cache
def _state() -> str:
    files = sorted(file for pattern in FOLLOWS_FROM for file in ROOT.glob(pattern))
    return digest(sys.version, np.__version__, *(part for file in files for part in (str(file.relative_to(ROOT)), file.read_bytes())))


def _is_told(slip: Slip, report: Report) -> bool:
    return report.score < 1 and report.slips == (slip,) and slip.name in repr(report)


@contextmanager
def unwatched() -> Iterator[None]:
    """Without the watch over who calls the package's own rules, as where another process keeps it."""
    before, Elsewhere.is_so = Elsewhere.is_so, True
    try:
        yield
    finally:
        Elsewhere.is_so = before


# ---------------------------------------------------------------------------------------------------------------- answers


def wrong_answers(task: Task) -> dict[Slip, Attempts]:
    """For every known mistake, answers of someone who makes it."""
    match task:
        case Coding():
            return {slip: [partial(task.examine, _with_mistake(task, slip), seed) for seed in asked()[task.name].seeds] for slip in task.slips}
        case Number():
            return {slip: [attempt for off in ROUNDED.values() for attempt in _numbers(task, task.wrong(slip), off)] for slip in task.slips}
        case Choice():
            return {slip: [partial(task.examine, letter)] for letter, slip in task.why_not.items()}
        case Tuned():
            return {slip: [partial(task.examine, settings) for settings in SETTINGS[task.name][slip.name]] for slip in task.slips}
    raise ValueError(f"{task.name}: a task of an unknown kind")


def right_answers(task: Task) -> dict[str, Attempts]:
    """Right answers, by what tells them apart."""
    match task:
        case Coding():
            kept = _kept()[task.name][isinstance(task, Formula) :]  # a formula is handed in as text
            named = {f"{getattr(answer, '__name__', answer)} ({place})": answer for place, answer in enumerate(kept, start=1)}
            return {name: [partial(task.examine, answer, seed) for seed in asked()[task.name].seeds] for name, answer in named.items()}
        case Number():
            return {how: _numbers(task, task.reference, off) for how, off in ROUNDED.items()}
        case Choice():
            return {written: [partial(task.examine, written)] for written in (task.right, f" {task.right.upper()} ", f"({task.right})")}
        case Tuned():
            return {str(settings): [partial(task.examine, settings)] for settings in SETTINGS[task.name][""]}
    raise ValueError(f"{task.name}: a task of an unknown kind")


def _numbers(task: Number, program: Callable, off: float) -> Attempts:
    """What students answer who use this program on their own numbers, and are off by this share of what is tolerated."""
    answers = {student: np.asarray(program(**task.numbers(student))) * (1 + off * task.within) for student in STUDENTS}
    return [partial(task.examine, answer, student=student) for student, answer in answers.items()]


def _with_mistake(task: Coding, slip: Slip) -> Callable | str:
    """What someone hands in who makes this mistake: a function, or text where a formula is asked for."""
    if not isinstance(task, Formula):
        return task.wrong(slip)
    source = textwrap.dedent(inspect.getsource(task.reference))
    for right, instead in slip.changes:
        source = source.replace(right, instead)
    return as_text(ast.parse(source).body[0])


@functools.cache
def _kept() -> dict[str, list]:
    """The right answers that are kept, by task; the first is the worked one."""
    answers = {}
    for assignment in ASSIGNMENTS:
        answers |= importlib.import_module(f"right_answers.{assignment.__name__.rpartition('.')[2]}").ANSWERS
    return answers


# -------------------------------------------------------------------------------------------------------------- notebooks


@dataclass(frozen=True)
class Asked:
    """A task as its notebook puts it. worked: the source of the worked answer, if it is a function or a formula.  seeds: of its tests, visible and hidden."""

    worked: str
    seeds: list[int]


@functools.cache
def asked() -> dict[str, Asked]:
    """The tasks that the notebooks check, by name."""
    found = {}
    for path in sorted((ROOT / "solutions").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        worked = {node.name: ast.get_source_segment(source, node) for node in tree.body if isinstance(node, ast.FunctionDef)}
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                    worked[name] = text
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="check"), args=[ast.Name(id=name), ast.Constant(value=str(task))], keywords=keywords):
                    seed = next((keyword.value.value for keyword in keywords if keyword.arg == "seed"), VISIBLE)
                    found.setdefault(task, Asked(worked.get(name, ""), [])).seeds.append(seed)
    return found


# ---------------------------------------------------------------------------------------------------------------- mutants


def _mutants_of(task: Task) -> tuple[list[str], list[str]]:
    """The mutants of the worked answer that behave differently, and those of them that get full marks; none where there is no program to change."""
    if not isinstance(task, Coding):
        return [], []
    put_to = calls(task)
    rights = [list(behaviour(task, form, put_to)) for form in task.right()]
    different, survivors = [], []
    for what, mutant in mutants(_source(task)):
        function = _function(task, mutant)
        if loses(task, function):
            different.append(what)
        elif not behaves_as(task, function, rights, put_to):
            different.append(what)
            survivors.append(what)
    return different, survivors


def worked(name: str) -> Callable:
    """The worked answer of the task of this name."""
    return _function(TASKS[name], ast.parse(_source(TASKS[name])).body[0])


def _source(task: Coding) -> str:
    answer = asked()[task.name].worked
    return f"def {task.name}({task.signature}): return {answer}" if isinstance(task, Formula) else answer


def _function(task: Coding, definition: ast.FunctionDef) -> Callable:
    return as_function(as_text(definition), task.signature.split(", ")) if isinstance(task, Formula) else runnable(definition, {"np": np})


def loses(task: Coding, function: Callable) -> bool:
    """Whether it is denied full marks, which the last tests give: the hidden ones. What never ends is stopped, as the autograder would."""
    try:
        return task.verdict(function, asked()[task.name].seeds[-1])[0].score < 1
    except Endless:
        return True
