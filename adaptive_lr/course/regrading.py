"""What comes of one submission in a run: nothing stays of an earlier hand-in, nbgrader grades this one, and its page is made."""

from __future__ import annotations

import re
import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import nbformat
from nbgrader.api import SubmittedAssignment
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning

from .deadlines import penalise
from .gradebook import answer, confirm, fingerprint, open_gradebook, standing, withdraw
from .isolation.execute import BESIDE
from .notebooks import as_one, nbgrader_api
from .overrun import at_most, limit, overran, put_aside
from .records import Record, digest, write
from .submission import NEXT_RUN, Ended, Submission, as_reason, holds, result_of
from .troubles import ended_from_outside, limits_met, other_troubles

PAUSES = (1, 5)  # seconds, before what failed is tried again: a database may be starting anew


def bring_up_to_date(submission: Submission) -> Ended:
    """What comes of one submission. What its code does is a result; an error here is the grader's, and tried again before it is told.

    Where it takes longer than overrun.limit says, this ends the process; called again, it says so.
    """
    begun = monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's way with its database, nothing that an instructor could act on
        for pause in (*PAUSES, None):
            try:
                api = nbgrader_api(submission.course, submission.own_settings)
                seconds = limit(api, len(submission.texts))
                if seconds and overran(submission.note, submission.key):
                    return replace(_give_up(submission, api, seconds), seconds=monotonic() - begun)
                with at_most(seconds, submission.note, submission.key):
                    ended = _bring_up_to_date(submission, api)
                return replace(ended, seconds=monotonic() - begun)
            except Exception as error:  # the others must not suffer
                if pause is None:
                    return Ended(submission.ends("not graded", f"{as_reason(error)}; {NEXT_RUN}"), True, monotonic() - begun)
                sleep(pause)


def _bring_up_to_date(submission: Submission, api: NbGraderAPI) -> Ended:
    record = Record.read(submission.record)
    if submission.refusal:
        replace(_withdraw(submission, api, record), key=submission.key, content=submission.content).write(submission.record)
        return Ended(submission.refusal)
    with open_gradebook(api) as gradebook:
        entry = submission.entry(gradebook)
        known = entry is not None and record.key == submission.key and holds(record, entry)
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
        record = replace(record, gradebook=fingerprint(entry), came=submission.handed_in or record.came)
        result, page = result_of(submission, entry, record)
        if record.page != page or submission.retry and record.pageless:
            record = replace(record, page="", pageless="")
            result, _ = result_of(submission, entry, record)
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
        result, page = result_of(submission, submission.entry(gradebook), record)
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
        record = Record(marked=marked, came=record.came)
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
    unchanged = set()
    if record.marked:
        notebook = as_one({name: nbformat.reads(text, as_version=4) for name, text in submission.texts.items()})
        unchanged = {task for task, marked in record.marked.items() if digest(answer(notebook, task)) == marked}
    confirm(entry, unchanged)


def _last_error(outcome: dict) -> str:
    """The first exception that nbgrader logged, without its traceback. Its log indents all lines but the first by four."""
    errors = re.findall(r"^(?: {4})?(?:\w+\.)*([A-Z]\w*: .+)$", outcome.get("log", "") + outcome.get("error", ""), re.MULTILINE)
    return errors[0] if errors else "no reason was given"
