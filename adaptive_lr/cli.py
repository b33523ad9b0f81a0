"""The command `adaptive-lr`: what to call with which arguments, and what to print. One function a sub-command, one entry in `_parser`."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import shlex
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .course import DATABASE, SELDOM, CourseError

TRUST = "The submissions' code runs on this machine with your rights and without isolation: only for the work of people whom you trust."


def notebooks(arguments) -> None:
    from .course.notebooks import find_checkout, write_exercises, write_sources
    from .course.records import alone_in

    checkout = find_checkout(Path.cwd())
    if arguments.course:
        with alone_in(arguments.course):
            written = write_sources(checkout, arguments.course)
        for path in written:
            print(f"source for formgrader: {path}")
        return
    for path in write_exercises(checkout, arguments.to or checkout / "exercises"):
        print(f"student notebook: {path}")


def print_book(arguments) -> None:
    from .course.notebooks import find_checkout
    from .course.onepage import write

    checkout = find_checkout(Path.cwd())
    for path in write(checkout, checkout / "_build/html"):
        print(f"the whole book: {path}")


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """A system that shuts down, or a terminal that is closed, ends a run as Ctrl-C does."""
    before = {ending: signal.signal(ending, signal.default_int_handler) for ending in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)


@_ends_in_order()
def grade(arguments) -> int:
    from .course.isolation.nursery import NURSERY

    if not arguments.trust_submissions and sys.platform == "linux":
        NURSERY.start()  # first: it takes as long as the imports that follow
    gc.set_threshold(SELDOM)
    from traitlets.config import Config

    from .course.autograde import grade
    from .course.notebooks import source_of
    from .course.reports import STATUSES
    from .course.shown import printable

    course = _course(arguments)
    checkout = source_of(course, arguments.assignment, Path.cwd())
    settings = Config({"ExecuteWithinLimits": {"timeout": arguments.timeout}} if arguments.timeout else {})
    if arguments.trust_submissions:
        settings.Submissions.trusted = True
        print(TRUST, file=sys.stderr)
    _gradebook(arguments, settings)
    how = {name: getattr(arguments, name) for name in ("workers", "scheduler", "retry")}
    outcome = grade(arguments.folder, arguments.assignment, course, checkout, settings=settings, only=tuple(arguments.only), **how)
    counts = Counter(result.status for result in outcome.results)
    print(", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status]))
    if outcome.failed:
        print(f"could not be graded: {len(outcome.failed)}, {outcome.failed[0].student} for one: {outcome.failed[0].reason}", file=sys.stderr)
    print(f"run now: {outcome.regraded}; nothing new to run: {len(outcome.results) - outcome.regraded}")
    print(f"grades:   {outcome.csv}\noverview: {outcome.index}")
    if counts["partly graded"]:
        there = f"{DATABASE}=URL " if arguments.db != os.environ.get(DATABASE) else ""  # which may hold a password
        formgrader = f"cd {shlex.quote(str(course))} && {there}jupyter notebook, there Nbgrader → Formgrader"
        print(f"to mark:  {formgrader}; then this command again, for the grades with your marks")
    if outcome.loose:
        print(printable(f"Not graded, since it lies in no student's folder: {', '.join(outcome.loose)}"), file=sys.stderr)
    if outcome.hidden:
        print(printable(f"Not graded, since a name that begins with a dot is no student's: {', '.join(outcome.hidden)}"), file=sys.stderr)
    if outcome.only_listed:
        print(printable(f"Listed in collected.csv, but no folder is called so: {', '.join(outcome.only_listed)}"), file=sys.stderr)
    return 1 if outcome.failed else 0


def collect(arguments) -> None:
    from .course.collect import collect

    print(collect(arguments.archive, arguments.folder))


def due(arguments) -> None:
    from traitlets.config import Config

    from .course.deadlines import moment, set_deadline
    from .course.notebooks import nbgrader_api, prepare, source_of
    from .course.records import alone_in
    from .course.shown import printable

    course = _course(arguments)
    checkout = source_of(course, arguments.assignment, Path.cwd())
    settings = _gradebook(arguments, Config())
    time = moment(" ".join(arguments.time)) if arguments.time else None
    if not course.exists():
        print(f"{course} is a new course folder", file=sys.stderr)
    with alone_in(course):
        prepare(checkout, course, arguments.assignment, settings)
        deadline = set_deadline(nbgrader_api(course, settings), arguments.assignment, time, dict(arguments.extend))
    print(f"{arguments.assignment} is due {f'{deadline.whole} UTC' if deadline.whole else 'at no time'}")
    for student, until in sorted(deadline.extended.items()):
        print(printable(f"{student} has until {until} UTC{', and is new in the gradebook' if student in deadline.new else ''}"))
    if deadline.new:
        print("If that is a slip of the pen, in the course folder: nbgrader db student remove --force NAME", file=sys.stderr)


def _course(arguments) -> Path:
    """The course folder: the one that was named, or course/ of the checkout."""
    from .course.notebooks import find_checkout

    return (arguments.course or find_checkout(Path.cwd()) / "course").absolute()


def _gradebook(arguments, settings):
    if arguments.db:
        settings.CourseDirectory.db_url = arguments.db
    return settings


def serve(arguments) -> None:
    from .course.notebooks import find_checkout
    from .course.serve import serve

    serve(find_checkout(Path.cwd()), arguments.port)


def _parser() -> argparse.ArgumentParser:
    what = "The course on adaptive learning rates, for instructors. Run it inside a checkout of the course, or grade any nbgrader course: --course DIR."
    parser = argparse.ArgumentParser(prog="adaptive-lr", description=what)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    does = "write the student notebooks from solutions/"
    command = commands.add_parser("notebooks", aliases=["student"], help=does, description=f"{does.capitalize()}.")
    command.add_argument("--to", type=Path, metavar="DIR", help="where to write them (default: exercises/ of the checkout)")
    to_generate = "instead, put the sources of all assignments into this nbgrader course folder, where formgrader generates them"
    command.add_argument("--course", type=Path, metavar="DIR", help=to_generate)
    command.set_defaults(run=notebooks)

    what = "Write the built website as one page and as one PDF, beside it."
    commands.add_parser("print", help="write the built website as one page and as a PDF", description=what).set_defaults(run=print_book)

    does = "turn the archive of a learning platform into a folder of submissions"
    command = commands.add_parser("collect", help=does, description=f"{does.capitalize()}, one sub-folder for each student.")
    command.add_argument("archive", type=Path, metavar="ARCHIVE", help="a zip or tar file, as Canvas, Moodle or another platform hands it out")
    command.add_argument("folder", type=Path, metavar="FOLDER", help="the folder to make; it must be new or empty")
    command.set_defaults(run=collect)

    what = "Say when an assignment is due and who has longer. What being late costs is the penalty plugin's to say, in nbgrader_config.py."
    command = commands.add_parser("due", help="say when an assignment is due, and who has longer", description=what)
    command.add_argument("time", nargs="*", metavar="TIME", help='such as "2026-12-01 23:59 +0100"; without a zone it is UTC')
    _say_where(command)
    longer = "give this student so many hours more, 0 to take them back; may be given several times"
    command.add_argument("--extend", action="append", default=[], type=_extension, metavar="STUDENT=HOURS", help=longer)
    command.set_defaults(run=due)

    what = "Autograde a folder of submissions with nbgrader. Their code runs in a sandbox, apart from the tests and from all that this machine holds."
    command = commands.add_parser("grade", help="autograde a folder of submissions", description=what)
    command.add_argument("folder", type=Path, metavar="FOLDER", help="one sub-folder for each student, with that student's notebook in it")
    _say_where(command)
    command.add_argument("--workers", type=_positive, metavar="N", help="submissions graded at a time (default: one a core)")
    does = "grade on the workers of this Dask scheduler, in place of processes here (see the book, For instructors)"
    command.add_argument("--scheduler", metavar="ADDRESS", help=does)
    command.add_argument("--only", action="append", default=[], metavar="STUDENT", help="grade this student alone now; may be given several times")
    command.add_argument("--retry", action="store_true", help="grade again what met a limit: the machine may have been slow")
    command.add_argument("--timeout", type=_positive, metavar="SECONDS", help="what a cell may take (default: see nbgrader_config.py)")
    command.add_argument("--trust-submissions", action="store_true", help=TRUST[0].lower() + TRUST[1:].rstrip("."))
    command.set_defaults(run=grade)

    command = commands.add_parser("serve", help="serve what make course made", description="Serve what make course made, on this machine only.")
    command.add_argument("--port", type=int, default=8000, metavar="N", help="default: %(default)s")
    command.set_defaults(run=serve)
    return parser


def _say_where(command: argparse.ArgumentParser) -> None:
    """Which assignment, and where its grades are."""
    command.add_argument("--assignment", default="adagrad", metavar="NAME", help="which assignment (default: %(default)s)")
    command.add_argument("--course", type=Path, metavar="DIR", help="where gradebook, feedback and reports are kept (default: course/ of the checkout)")
    does = "keep the gradebook there, e.g. postgresql+psycopg://user@host/name (default: gradebook.db in the course folder)"
    command.add_argument("--db", metavar="URL", default=os.environ.get(DATABASE), help=f"{does}; ${DATABASE} says it for formgrader, too")


def _extension(text: str) -> tuple[str, float]:
    student, equals, hours = text.rpartition("=")
    try:
        if student and 0 <= float(hours) < 24 * 366:
            return student, float(hours)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not STUDENT=HOURS, as in ada=48")


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number ≥ 1")
    return number


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        return chosen.run(chosen) or 0
    except KeyboardInterrupt:
        print("Stopped. What was done is kept; the same command goes on from there.", file=sys.stderr)
        return 130
    except CourseError as error:
        print(f"adaptive-lr: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if error.filename and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR):
            print(f"adaptive-lr: {error.filename}: {error.strerror}. Is it yours to read, and to write into?", file=sys.stderr)
            return 2
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        print(f"adaptive-lr: {error.strerror}. Make some room; what was done is kept, and the same command goes on from there.", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"adaptive-lr: the Python package {error.name} is missing, which instructors' commands need.", file=sys.stderr)
        print("In the checkout of the course, `make setup` installs it, or pip install -e '.[course]'.", file=sys.stderr)
        return 2
