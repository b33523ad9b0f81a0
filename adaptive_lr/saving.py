"""Saved runs: a `Trace` or a `History` as an .npz file of arrays and text, and back."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from importlib import import_module

import numpy as np

PARTS = ("optimizers", "variants", "printed", "schedules", "problems", "network")  # modules whose classes a file may name


def save(path, run) -> None:
    """Write a dataclass to an .npz file: its arrays, and the rest as JSON text. No pickle: reading it runs no code."""
    arrays = {}
    notes = {f.name: {"name": repr(value := getattr(run, f.name)), "parts": _noted(value, f.name, arrays)} for f in fields(run)}
    with open(path, "wb") as file:  # np.savez would put a suffix of its own to a path
        np.savez(file, notes=json.dumps(notes), **arrays)


def load(path, cls, known):
    """Read what `save` wrote of a `cls`. Fields in `known` are taken from there; what cannot be rebuilt is its name, a text."""
    with np.load(path, allow_pickle=False) as arrays:
        notes = json.loads(str(arrays["notes"]))
        if wrong := set(known) - set(notes):
            raise TypeError(f"{', '.join(sorted(wrong))}: a saved {cls.__name__} has the fields {', '.join(notes)}")
        return cls(**{name: known[name] if name in known else _rebuilt_or_named(note, arrays) for name, note in notes.items()})


def _noted(value, name, arrays):
    """The value as JSON: numbers and texts, tuples, dataclasses of this package by class and fields, arrays by their name in `arrays`; else None."""
    if isinstance(value, (np.ndarray, np.generic)):
        arrays[name] = value
        return {"array": name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return {"value": value}
    if isinstance(value, (tuple, list)):
        items = [_noted(item, f"{name}.{k}", arrays) for k, item in enumerate(value)]
        return {"tuple": items} if None not in items else None
    if is_dataclass(value) and type(value).__module__.split(".")[0] == __package__:
        parts = {f.name: _noted(getattr(value, f.name), f"{name}.{f.name}", arrays) for f in fields(value)}
        return {"module": type(value).__module__, "class": type(value).__qualname__, "fields": parts} if None not in parts.values() else None
    return None


def _rebuilt(note, arrays):
    """What `_noted` wrote; LookupError where this package cannot make it, or cannot any more."""
    match note:
        case {"array": key}:
            return arrays[key][()]
        case {"value": value}:
            return value
        case {"tuple": items}:
            return tuple(_rebuilt(item, arrays) for item in items)
        case {"module": module, "class": name, "fields": parts} if module.removeprefix(f"{__package__}.").split(".")[0] in PARTS:
            try:
                kind = getattr(import_module(module), name, None)
                if isinstance(kind, type) and is_dataclass(kind):
                    return kind(**{field: _rebuilt(part, arrays) for field, part in parts.items()})
            except (ImportError, TypeError, ValueError) as error:  # written by another version
                raise LookupError(note) from error
    raise LookupError(note)


def _rebuilt_or_named(note, arrays):
    try:
        return _rebuilt(note["parts"], arrays)
    except LookupError:
        return note["name"]
