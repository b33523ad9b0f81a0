"""What nbgrader's gradebook says of a submission, and what a new hand-in changes there."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbgrader.api
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, SubmittedAssignment, TaskCell
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from . import DATABASE, CourseError
from .records import digest, write

ADDRESSES = "sqlite:////folder/gradebook.db or postgresql+psycopg://user@host/name"

# nbgrader opens its gradebook nine times for a submission: an engine that is kept knows the SQL that it has compiled.
nbgrader.api.create_engine = functools.cache(nbgrader.api.create_engine)


@dataclass(frozen=True)
class Standing:
    """A submission's grades. In `tasks`, by grade id, None marks a task that waits for a person; it is no part of the score."""

    tasks: dict[str, float | None]
    marked: dict[str, float]  # what a person gave, extra credit too, also where the answer has changed since and waits again
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


class SaveAllAutoGrades(SaveAutoGrades):
    """nbgrader's SaveAutoGrades with one commit for a notebook in place of one a cell: a run that ends here leaves all of its points or none,
    and the disk is waited for once."""

    def preprocess(self, nb, resources):
        of = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.student_id, self.db_url = (of[key] for key in ("notebook", "assignment", "student", "db_url"))
        with Gradebook(self.db_url) as self.gradebook:
            commit, self.gradebook.db.commit = self.gradebook.db.commit, self.gradebook.db.flush
            nb, resources = NbGraderPreprocessor.preprocess(self, nb, resources)
            commit()
        return nb, resources

    def _add_score(self, cell, resources):
        """Extra credit for a test waits as a mark does, until it is known that the answer is still the same."""
        super()._add_score(cell, resources)
        of = cell.metadata["nbgrader"]
        grade = self.gradebook.find_grade(of["grade_id"], self.notebook_id, self.assignment_id, self.student_id)
        grade.needs_manual_grade = grade.needs_manual_grade or _is_marked(grade)


def open_gradebook(api: NbGraderAPI) -> Gradebook:
    """For a `with` statement, which ends the session. Raises CourseError for an address that is none."""
    try:
        return Gradebook(api.coursedir.db_url, api.coursedir.course_id)
    except NoSuchModuleError as error:
        raise CourseError(f"The gradebook's address is none: {error}.\nWrite it as {ADDRESSES}.") from None
    except ModuleNotFoundError as error:
        raise CourseError(f"The gradebook's kind of database needs the Python package {error.name}, which is missing.\nUsual are {ADDRESSES}.") from None


def keep_to(api: NbGraderAPI, course: Path) -> None:
    """Let a course have one gradebook: in another a class would be graded anew, and marks would seem lost. Raises CourseError."""
    known, now = course / "records/.gradebook", _place(api, course)
    before = known.read_text(encoding="utf-8") if known.exists() else ""
    if before not in ("", now):
        what = f"{course} began with the gradebook {before}, and this command would use {now}"
        raise CourseError(f"{what}.\nGive --db, or ${DATABASE}, as before. If the grades have moved, delete {known}.")
    if not before:
        with open_gradebook(api):  # it is there
            write(known, now)


def _place(api: NbGraderAPI, course: Path) -> str:
    """Where a gradebook is: its address without what lets one in."""
    try:
        address = make_url(api.coursedir.db_url).set(password=None, query={})
    except ArgumentError as error:
        raise CourseError(f"The gradebook's address is none: {error}.\nWrite it as {ADDRESSES}.") from None
    if address.get_backend_name() != "sqlite" or not address.database:
        return str(address)
    file = Path(address.database).resolve()
    return "gradebook.db" if file == (course / "gradebook.db").resolve() else f"sqlite:///{file}"


def know_numbers(gradebook: Gradebook, numbers: Mapping[str, str]) -> None:
    """Let nbgrader know students by Canvas's numbers, for its exports, where it knows none. numbers: student → number."""
    for student in gradebook.students if numbers else []:
        if student.id in numbers and not student.lms_user_id:
            student.lms_user_id = numbers[student.id]
    gradebook.db.commit()


def find(gradebook: Gradebook, assignment: str, student: str) -> SubmittedAssignment | None:
    try:
        return gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None


def task_name(grade_id: str, notebook: str) -> str:
    """What a task is called in an assignment of several notebooks."""
    return f"{notebook}/{grade_id}"


def standing(submission: SubmittedAssignment, notebook: str = "") -> Standing:
    """Of all notebooks, or of one."""
    notebooks = [each for each in submission.notebooks if notebook in ("", each.name)]
    grades = {name: grade for name, grade in _grades(submission).items() if grade.notebook in notebooks}
    several = len(submission.notebooks) > 1
    return Standing(
        tasks={name: None if grade.needs_manual_grade else grade.score for name, grade in grades.items()},
        marked={name: (grade.manual_score or 0.0) + (grade.extra_credit or 0.0) for name, grade in grades.items() if _is_marked(grade)},
        comments=sorted((_name(comment, several), comment.comment or "") for each in notebooks for comment in each.comments),
        penalty=sum(each.late_submission_penalty or 0.0 for each in notebooks),
        late=submission.total_seconds_late,
    )


def fingerprint(submission: SubmittedAssignment | None) -> str:
    """What tells this gradebook's entry from that of another gradebook, or of an earlier state: its id and what the tests gave. "" where there is none."""
    return digest(submission.id, repr([(name, grade.auto_score) for name, grade in _grades(submission).items()])) if submission else ""


def withdraw(submission: SubmittedAssignment) -> None:
    """Take the grades of an earlier hand-in back. A person's marks are kept, as waiting: they cost an hour of work. What nbgrader calls a task waits for
    a person from the beginning: only its first grading says so."""
    for grade in _grades(submission).values():
        is_task = isinstance(grade.cell, TaskCell)
        grade.auto_score = None if is_task else 0
        grade.needs_manual_grade = is_task or _is_marked(grade)


def confirm(submission: SubmittedAssignment, unchanged: set[str]) -> None:
    """Let a person's marks stand where the answer is still the one that was marked, and wait where it is not. nbgrader lets them all wait."""
    for name, grade in _grades(submission).items():
        if _is_marked(grade):
            grade.needs_manual_grade = name not in unchanged


def answer(notebook: NotebookNode, task: str) -> str:
    """What a mark is about: the written answer; for one of nbgrader's task cells all that was written; for a test cell, marked by hand, all of the code."""
    cell = next((cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == task), None)
    if cell is None:  # a task that the assignment no longer has
        return ""
    if utils.is_solution(cell):
        return f"{cell.source}{cell.get('attachments', {})}"
    return "\n".join(each.source for each in notebook.cells if utils.is_task(cell) or each.cell_type == "code")


def _is_marked(grade: Grade) -> bool:
    """Whether a person gave points, be it besides those of a test. Extra credit alone is no mark of a written answer: that waits for one."""
    return grade.manual_score is not None or bool(grade.extra_credit) and grade.auto_score is not None


def _grades(submission: SubmittedAssignment) -> dict[str, Grade]:
    """Task → grade, in the order of the tasks' names."""
    several = len(submission.notebooks) > 1
    named = {_name(grade, several): grade for notebook in submission.notebooks for grade in notebook.grades}
    return {name: named[name] for name in sorted(named)}


def _name(entry: Grade | Comment, several: bool) -> str:
    return task_name(entry.name, entry.notebook.name) if several else entry.name
