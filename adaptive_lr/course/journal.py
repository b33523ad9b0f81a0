"""The log of a course folder's runs: logs/<assignment>.log for people, and .jsonl, a line of JSON for each submission, for machines."""

from __future__ import annotations

import json
import os
from datetime import datetime
from errno import ENOSPC
from importlib.metadata import version
from pathlib import Path

from . import provenance
from .shown import printable
from .submission import Ended, Submission


class Journal:
    """Lines are added as submissions end, so that an interrupted run leaves what it did."""

    def __init__(self, course: Path, assignment: str, tests: str):
        folder = course / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        self.for_people, self.for_machines = folder / f"{assignment}.log", folder / f"{assignment}.jsonl"
        self.tests, self.software = tests, provenance.software()
        self.versions = provenance.versions() | {"adaptive-lr": version("adaptive-lr")}

    def run_begins(self, students: int) -> None:
        self._add(self.for_people, f"{_now()}  a run over {students} submissions, {', '.join(f'{name} {number}' for name, number in self.versions.items())}")

    def ended(self, submission: Submission, ended: Ended) -> None:
        result = ended.result
        entry = {"time": _now(), "student": result.student, "assignment": result.assignment, "status": result.status, "score": result.score}
        entry |= {"reason": result.reason, "ran": ended.ran, "seconds": round(ended.seconds, 3), "limits": list(ended.limits)}
        entry |= {"submission": submission.content if submission.texts else None, "tests": self.tests, "software": self.software, "versions": self.versions}
        self._add(self.for_machines, json.dumps(entry))
        score = "" if result.score is None else f" {result.score:g}"
        how = f"in {ended.seconds:.1f} s" if ended.ran else "not run" if ended.seconds else "as before"
        self._add(self.for_people, f"{entry['time']}  {result.student}: {result.status}{score}, {how}{'; ' if result.reason else ''}{result.reason}")

    def _add(self, file: Path, line: str) -> None:
        """The whole line or, on a full disk, nothing of it: the next one would go on where it ends."""
        entry = f"{printable(line)}\n".encode()
        with open(file, "ab", buffering=0) as log:
            whole = log.tell()
            if log.write(entry) < len(entry):
                log.truncate(whole)
                raise OSError(ENOSPC, os.strerror(ENOSPC), str(file))


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
