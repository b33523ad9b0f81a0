"""When work was due and when it came, in nbgrader's gradebook: due dates, extensions, and what being late costs."""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nbgrader.api import SubmittedAssignment
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning
from traitlets import Float

from . import CourseError
from .gradebook import open_gradebook, standing

WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?) *([+-]\d\d:?\d\d|[A-Za-z]\S*)?")


class PerDay(LateSubmissionPlugin):
    """Every day begun after the deadline costs a part of the score: min(1, fraction ⌈seconds / 86400⌉) of it."""

    fraction = Float(0.1, help="what each day begun costs, as a part of the score").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        return score * min(1.0, self.fraction * math.ceil(total_seconds_late / 86400))


def moment(text: str) -> datetime:
    """A time as people write it, in UTC without saying so, as nbgrader keeps it. What names no zone is UTC. Raises CourseError.

    nbgrader's own reader takes +0100 for a hundred seconds.
    """
    try:
        day, zone = WRITTEN.fullmatch(text.strip()).groups()
        if not zone or zone[0] in "+-":
            return datetime.fromisoformat(f"{day}{zone or '+0000'}").astimezone(UTC).replace(tzinfo=None)
        return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("UTC" if zone == "Z" else zone)).astimezone(UTC).replace(tzinfo=None)
    except (AttributeError, ValueError, OverflowError, ZoneInfoNotFoundError, OSError):  # the last where a zone is a folder of zones, as Europe
        example = "2026-12-01 23:59 +0100, 2026-12-01 23:59 Europe/Berlin, or 2026-12-01 22:59 UTC"
        raise CourseError(f'"{text}" is no time.\nWrite it as {example}.') from None


def in_words(seconds: float) -> str:
    """A length of time in its two largest units, such as "1 d 1 h"."""
    rest, parts = round(seconds), []
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, length)
        parts += [f"{count} {unit}"] if count else []
    return " ".join(parts[:2]) or "0 s"


@dataclass(frozen=True)
class Deadline:
    """When an assignment is due, when for those who have longer, and which of them the gradebook did not know before."""

    whole: datetime | None
    extended: dict[str, datetime]
    new: list[str]


def set_deadline(api: NbGraderAPI, assignment: str, due: datetime | None, hours_more: dict[str, float]) -> Deadline:
    """Set the due date, where there is one, and students' extensions; 0 hours take one back. Raises CourseError."""
    with warnings.catch_warnings(), open_gradebook(api) as gradebook:
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's way with its database
        if due is not None:
            gradebook.update_or_create_assignment(assignment, duedate=due)
        entry = gradebook.find_assignment(assignment)
        if hours_more and entry.duedate is None:
            raise CourseError(f"{assignment} has no due date, so there is nothing to extend.\nGive the time as well: adaptive-lr due TIME.")
        known = {student.id for student in gradebook.students}
        new = [student for student in hours_more if student not in known]
        if nothing := [student for student in new if not hours_more[student]]:
            raise CourseError(f"The gradebook knows no {', '.join(nothing)}, so there is nothing to take back.\nIs the name spelt as the folder's is?")
        for student, hours in hours_more.items():
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(assignment, student)
            gradebook.grant_extension(assignment, student, hours=hours)
        return Deadline(entry.duedate, {each.student_id: each.duedate for each in entry.submissions if each.extension}, new)


def penalise(api: NbGraderAPI, entry: SubmittedAssignment, handed_in: str) -> None:
    """Let nbgrader's plugin say what being late costs, of the score as it is now: nbgrader itself asks before a person has marked anything."""
    entry.timestamp = moment(handed_in) if handed_in else None
    late, asking = entry.total_seconds_late, AssignLatePenalties(config=api.config)
    for notebook in entry.notebooks:
        notebook.late_submission_penalty = None
        if late:
            asking.init_plugin()
            earned = standing(entry, notebook.name).earned
            penalty = asking.plugin_inst.late_submission_penalty(entry.student_id, earned, late)
            notebook.late_submission_penalty = None if penalty is None else min(max(0.0, penalty), earned)
