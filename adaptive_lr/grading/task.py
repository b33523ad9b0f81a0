"""What all tasks share."""

from __future__ import annotations

from typing import Any

from .report import Report
from .slips import Slip


class Task:
    """What all tasks share: a name, which is that of the function asked for where one is, and a verdict on any answer."""

    name: str
    slips: tuple[Slip, ...]

    def examine(self, answer: Any, seed: int = 0, student: str = "") -> Report:
        """The verdict on an answer, whatever it is.

        seed: of the numbers that it is tried with.  student: whose answer it is, where each has numbers of their own.
        """
        raise NotImplementedError
