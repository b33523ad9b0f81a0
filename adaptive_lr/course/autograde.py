"""Grade a folder of submissions with nbgrader's own converters and gradebook: every submission ends with a status and a reason."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from textwrap import shorten
from time import sleep

from joblib import cpu_count
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import DBAPIError
from tqdm import tqdm
from traitlets.config import Config

from . import CourseError, provenance
from .collect import listed, numbers
from .gradebook import know_numbers, open_gradebook
from .isolation import sandbox
from .isolation.nursery import NURSERY
from .journal import Journal
from .notebooks import CONFIG, Notebooks, as_one, nbgrader_api, prepare, source_digest
from .private import without_folders
from .records import alone_in, can_be_kept, digest, record_path, recorded
from .regrading import PAUSES
from .rehearsal import is_rehearsed, rehearse
from .reports import Result, write_reports
from .shown import printable
from .submission import NEXT_RUN, Ended, Submission, as_before
from .workers import Cluster, Processes

LITTER = ("__MACOSX", ".ipynb_checkpoints")
LONGEST_REASON = 500  # characters
LOST_TOGETHER, LOST_ALONE = 3, 2  # how often a submission may be running when a process ends, before it is run alone, and then


@dataclass(frozen=True)
class Outcome:
    """What a run did: one result a student, how many of them had to be graded, which of them could not be, where the reports are, notebooks of nobody,
    folders that are hidden, and students who are listed in collected.csv and have no folder."""

    results: list[Result]
    regraded: int
    failed: list[Result]
    csv: Path
    index: Path
    loose: list[str]
    hidden: list[str]
    only_listed: list[str]


def grade(
    folder: Path,
    assignment: str,
    course: Path,
    checkout: Path | None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    only: tuple[str, ...] = (),
    retry: bool = False,
    settings: Config | None = None,
) -> Outcome:
    """Grade every sub-folder of `folder`, one a student, into the course folder; nbgrader's gradebook, feedback and reports lie there.

    The assignment comes from the checkout or, without one, from the course folder's own source/.
    What has not changed since the last run (submission, assignment source, grader) is not graded again, but for what met a limit if `retry`.
    When each came is taken from the list that `collect` writes, collected.csv, and never from what a student hands in.
    `only` these students are graded now, if any are named; the reports have all. `workers`: processes, by default one a core; or `scheduler`,
    the address of Dask's. `settings` go above nbgrader_config.py. A submission's code runs in a sandbox, unless they say Submissions.trusted.
    Raises CourseError for what the instructor can put right.
    """
    settings = settings or Config()
    trusted = bool(settings.Submissions.get("trusted"))
    if not trusted:
        sandbox.require()
        sandbox.keep_out(folder, course, checkout)
        NURSERY.start()
    students = _students(folder)
    if unknown := set(only) - {student.name for student in students}:
        near = {close for name in unknown for close in get_close_matches(name.casefold(), [student.name for student in students], cutoff=0.5)}
        meant = f"\nNearest to it: {', '.join(sorted(near))}." if near else ""
        raise CourseError(f"{folder} has no folder of {', '.join(sorted(unknown))}.{meant}")
    _keep_apart(folder, course)
    with alone_in(course), _told_if_lost(), closing(_pool(workers, scheduler, course, trusted)) as pool:
        _spare_what_others_wrote(students, course, assignment)
        released = prepare(checkout, course, assignment, settings)
        api, tests = nbgrader_api(course, settings), source_digest(course, assignment)
        grader = digest(tests, provenance.what_scores(api))
        pages = digest(grader, provenance.what_shows(api, course / CONFIG))
        if not trusted:
            _require_python(released)
            if not is_rehearsed(course, assignment, grader):
                pool.start()  # there will be something to run
                rehearse(api, course, assignment, grader)
        came, anyones = listed(folder), Submission("", assignment, course, settings, grader, pages, retry)

        def read(student: Path) -> Submission:
            return _as_it_lies(student, anyones, only, came).found_in(student, released)

        journal = Journal(course, assignment, tests)
        journal.run_begins(len(students))
        results, failed, ran = [], [], 0
        with tqdm(total=len(students), desc=f"grading {assignment}", unit="submission") as progress:
            for submission, ended in _graded(_read(students, read), api, pool, lambda student: next(_read([folder.absolute() / student], read))):
                ended = replace(ended, result=_fit_to_print(ended.result, folder, course))
                journal.ended(submission, ended)
                results.append(ended.result)
                failed += [ended.result] if ended.result.status == "not graded" and not submission.left_out else []
                ran += ended.ran
                progress.update()
        results += [_fit_to_print(result, folder, course) for result in _gone({student.name for student in students}, course, assignment)]
        results.sort(key=lambda result: result.student)
        ids = numbers(folder)
        csv, index = write_reports(results, as_one(released), course, assignment, ids=ids)
        with open_gradebook(api) as gradebook:
            know_numbers(gradebook, ids.get("Canvas", {}))
    return Outcome(results, ran, failed, csv, index, *_not_looked_at(folder), sorted(came.keys() - {student.name for student in students}))


def _students(folder: Path) -> list[Path]:
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        unpack = f"\nOf an archive this makes such a folder: adaptive-lr collect {folder} NEW_FOLDER." if folder.exists() else ""
        raise CourseError(f"{folder} {what}.\nGive the folder that holds the submissions, with one sub-folder for each student.{unpack}")
    if (folder / CONFIG).is_file() or (folder / "gradebook.db").exists():
        raise CourseError(f"{folder} is itself a course folder.\nGive the folder that holds the submissions, with one sub-folder for each student.")
    students = sorted(path.absolute() for path in folder.iterdir() if path.is_dir() and not _is_hidden(path.name) and path.name not in LITTER)
    if not students:
        raise CourseError(f"{folder} has no sub-folders.\nIt should hold one sub-folder for each student, with that student's notebook in it.")
    return students


def _spare_what_others_wrote(students: list[Path], course: Path, assignment: str) -> None:
    """Raises CourseError where nbgrader's exchange, or a person, has put hand-ins where grading would put its own."""
    written = [course / "submitted" / student.name / assignment for student in students if can_be_kept(student.name)]
    foreign = [folder for folder in written if folder.exists() and not record_path(course, assignment, folder.parent.name).exists()]
    if foreign:
        what = f"{course / 'submitted'} holds hand-ins that adaptive-lr has no record of, {foreign[0].relative_to(course)} for one, which would be replaced"
        raise CourseError(f"{what}.\nMove that folder away, and give it, or the students' folders in it, as the submissions: mv submitted handed_in.")


def _as_it_lies(student: Path, anyones: Submission, only: tuple[str, ...], came: Mapping[str, Mapping]) -> Submission:
    return replace(anyones, student=student.name, left_out=bool(only) and student.name not in only, **came.get(student.name, {}))


def _read(students: list[Path], read: Callable[[Path], Submission]) -> Iterator[Submission]:
    """Each student's submission. What this machine could not read comes last, and is tried again first: a shared folder may be away for a while."""
    for pause in (*PAUSES, None):
        unread = []
        for student in students:
            submission = read(student)
            if submission.unread and pause is not None:
                unread.append(student)
            else:
                yield submission
        if not unread:
            return
        students = unread
        sleep(pause)


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _not_looked_at(folder: Path) -> tuple[list[str], list[str]]:
    """Notebooks that lie in no student's folder, and hidden folders with notebooks in them."""
    loose = sorted(path.name for path in folder.glob("[!.]*.ipynb") if not path.is_dir())
    hidden = sorted(path.name for path in folder.iterdir() if _is_hidden(path.name) and path.name not in LITTER and any(path.rglob("*.ipynb")))
    return loose, hidden


def _require_python(released: Notebooks) -> None:
    for name, notebook in released.items():
        language = notebook.metadata.get("kernelspec", {}).get("language") or "python"
        if language != "python":
            raise CourseError(f"{name}.ipynb is written in {language}, and the sandbox has Python alone.\n--trust-submissions runs it as nbgrader does.")


def _keep_apart(folder: Path, course: Path) -> None:
    submissions, ours = folder.resolve(), course.resolve()
    if course.exists() and not course.is_dir():
        raise CourseError(f"The course folder {course} is a file.\nGive a folder, or the name of one that is to be made: --course DIR.")
    if ours.is_relative_to(submissions):
        raise CourseError(f"The course folder {course} would lie among the submissions in {folder}.\nGive a folder elsewhere: --course DIR.")
    if submissions.is_relative_to(ours):
        raise CourseError(f"The submissions in {folder} lie inside the course folder {course}, which holds what grading makes of them.\nMove them out of it.")


def _pool(workers: int | None, scheduler: str | None, course: Path, trusted: bool) -> Processes | Cluster:
    """Not started yet: where nothing is new there is nothing to run."""
    return Cluster(scheduler, course, trusted) if scheduler else Processes(workers or cpu_count())


def _graded(
    submissions: Iterable[Submission], api: NbGraderAPI, pool: Processes | Cluster, read: Callable[[str], Submission]
) -> Iterator[tuple[Submission, Ended]]:
    """Each submission and what came of it. `read` reads one anew."""
    with open_gradebook(api) as gradebook:
        new = _told_apart(submissions, gradebook)
        for submission, result in new:
            if result:
                yield submission, Ended(result)
                continue
            pool.start()
            yield from _in_pool(itertools.chain([(submission, None)], new), pool, read)


@contextmanager
def _told_if_lost() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        why = str(error.orig).strip().splitlines()[0]
        raise CourseError(f"The gradebook does not answer: {why}\nWhat was done is kept; when it does, the same command goes on from there.") from None


def _told_apart(submissions: Iterable[Submission], gradebook: Gradebook) -> Iterator[tuple[Submission, Result | None]]:
    """Each submission with its result, where nothing about it is new."""
    for submission in submissions:
        yield submission, _as_before(submission, gradebook)
        gradebook.db.rollback()  # others write to it meanwhile


def _as_before(submission: Submission, gradebook: Gradebook) -> Result | None:
    """Tried again where the gradebook does not answer, which may be starting anew."""
    for pause in PAUSES:
        try:
            return as_before(submission, gradebook)
        except DBAPIError:
            gradebook.db.rollback()
            sleep(pause)
    return as_before(submission, gradebook)


def _in_pool(
    submissions: Iterator[tuple[Submission, Result | None]], pool: Processes | Cluster, read: Callable[[str], Submission]
) -> Iterator[tuple[Submission, Ended]]:
    """As they end. No more are read than run: a process that ends takes few with it, Ctrl-C finds none queued, and few are held in memory.

    Those that were running when a process ended are run again: together with others at first, and at last alone, so that it is known whose end it was.
    So is, alone, a submission whose kernel ended: the others may have left it no memory. Those that wait for it are read again then, for they may be large.
    """
    again, running, ends, suspects = deque(), {}, Counter(), []
    while True:
        while len(running) < pool.width:
            submission, result = (again.popleft(), None) if again else next(submissions, (None, None))
            if submission is None:
                break
            if result:
                yield submission, Ended(result)
                continue
            try:
                running[pool.submit(submission)] = submission
            except pool.lost:
                again.append(submission)
        if not running:
            break
        for future in pool.ended(running):
            submission = running.pop(future)
            try:
                ended = future.result()
            except pool.lost:
                ends[submission.student] += 1
                if ends[submission.student] < LOST_TOGETHER:
                    again.append(submission)
                else:
                    suspects.append(submission.student)
                continue
            if ended.again:
                suspects.append(submission.student)
            else:
                yield submission, ended
    for student in suspects:
        submission = replace(read(student), alone=True)
        yield submission, _alone(submission, pool.alone())


def _alone(submission: Submission, pool: Processes | Cluster) -> Ended:
    if submission.unread:
        return Ended(submission.ends("not graded", f"{submission.unread}; {NEXT_RUN}"), ran=True)
    for _ in range(LOST_ALONE):
        try:
            (future,) = pool.ended([pool.submit(submission)])
            return future.result()
        except pool.lost:
            continue
    whose = "its code, or this machine," if submission.settings.Submissions.get("trusted") else "this machine"
    return Ended(submission.ends("not graded", f"{whose} ended the process that graded it, several times; {NEXT_RUN}"), ran=True)


def _gone(there: set[str], course: Path, assignment: str) -> list[Result]:
    """Students whom an earlier run saw and this one does not. A folder may be gone by mistake, so the gradebook keeps their grades."""
    before = recorded(course, assignment)
    reason = "the folder was there at an earlier run; if it is gone for good, delete in the course folder {}"
    left = {name: [path for path in (before[name], course / "submitted" / name / assignment) if path.exists()] for name in before.keys() - there}
    return [Result(name, assignment, "missing", reason.format(" and ".join(str(path.relative_to(course)) for path in paths))) for name, paths in left.items()]


def _fit_to_print(result: Result, folder: Path, course: Path) -> Result:
    """The result with a reason of one line that paints no screen and names no folder of this machine, whatever error it comes from."""
    reason = shorten(without_folders(result.reason, folder.absolute(), course), LONGEST_REASON, placeholder=" …")
    return replace(result, reason=printable(reason))
