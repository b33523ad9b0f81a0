"""How a field of a rule, a schedule or a problem is set in the page: what its slider is called, where it ends, which numbers it takes."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Field:
    """A slider from `low` to `high`, which are exponents of ten where it is logarithmic; any number from `least` up to `most` can be typed.

    `open` says at which ends the number itself is not taken; `step` is a linear slider's; a `rate` is scaled when a schedule replaces a rate;
    `floor` names a field that may not be larger.
    """

    label: str
    low: float
    high: float
    log: bool = False
    step: float = 1
    whole: bool = False
    least: float | None = None
    most: float | None = None
    open: str = ""  # "least", "most" or both
    rate: bool = False
    floor: str | None = None


def _rate(label, **more):
    return Field(label, -4, 1, log=True, least=0, rate=True, **more)


def _decay(label, high=0.99, step=0.01):
    return Field(label, 0, high, step=step, least=0, most=1, open="most")


def _positive(label, low, high):
    return Field(label, low, high, log=True, least=0, open="least")


def _count(label, high, least=1):
    return Field(label, least, high, whole=True, least=least)


# By a field's name, or by its class and its name where they differ.
FIELDS = {
    "lr": _rate("learning rate η"),
    "lr0": _rate("first rate η₀"),
    "lr_min": _rate("lowest rate"),
    "lr_max": _rate("highest rate", floor="lr_min"),
    "lr_peak": _rate("peak rate"),
    "beta": _decay("decay β"),
    "beta1": _decay("decay β₁"),
    "beta2": _decay("decay β₂", 0.999, 0.001),
    "eps": Field("constant ε", -12, 0, log=True, least=0),
    "psi": Field("warm-up ψ", -4, 0, log=True, least=0),
    "gamma": Field("factor γ", 0.05, 1, step=0.05, least=0, most=1, open="least"),
    "tau": _count("every τ updates", 200),
    "decay": Field("decay λ", -4, 0, log=True, least=0),
    "half_period": _count("half period μ", 200),
    "period": _count("period μ", 200),
    "steps": _count("over T updates", 500),
    "first": _count("first cycle T₀", 200),
    "factor": _count("cycles grow ×", 5),
    "warmup": _count("warm-up w", 200),
    "condition": _positive("condition κ", 0, 3),
    "angle": Field("angle θ (°)", 0, 90),
    "steepness": _positive("steepness b", 0, 3),
    "width": _positive("width w", -1, 1),
    "size": Field("gradient", -3, 3, log=True),
    "share": Field("share p (rare)", -2, 0, log=True, least=0, most=1, open="least"),
    "growth": Field("growth γ", -0.1, 0.1, step=0.005),
    "high": Field("high gradient", -3, 3, log=True),
    "low": Field("low gradient", -3, 3, log=True),
    "until": _count("zero after", 500, least=0),
    "Steady.first": Field("gradient of x₁", -3, 3, log=True),
    "Steady.second": Field("gradient of x₂", -3, 3, log=True),
}
STEPS = Field("updates", 1, 500, whole=True, least=1, most=500)
NOISE = Field("gradient noise σ", 0, 3, step=0.05, least=0)


def field_of(cls, name: str, value) -> Field:
    """The slider of a field: from the table, or made to measure for a class that is not the package's."""
    known = FIELDS.get(f"{cls.__name__}.{name}", FIELDS.get(name))
    if known:
        return known
    if value > 0:
        middle = round(math.log10(value))
        return Field(name, middle - 2, middle + 2, log=True)
    size = 10.0 ** math.ceil(math.log10(-value)) if value else 1.0
    return Field(name, -size, size, step=size / 100)


def described(field: Field) -> dict:
    """What the page is told: only what differs from the default."""
    return {key: value for key, value in asdict(field).items() if value != getattr(Field, key, None)}


def checked_number(value, field: Field | None = None) -> float | int:
    """One finite number that the field takes; else ValueError, saying what would do."""
    if not is_number(value):
        raise ValueError("a slider sets one finite number")
    if field is None:
        return float(value)
    if field.whole:
        if value != int(value):
            raise ValueError("a whole number")
        value = int(value)
    least, most = field.least, field.most
    if least is not None and (value < least or "least" in field.open and value == least):
        raise ValueError(f"a number {'>' if 'least' in field.open else '≥'} {least:g}")
    if most is not None and (value > most or "most" in field.open and value == most):
        raise ValueError(f"a number {'<' if 'most' in field.open else '≤'} {most:g}")
    return value if field.whole else float(value)


def is_number(value) -> bool:
    """Whether it is one number, a finite one."""
    try:
        return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer beyond all floats
        return False
