"""`Explorer`: ipywidgets sliders, linked in the browser to one picture of a descent.

The links and the descent run in the page, so a published page needs no kernel; where there is one, Python reads and
sets the same values. Sliders are made from the dataclass fields of the rules and of the problem.
"""

from __future__ import annotations

import functools
import math
from dataclasses import fields, replace
from pathlib import Path

import anywidget
import ipywidgets as W
import numpy as np
import traitlets as T
from IPython.display import HTML, display

from ..plots import PALETTE
from ..problems import Problem
from ..rule import Rule
from ..runner import Trace, minimize
from .still import still
from .tracer import problem_to_js, rule_to_js

HERE = Path(__file__).parent

# How a field is set, by its name: what its slider is called, and its range (of exponents, where it is logarithmic).
_LOG, _LINEAR = W.FloatLogSlider, W.FloatSlider
SLIDERS = {
    "lr": (_LOG, "learning rate η", {"min": -4, "max": 1, "step": 0.02, "readout_format": ".3g"}),
    "beta": (_LINEAR, "decay β", {"min": 0, "max": 0.99, "step": 0.01, "readout_format": ".3g"}),
    "beta1": (_LINEAR, "decay β₁", {"min": 0, "max": 0.99, "step": 0.01, "readout_format": ".3g"}),
    "beta2": (_LINEAR, "decay β₂", {"min": 0, "max": 0.999, "step": 0.001, "readout_format": ".3g"}),
    "eps": (_LOG, "constant ε", {"min": -12, "max": 0, "step": 0.1, "readout_format": ".3g"}),
    "psi": (_LOG, "momentum warm-up ψ", {"min": -4, "max": 0, "step": 0.02, "readout_format": ".3g"}),
    "condition": (_LOG, "condition κ", {"min": 0, "max": 3, "step": 0.02, "readout_format": ".3g"}),
    "angle": (_LINEAR, "angle θ (degrees)", {"min": 0, "max": 90, "step": 1, "readout_format": ".3g"}),
    "steepness": (_LOG, "steepness b", {"min": 0, "max": 3, "step": 0.02, "readout_format": ".3g"}),
    "width": (_LOG, "width w", {"min": -1, "max": 1, "step": 0.02, "readout_format": ".3g"}),
}
MOST_STEPS = 500


class View(anywidget.AnyWidget):
    """The picture. `program` is what it runs, in JavaScript; every setting is a trait of its own, for a slider to link to."""

    _esm = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("descent.js", "drawing.js", "view.js"))
    _css = (HERE / "view.css").read_text(encoding="utf-8")
    program = T.Dict().tag(sync=True)
    initial = T.Dict().tag(sync=True)  # what the reset button returns to

    def __init__(self, program, initial):
        self.add_traits(**{name: _trait(value).tag(sync=True) for name, value in initial.items()})
        super().__init__(program=program, initial=initial, **initial)


class Explorer(W.VBox):
    """A descent to play with: sliders for every field, a start to drag, the effective learning rate and the loss below.

    Explorer(AdaGrad(lr=0.5), problems.ravine, versus=SGD(lr=0.05))

    Arguments: `rule` and `versus` (a second rule, or None) with constant learning rates, `problem` on the plane,
    x0 (2,), the problem's own start if none is given, `steps` from 1 to 500.
    Traits, to be read and set from Python: `start`, `steps`, `show_versus`, and each field under its part's name:
    `rule_lr`, `versus_lr`, `problem_condition`, … The properties `rule`, `versus`, `problem` and `traces` are what these make now.
    Raises ValueError or TypeError, naming the argument; Untraceable if a rule's code cannot be printed as JavaScript.
    """

    def __init__(self, rule: Rule, problem: Problem, versus: Rule | None = None, x0=None, steps: int = 60):
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
            raise ValueError(f"steps = {steps!r}: the number of updates is an integer ≥ 1")
        self._parts = {"rule": rule, "versus": versus, "problem": problem} if versus else {"rule": rule, "problem": problem}
        initial = {"start": _start(problem, x0), "steps": steps, "show_versus": versus is not None}
        for part, made in self._parts.items():
            initial |= {f"{part}_{field.name}": _number(made, field.name) for field in fields(made)}
        self.add_traits(**{name: _trait(value) for name, value in initial.items()})
        view = View(self._program(), initial)
        controls = self._controls(initial)
        box = W.Box(controls.pop("groups"), layout=W.Layout(
            display="grid", grid_template_columns="repeat(auto-fit, minmax(min(100%, 17rem), 1fr))", grid_gap="0.5rem 2rem", margin="0 0 0.5rem 0"))
        super().__init__([box, view], **initial)
        for name, control in controls.items():
            T.dlink((control, "value"), (self, name), transform=_without_dust)
            self.observe(functools.partial(_follow, control), name)
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

    def _names(self) -> dict[str, str]:
        names = {part: type(made).__name__ for part, made in self._parts.items()}
        if names["rule"] == names.get("versus"):
            names["versus"] += " (second)"
        return names

    def _program(self) -> dict:
        """What the page runs and how it is named: source text from the tracer, field names, colours, the frame."""
        described = {
            part: {"key": part, "name": name, "fields": [field.name for field in fields(self._parts[part])]}
            for part, name in self._names().items()
        }
        problem, printed = self._parts["problem"], described.pop("problem")
        minimum = None if problem.minimum is None else [float(x) for x in problem.minimum]
        rules = [part | {"source": rule_to_js(type(self._parts[key])), "color": color} for (key, part), color in zip(described.items(), PALETTE)]
        return {"problem": printed | {"source": problem_to_js(type(problem)), "bounds": list(problem.bounds), "minimum": minimum}, "rules": rules}

    def _controls(self, initial) -> dict:
        """A control for each setting by its name, and under "groups" the boxes that hold them, one for each part."""
        names, controls, groups = self._names(), {}, []
        for (part, made), color in zip(self._parts.items(), [*PALETTE[: len(self._parts) - 1], None]):
            sliders = {f"{part}_{field.name}": _slider(names[part], field.name, initial[f"{part}_{field.name}"], color) for field in fields(made)}
            head = W.HTML(f"<strong>{names[part]}</strong>")
            if part == "versus":
                head = controls["show_versus"] = W.Checkbox(
                    True, description=f"compare with {names[part]}", indent=False, layout=W.Layout(width="auto"))
            if part == "problem":
                most = max(MOST_STEPS, initial["steps"])
                sliders["steps"] = W.IntSlider(initial["steps"], 1, most, description="updates", **_looks(color))
            groups.append(W.VBox([head, *sliders.values()]))
            controls |= sliders
        return controls | {"groups": groups}

    def _ipython_display_(self):
        names = [name for part, name in self._names().items() if part != "problem"]
        display(HTML(still(dict(zip(names, self.traces)))))
        display(self._repr_mimebundle_(), raw=True)


def _trait(value):
    kinds = {bool: T.Bool, int: T.CInt, float: T.CFloat, list: lambda start: T.List(T.CFloat(), start, minlen=2, maxlen=2)}
    return kinds[type(value)](value)


def _without_dust(value):
    """0.5 where a logarithmic slider in JupyterLab says 0.49999999999997896."""
    return float(f"{value:.10g}") if isinstance(value, float) else value


def _start(problem, x0) -> list[float]:
    if problem.bounds is None:
        raise ValueError(f"problem = {type(problem).__name__}: the explorer draws problems of the plane, those that have bounds")
    start = np.asarray(problem.start if x0 is None else x0, dtype=float)
    if start.shape != (2,) or not np.all(np.isfinite(start)):
        raise ValueError(f"x0 = {x0!r}: the start is two finite numbers, e.g. [-4.0, 2.0]")
    return start.tolist()


def _number(made, field: str) -> float:
    value = getattr(made, field)
    if not isinstance(value, (int, float, np.number)) or isinstance(value, bool):
        raise TypeError(f"{type(made).__name__}.{field} = {value!r}: a slider sets one number")
    return float(value)


def _slider(owner: str, field: str, value: float, color: str | None):
    if field not in SLIDERS:
        raise ValueError(f"{owner}.{field}: no slider is known for this field; give it a row in adaptive_lr.explorer.widget.SLIDERS")
    kind, label, scale = SLIDERS[field]
    if kind is _LOG and not value > 0:
        raise ValueError(f"{owner}.{field} = {value}: its slider is logarithmic; give a number > 0")
    scale = scale | _range(value, scale["min"], scale["max"], scale["step"], kind is _LOG)
    return kind(value, description=label, tooltip=f"{owner}: {label}", **scale, **_looks(color))


def _range(value, low, high, step, logarithmic) -> dict:
    """A slider's range, widened to hold the value and with a notch on it: JupyterLab moves a value to the nearest notch."""
    position = math.log10(value) if logarithmic else value
    notches = max(0, math.floor((position - low) / step + 1e-9))
    return {"min": round(position - notches * step, 12), "max": max(high, position)}


def _follow(control, change):
    """Show in a slider what Python set; what came from the slider itself, up to the dust, is there already."""
    value = change["new"]
    if isinstance(control, W.FloatLogSlider | W.FloatSlider):
        if math.isclose(control.value, value, rel_tol=1e-9):
            return
        for end, position in _range(value, control.min, control.max, control.step, isinstance(control, W.FloatLogSlider)).items():
            setattr(control, end, position)
    control.value = value


def _looks(color):
    return {"layout": W.Layout(width="auto"), "style": {"description_width": "8.5em", "handle_color": color}}
