"""What an instructor reads after a run: grades.csv, and index.html with a link to each student's feedback."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode

from .feedback import TEMPLATES

STATUSES = ("graded", "partly graded", "unreadable", "missing")


@dataclass(frozen=True)
class Result:
    """How one submission ended. score and tasks are None and empty where there was nothing to grade: that is not a zero.

    In `tasks`, by grade id, None marks a task that a person has yet to mark; `score` is then the sum of the others.
    """

    student: str
    assignment: str
    status: str
    reason: str = ""
    score: float | None = None
    tasks: dict[str, float | None] = field(default_factory=dict)

    @property
    def waiting(self) -> list[str]:
        return [task for task, score in self.tasks.items() if score is None]


def points(released: NotebookNode) -> dict[str, float]:
    """Grade id → points of every graded cell, in the notebook's order."""
    marks = [cell.metadata.nbgrader for cell in released.cells if "nbgrader" in cell.metadata]
    return {mark.grade_id: float(mark.points) for mark in marks if mark.grade}


def write_reports(results: list[Result], released: NotebookNode, course: Path, assignment: str) -> tuple[Path, Path]:
    """Write course/reports/<assignment>/grades.csv and index.html, and return their paths.

    Spreadsheets open the CSV as it is: it says that it is UTF-8 (a byte order mark, Python's "utf-8-sig"), and a text that they would take
    for a formula, such as a folder called =1+1, has an apostrophe before it.
    """
    folder = course / "reports" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    tasks = points(released)
    with open(folder / "grades.csv", "w", newline="", encoding="utf-8-sig", errors="backslashreplace") as file:
        table = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        table.writerow(["student", "assignment", "status", "reason", "score", "to_mark", "max_score", *tasks])
        for result in results:
            to_mark = None if result.score is None else sum((tasks[task] for task in result.waiting), 0.0)
            scores = [result.score, to_mark, sum(tasks.values()), *(result.tasks.get(task) for task in tasks)]
            shown = ["" if score is None else score for score in scores]
            table.writerow([_as_text(result.student), result.assignment, result.status, _as_text(result.reason), *shown])
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template("report.html.j2")
    counts = Counter(result.status for result in results)
    (folder / "index.html").write_text(
        page.render(
            assignment=assignment,
            max_score=sum(tasks.values()),
            counts=[(counts[status], status) for status in STATUSES if counts[status]],
            rows=[(result, _feedback(result, course)) for result in results],
        ),
        encoding="utf-8",
        errors="backslashreplace",
    )
    return folder / "grades.csv", folder / "index.html"


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _feedback(result: Result, course: Path) -> str | None:
    """Address of the feedback page, from the report's folder."""
    page = Path("feedback", result.student, result.assignment, f"{result.assignment}.html")
    return quote(f"../../{page.as_posix()}") if (course / page).is_file() else None
