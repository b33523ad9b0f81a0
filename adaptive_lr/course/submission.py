"""One submission: whether anything about it is new and, if so, its grade and its feedback page."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep

import nbformat
from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import InterfaceError, OperationalError, SAWarning
from traitlets.config import Config

from .deadlines import in_words, penalise
from .gradebook import answer, confirm, find, fingerprint, open_gradebook, standing, withdraw
from .isolation.execute import BESIDE
from .notebooks import Notebooks, as_one, nbgrader_api
from .overrun import at_most, limit, overran, put_aside
from .records import LONGEST_NAME, Record, can_be_kept, digest, record_path, write
from .reports import Result
from .staging import Refused, stage
from .troubles import ended_from_outside, limits_met, other_troubles

PAUSES = (1, 5)  # seconds, before what failed is tried again: a database may be starting anew
NEXT_RUN = "the next run tries again"
GRADED_OTHERWISE = "graded before, with other tests or settings than this run's, which left it out"


@dataclass(frozen=True)
class Submission:
    """A submission as it lies there now, as plain data that a worker process can be sent."""

    student: str
    assignment: str
    course: Path
    settings: Config
    grader: str  # a digest of what grades it
    pages: str = ""  # of what else is seen in its penalty and on its page
    retry: bool = False  # grade it again if it met a limit
    left_out: bool = False  # do not grade it now
    handed_in: str = ""  # when, as far as is known
    late: bool = False  # as the platform says, which may not say when
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
            staged = stage(folder, self.assignment, released)
            texts = {name: nbformat.writes(notebook) for name, notebook in staged.notebooks.items()}
        except Refused as refusal:
            return replace(self, refusal=self.ends(refusal.status, str(refusal)))
        except (OSError, MemoryError) as error:
            return replace(self, unread=_as_reason(error))
        except Exception as error:  # a stranger's file may break anything
            return replace(self, refusal=self.ends("unreadable", _as_reason(error)))
        return replace(self, texts=texts, files=staged.files, notes=tuple(staged.notes))

    @cached_property
    def content(self) -> str:
        """A digest of what was handed in."""
        return digest(*(part for each in sorted([*self.texts.items(), *self.files.items()]) for part in each))

    @cached_property
    def key(self) -> str:
        return digest(self.content, repr(self.refusal), self.grader)

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
    if not _holds(record, entry):
        return None
    result, page = _result(submission, entry, record)
    if submission.left_out and record.content == submission.content:  # it stands as it is, whatever has changed for the others
        otherwise = record.key != submission.key and bool(result.tasks)
        return replace(result, reason="; ".join(filter(None, [result.reason, GRADED_OTHERWISE]))) if otherwise else result
    again = submission.retry and (record.limits or record.pageless)
    return result if record.key == submission.key and record.page == page and not again else None


def _holds(record: Record, entry: SubmittedAssignment | None) -> bool:
    """Whether the gradebook still is as the run left it that wrote the record."""
    return bool(record.key) and record.gradebook == fingerprint(entry)


def bring_up_to_date(submission: Submission) -> Ended:
    """What comes of one submission. What its code does is a result; an error here is the grader's, and tried again before it is told.

    Where it takes longer than overrun.limit says, this ends the process; called again, it says so.
    """
    begun = monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's way with its database, nothing that an instructor could act on
        for pause in (*PAUSES, None):
            try:
                api = nbgrader_api(submission.course, submission.settings)
                seconds = limit(api, len(submission.texts))
                if seconds and overran(submission.note, submission.key):
                    return replace(_give_up(submission, api, seconds), seconds=monotonic() - begun)
                with at_most(seconds, submission.note, submission.key):
                    ended = _bring_up_to_date(submission, api)
                return replace(ended, seconds=monotonic() - begun)
            except Exception as error:  # the others must not suffer
                if pause is None:
                    return Ended(submission.ends("not graded", f"{_as_reason(error)}; {NEXT_RUN}"), True, monotonic() - begun)
                sleep(pause)


def _bring_up_to_date(submission: Submission, api: NbGraderAPI) -> Ended:
    record = Record.read(submission.record)
    if submission.refusal:
        replace(_withdraw(submission, api, record), key=submission.key, content=submission.content).write(submission.record)
        return Ended(submission.refusal)
    with open_gradebook(api) as gradebook:
        entry = submission.entry(gradebook)
        known = entry is not None and record.key == submission.key and _holds(record, entry)
    regrade = not known or submission.retry and bool(record.limits)
    if regrade:
        record = _withdraw(submission, api, record)
        try:
            _autograde(submission, api)
        except NotGraded:
            _withdraw(submission, api, record)
            raise
        executed = submission.notebooks("autograded")
        if ended_from_outside(executed) and not submission.alone:
            _withdraw(submission, api, record)
            return Ended(submission.ends("not graded", f"it has to be run again by itself; {NEXT_RUN}"), ran=True, again=True)
        limits, others = limits_met(executed), other_troubles(executed)
        record = replace(record, key=submission.key, content=submission.content, notes=[*submission.notes, *limits, *others], limits=limits)
    with open_gradebook(api) as gradebook:
        entry = submission.entry(gradebook)
        if regrade:
            _keep_marks(submission, entry, record)
        penalise(api, entry, submission.handed_in)
        gradebook.db.flush()
        record = replace(record, gradebook=fingerprint(entry))
        result, page = _result(submission, entry, record)
        if record.page != page or submission.retry and record.pageless:
            record = replace(record, page="", pageless="")
            result, _ = _result(submission, entry, record)
        gradebook.db.commit()  # last: all that was read would be read again
    if not record.page:
        record.write(submission.record)  # should its page end the process, its grade stands
        outcome = api.generate_feedback(submission.assignment, submission.student)
        record = replace(record, page=page if outcome["success"] else "")  # without it, the next run tries again
        if not outcome["success"]:
            result = replace(result, reason="; ".join(filter(None, [result.reason, f"no feedback page: {_last_error(outcome)}"])))
    record.write(submission.record)
    return Ended(result, regrade, limits=tuple(record.limits))


def _give_up(submission: Submission, api: NbGraderAPI, seconds: float) -> Ended:
    """How a submission ends over which a process was ended. What it has earned stays; where it has earned nothing yet, that is no zero:
    no limit of the student's was met, but the grader's own work did not end, so a person has to look."""
    record, where = Record.read(submission.record), Path("logs", submission.assignment, f"{submission.student}.txt")
    reason = f"took more than {seconds:g} s in all and was stopped ({where} says where); --retry tries again"
    if record.key == submission.key and not record.ungraded:
        shutil.rmtree(submission.folder("feedback"), ignore_errors=True)
        record = replace(record, pageless=f"no feedback page: it {reason}")
    else:
        record = replace(_withdraw(submission, api, record), key=submission.key, content=submission.content)
        record = replace(record, ungraded=f"it {reason}", limits=[f"it {reason}"])
    with open_gradebook(api) as gradebook:
        result, page = _result(submission, submission.entry(gradebook), record)
    replace(record, page=page).write(submission.record)
    put_aside(submission.note, submission.course / where)
    return Ended(result, ran=True, limits=(*record.limits, *filter(None, [record.pageless])))


def _withdraw(submission: Submission, api: NbGraderAPI, record: Record) -> Record:
    """Leave no grade of an earlier hand-in. The new record has no key, so if this run is interrupted the next one grades again."""
    with open_gradebook(api) as gradebook:
        entry, submitted = submission.entry(gradebook), submission.notebooks("submitted")
        marked = dict(record.marked)
        if entry and submitted:
            now, notebook = standing(entry), as_one(submitted)
            marked |= {task: digest(answer(notebook, task)) for task in now.marked if task not in now.waiting}
        record = Record(marked=marked)
        record.write(submission.record)
        if entry:
            withdraw(entry)
            gradebook.db.commit()
        record = replace(record, gradebook=fingerprint(entry))
    for step in ("submitted", BESIDE, "autograded", "feedback"):
        shutil.rmtree(submission.folder(step), ignore_errors=True)
    return record


class NotGraded(Exception):
    """nbgrader could not, and says why."""


def _autograde(submission: Submission, api: NbGraderAPI) -> None:
    """Let nbgrader grade it. A kernel that a submission's own code ends is no error here, but a result: see limits.py."""
    for name, text in submission.texts.items():
        write(submission.folder("submitted") / f"{name}.ipynb", text)
    trusted = submission.settings.Submissions.get("trusted")  # then it runs where nbgrader copies it to, with all that it brings along
    for path, content in submission.files.items():
        copy = submission.folder("submitted" if trusted else BESIDE) / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
    outcome = api.autograde(submission.assignment, submission.student)
    if not outcome["success"]:
        raise NotGraded(_last_error(outcome))


def _keep_marks(submission: Submission, entry: SubmittedAssignment, record: Record) -> None:
    """A person's marks stand for the answers that they were given for."""
    if not record.marked:
        return
    notebook = as_one({name: nbformat.reads(text, as_version=4) for name, text in submission.texts.items()})
    confirm(entry, {task for task, marked in record.marked.items() if digest(answer(notebook, task)) == marked})


def _result(submission: Submission, entry: SubmittedAssignment | None, record: Record) -> tuple[Result, str]:
    """The result as the gradebook's entry has it now, with a person's marks, and a digest of what a feedback page would show, "" where there is none."""
    if submission.refusal:
        return submission.refusal, ""
    if record.ungraded:
        return submission.ends("not graded", record.ungraded), ""
    now = standing(entry)
    reasons = list(record.notes)
    if now.waiting:
        reasons.append(f"to be marked by a person: {', '.join(now.waiting)}")
    reasons += [f"the answer to {task} has changed since it was marked with {now.marked[task]:g}" for task in now.waiting if task in now.marked]
    if now.late:
        reasons.append(f"handed in {in_words(now.late)} late, which costs {now.penalty:g} points")
    elif submission.late and not submission.handed_in:
        reasons.append("handed in late, as the platform says")
    if record.pageless:
        reasons.append(record.pageless)
    status = "partly graded" if now.waiting else "graded"
    result = Result(submission.student, submission.assignment, status, "; ".join(reasons), now.score, now.tasks)
    return result, digest(repr(now), submission.handed_in, submission.pages)


def _last_error(outcome: dict) -> str:
    """The first exception that nbgrader logged, without its traceback. Its log indents all lines but the first by four."""
    errors = re.findall(r"^(?: {4})?(?:\w+\.)*([A-Z]\w*: .+)$", outcome.get("log", "") + outcome.get("error", ""), re.MULTILINE)
    return errors[0] if errors else "no reason was given"


def _as_reason(error: Exception) -> str:
    return f"it could not be graded: {type(error).__name__}: {error}"
