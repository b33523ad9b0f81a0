"""Checks an answer, and names the mistake: what students call in their notebooks, and what grades them.

from adaptive_lr.grading import check, numbers

check(adam_step)                                        # shows what holds, what does not, and the likely mistake
check(adam_step, points=4)                              # the same, and the points earned: the last line of a graded cell
check(answer, "adam_first_step", student=STUDENT)       # an answer that is not a function, by the name of its task
numbers("adam_first_step", STUDENT)                     # the student's own numbers
"""

from __future__ import annotations

import os
from typing import Any

from .answers import Number
from .known import TASKS
from .report import Report
from .task import Task

__all__ = ["TASKS", "Report", "Task", "check", "numbers"]

WHOSE = "ADAPTIVE_LR_STUDENT"  # where the autograder says whose notebook this is, whatever name stands in it


def check(answer: Any, task: str = "", *, points: float | None = None, seed: int = 0, student: str = "") -> Report | float:
    """Try an answer on its task.

    answer: the function, number, letter or formula.  task: which task, by its name, unless the answer is a function of that name.
    points: what the task is worth; then the report is shown and the points earned are returned.  seed: of the numbers that are tried.
    student: the student's id, for tasks with numbers of one's own.
    Returns the `Report`, which shows itself in a notebook.
    Raises ValueError for a task that does not exist.
    """
    report = _task(task or getattr(answer, "__name__", "")).examine(answer, seed, os.environ.get(WHOSE, str(student)))
    if points is None:
        return report
    from IPython.display import display

    display(report)
    return report.points(points)


def numbers(task: str, student: str) -> dict[str, float]:
    """The numbers of a task that are this student's own.

    Says so, and draws some to play with, while the student has not told who it is.
    Raises ValueError for a task that does not exist or has no such numbers.
    """
    known = _task(task)
    if not isinstance(known, Number):
        raise ValueError(f"the task {task!r} has the same numbers for everyone")
    student = os.environ.get(WHOSE, student)
    if not isinstance(student, str) or not student.strip(". "):
        print('These are nobody\'s numbers. For yours, put your id into the cell at the top, STUDENT = "…", run it, and then this one.')
    return known.numbers(str(student))


def _task(name: str) -> Task:
    if name not in TASKS:
        raise ValueError(f"there is no task {name!r}: name one, check(answer, {next(iter(TASKS))!r}). The tasks are {', '.join(TASKS)}")
    return TASKS[name]
