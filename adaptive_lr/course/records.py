"""What a run leaves for the next one about a submission, so that what has not changed is not graded again."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import CourseError
from .shown import printable

LONGEST_NAME = 128  # characters of a student's name: nbgrader's database has no room for more
LONGEST_FILE = 240  # bytes of the same: file systems take 255, with our endings


@dataclass(frozen=True)
class Record:
    """The defaults are what is known of a submission whose grading did not come to its end: nothing but that it was there."""

    key: str = ""  # a digest of what was graded, and with what
    content: str = ""  # of what was graded alone
    gradebook: str = ""  # what the gradebook then knew of it: it may be another now, or put back to an earlier state
    ungraded: str = ""  # why it has no grade, although it could be graded
    notes: list[str] = field(default_factory=list)  # what had to be done to it, and what the limits did
    limits: list[str] = field(default_factory=list)  # of the notes, those on limits that it met
    page: str = ""  # a digest of what its feedback page shows
    pageless: str = ""  # why it has no page
    came: str = ""  # when the work came, as far as it was ever told
    marked: dict[str, str] = field(default_factory=dict)  # grade id → digest of the answer that a person's mark was given for

    @classmethod
    def read(cls, path: Path) -> Record:
        try:
            record = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):  # none yet, cut short, or of another version: it is all found out anew
            return cls()
        return record if all(type(value) is type(usual) for value, usual in zip(vars(record).values(), vars(cls()).values())) else cls()

    def write(self, path: Path) -> None:
        write(path, json.dumps(asdict(self)))


def record_path(course: Path, assignment: str, student: str) -> Path:
    return course / "records" / assignment / f"{student}.json"


def can_be_kept(student: str) -> bool:
    """Whether files and the gradebook can have the name of this folder of somebody's."""
    return len(student) <= LONGEST_NAME and len(student.encode(errors="replace")) <= LONGEST_FILE and printable(student) == student


@contextmanager
def alone_in(course: Path) -> Iterator[None]:
    """Let no other command write into this course folder meanwhile. The lock is the system's, and goes with the process. Raises CourseError."""
    course.mkdir(parents=True, exist_ok=True)
    with open(course / ".lock", "a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(f"Another command is at work in {course}.\nWait until it has ended; if it hangs, stop it with Ctrl-C.") from None
        except OSError:  # some shared folders have no locks: there it is up to people
            pass
        yield


def recorded(course: Path, assignment: str) -> dict[str, Path]:
    """Student → record, of all whom earlier runs saw."""
    return {path.name.removesuffix(".json"): path for path in record_path(course, assignment, "*").parent.glob("*.json")}


def digest(*parts: str | bytes) -> str:
    hashes = [hashlib.sha256(part.encode(errors="backslashreplace") if isinstance(part, str) else part).digest() for part in parts]
    return hashlib.sha256(b"".join(hashes)).hexdigest()


def write(path: Path, text: str) -> None:
    """Write a file in one step: an interruption leaves the old one or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(text, encoding="utf-8", errors="backslashreplace")
    unfinished.replace(path)
