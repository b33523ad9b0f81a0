"""Plain data as JSON, and back: numbers, text, arrays and containers of them. Nothing that is read here can run anything."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np

CONTAINERS = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
KINDS = "biufcSUMm"  # of arrays: all but objects and records
NUMBERS = {bool, int, float, complex, Fraction, Decimal}
EXACT = 2**53  # integers up to here are the same in every JSON reader


def encode(value: Any, other: Callable[[Any], dict]) -> Any:
    """The value as JSON has it. other(value) says what stands for something that is no plain data, or raises TypeError."""
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if abs(value) <= EXACT else {"int": str(value)}
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind is complex:
        return {"complex": [repr(value.real), repr(value.imag)]}
    if kind is Fraction:
        return {"fraction": [str(value.numerator), str(value.denominator)]}
    if kind is Decimal:
        return {"decimal": str(value)}
    if value is ...:
        return {"ellipsis": ""}  # what stands where an answer is to be written
    if kind in (bytes, bytearray):
        return {"bytes": _text(value)}
    if kind.__name__ in CONTAINERS and kind is CONTAINERS[kind.__name__]:
        return {kind.__name__: [encode(each, other) for each in value]}
    if kind is dict:
        return {"dict": [[encode(key, other), encode(each, other)] for key, each in value.items()]}
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in KINDS:
        array = np.asarray(value)
        return {"array": [array.dtype.str, list(array.shape), _text(array.tobytes()), isinstance(value, np.generic)]}
    if isinstance(value, np.ndarray) and value.dtype.kind == "O" and all(map(_is_number, np.asarray(value).flat)):
        return {"numbers": [list(value.shape), [encode(each, other) for each in np.asarray(value).flat]]}
    return other(value)


def decode(data: Any, other: Callable[[str, Any], Any]) -> Any:
    """The value that `encode` told of. other(tag, told) makes what is no plain data. Raises ValueError for what `encode` never tells."""
    if not isinstance(data, (dict, list)):
        return data
    if not (isinstance(data, dict) and len(data) == 1):
        raise ValueError("no plain data")
    ((tag, told),) = data.items()
    try:
        if tag == "int":
            return int(told)
        if tag == "float":
            return float(told)
        if tag == "complex":
            real, imaginary = map(float, told)
            return complex(real, imaginary)
        if tag == "fraction":
            numerator, denominator = map(int, told)
            return Fraction(numerator, denominator)
        if tag == "decimal":
            return Decimal(told)
        if tag == "ellipsis":
            return ...
        if tag == "bytes":
            return _bytes(told)
        if tag in CONTAINERS:
            return CONTAINERS[tag](decode(each, other) for each in told)
        if tag == "dict":
            return {decode(key, other): decode(each, other) for key, each in told}
        if tag == "array":
            return _array(*told)
        if tag == "numbers":
            shape, inside = told
            return _array_of_numbers(shape, [decode(each, other) for each in inside])
    except (TypeError, AttributeError, binascii.Error, ZeroDivisionError, InvalidOperation) as error:
        raise ValueError(f"no plain data: {error}") from None
    return other(tag, told)


def _array(dtype: str, shape: list[int], content: str, is_scalar: bool) -> np.ndarray | np.generic:
    kind = np.dtype(dtype)
    if kind.kind not in KINDS:
        raise ValueError(f"no plain data: an array of {kind}")
    array = np.frombuffer(_bytes(content), kind).reshape(shape).copy()
    return array[()] if is_scalar else array


def _is_number(value: Any) -> bool:
    return type(value) in NUMBERS or isinstance(value, (np.bool_, np.number))


def _array_of_numbers(shape: list[int], inside: list) -> np.ndarray:
    if not all(map(_is_number, inside)):
        raise ValueError("no plain data: an array of objects that are no numbers")
    array = np.empty(len(inside), dtype=object)
    array[:] = inside
    return array.reshape(shape)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
