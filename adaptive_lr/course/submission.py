"""One submission: what was handed in, whether anything about it is new since it was graded, and its result as the gradebook has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, SubmittedAssignment
from sqlalchemy.exc import InterfaceError, OperationalError
from traitlets.config import Config

from .deadlines import in_words, moment
from .gradebook import find, fingerprint, standing
from .notebooks import Notebooks
from .records import LONGEST_NAME, Record, can_be_kept, digest, record_path
from .reports import Result
from .staging import Refused, stage

NEXT_RUN = "the next run tries again"
GRADED_OTHERWISE = "graded before, with other tests or settings than this run's, which left it out"


@dataclass(frozen=True)
class Submission:
    """A submission as it lies there now, as plain data that a worker process can be sent."""

    student: str
    assignment: str
    course: Path
    settings: Config  # of the run
    grader: str  # a digest of what grades it
    pages: str = ""  # of what else is seen in its penalty and on its page
    retry: bool = False  # grade it again if it met a limit
    left_out: bool = False  # do not grade it now
    handed_in: str = ""  # when, as far as is known
    late: bool = False  # as the platform says, which may not say when
    called: str = ""  # on the platform, where the folder could not be called so: the numbers of one's own are drawn from that
    texts: Mapping[str, str] = field(default_factory=dict)  # the notebooks that nbgrader gets, by name
    files: Mapping[str, bytes] = field(default_factory=dict)  # what lies beside them, by path
    notes: tuple[str, ...] = ()  # what had to be done to it
    refusal: Result | None = None  # or why nbgrader gets none
    unread: str = ""  # or why this machine could not read it, which says nothing about it
    alone: bool = False  # nothing else is graded meanwhile

    def found_in(self, folder: Path, released: Notebooks) -> Submission:
        if not can_be_kept(self.student):
            reason = f"the folder's name has a control character, or more than {LONGEST_NAME} letters: rename the folder"
            return replace(self, refusal=self.ends("not graded", reason))
        try:
            staged = stage(folder, self.assignment, released, self.called)
            texts = {name: nbformat.writes(notebook) for name, notebook in staged.notebooks.items()}
        except Refused as refusal:
            return replace(self, refusal=self.ends(refusal.status, str(refusal)))
        except (OSError, MemoryError) as error:
            return replace(self, unread=as_reason(error))
        except Exception as error:  # a stranger's file may break anything
            return replace(self, refusal=self.ends("unreadable", as_reason(error)))
        return replace(self, texts=texts, files=staged.files, notes=tuple(staged.notes))

    @cached_property
    def content(self) -> str:
        """A digest of what was handed in."""
        beside = [("", ""), *sorted(self.files.items())] if self.files else []
        return digest(*(part for each in (*sorted(self.texts.items()), *beside) for part in each))

    @cached_property
    def key(self) -> str:
        return digest(self.content, repr(self.refusal), self.grader, *filter(None, [self.called]))

    @property
    def own_settings(self) -> Config:
        """Those of the run, and whose numbers its tests take."""
        return Config(self.settings | {"ExecuteWithinLimits": {**self.settings.get("ExecuteWithinLimits", {}), "called": self.called}})

    @property
    def record(self) -> Path:
        return record_path(self.course, self.assignment, self.student)

    @property
    def note(self) -> Path:
        """What a process leaves that was ended over it."""
        return self.record.with_suffix(".overrun")

    def folder(self, step: str) -> Path:
        return self.course / step / self.student / self.assignment

    def notebooks(self, step: str) -> Notebooks:
        """What lies there after a step of nbgrader's."""
        return {path.stem: nbformat.read(path, as_version=4) for path in sorted(self.folder(step).glob("*.ipynb"))}

    def entry(self, gradebook: Gradebook) -> SubmittedAssignment | None:
        return find(gradebook, self.assignment, self.student)

    def ends(self, status: str, reason: str) -> Result:
        """Without having been run. What was handed in and cannot be read has earned nothing; of what was not graded nobody knows."""
        return Result(self.student, self.assignment, status, reason, 0.0 if status == "unreadable" else None)


@dataclass(frozen=True)
class Ended:
    """What came of a submission in a run: its result, whether its code was run, how long that took, and which limits it met.

    Or, if `again`, that it has to be run once more by itself before anything is said of it.
    """

    result: Result
    ran: bool = False
    seconds: float = 0.0
    limits: tuple[str, ...] = ()
    again: bool = False


def as_before(submission: Submission, gradebook: Gradebook) -> Result | None:
    """The result of a submission that there is nothing to run of; else None. Nothing may be new about it since the last run, neither handed in nor
    marked, or it is left out of this one, or could not be read: then what an earlier run left stays."""
    if submission.unread:
        return submission.ends("not graded", f"{submission.unread}; {NEXT_RUN}")
    try:
        result = _known(submission, gradebook)
    except (OperationalError, InterfaceError):  # the gradebook does not answer, for none of them
        raise
    except Exception:  # something of an earlier run's that is broken costs nobody else a grade, and it is all found out anew
        result = None
    if result is None and submission.left_out:
        return submission.ends("not graded", "left out of this run, and new since the last")
    return result


def _known(submission: Submission, gradebook: Gradebook) -> Result | None:
    if not can_be_kept(submission.student):
        return submission.refusal
    record, entry = Record.read(submission.record), submission.entry(gradebook)
    if not holds(record, entry):
        return None
    result, page = result_of(submission, entry, record)
    if submission.left_out and record.content == submission.content:  # it stands as it is, whatever has changed for the others
        otherwise = record.key != submission.key and bool(result.tasks)
        return replace(result, reason="; ".join(filter(None, [result.reason, GRADED_OTHERWISE]))) if otherwise else result
    again = submission.retry and (record.limits or record.pageless)
    return result if record.key == submission.key and record.page == page and not again else None


def holds(record: Record, entry: SubmittedAssignment | None) -> bool:
    """Whether the gradebook still is as the run left it that wrote the record."""
    return bool(record.key) and record.gradebook == fingerprint(entry)


def result_of(submission: Submission, entry: SubmittedAssignment | None, record: Record) -> tuple[Result, str]:
    """The result as the gradebook's entry has it now, with a person's marks, and a digest of what a feedback page would show, "" where there is none."""
    if submission.refusal:
        return submission.refusal, ""
    if record.ungraded:
        return submission.ends("not graded", record.ungraded), ""
    now = standing(entry)
    reasons = list(record.notes)
    if now.waiting:
        reasons.append(f"to be marked by a person: {', '.join(now.waiting)}")
    for task in [task for task in now.waiting if task in now.marked]:
        what = "has changed since it was marked" if task in record.marked else "may have changed: no record tells which one was marked"
        reasons.append(f"the answer to {task} {what} with {now.marked[task]:g}")
    if now.late:
        reasons.append(f"handed in {in_words(now.late)} late, which costs {now.penalty:g} points")
    elif record.came and not submission.handed_in and entry.duedate and moment(record.came) > entry.duedate:
        reasons.append(f"when it came is no longer told, so it costs nothing; an earlier run was told {record.came}: see collected.csv")
    elif submission.late and not submission.handed_in:
        reasons.append("handed in late, as the platform says")
    if record.pageless:
        reasons.append(record.pageless)
    status = "partly graded" if now.waiting else "graded"
    result = Result(submission.student, submission.assignment, status, "; ".join(reasons), now.score, now.tasks)
    return result, digest(repr(now), submission.handed_in, submission.pages)


def as_reason(error: Exception) -> str:
    return f"it could not be graded: {type(error).__name__}: {error}"
