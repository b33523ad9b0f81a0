"""Grades as learning platforms take them, for one run's report, and as nbgrader's exporters, in a course folder:

    nbgrader export --exporter=adaptive_lr.course.exports.Canvas --to=canvas.csv
    nbgrader export --exporter=adaptive_lr.course.exports.Moodle --to=moodle.csv --assignment='["adagrad"]'
    nbgrader export --exporter=adaptive_lr.course.exports.Grades --to=grades.csv

A platform gets final scores alone. Where there is none, since nothing was graded or a person has yet to mark, the cell is empty and never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from .gradebook import find, standing
from .records import Record, record_path
from .spreadsheet import write_csv


@dataclass(frozen=True)
class Grade:
    """One student's grade in one assignment. `status` as in the class report; `score` is None where there is none."""

    student: str
    assignment: str
    status: str
    score: float | None
    max_score: float
    penalty: float = 0.0
    handed_in: str = ""

    @property
    def final(self) -> float | str:
        return self.score if self.status == "graded" and self.score is not None else ""


def canvas(grades: Iterable[Grade], ids: Mapping[str, str]) -> list[list]:
    """The gradebook that Canvas imports (Grades, Import): a line of highest scores, then a line for each student, a column for each assignment.

    Canvas finds a student by ID, else by login, else by name, so the folder's name stands for the last two. `ids`: student → Canvas's own number.
    A new column makes a new assignment. Source: Canvas, lib/gradebook_importer.rb.
    """
    grades = list(grades)
    highest = {grade.assignment: grade.max_score for grade in grades}
    of = {(grade.student, grade.assignment): grade.final for grade in grades}
    students = dict.fromkeys(grade.student for grade in grades)
    return [
        ["Student", "ID", "SIS Login ID", "Section", *highest],
        ["    Points Possible", "", "", "", *highest.values()],
        *([student, ids.get(student, ""), student, "", *(of.get((student, assignment), "") for assignment in highest)] for student in students),
    ]


def moodle(grades: Iterable[Grade], ids: Mapping[str, str]) -> list[list]:
    """One assignment's grades for either of Moodle's imports.

    As the assignment's grading worksheet (Upload grading worksheet) it needs the participant's number, `ids`, which stands in the names of the files
    that Moodle hands out. In the gradebook's CSV import, map Username, or ID number, and Grade to the assignment that is there already: in a new
    item Moodle may store an empty cell. Source: Moodle, mod/assign/feedback/offline/importgradeslib.php and grade/import/csv/classes/load_data.php.
    """
    heading = ["Identifier", "Username", "Status", "Grade", "Maximum grade", "Last modified (grade)"]
    identifier = {student: f"Participant {number}" for student, number in ids.items()}
    return [heading, *([identifier.get(grade.student, ""), grade.student, grade.status, grade.final, grade.max_score, ""] for grade in grades)]


class Grades(ExportPlugin):
    """nbgrader's CSV, properly quoted, with a status, and with no zero where nothing was graded. Run it in the course folder."""

    default = "grades.csv"

    def export(self, gradebook: Gradebook) -> None:
        path = Path(self.to or self.default)
        self.log.info("Exporting grades to %s", path)
        write_csv(path, self.rows(list(self.grades(gradebook)), {student.id: student.lms_user_id for student in gradebook.students if student.lms_user_id}))

    def rows(self, grades: list[Grade], ids: Mapping[str, str]) -> list[list]:
        heading = ["student", "assignment", "status", "score", "max_score", "late_submission_penalty", "handed_in"]
        shown = ((grade, "" if grade.score is None else grade.score) for grade in grades)
        return [heading, *([each.student, each.assignment, each.status, score, each.max_score, each.penalty, each.handed_in] for each, score in shown)]

    def grades(self, gradebook: Gradebook) -> Iterable[Grade]:
        """All that were asked for."""
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                if self.assignment and assignment.name not in map(str, self.assignment) or self.student and student.id not in map(str, self.student):
                    continue
                entry = find(gradebook, assignment.name, student.id)
                highest = assignment.max_score
                if entry is None:
                    yield Grade(student.id, assignment.name, "missing", None, highest)
                elif not self._is_graded(student.id, assignment.name):
                    yield Grade(student.id, assignment.name, "not graded", None, highest)
                else:
                    now, handed_in = standing(entry), str(entry.timestamp or "")
                    status = "partly graded" if now.waiting else "graded"
                    yield Grade(student.id, assignment.name, status, now.score, highest, now.penalty, handed_in)

    def _is_graded(self, student: str, assignment: str) -> bool:
        """Whether the gradebook's points are those of the last hand-in: until its grading has come to an end, they are zeros.

        Grading leaves a record with a key at its end, and no notebook in autograded/ where it took the grades back. nbgrader alone leaves no record.
        """
        folders = self.parent.coursedir
        record = record_path(Path(folders.root), assignment, student)
        unfinished = record.exists() and not Record.read(record).key
        return not unfinished and Path(folders.format_path(folders.autograded_directory, student, assignment)).is_dir()


class Canvas(Grades):
    """What Canvas's gradebook imports."""

    default = "canvas.csv"

    def rows(self, grades: list[Grade], ids: Mapping[str, str]) -> list[list]:
        return canvas(grades, ids)


class Moodle(Grades):
    """What Moodle imports, of one assignment."""

    default = "moodle.csv"

    def rows(self, grades: list[Grade], ids: Mapping[str, str]) -> list[list]:
        names = sorted({grade.assignment for grade in grades})
        if len(names) > 1:
            raise ValueError(f"Moodle takes one assignment at a time: add --assignment='[\"{names[0]}\"]'. There are {', '.join(names)}.")
        return moodle(grades, ids)
