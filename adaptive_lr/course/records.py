"""What a run leaves for the next one about a submission, so that what has not changed is not graded again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Record:
    """The defaults are what is known of a submission whose grading did not come to its end: nothing but that it was there."""

    key: str = ""  # a digest of what was graded, and with what
    notes: list[str] = field(default_factory=list)  # what had to be done to it, and what the limits did
    limits: list[str] = field(default_factory=list)  # of the notes, those on limits that it met
    page: str = ""  # a digest of what its feedback page shows
    marked: dict[str, str] = field(default_factory=dict)  # grade id → digest of the answer that a person's mark was given for

    @classmethod
    def read(cls, path: Path) -> Record:
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):  # none yet, cut short, or of another version: it is all found out anew
            return cls()

    def write(self, path: Path) -> None:
        write(path, json.dumps(asdict(self)))


def record_path(course: Path, assignment: str, student: str) -> Path:
    return course / "records" / assignment / f"{student}.json"


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
