"""What an instructor reads after a run: the class report, index.html, and the same as tables for spreadsheets, programs and learning platforms."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from . import class_report
from .exports import Grade, canvas, moodle
from .spreadsheet import write_csv

STATUSES = ("graded", "partly graded", "not graded", "unreadable", "missing")


@dataclass(frozen=True)
class Result:
    """How one submission ended. score is None where nothing was handed in, or it was not graded: that is not a zero. `tasks` is empty where nothing was run.

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
    return {mark.grade_id: float(mark.points) for mark in marks if mark.grade or mark.get("task")}


def write_reports(
    results: list[Result], released: NotebookNode, course: Path, assignment: str, ids: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[Path, Path]:
    """Write what course/reports/<assignment>/ holds, and return the paths of grades.csv and index.html.

    `ids`: platform → student → the platform's number for the student, as `collect.numbers` reads them.
    """
    folder = course / "reports" / assignment
    unfinished = folder.with_name(f"{assignment}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    tasks = points(released)
    whole = class_report.summary(results, released, course, assignment, tasks, STATUSES)
    write_csv(unfinished / "grades.csv", _grades(whole, list(tasks)), says_unicode=True)
    grades = [Grade(result.student, assignment, result.status, result.score, whole["max_score"]) for result in results]
    for platform, table in {"Canvas": canvas, "Moodle": moodle}.items():
        write_csv(unfinished / f"{platform.lower()}.csv", table(grades, (ids or {}).get(platform, {})))
    class_report.write(whole, unfinished)
    folder.mkdir(exist_ok=True)
    for file in unfinished.iterdir():  # a full disk leaves all of the old ones: none is replaced before all are there
        file.replace(folder / file.name)
    unfinished.rmdir()
    return folder / "grades.csv", folder / "index.html"


def _grades(whole: Mapping, tasks: list[str]) -> list[list]:
    heading = ["student", "assignment", "status", "reason", "score", "to_mark", "max_score", *tasks]
    rows = [
        [each["student"], whole["assignment"], each["status"], each["reason"], each["score"], each["to_mark"], whole["max_score"], *map(each["tasks"].get, tasks)]
        for each in whole["results"]
    ]
    return [heading, *rows]
