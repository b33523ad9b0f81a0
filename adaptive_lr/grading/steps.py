"""Coding tasks of one kind: one update of a rule, (x, g, state …, hyperparameters …) -> the new x, the new state …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import numpy as np

from .. import problems
from ..rule import Array, Rule
from .coding import LEFT_ALONE, Case, Coding, Part, left_alone
from .outcomes import silently
from .pictures import paths
from .report import in_brief
from .slips import Slip, edited

RANGES = {"lr": (0.1, 1.0), "beta": (0.3, 0.9), "beta1": (0.3, 0.9), "beta2": (0.3, 0.9), "eps": (0.2, 1.0)}  # a large ε: at 10⁻⁸ a misplaced one hides
CALM = {"lr": 0.3, "beta": 0.9, "beta1": 0.9, "beta2": 0.99, "eps": 1e-6}  # for the picture
GREEK = {"lr": "η", "beta": "β", "beta1": "β₁", "beta2": "β₂", "eps": "ε"}


def update(rule, t, lr, x, g, state):
    """One update: the new x and the new state. Mistakes are made here, or in the rule's own step."""
    direction, rate, new = rule.step(t, lr, g, state)
    return x - rate * direction, *new


@dataclass(frozen=True)
class Step(Coding):
    """One update of a rule.

    rule: the reference.  state: the names of its state, as in its equation.  signed: those of them that can be negative.
    clock: whether the answer is given t.  open_forms: changes of the rule that count as right too.
    """

    rule: type[Rule]
    state: tuple[str, ...]
    slips: tuple[Slip, ...]
    signed: tuple[str, ...] = ()
    clock: bool = False
    open_forms: tuple[Slip, ...] = ()

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
            return update(rule(*settings), t, settings[0], x, g, state)

        return function

    def parts(self, seed):
        rng = np.random.default_rng(seed)
        first = [self._call(rng, t=1, fresh=True) for _ in range(2)]
        later = [self._call(rng, t=t) for t in (2, 7, 30)]
        sparse, still = (self._call(rng, t=t, fresh=True, zeros=zeros) for t, zeros in ((1, [1]), (3, [0, 1, 2])))
        parts = [
            Part("the first step", 0.25, tuple(first)),
            Part("a later step", 0.25, tuple(later)),
            Part("ten steps, one after another", 0.2, (self._run(rng),)),
        ]
        parts += [Part("coordinates whose gradient is zero", 0.15, (sparse, still))]
        (x, g), (state, settings) = np.round(2 * rng.normal(size=(2, 3)), 2), self._draw(rng, 3, fresh=False)
        arguments = x, g, *state, *self._time(2), *settings
        return (*parts, Part(LEFT_ALONE, 0.15, left_alone(self.signature.split(", "), arguments, self.results)))

    def _draw(self, rng, size: int, fresh: bool) -> tuple[list[Array], list[float]]:
        state = [np.zeros(size) if fresh else (rng.normal(size=size) if name in self.signed else rng.uniform(0.5, 3, size)) for name in self.state]
        return state, [round(rng.uniform(*RANGES[name]), 2) for name in self.settings]

    def _call(self, rng, t: int, fresh: bool = False, zeros=()) -> Case:
        """The update number t of an x of three numbers."""
        (x, g), (state, settings) = np.round(2 * rng.normal(size=(2, 3)), 2), self._draw(rng, 3, fresh)
        g[list(zeros)] = 0
        return Case(
            f"For {self._told(x, g, state, t, settings)}",
            self.results,
            lambda step: step(*map(np.copy, (x, g)), *map(np.copy, state), *self._time(t), *settings),
        )

    def _run(self, rng) -> Case:
        """Ten updates from an empty memory, down given gradients."""
        x0, gradients, (state0, settings) = np.round(rng.normal(size=3), 2), 2 * rng.normal(size=(10, 3)), self._draw(rng, 3, fresh=True)

        def run(step):
            x, state, seen = x0, state0, [x0]
            for t, g in enumerate(gradients, start=1):
                given = step(np.copy(x), np.copy(g), *map(np.copy, state), *self._time(t), *settings)
                x, *state = given if self.state or isinstance(given, tuple) else (given,)
                seen.append(np.array(x))
            return np.array(seen, dtype=seen[-1].dtype)

        named = ", ".join(f"{GREEK[name]} = {value:g}" for name, value in zip(self.settings, settings))
        return Case(f"From x = {in_brief(x0)}, with {named}", ("x",), run, along="update")

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
        """Arguments that change nothing."""
        rng = np.random.default_rng(seed)
        (x, g), (state, settings) = rng.normal(size=(2, 3)), self._draw(rng, 3, fresh=False)
        names = self.signature.split(", ")
        given = [x, g, *state, *self._time(4), *settings]
        try:
            for place, name in enumerate(names):
                changed = [argument + (place == here) for here, argument in enumerate(given)]
                if np.array_equal(*(np.hstack(silently(answer, *map(np.copy, arguments))) for arguments in (given, changed))):
                    yield f"Your answer does not depend on {name}."
        except Exception:  # told as a failure of the parts
            return

    def in_numbers(self, answer) -> str:
        """The first step at the rule's own defaults, as a multiple of the right one."""
        settings = [getattr(self.rule(), name) for name in self.settings]

        def first(step):
            given = step(np.zeros(1), np.ones(1), *(np.zeros(1) for _ in self.state), *self._time(1), *settings)
            return float(np.ravel(given[0] if isinstance(given, tuple) else given)[0])

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
            x, state, seen = np.array([-4.0, 2.0]), [np.zeros(2) for _ in self.state], []
            for t in range(1, 41):
                seen.append(x)
                given = step(x.copy(), problems.ravine.grad(x), *map(np.copy, state), *self._time(t), *settings)
                x, *state = map(np.asarray, given if self.state or isinstance(given, tuple) else (given,))
            return np.array(seen, dtype=float)

        try:
            return paths(silently(path, answer), silently(path, self.right()[0]))
        except Exception:  # a picture is an extra
            return ""
