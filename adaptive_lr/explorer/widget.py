"""`Explorer`: up to three rules on one problem, to be played with in the page. Its traits are rules and problems themselves.

The descent runs in the page, so a published page needs no kernel; where there is one, Python reads and sets the same traits.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import traitlets as T

from ..problems import Noisy, Problem
from ..rule import Rule
from ..runner import Trace, minimize
from .catalogue import NAMES, PANELS, entry, from_json, name_of, to_json
from .fields import NOISE, STEPS, Field, checked_number, is_number
from .looks import LOOKS
from .own import run_own
from .still import still
from .tracer import guide_to_js
from .view import View

UPDATE = Field("update", 0, STEPS.most, whole=True, least=0)


class Setting(T.TraitType):
    """A trait of which `check(explorer, value)` returns what is kept, or raises ValueError saying what would do; the old value then stays."""

    def __init__(self, check, default, optional=False, **tags):
        super().__init__(default, allow_none=optional)
        self.check = check
        self.tag(sync=True, **tags)

    def validate(self, owner, value):
        if value is self.default_value and self.name not in owner._trait_values:
            return value  # not set yet
        try:
            return self.check(owner, value)
        except (ValueError, TypeError) as error:
            raise T.TraitError(f"{self.name} = {value!r}: {error}; it stays {getattr(owner, self.name)!r}") from None


def _part_to_json(value, _):
    return None if value is None else to_json(value)


def _part_from_json(told, explorer):
    return None if told is None else from_json(told, explorer.classes)


def _part(kind, optional=False):
    def check(explorer, value):
        if not isinstance(value, kind):
            raise ValueError(f"an instance of a {'rule, e.g. AdaGrad(lr=0.5)' if kind is Rule else 'problem, e.g. problems.ravine'}")
        return explorer.know(value)

    return Setting(check, None, optional, to_json=_part_to_json, from_json=_part_from_json)


class Explorer(View):
    """A descent to play with: sliders for every field, other rules beside it, a start to drag, and what happens, update by update.

    Explorer(AdaGrad(lr=0.5), problems.ravine, second=SGD(lr=0.05))

    rule, second, third: rules, whose learning rates may be schedules of the package; the last two may be None.
    problem: one of the plane, or a stream of gradients (`problems.Steady`, …). A `Noisy` one is taken apart into problem and noise.
    x0: where to start (2,), the problem's own start if none is given.  steps: 1 … 500.  noise: σ ≥ 0, of `problems.Noisy` with seed 0.
    panels: the curves below, of rate, loss, moments, schedule, step, x, way, size; rate and loss if none are given. Streams have no loss.
    log_time: their axis.
    controls: which to show, e.g. ("rule.lr", "problem", "steps"); all and the pickers, if none are given.
    guides: what theory expects, (panel, label, function of t, rule and problem) for each.
    own: a step of your own, own(rule, t, lr, g, state) -> direction, rate, state, drawn beside the first rule's. It runs in the kernel, with the
    fields of `rule` as the sliders say and a state that starts as that rule's.
    name: of this explorer in its page's address.

    rule, second, third, problem, start, steps, noise, update (the update shown, None for the last), panels, log_time and own are traits, to be
    read, set and observed: explorer.rule = Adam(lr=0.3). The property `traces` holds the runs in the picture.
    Raises ValueError, naming the argument, also for a class of your own that cannot be printed as JavaScript. A trait that is set to what cannot
    be raises TraitError, naming it, and keeps its value.
    """

    rule, second, third, problem = _part(Rule), _part(Rule, optional=True), _part(Rule, optional=True), _part(Problem)
    start = Setting(lambda self, value: _start(value), (0.0, 0.0))
    steps = Setting(lambda self, value: _steps(value), 60)
    noise = Setting(lambda self, value: checked_number(value, NOISE), 0.0)
    update = Setting(lambda self, value: checked_number(value, UPDATE), None, optional=True)
    panels = Setting(lambda self, value: self._those_drawn(value), ("rate", "loss"))
    log_time = T.Bool(False).tag(sync=True)
    own = Setting(lambda self, value: _callable(value), None, optional=True).tag(sync=False)

    initial = T.Dict().tag(sync=True)  # what the reset button returns to
    parts = T.Dict().tag(sync=True)  # what the page knows of classes that are not the package's
    looks = T.List([asdict(look) for look in LOOKS]).tag(sync=True)
    controls = T.List(None, allow_none=True).tag(sync=True)
    guides = T.List().tag(sync=True)
    own_run = T.Dict(None, allow_none=True).tag(sync=True)
    classes: dict[str, type] = {}  # by `name_of`, those of rules and problems that are not the package's

    def __init__(self, rule, problem, second=None, third=None, x0=None, steps=60, *, noise=None, panels=None, log_time=False, controls=None,
                 guides=(), own=None, name=""):
        self.classes = {}
        self._entries: dict[str, dict] = {}
        if isinstance(problem, Noisy):
            if problem.seed != 0:
                raise ValueError(f"problem = {problem!r}: the page has the noise of seed 0 alone")
            problem, noise = problem.problem, problem.noise if noise is None else noise
        super().__init__(view="descent", name=name)
        asked = {"own": own, "rule": rule, "second": second, "third": third, "problem": problem, "steps": steps, "noise": noise or 0.0}
        for trait, value in asked.items():
            self._take(trait, trait, value)
        self._take("start", "x0", problem.start if x0 is None else x0)
        self._take("panels", "panels", [name for name in ("rate", "loss") if name in self._panels()] if panels is None else panels)
        self.log_time, self.controls = log_time, self._controls(controls)
        self.guides = [self._guide(*guide) for guide in guides]
        self.initial = {trait: self.trait_metadata(trait, "to_json", _as_it_is)(getattr(self, trait), self) for trait in SETTINGS}
        self.observe(self._run_own, ["rule", "problem", "start", "steps", "noise", "own"])
        self._run_own()

    def __setattr__(self, name, value):
        if not name.startswith("_") and not hasattr(type(self), name):
            raise AttributeError(f"{name} = {value!r}: an explorer has {', '.join(SETTINGS)} and own to be set")
        super().__setattr__(name, value)

    @property
    def traces(self) -> tuple[Trace, ...]:
        """The runs in the picture, by `minimize`."""
        problem = Noisy(self.problem, self.noise) if self.noise else self.problem
        return tuple(minimize(problem, rule, list(self.start), self.steps) for rule in (self.rule, self.second, self.third) if rule is not None)

    def know(self, part):
        """The rule or problem, which the page then knows too. Raises ValueError if it cannot, Untraceable for code that cannot be printed."""
        if isinstance(part, Noisy):
            raise ValueError("the explorer adds the noise: set its trait noise")
        cls = type(part)
        to_json(part)  # which refuses what no slider sets
        if isinstance(part, Problem) and self.problem is not None and (part.bounds is None) != (self.problem.bounds is None):
            raise ValueError("problems of the plane and streams of gradients need explorers of their own")
        if cls not in NAMES:
            if isinstance(part, Problem) and len(part.start) != 2:
                raise ValueError(f"{cls.__name__}: the explorer draws problems of the plane, with two coordinates")
            self.classes[name_of(cls)] = cls
            self._entries[name_of(cls)] = entry(part)
            self.parts = dict(self._entries)
        return part

    def _take(self, trait, name, value):
        """Set a trait by an argument, whose name a complaint bears."""
        try:
            setattr(self, trait, value)
        except T.TraitError as error:
            raise ValueError(str(error).replace(f"{trait} = ", f"{name} = ", 1).rpartition(";")[0]) from error.__context__

    def _controls(self, controls):
        if controls is None:
            return None
        there = ["steps", "noise"]
        for slot in ("rule", "second", "third", "problem"):
            told = self.trait_metadata(slot, "to_json")(getattr(self, slot), self) or {}
            there += [slot, *(f"{slot}.{field}" for field in told if field != "name")]
        if unknown := [name for name in controls if name not in there]:
            raise ValueError(f"controls = {controls!r}: there is no {unknown[0]!r}; there are {', '.join(there)}")
        return list(controls)

    def _panels(self) -> list[str]:
        """The panels that there are: a stream has gradients, no loss."""
        return [name for name in PANELS if name != "loss" or self.problem is None or self.problem.bounds is not None]

    def _those_drawn(self, value) -> tuple[str, ...]:
        there = self._panels()
        if not isinstance(value, (tuple, list)):
            raise ValueError(f"a tuple of names of panels, which are {', '.join(there)}")
        if unknown := [name for name in value if name not in there]:
            raise ValueError(f"there is no panel {unknown[0]!r}; there are {', '.join(there)}")
        return tuple(value)

    def _guide(self, panel, label, expected):
        if panel not in self._panels():
            raise ValueError(f"guides: there is no panel {panel!r}; there are {', '.join(self._panels())}")
        names = {"rule": to_json(self.rule)["name"], "problem": to_json(self.problem)["name"]}
        return {"panel": panel, "label": label, "source": guide_to_js(expected, type(self.rule), type(self.problem))} | names

    def _run_own(self, _=None):
        self.own_run = None if self.own is None else run_own(self.own, self.rule, self.problem, self.start, self.steps, self.noise)

    def still(self) -> str:
        return still(self)


SETTINGS = ("rule", "second", "third", "problem", "start", "steps", "noise", "update", "panels", "log_time")


def _as_it_is(value, _):
    return value


def _start(value) -> tuple[float, float]:
    try:
        one, two = value
    except (TypeError, ValueError):
        one = two = None
    if not (is_number(one) and is_number(two)):
        raise ValueError("the start is two finite numbers, e.g. [-4.0, 2.0]")
    return float(one), float(two)


def _steps(value) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 1 <= value <= STEPS.most:
        raise ValueError(f"the number of updates is a whole number from 1 to {STEPS.most}")
    return int(value)


def _callable(value):
    if not callable(value):
        raise ValueError("a function own(rule, t, lr, g, state) -> direction, rate, state")
    return value
