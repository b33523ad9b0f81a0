"""What students call: `check(answer)`, and `check.all()` at the end of a notebook."""

from __future__ import annotations

import html
import os
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from .outcomes import place
from .report import Report
from .task import Task

WHOSE = "ADAPTIVE_LR_STUDENT"  # where the autograder says whose notebook this is, whatever name stands in it


class Check:
    """Checks answers to the tasks of the assignments that it is given, and remembers the last report on each."""

    def __init__(self, assignments: Collection[Collection[Task]]):
        self.assignments = [[task.name for task in tasks] for tasks in assignments]
        self._tasks = {task.name: task for tasks in assignments for task in tasks}
        self.latest: dict[str, tuple[Report, float | None]] = {}  # by task: the report, and what the task is worth

    def __call__(self, answer: Any, task: str = "", *, points: float | None = None, seed: int = 0, student: str = "") -> Report | float:
        """Try an answer on its task.

        answer: the function, number, letter, formula or settings.  task: which task, by its name, unless the answer is a function of that name.
        points: what the task is worth; then the report is shown and the points earned are returned.
        seed: of the numbers that are tried. They are shown for the seed 0 alone; with others, as in hidden tests, only properties and mistakes are.
        student: the student's id, for tasks with numbers of one's own.
        Returns the `Report`, which shows itself in a notebook.
        Raises ValueError for a task that does not exist.
        """
        known = self._named(task or getattr(answer, "__name__", ""))
        try:
            report = known.examine(answer, seed, os.environ.get(WHOSE, str(student or "")))
        except KeyboardInterrupt as stop:
            if WHOSE in os.environ:  # a limit, which is the autograder's to tell
                raise
            report = Report(known.name, trouble=f"stopped{place(stop)}. If you stopped it because it went on and on: which line brings its end nearer?")
        report = replace(report, again=seed != 0, worth=points)
        self.latest[known.name] = report, points
        if points is None:
            return report
        from IPython.display import display

        display(report)
        return report.points(points)

    def all(self) -> Progress:
        """How far one has come: every task checked so far, as it was when it was checked last, and those of the same assignment that have not been."""
        begun = [names for names in self.assignments if not self.latest.keys().isdisjoint(names)]
        left = [name for names in begun for name in names if name not in self.latest]
        return Progress([(name, report, points) for name, (report, points) in self.latest.items()], left)

    def _named(self, name: str) -> Task:
        """The task of this name. Raises ValueError where there is none."""
        if name not in self._tasks:
            raise ValueError(f"there is no task {name!r}: name one, check(answer, {next(iter(self._tasks))!r}). The tasks are {', '.join(self._tasks)}")
        return self._tasks[name]


class Progress:
    """Task by task, how far one has come. Shows itself in a notebook."""

    def __init__(self, checked: list[tuple[str, Report, float | None]], left: list[str]):
        self.lines = [*(_line(*each) for each in checked), *(f"{name}: not checked yet" for name in left)]
        worth = [(report.points(points), points) for _, report, points in checked if points is not None]
        besides = f", without the {len(left)} not checked yet" if left else ""
        self.total = f"{sum(earned for earned, _ in worth):g} of {sum(points for _, points in worth):g} points on what you can see{besides}" if worth else ""

    def __repr__(self):
        if self.lines:
            return "\n".join([*self.lines, self.total])
        graded = WHOSE in os.environ  # by tests in a kernel of their own
        return "The verdict on each task stands below it." if graded else "Nothing has been checked yet: run the cells from the top."

    def _repr_html_(self):
        return f'<pre style="line-height:1.5">{html.escape(repr(self))}</pre>'


def _line(name: str, report: Report, points: float | None) -> str:
    state = "right" if report.score == 1 else "not done yet" if not report.begun else "not right yet"
    return f"{name}: {state}" + ("" if points is None else f", {report.points(points):g} of {points:g} points")
