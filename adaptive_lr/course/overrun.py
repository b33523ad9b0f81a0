"""A limit on all that is done for one submission, for what the grader does outside the kernels has none of its own.

It may be in one long call that gives no other Python a turn, a regular expression's say. So it is no Python that ends it: faulthandler's
watch writes where the process was, and ends the process. Whoever is given the same work then finds the note, and does not try again.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.apps import NbGraderAPI

from .isolation.execute import ExecuteIsolated
from .limits import ExecuteWithinLimits

KERNELS = 180  # seconds beside what a notebook's cells may take: two kernels that start on a slow machine, a last cell that is waited for
OTHERS = 300  # seconds for all else, which takes one or two: the database, the feedback pages
ENDED = "Timeout ("  # how faulthandler's notes begin


def limit(api: NbGraderAPI, notebooks: int) -> float | None:
    """Seconds for a submission of so many notebooks, in all: Submissions.seconds, or more than its cells may take; None where those have no limit."""
    if given := api.config.Submissions.get("seconds"):
        return float(given)
    kind = ExecuteWithinLimits if api.config.Submissions.get("trusted") else ExecuteIsolated
    cells = kind(config=api.config)
    return notebooks * (cells.notebook_timeout + cells.timeout + KERNELS) + OTHERS if cells.timeout > 0 else None


@contextmanager
def at_most(seconds: float | None, note: Path, work: str) -> Iterator[None]:
    """End this process if the block takes longer. `note`: the file that then tells so, of this `work`."""
    if seconds is None:
        yield
        return
    note.parent.mkdir(parents=True, exist_ok=True)
    with open(note, "w", encoding="utf-8") as file:
        file.write(f"{work}\n")
        file.flush()
        faulthandler.dump_traceback_later(seconds, exit=True, file=file)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            note.unlink(missing_ok=True)


def overran(note: Path, work: str) -> bool:
    """Whether a process was ended over this work."""
    try:
        return note.read_text(encoding="utf-8", errors="replace").startswith(f"{work}\n{ENDED}")
    except OSError:
        return False


def put_aside(note: Path, to: Path) -> None:
    """Keep what the note says for people. From here on the work may be tried again."""
    to.parent.mkdir(parents=True, exist_ok=True)
    os.replace(note, to)
