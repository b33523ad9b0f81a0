"""Coding tasks of another kind: a learning-rate schedule, (t, settings …) -> the rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

import numpy as np

from ..schedules import CheckedSchedule
from .coding import Case, Coding, Part
from .functions import told
from .outcomes import Trouble, listed, out_of_bracket, silently
from .pictures import paths
from .report import in_brief
from .slips import Slip, edited


@dataclass(frozen=True)
class Curve(Coding):
    """A schedule as a function of t and of its settings.

    name: of the function.  schedule: the reference.  settings: generator of random numbers -> the reference's fields, in their order.
    until: the t up to which each is tried.  besides: the settings and the times of further trials, where something is to be seen only there.
    """

    name: str
    schedule: type[CheckedSchedule]
    slips: tuple[Slip, ...]
    settings: Callable[[np.random.Generator], tuple]
    until: int
    besides: Callable[[np.random.Generator], list[tuple[tuple, range]]] = lambda rng: []

    @property
    def signature(self) -> str:
        return ", ".join(["t", *(field.name for field in fields(self.schedule))])

    def right(self):
        return (self._function(self.schedule),)

    def wrong(self, *slips):
        changed = edited(self.schedule.__call__, *(change for slip in slips for change in slip.changes))
        return self._function(type(self.schedule.__name__, (self.schedule,), {"__call__": changed}))

    def _function(self, schedule: type) -> Callable:
        return lambda t, *settings: schedule(*settings)(t)

    def parts(self, seed):
        rng = np.random.default_rng(seed)
        first, other, third = (self.settings(rng) for _ in range(3))
        return (
            Part("the beginning", 0.2, (self._along(first, range(1)), self._along(other, range(1)))),
            Part("the course", 0.4, (self._along(first, range(self.until)), self._along(other, range(self.until)))),
            Part("long after", 0.2, (self._along(third, range(5 * self.until, 6 * self.until)),)),
            Part("other settings", 0.2, (self._along(third, range(self.until)), *(self._along(*trial) for trial in self.besides(rng)))),
        )

    def _along(self, settings: tuple, times: range) -> Case:
        named = ", ".join(f"{field.name} = {told(value) if callable(value) else format(value, 'g')}" for field, value in zip(fields(self.schedule), settings))
        says = f"With {named}" + (f", from t = {times.start} on" if times.start else "")
        return Case(says, ("the rate",), lambda rate: rates(rate, settings, times), along="t =" if not times.start else "place")

    def picture(self, answer) -> str:
        settings, times = self.settings(np.random.default_rng(0)), np.arange(2 * self.until)

        def course(rate):
            return np.transpose([times, rates(rate, settings, times.tolist())]).astype(float)

        try:
            return paths(silently(course, answer), silently(course, self.right()[0]), ("t", "rate"))
        except Exception:  # a picture is an extra
            return ""


def rates(rate: Callable, settings: tuple, times: Iterable[int]) -> list | Trouble:
    """One rate for each time; or what stands in the place of one, since the list is not the student's."""
    given = {t: out_of_bracket(listed(rate(t, *settings))) for t in times}
    for t, several in given.items():
        if isinstance(several, list | tuple) or np.ndim(several):
            return Trouble(f"at t = {t} it returns {in_brief(several)}, where one number was expected, the rate at this t")
    return list(given.values())
