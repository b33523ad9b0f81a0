"""Coding tasks of one kind: one update of a rule, (x, g, state …, hyperparameters …) -> the new x, the new state …"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from .. import problems
from ..rule import Array, Rule
from .coding import LEFT_ALONE, Case, Coding, Part, left_alone
from .outcomes import Outcome, Trouble, in_words, listed, silently
from .pictures import paths
from .report import PartReport, in_brief
from .slips import Slip, edited

RANGES = {"lr": (0.1, 1.0), "beta": (0.3, 0.9), "beta1": (0.3, 0.9), "beta2": (0.3, 0.9), "eps": (0.2, 1.0)}  # a large ε: at 10⁻⁸ a misplaced one hides
CALM = {"lr": 0.3, "beta": 0.9, "beta1": 0.9, "beta2": 0.99, "eps": 1e-6}  # for the picture
GREEK = {"lr": "η", "beta": "β", "beta1": "β₁", "beta2": "β₂", "eps": "ε"}


def update(rule, t, lr, x, g, state):
    """One update: the new x and the new state. Mistakes are made here, or in the rule's own step."""
    direction, rate, new = rule.step(t, lr, g, state)
    return x - rate * direction, *new


def _told(fails: Callable[..., str], answer: Callable, seed: int) -> str:
    """Why an answer lacks a property, in a sentence, also where it cannot be tried."""
    try:
        return fails(answer, seed)
    except (Exception, SystemExit) as error:  # whatever a student's function does
        return f"{in_words(error)}."


@dataclass(frozen=True)
class Step(Coding):
    """One update of a rule.

    rule: the reference.  state: the names of its state, as in its equation.  signed: those of them that can be negative.
    clock: whether the answer is given t.  open_forms: changes of the rule that count as right too.
    faint: whether gradients of 1e-9 are tried as well, for a rule that divides by their size and adds nothing to it.
    """

    rule: type[Rule]
    state: tuple[str, ...]
    slips: tuple[Slip, ...]
    signed: tuple[str, ...] = ()
    clock: bool = False
    open_forms: tuple[Slip, ...] = ()
    faint: bool = False

    @property
    def name(self) -> str:
        return f"{self.rule.__name__.lower()}_step"

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of the hyperparameters."""
        return tuple(field.name for field in fields(self.rule))

    @property
    def signature(self) -> str:
        return ", ".join(["x", "g", *self.state, *["t"] * self.clock, *self.settings])

    @property
    def results(self) -> tuple[str, ...]:
        return tuple(f"the new {name}" for name in ("x", *self.state))

    def right(self):
        return tuple(self.wrong(form) if form else self._function(self.rule, update) for form in (None, *self.open_forms))

    def wrong(self, *slips):
        here, there = [], []
        step_of_rule = self.rule.step
        for change in (change for slip in slips for change in slip.changes):
            try:
                edited(update, change)
                here.append(change)
            except ValueError:
                there.append(change)
        wrong_rule = type(self.rule.__name__, (self.rule,), {"step": edited(step_of_rule, *there)}) if there else self.rule
        return self._function(wrong_rule, edited(update, *here) if here else update)

    def _function(self, rule: type[Rule], update: Callable) -> Callable:
        """The update in the student's signature."""

        def function(x, g, *rest):
            state, settings = rest[: len(self.state)], rest[-len(self.settings) :]
            t = rest[len(self.state)] if self.clock else 1
            x, *new = update(rule(*settings), t, settings[0], x, g, state)
            return (x, *new) if self.state else x

        return function

    def parts(self, seed):
        rng = np.random.default_rng(seed)
        first = [self._call(rng, t=1, size=size, fresh=True) for size in (3, 1)]
        later = [self._call(rng, t=t, size=size) for t, size in ((2, 3), (7, 5), (30, 1))]
        sparse, still = self._call(rng, t=1, size=5, fresh=True, zeros=[0, 1]), self._call(rng, t=3, size=3, zeros=[0, 1, 2])
        (x, g), (state, settings) = np.round(2 * rng.normal(size=(2, 3)), 2), self._draw(rng, 3, fresh=False)
        arguments = x, g, *state, *self._time(2), *settings
        faint = [self._call(rng, t=1, size=2, fresh=True, scale=1e-9)] if self.faint else []
        return (
            Part("the first step", 0.25, tuple(first)),
            Part("later steps, by the time index t" if self.clock else "a later step", 0.25, tuple(later)),
            Part("ten steps, one after another", 0.2, (self._run(rng),)),
            Part("sparse, zero and tiny gradients" if faint else "sparse and zero gradients", 0.15, (sparse, still, *faint)),
            Part(LEFT_ALONE, 0.15, left_alone(self.signature.split(", "), arguments, self.results), foreseeable=True),
        )

    def examine(self, answer, seed=0, student=""):
        """Try a step on all parts of its task, name the mistake if there is one, and say what else holds, which earns nothing on its own."""
        report = super().examine(answer, seed, student)
        if not report.parts or report.score == 1:
            return report
        misshapen, unused = _told(self._misshapen, answer, seed), _told(partial(self._unused, names=self.settings), answer, seed)
        properties = PartReport("shape and dtype", 0.0, [misshapen]), PartReport("hyperparameters used", 0.0, [unused], seen=not misshapen)
        return replace(report, parts=[*report.parts, *properties])

    def _draw(self, rng, size: int, fresh: bool) -> tuple[list[Array], list[float]]:
        state = [np.zeros(size) if fresh else (rng.normal(size=size) if name in self.signed else rng.uniform(0.5, 3, size)) for name in self.state]
        return state, [round(rng.uniform(*RANGES[name]), 2) for name in self.settings]

    def _call(self, rng, t: int, size: int, fresh: bool = False, zeros=(), scale: float = 1.0) -> Case:
        """The update number t of an x of so many numbers, for gradients of about this scale."""
        (x, g), (state, settings) = np.round(2 * rng.normal(size=(2, size)), 2), self._draw(rng, size, fresh)
        g[list(zeros)] = 0
        g = scale * g
        if size == 1:  # too large for one step to lead to 0, where nothing but rounding would be left of a right answer
            x = x + 5 * np.sign(x)
        return Case(
            f"For {self._told(x, g, state, t, settings)}",
            self.results,
            lambda step: step(*map(np.copy, (x, g)), *map(np.copy, state), *self._time(t), *settings),
        )

    def _run(self, rng) -> Case:
        """Ten updates from an empty memory, down given gradients."""
        x0, gradients, (state0, settings) = np.round(rng.normal(size=3), 2), 2 * rng.normal(size=(10, 3)), self._draw(rng, 3, fresh=True)

        def run(step):
            return self._course(step, x0, state0, settings, lambda place, x: gradients[place], len(gradients))

        named = ", ".join(f"{GREEK[name]} = {value:g}" for name, value in zip(self.settings, settings))
        return Case(f"From x = {in_brief(x0)}, with {named}", ("x",), run, along="update")

    def _course(self, step, x0, state0, settings, gradient: Callable[[int, Array], Array], updates: int) -> Outcome | Array:
        """x0, and where so many updates lead, each down the gradient at its place and point."""
        x, state, seen = x0, state0, [x0]
        for place in range(updates):
            x, *state = self._new(step(np.copy(x), np.copy(gradient(place, x)), *map(np.copy, state), *self._time(place + 1), *settings))
            if x.shape != x0.shape:  # it would grow with every update, if only by what comes back beside it
                return Trouble(f"after update {place + 1} the new x has shape {x.shape}, where x has {x0.shape}")
            seen.append(x)
        return np.array(seen)

    def _new(self, given) -> list:
        """The new x and the new state, as a step returned them."""
        given = listed(given)
        if not self.state:
            given = given if isinstance(given, tuple) and len(given) == 1 and np.ndim(given[0]) else (given,)
        return list(map(np.asarray, given))

    def _time(self, t: int) -> tuple[int, ...]:
        return (t,) if self.clock else ()

    def _told(self, x, g, state, t, settings) -> str:
        arrays = [
            f"{name} = {np.array2string(array, separator=', ', formatter={'float_kind': '{:.3g}'.format})}"
            for name, array in zip(("x", "g", *self.state), (x, g, *state))
        ]
        time = [f"t = {t}"] * self.clock
        return ", ".join([*arrays, *time, *(f"{GREEK[name]} = {value:g}" for name, value in zip(self.settings, settings))])

    def remarks(self, answer, seed) -> Iterator[str]:
        """A wrong shape or kind of number; or else, since whole numbers may hide what they depend on, arguments that change nothing."""
        try:
            yield from filter(None, [self._misshapen(answer, seed) or self._unused(answer, seed, self.signature.split(", "))])
        except Exception:  # told as a failure of the parts
            return

    def _arguments(self, seed: int, size: int) -> list:
        rng = np.random.default_rng(seed)
        (x, g), (state, settings) = rng.normal(size=(2, size)), self._draw(rng, size, fresh=False)
        return [x, g, *state, *self._time(4), *settings]

    def _results(self, answer, arguments: list) -> list[Array]:
        return silently(lambda: self._new(answer(*map(np.copy, arguments))))

    def _unused(self, answer, seed: int, names: Iterable[str]) -> str:
        """Which of the arguments of these names change nothing, in sentences."""
        given = self._arguments(seed, 3)
        before, idle = self._results(answer, given), []
        for place, name in enumerate(self.signature.split(", ")):
            other = 0.9 * given[place] if name in self.settings else given[place] + 1
            if name in names and all(map(np.array_equal, before, self._results(answer, [*given[:place], other, *given[place + 1 :]]))):
                idle.append(f"Your answer does not depend on {name}.")
        return " ".join(idle)

    def _misshapen(self, answer, seed: int) -> str:
        """Why what comes back has not the shape and the kind of what went in, in a sentence."""
        for size in (3, 1, 5):
            for name, array in zip(self.results, self._results(answer, self._arguments(seed, size))):
                if array.shape != (size,):
                    return f"For an x of shape {(size,)}, {name} has shape {array.shape}."
                if array.dtype.kind != "f":
                    return f"{name.capitalize()} has the dtype {array.dtype}, which keeps no fractions."
        return ""

    def in_numbers(self, answer) -> str:
        """The first step at the rule's own defaults, as a multiple of the right one."""
        settings = [getattr(self.rule(), name) for name in self.settings]

        def first(step):
            x, *_ = self._new(step(np.zeros(1), np.ones(1), *(np.zeros(1) for _ in self.state), *self._time(1), *settings))
            return float(np.ravel(x)[0])

        try:
            ratio = silently(first, answer) / silently(first, self.right()[0])
        except Exception:  # told as a failure of the parts
            return ""
        if not 0 < ratio < np.inf or abs(ratio - 1) < 0.005:  # a step the other way, or none, needs no number
            return ""
        times = np.format_float_positional(ratio, precision=3, fractional=False, trim="-")
        return f"With the usual settings and g = 1 your very first step is {times} times the right one."

    def picture(self, answer) -> str:
        """Forty updates on a ravine: the answer's path and the reference's."""
        scaled = {"beta2", "eps"} & set(self.settings)  # whether the rule divides by the size of its gradients
        settings = [CALM[name] if scaled or name != "lr" else 0.02 for name in self.settings]

        def path(step):
            start = np.array([-4.0, 2.0]), [np.zeros(2)] * len(self.state)
            return np.asarray(self._course(step, *start, settings, lambda place, x: problems.ravine.grad(x), 40), dtype=float)

        try:
            return paths(silently(path, answer), silently(path, self.right()[0]), ("x₁", "x₂"))
        except Exception:  # a picture is an extra
            return ""
