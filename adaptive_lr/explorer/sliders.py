"""How one field of a rule or of a problem is set: its slider, and which values it takes."""

from __future__ import annotations

import math

import ipywidgets as W
import numpy as np
import traitlets as T

# By a field's name: what its slider is called, and its range (of exponents, where it is logarithmic).
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


class Setting(T.TraitType):
    """A trait of which `check(value)` returns what is kept, or raises ValueError saying what would do; the old value then stays."""

    def __init__(self, check, default):
        super().__init__(default)
        self.check = check

    def validate(self, owner, value):
        try:
            return self.check(value)
        except ValueError as error:
            raise T.TraitError(f"{self.name} = {value!r}: {error}; it stays {getattr(owner, self.name)!r}") from None


def is_number(value) -> bool:
    """Whether it is one number, a finite one."""
    try:
        return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer beyond all floats
        return False


def checked_number(field: str, value) -> float:
    """What the field's slider can be set to. Whether its rule or its problem takes the value too, they know themselves."""
    if field not in SLIDERS:
        raise ValueError("no slider is known for this field; give it a row in adaptive_lr.explorer.sliders.SLIDERS")
    if not is_number(value):
        raise ValueError("a slider sets one finite number")
    if SLIDERS[field][0] is _LOG and not value > 0:
        raise ValueError("its slider is logarithmic and sets a number > 0")
    return float(value)


def slider(owner: str, field: str, value: float, color: str | None):
    kind, label, scale = SLIDERS[field]
    scale = scale | _range(value, scale["min"], scale["max"], scale["step"], kind is _LOG)
    return kind(value, description=label, tooltip=f"{owner}: {label}", **scale, **plain(color))


def plain(color: str | None) -> dict:
    return {"layout": W.Layout(width="auto"), "style": {"description_width": "8.5em", "handle_color": color}}


def follow(control, change):
    """Show in a control what Python set; what came from the control itself, up to the dust, is there already."""
    value = change["new"]
    if isinstance(control, _LOG | _LINEAR):
        if math.isclose(control.value, value, rel_tol=1e-9):
            return
        for end, position in _range(value, control.min, control.max, control.step, isinstance(control, _LOG)).items():
            setattr(control, end, position)
    control.value = value


def without_dust(value, now):
    """What a control was moved to: 0.5 where a logarithmic slider in JupyterLab says 0.49999999999997896, and `now` where it only shows that."""
    if not isinstance(value, float):
        return value
    return now if math.isclose(value, now, rel_tol=1e-9) else float(f"{value:.10g}")


def _range(value, low, high, step, logarithmic) -> dict:
    """A slider's range, widened to hold the value and with a notch on it: JupyterLab moves a value to the nearest notch."""
    position = math.log10(value) if logarithmic else value
    room = step if logarithmic else 0.0  # a rounded power of ten must not cut the value off
    notches = max(0, math.floor((position - low) / step + 1e-9))
    return {"min": round(position - notches * step, 12) if notches else position - room, "max": high if position <= high else position + room}
