"""Tasks that ask for a function: it is put to the same calls as the right one and as every known wrong one."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from .outcomes import Outcome, Trouble, agree, as_numbers, fitted, outcome, same
from .own_work import watched
from .report import PartReport, Report, in_brief
from .slips import Slip
from .task import Task

LEFT_ALONE = "the caller's arrays are left as they were"
UNKNOWN = "The mistake is none of those known here by name. Work the first wrong number out by hand: where do you part?"


@dataclass(frozen=True)
class Case:
    """Something that the answer is put to: one call, or a run of calls.

    says: in words, what comes before a colon and the numbers.  results: what the numbers are, one name for each array.
    run: function -> what it gave.  along: what the first axis counts from 0, if the arrays are a course of events ("update", "t =").
    hint: what to say besides when it fails.
    """

    says: str
    results: tuple[str, ...]
    run: Callable[[Callable], Any]
    along: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Part:
    """A property on trial, with its share of the score.

    foreseeable: whether it can hold without any work, since it is tried with the same numbers each time, or holds for who does nothing. It then
    counts only beside one that is not.
    """

    name: str
    share: float
    cases: tuple[Case, ...]
    foreseeable: bool = False


def copied(arguments: Iterable) -> list:
    """The arguments of a call, so that whatever the call does to arrays is forgotten after it."""
    return [np.copy(given) if isinstance(given, np.ndarray) else given for given in arguments]


def left_alone(names: list[str], arguments: tuple, results: tuple[str, ...]) -> tuple[Case, ...]:
    """That a call leaves each of the caller's arrays as it was. A call that does not give the results is none."""

    def after_a_call(function: Callable, place: int):
        given = copied(arguments)
        gave = as_numbers(function(*given), results)
        return gave if isinstance(gave, Trouble) else given[place]

    return tuple(
        Case(
            "After a call as before it",
            (f"the caller's {name}",),
            partial(after_a_call, place=place),
            hint=f"`{name} += …`, `{name}[0] = …` and the like write into the array that was handed in, by whatever name: `{name}.copy()` makes another.",
        )
        for place, (name, given) in enumerate(zip(names, arguments))
        if isinstance(given, np.ndarray)
    )


class Coding(Task):
    """A function to be written. Subclasses say what is called and what is right.

    signature: as the student writes it.  can_call: whether an answer can call what it was to be, and is watched.
    open_forms: changes of the right program that count as right too.
    """

    signature: str
    can_call = True
    open_forms: tuple[Slip, ...] = ()

    def right(self) -> tuple[Callable, ...]:
        """The right functions, in the student's signature: the reference, then the forms that the task leaves open."""
        raise NotImplementedError

    def wrong(self, *slips: Slip) -> Callable:
        """The function of someone who makes these mistakes. Raises ValueError where they cannot be made together."""
        raise NotImplementedError

    def parts(self, seed: int) -> tuple[Part, ...]:
        """What is tried, with numbers drawn from the seed. Shares sum to 1."""
        raise NotImplementedError

    def remarks(self, answer: Callable, seed: int) -> Iterator[str]:
        """What else is worth telling of a wrong answer whose mistake has no name here."""
        return iter(())

    def in_numbers(self, answer: Callable) -> str:
        """What a named mistake does, in a sentence with a number, where one helps."""
        return ""

    def picture(self, answer: Callable) -> str:
        """An SVG of the answer beside the reference, or nothing where a picture would not help."""
        return ""

    def examine(self, answer, seed=0, student=""):
        """Try a function on all parts of its task, and name the mistake if there is one."""
        report, found = self.verdict(answer, seed)
        if not found or report.score == 1 or report.unsteady:
            return report
        parts = self.parts(seed)
        cases = [case for part in parts for case in part.cases]
        failing = [(case, gave) for case, gave, failure in zip(cases, found, report.failures) if failure]
        wrong = [(case, gave) for case, gave in failing if not case.hint]
        # A mistake keeps its name, whether or not the caller's arrays are written into besides.
        judged = [(gave, case) for case, gave in zip(cases, found) if not (wrong and case.hint)]
        slips, form = diagnose(self, *zip(*judged))
        if slips:
            report = replace(report, parts=told(parts, found, list(tried(self.right()[form], cases))))
        remarks = [*filter(None, [self.in_numbers(answer)])] if slips else list(self.remarks(answer, seed))
        if wrong:
            remarks += [case.hint for case, gave in failing if case.hint and not isinstance(gave, Trouble)][:1]
        if not slips and any(not isinstance(gave, Trouble) for case, gave in wrong):
            remarks.append(UNKNOWN)
        return replace(report, slips=slips, remarks=remarks, picture=self.picture(answer))

    def verdict(self, answer: Any, seed: int) -> tuple[Report, list[Outcome]]:
        """What holds and what does not, and what the answer gave in each case: nothing if it could not be tried."""
        if not callable(answer):
            return Report(self.name, trouble=f"{self.name} is {in_brief(answer)}, where a function was expected: def {self.name}({self.signature})"), []
        if inspect.iscoroutinefunction(answer):
            return Report(self.name, trouble=f"{self.name} is written with `async def`: leave `async` out, so that it can be called"), []
        parts = self.parts(seed)
        cases = [case for part in parts for case in part.cases]
        (found, steady), borrows = watched(partial(begun_and_tried, cases), answer) if self.can_call else (begun_and_tried(cases, answer), "")
        if borrows:
            return Report(self.name, trouble=f"this answer calls {borrows}. Write it yourself, with NumPy alone"), []
        if not found:
            return Report(self.name, trouble="not done yet. If you think it is, remove the line that raises NotImplementedError", begun=False), []
        if all(isinstance(gave, Trouble) for gave in found):
            called = f"It is called as {self.name}({self.signature})"
            of_kind = f"no call gives what was asked for ({found[0].kind}). {called}"
            return Report(self.name, trouble=f"{cases[0].says}: {found[0].why}. {called}", of_kind=of_kind), []

        right = max((list(tried(form, cases)) for form in self.right()), key=lambda form: sum(map(agree, found, form)))
        return Report(self.name, told(parts, found, right), unsteady=not steady), found


def told(parts: tuple[Part, ...], found: list[Outcome], right: list[Outcome]) -> list[PartReport]:
    """Property by property, where what was found is not what a right form gives."""
    cases = [case for part in parts for case in part.cases]
    failures = dict(zip(cases, map(why_not, cases, found, right)))
    no_numbers = {case for case, gave in zip(cases, found) if isinstance(gave, Trouble)}  # of a call that fails it cannot be told what it would leave
    properties = [
        PartReport(
            part.name,
            part.share,
            [failures[case] for case in part.cases],
            seen=part.name != LEFT_ALONE or no_numbers.isdisjoint(part.cases),
            course=any(case.along for case in part.cases),
        )
        for part in parts
    ]
    if not any(report.holds for part, report in zip(parts, properties) if not part.foreseeable):
        properties = [replace(report, share=0.0) if part.foreseeable else report for part, report in zip(parts, properties)]
    return properties


def diagnose(task: Coding, found: Sequence[Outcome], cases: Sequence[Case]) -> tuple[tuple[Slip, ...], int]:
    """The mistake whose program gives what the answer gave, or the two that do together; none if none does. And in which right form, by its place in `right`."""
    forms = list(enumerate([(), *((form,) for form in task.open_forms)]))
    for together in (1, 2):
        for slips, (place, form) in itertools.product(itertools.combinations(task.slips, together), forms):
            try:
                wrong = task.wrong(*slips, *form)
            except (ValueError, SyntaxError):  # they change the same place
                continue
            if all(alike(mine, its) for mine, its in zip(found, tried(wrong, cases))):
                return slips, place
    return (), 0


def alike(mine: Outcome, its: Outcome) -> bool:
    """Whether two outcomes speak for the same mistake: also where both end in an error of one kind."""
    return agree(mine, its) or isinstance(mine, Trouble) and isinstance(its, Trouble) and mine.kind == its.kind


def begun_and_tried(cases: list[Case], function: Callable) -> tuple[list[Outcome], bool]:
    """What a function gives in each case, nothing if it is still to be written; and whether it gave the same when the first was tried once more."""
    before, *_ = tried(function, cases[:1])
    if isinstance(before, Trouble) and before.kind == NotImplementedError.__name__:
        return [], True
    found = list(tried(function, cases))
    return found, repeated(before, found[0])


def repeated(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes of one call are the same to the last digit, or both an error of one kind."""
    if isinstance(one, Trouble) or isinstance(other, Trouble):
        return alike(one, other)
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other))


def tried(function: Callable, cases: Sequence[Case]) -> Iterator[Outcome]:
    return (outcome(case.run, function, case.results) for case in cases)


def why_not(case: Case, found: Outcome, right: Outcome) -> str:
    """Where an outcome is not the right one, in a sentence; nothing where it is."""
    if agree(found, right):
        return ""
    if isinstance(found, Trouble):
        return f"{case.says}: {found.why}."
    name, mine, its = next((name, mine, its) for name, mine, its in zip(case.results, found, right) if not same(mine, its))
    mine = fitted(mine, its)
    if mine.shape != its.shape:
        return f"{case.says}: {name} should have shape {its.shape}; you have {mine.shape}."
    when = ""
    if case.along:
        first = next(row for row in range(len(its)) if not same(mine[row], its[row]))
        when, mine, its = f", at {case.along} {first}", mine[first], its[first]
    return " ".join([f"{case.says}{when}: {name} should be {in_brief(its)}; you have {in_brief(mine)}.", case.hint]).strip()
