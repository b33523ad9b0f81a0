"""Tasks whose answer is not a function: a number, often from numbers of one's own; a choice; settings that reach a goal."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .outcomes import Outcome, Trouble, fitted, outcome, silently
from .report import PartReport, Report, in_brief
from .slips import Slip, edited
from .task import Task

NOT_YET = "not done yet"


def same_name(student: str) -> str:
    """The name as everyone may write it: LiKim is likim, and ö is one letter, also where a system's file names make two of it."""
    return unicodedata.normalize("NFC", student.casefold()).strip()


def nobody(student: str) -> bool:
    """Whether the student has not told who it is."""
    return not student.strip(". ")


@dataclass(frozen=True)
class Number(Task):
    """A number, or several, to be predicted or worked out from numbers that are each student's own.

    reference: the student's numbers -> the answer; mistakes are changes of its source.  draw: generator -> the numbers, by name.
    within: how far off an answer may be, as a share of the right one.
    """

    name: str
    reference: Callable
    draw: Callable[[np.random.Generator], dict[str, float]]
    slips: tuple[Slip, ...] = ()
    within: float = 0.01

    def numbers(self, student: str) -> dict[str, float]:
        """The same for a student each time, and different from student to student. Drawn again where two mistakes, or one and the right answer, meet.

        Raises ValueError where two always meet.
        """
        seed = hashlib.sha256(f"{self.name} {same_name(student)}".encode(errors="surrogatepass")).digest()
        rng = np.random.default_rng(list(seed))
        for _ in range(1000):
            if self._all_part(given := self.draw(rng)):
                return given
        raise ValueError(f"{self.name}: two of its answers, wrong or right, are within the tolerance for all numbers")

    def _all_part(self, given: dict[str, float]) -> bool:
        """Whether no answer is near enough to two of the programs, the right one and the wrong ones."""
        answers = [np.asarray(program(**given), dtype=float) for program in (self.reference, *map(self.wrong, self.slips))]
        return not any(
            one.shape == other.shape and np.all(np.abs(one - other) <= 2 * self.within * np.maximum(np.abs(one), np.abs(other)))
            for one, other in itertools.combinations(answers, 2)
        )

    def wrong(self, slip: Slip) -> Callable:
        """The function of someone who makes this mistake."""
        return edited(self.reference, *slip.changes)

    def examine(self, answer, seed=0, student=""):
        if answer is None or answer is ...:
            return Report(self.name, trouble=NOT_YET, begun=False)
        mine, given = _as_numbers(answer, "the answer"), self.numbers(student)
        if nobody(student):
            nobodys = "this could be right for nobody's numbers only. Put your id into the cell at the top, and run this task's cells again"
            return Report(self.name, trouble=nobodys)
        if np.ndim(self.reference(**given)) == 0 and (comma := _with_a_comma(answer)):
            return Report(self.name, trouble=f"{in_brief(answer)} was given for the answer: Python writes a decimal point, {comma}")
        if isinstance(mine, Trouble):
            return Report(self.name, trouble=mine.why)

        def close(function: Callable) -> bool:
            right = np.asarray(function(**given), dtype=float)
            number = fitted(mine[0], right)
            return number.shape == right.shape and bool(np.all(np.abs(number - right) <= self.within * np.abs(right)))

        if close(self.reference):
            return Report(self.name, [PartReport("the number", 1.0, [""])])
        slips = next(((slip,) for slip in self.slips if close(self.wrong(slip))), ())
        return Report(self.name, [PartReport("the number", 1.0, [f"{in_brief(answer)} is not the number for {_told(given)}."])], slips)


@dataclass(frozen=True)
class Choice(Task):
    """One of several answers, by its letter.

    right: the letter.  why_not: for every other letter, the thought behind it and what is wrong with it.
    """

    name: str
    right: str
    why_not: dict[str, Slip]

    @property
    def slips(self) -> tuple[Slip, ...]:
        return tuple(self.why_not.values())

    def examine(self, answer: Any, seed=0, student=""):
        if answer is None or answer is ...:
            return Report(self.name, trouble=NOT_YET, begun=False)
        letter = answer.strip(" .()").lower() if isinstance(answer, str) else ""
        letters = sorted([self.right, *self.why_not])
        if letter not in letters:
            return Report(self.name, trouble=f"the answer is {in_brief(answer)}, where one of {', '.join(map(repr, letters))} was expected")
        chosen = self.why_not.get(letter)
        return Report(self.name, [PartReport("the choice", 1.0, [f"{letter!r} is not it." if chosen else ""])], (chosen,) if chosen else ())


@dataclass(frozen=True)
class Tuned(Task):
    """Settings that reach a goal within a budget: any that do are right.

    run: the settings, by name -> the loss at the end.  goal: what it has to come below.  settings: their names.
    why: the loss and the settings -> the mistake that they look like, or None.
    """

    name: str
    run: Callable[..., float]
    goal: float
    settings: tuple[str, ...]
    why: Callable[..., Slip | None]
    slips: tuple[Slip, ...] = ()

    def examine(self, answer: Any, seed=0, student=""):
        if answer is None or answer is ...:
            return Report(self.name, trouble=NOT_YET, begun=False)
        wanted = f"{{{', '.join(f'{name!r}: …' for name in self.settings)}}}"
        if not isinstance(answer, dict) or set(answer) != set(self.settings):
            return Report(self.name, trouble=f"the answer is {in_brief(answer)}, where {wanted} was expected")
        numbers = {name: _as_numbers(value, name) for name, value in answer.items()}
        if trouble := next((number for number in numbers.values() if isinstance(number, Trouble)), None):
            return Report(self.name, trouble=f"these settings cannot be used: {trouble.why}")
        try:
            answer = {name: float(fitted(number, np.zeros(()))) for name, (number,) in numbers.items()}
            loss = float(silently(lambda: self.run(**answer)))
        except (TypeError, ValueError, OverflowError) as error:
            return Report(self.name, trouble=f"these settings cannot be used: {error}")
        if loss < self.goal:
            return Report(self.name, [PartReport("the goal", 1.0, [""])])
        slip = self.why(loss, **answer)
        ended = f"it ends at a loss of {loss:.3g}" if np.isfinite(loss) else "it diverges"
        return Report(self.name, [PartReport("the goal", 1.0, [f"With {_told(answer)} {ended}; wanted: less than {self.goal:g}."])], (slip,) if slip else ())


def _with_a_comma(answer: Any) -> str:
    """What was meant by 0,27, which Python takes for two numbers, or by "0,27"; nothing where no comma was meant for a point."""
    if isinstance(answer, str):
        return answer.strip().replace(",", ".") if re.fullmatch(r"[-+]?\d+,\d+", answer.strip()) else ""
    if isinstance(answer, tuple) and len(answer) == 2 and all(type(part) is int for part in answer) and answer[1] >= 0:
        return f"{answer[0]}.{answer[1]}"
    return ""


def _as_numbers(answer: Any, name: str) -> Outcome:
    if answer is None:
        return Trouble(f"{name} is None, where a number was expected")
    return outcome(lambda given: given, answer, (name,))


def _told(given: dict[str, float]) -> str:
    return ", ".join(f"{name} = {value:g}" for name, value in given.items())
