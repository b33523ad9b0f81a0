"""What a check says: rich in a notebook, plain in a terminal, the same words."""

from __future__ import annotations

import html
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .slips import Slip

GOOD, BAD, UNSEEN = "✓", "✗", "–"
ALONE = " (earns nothing by itself)"
KEPT_BACK = "Which numbers these were is not told."
UNSTEADY = "Asked the same twice, it gave two answers. Does it keep something from call to call, or draw random numbers? All it needs is in its arguments."
RECORD = "application/vnd.adaptive-lr.report+json"


@dataclass(frozen=True)
class PartReport:
    """A property on trial: its share of the score, and for each case why it failed ("" if it did not).

    seen: whether it can be told at all.  course: whether it is tried on a course of events, so that a failure says at which of them.
    """

    name: str
    share: float
    failures: list[str]
    seen: bool = True
    course: bool = False

    @property
    def holds(self) -> bool:
        return not any(self.failures)

    def __str__(self):
        sign = (GOOD if self.holds else BAD) if self.seen else UNSEEN
        return f"{sign} {self.name}{ALONE if self.holds and not self.share else ''}"


@dataclass(frozen=True)
class Report:
    """The verdict on one answer.

    task: by its name.  parts: property by property.  slips: the mistakes recognised, none, one or two.  remarks: what else was noticed.
    trouble: why nothing could be tried.  of_kind: what to say of it where its words may hold numbers that were tried.
    unsteady: whether it gave two answers to the same question, so that no mistake can be told by what it gives.
    begun: False where the answer is still the handed-out stub.  picture: SVG, or "".
    again: whether other numbers were tried than those that a student's own check tries. Of those nothing is shown, neither in words nor in a picture.
    worth: the points that the task is worth, where it is known.
    """

    task: str
    parts: list[PartReport] = field(default_factory=list)
    slips: tuple[Slip, ...] = ()
    remarks: list[str] = field(default_factory=list)
    trouble: str = ""
    of_kind: str = ""
    begun: bool = True
    unsteady: bool = False
    again: bool = False
    worth: float | None = None
    picture: str = field(default="", repr=False)

    @property
    def score(self) -> float:
        """The share of the points earned, in [0, 1]."""
        return round(sum(part.share for part in self.parts if part.holds), 9)

    def points(self, of: float) -> float:
        """The points earned of so many, to a hundredth: nbgrader's partial credit."""
        return round(of * self.score, 2)

    @property
    def headline(self) -> str:
        other = " with other numbers" if self.again else ""
        if self.trouble:
            return f"{self.task}{other}: {self.again and self.of_kind or self.trouble}."
        if self.score == 1:
            return f"{self.task} is right{other}" + (f": {', '.join(part.name for part in self.parts)}." if len(self.parts) > 1 else ".")
        if len(self.parts) == 1:
            return f"{self.task}{other}: not right yet."
        held = sum(part.holds for part in self.parts)
        points = "" if self.worth is None else f" {self.points(self.worth):g} of {self.worth:g} points."
        return f"{self.task}{other}: {held} of {len(self.parts)} properties hold.{points}"

    @property
    def failures(self) -> list[str]:
        """Case by case, in the order of the parts, why it failed; "" where it did not."""
        return [failure for part in self.parts for failure in part.failures]

    @property
    def first_failure(self) -> list[str]:
        """Where the answer first parts from the right one, in numbers: in a single call and, if that is not the first of all, in a course of them.

        They are kept back where other numbers were tried.
        """
        failing = [part for part in self.parts if not part.holds]
        first = failing[:1]
        if first and not first[0].course and first[0] is not self.parts[0]:
            first += [part for part in failing if part.course][:1]
        return [KEPT_BACK] if first and self.again else [next(filter(None, part.failures)) for part in first]

    @property
    def likely(self) -> list[str]:
        """What probably went wrong, in sentences."""
        if not self.parts or self.score == 1:
            return []
        remarks = [UNSTEADY] if self.unsteady else [] if self.again else self.remarks  # which may hold numbers
        if not self.slips:
            return remarks
        return [" ".join([f"It looks as if {' And: '.join(map(str, self.slips))}", *remarks]).strip()]

    def __repr__(self):
        if self.score == 1:
            return self.headline
        lines = [f"  {part}" for part in self.parts if len(self.parts) > 1]
        return "\n".join([self.headline, *lines, *self.first_failure, *self.likely])

    def _repr_mimebundle_(self, include=None, exclude=None):
        """For people twice, and once for whoever collects what a class got wrong."""
        record = {"task": self.task, "score": self.score, "begun": self.begun, "mistakes": [slip.name for slip in self.slips]}
        troubles = [self.of_kind.partition(". ")[0] or "an answer that can be tried"]  # in words that two with the same trouble have in common
        record["failed"] = troubles if self.trouble else [part.name for part in self.parts if not part.holds]
        return {"text/plain": repr(self), "text/html": self._as_html(), RECORD: record}

    def _as_html(self):
        return f'<div style="{_BOX}{_EDGE[self.score == 1]}"><b>{html.escape(self.headline)}</b>{self._rows() if self.score < 1 else ""}</div>'

    def _rows(self):
        properties = "".join(f"<div>{html.escape(str(part))}</div>" for part in self.parts if len(self.parts) > 1)
        told = "".join(f'<div style="margin-top:.4em">{html.escape(sentence)}</div>' for sentence in [*self.first_failure, *self.likely])
        return properties + told + (f'<div style="margin-top:.4em">{self.picture}</div>' if self.picture and not self.again else "")


_BOX = "padding:.4em .8em;max-width:46em;line-height:1.45;border-left:.3em solid "
_EDGE = {True: "#009e73", False: "#d55e00"}


def in_brief(value: Any) -> str:
    """Numbers, or whatever came in their place, short enough for a sentence."""
    try:
        if value is None or isinstance(value, str):
            return f"{value!r:.80}"
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of an imaginary part that would be lost
            numbers = np.asarray(value, dtype=float)
    except Exception:  # whatever a student's object does
        return _represented(value)
    text = np.array2string(numbers, threshold=12, edgeitems=2, separator=", ", formatter={"float_kind": "{:.6g}".format})
    return " ".join(text.split())


def _represented(value: Any) -> str:
    try:
        return f"{value!r:.80}"
    except Exception:  # whatever a student's object does
        return f"something of the type {type(value).__name__}"
