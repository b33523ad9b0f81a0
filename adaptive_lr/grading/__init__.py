"""Checks an answer, and names the mistake: what students call in their notebooks, and what grades them.

    from adaptive_lr.grading import check, numbers

    check(adam_step)                                        # shows what holds, what does not, and the likely mistake
    check(adam_step, points=4)                              # the same, and the points earned: the last line of a graded cell
    check(0.1, "adam_uncorrected", student=STUDENT)         # an answer that is not a function, by the name of its task
    check.all()                                             # what has been checked in this notebook, task by task
    numbers("adam_uncorrected", STUDENT)                    # the student's own numbers

What each task asks for and the mistakes known in it stand in `known`, one module for each assignment. Nothing that is named above leads there: a task
knows what is right.
"""

from __future__ import annotations

import os

from . import known
from .answers import Number, nobody
from .check import WHOSE, Check
from .notebook import install
from .report import Report

__all__ = ["Report", "check", "numbers"]

check = Check([assignment.TASKS for assignment in known.ASSIGNMENTS])
install()


def numbers(task: str, student: str) -> dict[str, float]:
    """The numbers of a task that are this student's own.

    Says so, and draws some to play with, while the student has not told who it is.
    Raises ValueError for a task that does not exist or has no such numbers.
    """
    asked = check._named(task)
    if not isinstance(asked, Number):
        raise ValueError(f"the task {task!r} has the same numbers for everyone")
    student = os.environ.get(WHOSE, str(student or ""))
    if nobody(student):
        print('These are nobody\'s numbers. For yours, put your id into the cell at the top, STUDENT = "…", run it, and then this one.')
    return asked.numbers(student)
