"""`Explorer`: ipywidgets sliders, linked in the browser to one picture of a descent.

The links and the descent run in the page, so a published page needs no kernel; where there is one, Python reads and
sets the same values. Sliders are made from the dataclass fields of the rules and of the problem.
"""

from __future__ import annotations

import functools
from dataclasses import asdict, fields, replace
from pathlib import Path

import anywidget
import ipywidgets as W
import numpy as np
import traitlets as T
from IPython.display import HTML, display

from ..problems import Problem
from ..problems.levels import LATTICE, SHARES
from ..rule import Rule
from ..runner import Trace, minimize
from .looks import LOOKS
from .sliders import Setting, checked_number, follow, is_number, plain, slider, without_dust
from .still import still
from .tracer import problem_to_js, rule_to_js

HERE = Path(__file__).parent
MODULE = ("descent.js", "contours.js", "drawing.js", "plane.js", "charts.js", "view.js")  # joined in this order into one
MOST_STEPS = 500


class View(anywidget.AnyWidget):
    """The picture. `program` is what it runs, in JavaScript; every setting is a trait of its own, for a slider to link to."""

    _esm = "\n".join((HERE / name).read_text(encoding="utf-8") for name in MODULE)
    _css = (HERE / "view.css").read_text(encoding="utf-8")
    program = T.Dict().tag(sync=True)
    initial = T.Dict().tag(sync=True)  # what the reset button returns to

    def __init__(self, program, initial):
        self.add_traits(**{name: T.Any(value).tag(sync=True) for name, value in initial.items()})
        super().__init__(program=program, initial=initial, **initial)


class Explorer(W.VBox):
    """A descent to play with: sliders for every field, a start to drag, the effective learning rate and the loss below.

    Explorer(AdaGrad(lr=0.5), problems.ravine, versus=SGD(lr=0.05))

    Arguments: `rule` and `versus` (a second rule, or None) with constant learning rates, `problem` on the plane,
    x0 (2,), the problem's own start if none is given, `steps` from 1 to 500.
    Traits, to be read and set from Python: `start`, `steps`, `show_versus`, and each field under its part's name:
    `rule_lr`, `versus_lr`, `problem_condition`, … The properties `rule`, `versus`, `problem` and `traces` are what these make now.
    Raises ValueError, naming the argument; Untraceable if a rule's code cannot be printed as JavaScript. A trait that is set to
    what cannot be raises TraitError, naming it, and keeps its value.
    """

    def __init__(self, rule: Rule, problem: Problem, versus: Rule | None = None, x0=None, steps: int = 60):
        if problem.bounds is None:
            raise ValueError(f"problem = {type(problem).__name__}: the explorer draws problems of the plane, those that have bounds")
        self._parts = {"rule": rule, "versus": versus, "problem": problem} if versus else {"rule": rule, "problem": problem}
        start = _named("x0", _start, problem.start if x0 is None else x0)
        initial = {"start": start, "steps": _named("steps", _steps, steps), "show_versus": versus is not None}
        checks = {"start": _start, "steps": _steps, "show_versus": self._check_switch}
        for part, made in self._parts.items():
            for field in (field.name for field in fields(made)):
                initial[f"{part}_{field}"] = _named(f"{type(made).__name__}.{field}", functools.partial(checked_number, field), getattr(made, field))
                checks[f"{part}_{field}"] = functools.partial(self._check_field, part, field)
        self.add_traits(**{name: Setting(checks[name], value) for name, value in initial.items()})
        view = View(self._program(), initial)
        controls = self._controls(initial)
        box = W.Box(controls.pop("groups"), layout=W.Layout(
            display="grid", grid_template_columns="repeat(auto-fit, minmax(min(100%, 17rem), 1fr))", grid_gap="0.5rem 2rem", margin="0 0 0.5rem 0"))
        super().__init__([box, view], **initial)
        for name, control in controls.items():
            T.dlink((control, "value"), (self, name), transform=functools.partial(self._heard, name))
            self.observe(functools.partial(follow, control), name)
            W.jslink((control, "value"), (view, name))  # in the browser, so that no kernel is needed
        T.link((self, "start"), (view, "start"))

    @property
    def rule(self) -> Rule:
        """The first rule with the values that its sliders show."""
        return self._now("rule")

    @property
    def versus(self) -> Rule | None:
        """The second rule with the values that its sliders show, None if there is none or it is switched off."""
        return self._now("versus") if self.show_versus else None

    @property
    def problem(self) -> Problem:
        """The problem with the values that its sliders show."""
        return self._now("problem")

    @property
    def traces(self) -> tuple[Trace, ...]:
        """The runs in the picture, by `minimize`."""
        return tuple(minimize(self.problem, rule, self.start, self.steps) for rule in (self.rule, self.versus) if rule is not None)

    def _now(self, part):
        made = self._parts[part]
        return replace(made, **{field.name: getattr(self, f"{part}_{field.name}") for field in fields(made)})

    def _heard(self, name, value):
        return without_dust(value, getattr(self, name))

    def _check_field(self, part, field, value) -> float:
        number = checked_number(field, value)
        try:
            replace(self._parts[part], **{field: number})
        except ValueError as error:
            raise ValueError(str(error).removeprefix(f"{field} = {number!r}: ")) from None
        return number

    def _check_switch(self, value) -> bool:
        if not isinstance(value, bool):
            raise ValueError("True or False")
        if value and "versus" not in self._parts:
            raise ValueError("there is no second rule to show; make an Explorer with versus=")
        return value

    def _names(self) -> dict[str, str]:
        names = {part: type(made).__name__ for part, made in self._parts.items()}
        if names["rule"] == names.get("versus"):
            names["versus"] += " (second)"
        return names

    def _program(self) -> dict:
        """What the page runs and how it is named and drawn: source text from the tracer, field names, looks, the frame."""
        described = {
            part: {"key": part, "name": name, "fields": [field.name for field in fields(self._parts[part])]}
            for part, name in self._names().items()
        }
        problem, printed = self._parts["problem"], described.pop("problem")
        rules = [part | {"source": rule_to_js(type(self._parts[key])), "look": asdict(look)} for (key, part), look in zip(described.items(), LOOKS)]
        return {
            "problem": printed | {"source": problem_to_js(type(problem)), "bounds": list(problem.bounds)},
            "rules": rules,
            "contours": {"shares": SHARES, "lattice": LATTICE},
        }

    def _controls(self, initial) -> dict:
        """A control for each setting by its name, and under "groups" the boxes that hold them, one for each part."""
        names, controls, groups = self._names(), {}, []
        colors = {part: look.color for part, look in zip(self._parts, LOOKS) if part != "problem"}
        for part, made in self._parts.items():
            color = colors.get(part)
            sliders = {f"{part}_{field.name}": slider(names[part], field.name, initial[f"{part}_{field.name}"], color) for field in fields(made)}
            head = W.HTML(f"<strong>{names[part]}</strong>")
            if part == "versus":
                head = controls["show_versus"] = W.Checkbox(
                    True, description=f"compare with {names[part]}", indent=False, layout=W.Layout(width="auto"))
            if part == "problem":
                sliders["steps"] = W.IntSlider(initial["steps"], 1, MOST_STEPS, description="updates", **plain(color))
            groups.append(W.VBox([head, *sliders.values()]))
            controls |= sliders
        return controls | {"groups": groups}

    def _ipython_display_(self):
        names = [name for part, name in self._names().items() if part != "problem"]
        display(HTML(still(dict(zip(names, self.traces)))))
        display(self._repr_mimebundle_(), raw=True)


def _named(name, check, value):
    try:
        return check(value)
    except ValueError as error:
        raise ValueError(f"{name} = {value!r}: {error}") from None


def _start(value) -> tuple[float, float]:
    try:
        one, two = value
    except (TypeError, ValueError):
        one = two = None
    if not (is_number(one) and is_number(two)):
        raise ValueError("the start is two finite numbers, e.g. [-4.0, 2.0]")
    return float(one), float(two)


def _steps(value) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 1 <= value <= MOST_STEPS:
        raise ValueError(f"the number of updates is a whole number from 1 to {MOST_STEPS}")
    return int(value)
