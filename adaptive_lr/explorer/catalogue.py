"""All that the page can be asked to run, by name: rules, schedules and problems, printed as JavaScript, and how their fields are set."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import fields, is_dataclass

import numpy as np

from .. import optimizers, printed, problems, schedules, variants
from ..problems import Problem
from ..problems.levels import LATTICE, SHARES
from ..rule import Rule
from .fields import FIELDS, NOISE, STEPS, checked_number, described, field_of
from .tracer import problem_to_js, rule_to_js, schedule_to_js


def _classes(module, base, prefix=""):
    own = (value for value in vars(module).values() if isinstance(value, type) and issubclass(value, base) and value.__module__.startswith(module.__name__))
    return {f"{prefix}{cls.__name__}": cls for cls in own if is_dataclass(cls)}


def _plane_or_stream(cls):
    return cls.__module__.rpartition(".")[2] in ("plane", "streams")


RULES = _classes(optimizers, Rule) | _classes(variants, Rule) | _classes(printed, Rule, "printed.")
SCHEDULES = _classes(schedules, schedules.CheckedSchedule) | _classes(printed, schedules.CheckedSchedule, "printed.")
del SCHEDULES["CheckedSchedule"]
PROBLEMS = {name: cls for name, cls in _classes(problems, Problem, "problems.").items() if _plane_or_stream(cls)}
CLASSES = RULES | SCHEDULES | PROBLEMS
NAMES = {cls: name for name, cls in CLASSES.items()}
OWN: dict[type, str] = {}  # by what name the page knows classes that are not the package's
PANELS = ("rate", "loss", "moments", "schedule", "step", "x", "way", "size")  # as charts.js draws them

# What a reader who picks it meets first: learning rates that suit the problems of the plane, where papers' defaults suit networks.
FIRST_RATES = {"SGD": 0.05, "Momentum": 0.01, "NAG": 0.01, "AdaDelta": 1.0, "AdaGrad": 0.5, "AdaGradMomentum": 0.1, "Lion": 0.05}
FIRST_RATES |= {"printed.NAG": 0.01, "printed.AdaDelta": 0.05}
ANY_FIRST_RATE = 0.1
FIRST_FIELDS = {"lr": 0.1, "lr0": 0.1, "lr_min": 0.001, "lr_max": 0.1, "lr_peak": 0.1, "gamma": 0.5, "tau": 15, "decay": 0.05, "half_period": 10}
FIRST_FIELDS |= {"period": 20, "steps": 60, "first": 15, "factor": 2, "warmup": 10}
COORDINATES = {"problems.Sparse": ("dense", "rare"), "problems.Alternating": ("alternating", "steady")}


def name_of(cls: type) -> str:
    """The name of a class in the page. One that is not the package's is "own.Sluggish", and another of that name "own.Sluggish2": none hides another."""
    if cls in NAMES:
        return NAMES[cls]
    if cls not in OWN:
        namesakes = sum(each.__name__ == cls.__name__ for each in OWN)
        OWN[cls] = f"own.{cls.__name__}{namesakes + 1 if namesakes else ''}"
    return OWN[cls]


def first(name: str):
    """An instance with the fields that a reader meets first."""
    cls = CLASSES[name]
    if name in RULES:
        return cls(lr=FIRST_RATES.get(name, ANY_FIRST_RATE))
    if name in PROBLEMS:
        return cls()
    parts = {"before": schedules.Constant(0.01), "after": schedules.CosineAnnealing(0.001, 0.1, 50)}
    known = FIRST_FIELDS | parts | ({"steps": 10} if "after" in cls.__dataclass_fields__ else {})
    return cls(**{field.name: known[field.name] for field in fields(cls)})


def entry(made) -> dict:
    """What the page knows of the class of a rule, a schedule or a problem."""
    cls = type(made)
    settings = to_json(made)
    described_fields = {
        field.name: described(field_of(cls, field.name, value if not isinstance(value, dict) else 1.0))
        for field, value in ((field, settings[field.name]) for field in fields(cls))
    }
    known = {"name": cls.__name__, "first": settings, "fields": described_fields}
    if isinstance(made, Rule):
        return known | {"source": rule_to_js(cls), "state": _state_symbols(cls)}
    if isinstance(made, Problem):
        bounds = None if made.bounds is None else list(made.bounds)
        places = {"bounds": bounds, "start": [float(x) for x in made.start], "coordinates": COORDINATES.get(settings["name"], ("x₁", "x₂"))}
        return known | {"source": problem_to_js(cls)} | places
    return known | {"source": schedule_to_js(cls)}


def _state_symbols(cls) -> list[str]:
    """The symbols of a rule's state, as its docstring names them: "State: m [g], v [g²]." """
    said = re.search(r"State: (.*)\.", cls.__doc__ or "")
    return re.findall(r"(\w+)(?: \[|,|$)", said[1]) if said else []


def printed_catalogue() -> str:
    """The whole catalogue as the page's constant."""
    draws = np.array([problems.noisy.draws(0, t).standard_normal(2) for t in range(1, STEPS.most + 1)])
    whole = {
        "parts": {name: entry(first(name)) for name in CLASSES},
        "rules": list(RULES),
        "schedules": list(SCHEDULES),
        "planes": [name for name, cls in PROBLEMS.items() if cls.bounds is not None],
        "streams": [name for name, cls in PROBLEMS.items() if cls.bounds is None],
        "panels": PANELS,
        "steps": described(STEPS),
        "noise": described(NOISE),
        "contours": {"shares": SHARES, "lattice": LATTICE},
        "draws": base64.b64encode(draws.astype("<f8").tobytes()).decode(),  # of `Noisy` with seed 0: update by update, x₁ and x₂
    }
    return f"const CATALOGUE = {json.dumps(whole, ensure_ascii=False)};"


# ------------------------------------------------------------------------------------------- parts as the page holds them


def to_json(part) -> dict:
    """A rule, a schedule or a problem as {"name": …, field: number or schedule, …}.

    Raises ValueError, naming the field, for what no slider sets: arrays, functions, numbers out of the slider's kind.
    """
    cls = type(part)
    told = {"name": name_of(cls)}
    for field in fields(part):
        value, label = getattr(part, field.name), f"{cls.__name__}.{field.name}"
        if is_dataclass(value) and isinstance(value, schedules.CheckedSchedule) and type(value) in NAMES:
            told[field.name] = to_json(value)
            continue
        if callable(value):
            raise ValueError(f"{label} = {value!r}: the page runs the schedules of adaptive_lr.schedules, no functions of your own")
        try:
            known = FIELDS.get(f"{cls.__name__}.{field.name}", FIELDS.get(field.name))
            told[field.name] = checked_number(value, known)
        except ValueError as error:
            raise ValueError(f"{label} = {value!r}: {error}") from None
    return told


def from_json(told: dict, own: dict[str, type]):
    """The object that `to_json` told of; classes that are not the package's are looked up in `own`."""
    cls = own.get(told["name"]) or CLASSES[told["name"]]
    return cls(**{name: from_json(value, own) if isinstance(value, dict) else value for name, value in told.items() if name != "name"})
