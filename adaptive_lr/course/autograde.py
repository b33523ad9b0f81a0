"""Grade a folder of submissions with nbgrader's own converters and gradebook: every submission ends with a status and a reason."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import joblib
import nbformat
import nbgrader
from joblib.externals.loky.process_executor import TerminatedWorkerError
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from tqdm import tqdm
from traitlets.config import Config

from .. import __version__
from . import CourseError
from .limits import DIED, FLOODED, NOT_RUN, TIMED_OUT
from .notebooks import CONFIG, nbgrader_api, prepare
from .reports import Result, write_reports
from .staging import Refused, stage

PACKAGE = Path(__file__).parent.parent  # a change of it regrades: hidden tests compare with its rules


@dataclass(frozen=True)
class Outcome:
    """What a run did: one result a student, how many of them had to be graded, and where the reports are."""

    results: list[Result]
    regraded: int
    csv: Path
    index: Path


@dataclass(frozen=True)
class _Job:
    """One submission to grade, as plain data that a worker process can be sent."""

    folder: Path
    assignment: str
    course: Path
    settings: Config
    grader: str  # a digest of what grades it

    @property
    def student(self) -> str:
        return self.folder.name

    def path(self, step: str) -> Path:
        return self.course / step / self.student / self.assignment


def grade(folder: Path, assignment: str, course: Path, checkout: Path, *, workers: int | None = None, settings: Config | None = None) -> Outcome:
    """Grade every sub-folder of `folder`, one a student, into the course folder; nbgrader's gradebook, feedback and reports lie there.

    What has not changed since the last run (submission, assignment source, grader) is not graded again. `workers`: processes, by default
    one a core. `settings` go above nbgrader_config.py. A submission's code runs as whoever calls this, without isolation.
    Raises CourseError for what the instructor can put right.
    """
    students = _students(folder)
    released = prepare(checkout, course, assignment)
    settings = settings or Config()
    grader = _digest(*_what_grades(course, assignment), repr(settings))
    jobs = [_Job(student, assignment, course, settings, grader) for student in students]
    done = list(tqdm(_graded(jobs, workers or joblib.cpu_count()), total=len(jobs), desc=f"grading {assignment}", unit="submission"))
    results = sorted((result for result, _ in done), key=lambda result: result.student)
    csv, index = write_reports(results, released, course, assignment)
    return Outcome(results, sum(regraded for _, regraded in done), csv, index)


def _students(folder: Path) -> list[Path]:
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise CourseError(f"{folder} {what}.\nGive the folder that holds the submissions, with one sub-folder for each student.")
    students = sorted(path.absolute() for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__MACOSX")))
    if not students:
        raise CourseError(f"{folder} has no sub-folders.\nIt should hold one sub-folder for each student, with that student's notebook in it.")
    return students


def _graded(jobs: list[_Job], workers: int) -> Iterator[tuple[Result, bool]]:
    """The jobs' results as they come. A submission that takes its worker process down costs only itself a grade."""
    left = {job.student: job for job in jobs}
    try:
        run = joblib.Parallel(n_jobs=min(workers, len(jobs)), return_as="generator_unordered")
        for result, regraded in run(joblib.delayed(_grade_one)(job) for job in jobs):
            del left[result.student]
            yield result, regraded
    except TerminatedWorkerError:  # it does not say whose worker: the rest, one at a time, each in a process of its own
        for job in left.values():
            try:
                (outcome,) = joblib.Parallel(n_jobs=2)([joblib.delayed(_grade_one)(job)])
            except TerminatedWorkerError:
                outcome = Result(job.student, job.assignment, "unreadable", "its code ended the process that graded it"), True
            yield outcome


def _grade_one(job: _Job) -> tuple[Result, bool]:
    """The result of one submission, whatever it does to the code that grades it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's way with its database, nothing that an instructor could act on
        try:
            return _bring_up_to_date(job)
        except Exception as error:  # a stranger's file may break anything; the others must not suffer, and the next run tries again
            return Result(job.student, job.assignment, "unreadable", f"it could not be graded: {type(error).__name__}: {error}"[:300]), True


def _bring_up_to_date(job: _Job) -> tuple[Result, bool]:
    """Bring one submission's grade and feedback up to date. Returns the result and whether its code had to be run."""
    api = nbgrader_api(job.course, job.settings)
    released = nbformat.read(job.course / "release" / job.assignment / f"{job.assignment}.ipynb", as_version=4)
    record_path = job.course / "records" / job.assignment / f"{job.student}.json"
    record = _read_record(record_path) if _in_gradebook(api, job) else {}
    try:
        notebook, notes = stage(job.folder, job.assignment, released)
    except Refused as refusal:
        if record.get("refused") != str(refusal):
            _forget(api, job)
            _write(record_path, json.dumps({"refused": str(refusal)}))
        return Result(job.student, job.assignment, refusal.status, str(refusal)), False

    text = nbformat.writes(notebook)
    key = _digest(text, job.grader)
    regrade = record.get("key") != key
    if regrade:
        record_path.unlink(missing_ok=True)  # interrupted from here on, the next run grades it again
        _forget(api, job)
        _write(job.path("submitted") / f"{job.assignment}.ipynb", text)
        outcome = api.autograde(job.assignment, job.student)
        if _kernel_did_not_start(outcome):
            outcome = api.autograde(job.assignment, job.student)
        if not outcome["success"]:
            _forget(api, job)
            told = "no kernel could be started for it, twice; that is not the student's doing" if _kernel_did_not_start(outcome) else _last_error(outcome)
            return Result(job.student, job.assignment, "unreadable", f"nbgrader could not grade it: {told}"), True
        record = {"key": key, "notes": notes + _limits_hit(job)}

    result, shown = _result(api, job, record["notes"])
    if record.get("feedback") != shown:
        outcome = api.generate_feedback(job.assignment, job.student)
        record["feedback"] = shown if outcome["success"] else None  # None: the next run tries again
        _write(record_path, json.dumps(record))
        if not outcome["success"]:
            result = replace(result, reason=f"{result.reason}; no feedback page: {_last_error(outcome)}".lstrip("; "))
    return result, regrade


def _read_record(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # none yet, or cut short: what it would have said is found out anew
        return {}


def _in_gradebook(api: NbGraderAPI, job: _Job) -> bool:
    """Whether the gradebook still knows what a record may speak of: an instructor may have deleted either."""
    if not job.path("submitted").is_dir():
        return True  # nothing was graded, so nothing can be missing
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        try:
            gradebook.find_submission(job.assignment, job.student)
        except MissingEntry:
            return False
    return True


def _forget(api: NbGraderAPI, job: _Job) -> None:
    """Leave no grade of an earlier submission. A person's marks are kept, flagged for a second look: they cost an hour of work."""
    for step in ("submitted", "autograded", "feedback"):
        shutil.rmtree(job.path(step), ignore_errors=True)
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        try:
            submission = gradebook.find_submission(job.assignment, job.student)
        except MissingEntry:
            return
        for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
            grade.auto_score = 0
            grade.needs_manual_grade = grade.manual_score is not None
        gradebook.db.commit()


def _result(api: NbGraderAPI, job: _Job, notes: list[str]) -> tuple[Result, str]:
    """The result as the gradebook has it now, with a person's marks; and a digest of what a feedback page would show of it."""
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        submission = gradebook.find_submission(job.assignment, job.student)
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        comments = sorted((comment.name, comment.comment or "") for notebook in submission.notebooks for comment in notebook.comments)
        waiting = sorted(grade.name for grade in grades if grade.needs_manual_grade)
        tasks = {grade.name: None if grade.needs_manual_grade and grade.manual_score is None else grade.score for grade in grades}
        score = max(0.0, submission.score - (submission.late_submission_penalty or 0.0))
    reasons = notes + ([f"to be marked by a person: {', '.join(waiting)}"] if waiting else [])
    result = Result(job.student, job.assignment, "partly graded" if waiting else "graded", "; ".join(reasons), score, tasks)
    return result, _digest(repr(sorted(tasks.items(), key=str)), repr(comments), repr(score), job.grader)


def _limits_hit(job: _Job) -> list[str]:
    """What the limits did to a submission, read from its executed notebook."""
    executed = nbformat.read(job.path("autograded") / f"{job.assignment}.ipynb", as_version=4)
    errors = [
        (cell.metadata.get("nbgrader", {}).get("grade_id", "a cell of the student's"), output)
        for cell in executed.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]
    hits = [f"{name}: {error.evalue}" for name, error in errors if error.ename in (TIMED_OUT, FLOODED, DIED)]
    skipped = [error.evalue for _, error in errors if error.ename == NOT_RUN]
    return hits + ([f"{len(skipped)} cells {skipped[0]}"] if skipped else [])


def _kernel_did_not_start(outcome: dict) -> bool:
    """Rarely one dies before its first cell. A kernel that a submission's own code ends is no error here, but a result: see limits.py."""
    return not outcome["success"] and "Kernel died" in _last_error(outcome)


def _last_error(outcome: dict) -> str:
    """The first exception that nbgrader logged, without its traceback. Its log indents all lines but the first by four."""
    errors = re.findall(r"^(?: {4})?(?:\w+\.)*([A-Z]\w*: .+)$", outcome.get("log", "") + outcome.get("error", ""), re.MULTILINE)
    return errors[0][:300] if errors else "no reason was given"


def _what_grades(course: Path, assignment: str) -> list[str | bytes]:
    """What decides over a grade besides the submission: the assignment's source, nbgrader's settings, and the software."""
    package = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".j2"))
    files = [course / "source" / assignment / f"{assignment}.ipynb", course / CONFIG, *package]
    return [__version__, nbgrader.__version__, *(path.read_bytes() for path in files)]


def _digest(*parts: str | bytes) -> str:
    hashes = [hashlib.sha256(part.encode(errors="backslashreplace") if isinstance(part, str) else part).digest() for part in parts]
    return hashlib.sha256(b"".join(hashes)).hexdigest()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")  # an interruption leaves the old file or the new one, never half of one
    unfinished.write_text(text, encoding="utf-8", errors="backslashreplace")
    unfinished.replace(path)
