"""What nbgrader's gradebook says of a submission, and what a new hand-in changes there."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import nbgrader.api
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Grade, Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.apps import NbGraderAPI

# nbgrader opens its gradebook nine times for a submission: an engine that is kept knows the SQL that it has compiled.
nbgrader.api.create_engine = functools.cache(nbgrader.api.create_engine)


@dataclass(frozen=True)
class Standing:
    """A submission's grades. In `tasks`, by grade id, None marks a task that waits for a person; it is no part of the score."""

    tasks: dict[str, float | None]
    marked: dict[str, float]  # what a person gave, also where the answer has changed since and waits again
    comments: list[tuple[str, str]]
    penalty: float
    late: float  # seconds after the due date, with the student's extension

    @property
    def earned(self) -> float:
        """The points, before what being late costs."""
        return sum(filter(None, self.tasks.values()), 0.0)

    @property
    def score(self) -> float:
        return max(0.0, self.earned - self.penalty)

    @property
    def waiting(self) -> list[str]:
        return [name for name, points in self.tasks.items() if points is None]


def open_gradebook(api: NbGraderAPI) -> Gradebook:
    """For a `with` statement, which ends the session."""
    return Gradebook(api.coursedir.db_url, api.coursedir.course_id)


def find(gradebook: Gradebook, assignment: str, student: str) -> SubmittedAssignment | None:
    try:
        return gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None


def standing(submission: SubmittedAssignment) -> Standing:
    grades = _grades(submission)
    return Standing(
        tasks={grade.name: None if grade.needs_manual_grade else grade.score for grade in grades},
        marked={grade.name: grade.manual_score for grade in grades if grade.manual_score is not None},
        comments=sorted((comment.name, comment.comment or "") for notebook in submission.notebooks for comment in notebook.comments),
        penalty=submission.late_submission_penalty or 0.0,
        late=submission.total_seconds_late,
    )


def withdraw(submission: SubmittedAssignment) -> None:
    """Take the grades of an earlier hand-in back. A person's marks are kept, as waiting: they cost an hour of work."""
    for grade in _grades(submission):
        grade.auto_score = 0
        grade.needs_manual_grade = grade.manual_score is not None


def confirm(submission: SubmittedAssignment, unchanged: set[str]) -> None:
    """Let a person's marks stand where the answer is still the one that was marked, and wait where it is not. nbgrader lets them all wait."""
    for grade in _grades(submission):
        if grade.manual_score is not None:
            grade.needs_manual_grade = grade.name not in unchanged


def answer(notebook: NotebookNode, grade_id: str) -> str:
    """What a mark is about: the written answer; for the mark of a test cell, set by hand, all of the student's code."""
    cell = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
    if utils.is_solution(cell):
        return f"{cell.source}{cell.get('attachments', {})}"
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def _grades(submission: SubmittedAssignment) -> list[Grade]:
    return sorted((grade for notebook in submission.notebooks for grade in notebook.grades), key=lambda grade: grade.name)
