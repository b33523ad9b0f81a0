"""Grade a folder of submissions with nbgrader's own converters and gradebook: every submission ends with a status and a reason."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten

import nbgrader
from joblib import cpu_count
from joblib.externals.loky import BrokenProcessPool, get_reusable_executor
from nbgrader.apps import NbGraderAPI
from tqdm import tqdm
from traitlets.config import Config

from .. import __version__
from . import ONE_THREAD, CourseError
from .gradebook import open_gradebook
from .isolation import nursery, sandbox
from .notebooks import CONFIG, nbgrader_api, prepare
from .private import without_folders
from .records import digest, recorded
from .reports import Result, write_reports
from .submission import Submission, as_before, bring_up_to_date

PACKAGE = Path(__file__).parent.parent  # a change of it regrades: hidden tests compare with its rules
LONGEST_REASON = 500  # characters


@dataclass(frozen=True)
class Outcome:
    """What a run did: one result a student, how many of them had to be graded, where the reports are, and notebooks of nobody."""

    results: list[Result]
    regraded: int
    csv: Path
    index: Path
    loose: list[str]


def grade(folder: Path, assignment: str, course: Path, checkout: Path, *, workers: int | None = None, settings: Config | None = None) -> Outcome:
    """Grade every sub-folder of `folder`, one a student, into the course folder; nbgrader's gradebook, feedback and reports lie there.

    What has not changed since the last run (submission, assignment source, grader) is not graded again. `workers`: processes, by default
    one a core. `settings` go above nbgrader_config.py. A submission's code runs in a sandbox, unless they say Submissions.trusted.
    Raises CourseError for what the instructor can put right.
    """
    settings = settings or Config()
    if not settings.Submissions.get("trusted"):
        sandbox.require()
    students = _students(folder)
    _keep_apart(folder, course)
    released = prepare(checkout, course, assignment)
    grader = digest(*_what_grades(course, assignment), repr(settings))
    submissions = (Submission(student.name, assignment, course, settings, grader).found_in(student, released) for student in students)
    graded = _graded(submissions, nbgrader_api(course, settings), workers or cpu_count())
    done = list(tqdm(graded, total=len(students), desc=f"grading {assignment}", unit="submission"))
    results = [result for result, _ in done] + _gone({student.name for student in students}, course, assignment)
    results = sorted((_fit_to_print(result, folder, course) for result in results), key=lambda result: result.student)
    csv, index = write_reports(results, released, course, assignment)
    loose = sorted(path.name for path in folder.glob("[!.]*.ipynb") if not path.is_dir())
    return Outcome(results, sum(run for _, run in done), csv, index, loose)


def _students(folder: Path) -> list[Path]:
    if not folder.is_dir():
        what = "is not a folder: unpack it, if it is an archive" if folder.exists() else "does not exist"
        raise CourseError(f"{folder} {what}.\nGive the folder that holds the submissions, with one sub-folder for each student.")
    students = sorted(path.absolute() for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__MACOSX")))
    if not students:
        raise CourseError(f"{folder} has no sub-folders.\nIt should hold one sub-folder for each student, with that student's notebook in it.")
    return students


def _keep_apart(folder: Path, course: Path) -> None:
    submissions, ours = folder.resolve(), course.resolve()
    if course.exists() and not course.is_dir():
        raise CourseError(f"The course folder {course} is a file.\nGive a folder, or the name of one that is to be made: --course DIR.")
    if ours.is_relative_to(submissions):
        raise CourseError(f"The course folder {course} would lie among the submissions in {folder}.\nGive a folder elsewhere: --course DIR.")
    if submissions.is_relative_to(ours):
        raise CourseError(f"The submissions in {folder} lie inside the course folder {course}, which holds what grading makes of them.\nMove them out of it.")


def _graded(submissions: Iterable[Submission], api: NbGraderAPI, workers: int) -> Iterator[tuple[Result, bool]]:
    """Each submission's result and whether its code was run: first where nothing is new, which costs next to nothing, then the others."""
    new = []
    with open_gradebook(api) as gradebook:
        for submission in submissions:
            result = as_before(submission, gradebook)
            if result:
                yield result, False
            else:
                new.append(submission)
    if new:
        yield from _in_processes(new, min(workers, len(new)))


def _in_processes(submissions: list[Submission], workers: int) -> Iterator[tuple[Result, bool]]:
    """The results as they come. A submission that takes its worker process down costs only itself a grade."""
    suspects = []
    try:
        for submission, ended in _run(submissions, workers):
            if ended:
                yield ended
            else:
                suspects.append(submission)
        for submission, ended in _run(suspects, 1):  # alone, so that it is known whose process ended
            yield ended or (submission.ends("unreadable", "its code ended the process that graded it"), True)
    finally:
        get_reusable_executor(reuse=True).shutdown(kill_workers=True)  # on Ctrl-C, what still runs too


def _run(submissions: list[Submission], workers: int) -> Iterator[tuple[Submission, tuple[Result, bool] | None]]:
    """Each submission with what came of it; None for all that were running when a worker process ended, since it is not told whose."""
    waiting, running = deque(submissions), {}
    while waiting or running:
        while waiting and len(running) < workers:  # no more than run: a process that ends takes few with it, and Ctrl-C finds none queued
            submission = waiting.popleft()
            try:
                running[get_reusable_executor(workers, env=ONE_THREAD, initializer=nursery.start).submit(bring_up_to_date, submission)] = submission
            except BrokenProcessPool:
                yield submission, None
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            try:
                ended = future.result()
            except BrokenProcessPool:
                ended = None
            yield running.pop(future), ended


def _gone(there: set[str], course: Path, assignment: str) -> list[Result]:
    """Students whom an earlier run saw and this one does not. A folder may be gone by mistake, so the gradebook keeps their grades."""
    before = recorded(course, assignment)
    reason = "the folder was there at an earlier run; if it is gone for good, delete {} in the course folder"
    return [Result(name, assignment, "missing", reason.format(before[name].relative_to(course))) for name in before.keys() - there]


def _fit_to_print(result: Result, folder: Path, course: Path) -> Result:
    """The result with a reason of one line that names no folder of this machine, whatever error it comes from."""
    return replace(result, reason=shorten(without_folders(result.reason, folder.absolute(), course), LONGEST_REASON, placeholder=" …"))


def _what_grades(course: Path, assignment: str) -> list[str | bytes]:
    """What decides over a grade besides the submission: the assignment's source, nbgrader's settings, and the software."""
    package = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".j2"))
    files = [course / "source" / assignment / f"{assignment}.ipynb", course / CONFIG, *package]
    return [__version__, nbgrader.__version__, *(path.read_bytes() for path in files)]
