"""What a function gives when it is tried, as numbers or as the trouble that it met; and when two such outcomes are the same."""

from __future__ import annotations

import io
import sys
import sysconfig
import traceback
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from IPython.utils.capture import capture_output

from ..rule import Array
from .own_work import Elsewhere
from .report import in_brief

PACKAGE = Path(__file__).parents[1]
LIBRARIES = {PACKAGE, *(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib"))}  # whose lines are not the student's
SAME = 1e-7  # relative to the largest number of an array: rounding is far below, every known mistake far above
SAME_IN_SINGLE = 2e-4  # float32, whose rounding a step with a small denominator enlarges


@dataclass(frozen=True)
class Trouble:
    """A call that gave no numbers: why, in words."""

    why: str


Outcome = tuple[Array, ...] | Trouble


def outcome(run: Callable, function: Callable, results: tuple[str, ...]) -> Outcome:
    """What the run of a function gives, as one array for each result."""
    try:
        given = silently(run, function)
        return given if isinstance(given, Trouble) else as_numbers(given, results)
    except (Exception, SystemExit) as error:  # whatever a student's function does
        return Trouble(in_words(error))


def silently(run: Callable, *arguments):
    """Without what the function prints and draws, once for every call; and nothing on stderr, where a warning would cost the points of the cell."""
    drawn = _figures()
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), _undisplayed():
        warnings.simplefilter("ignore")
        try:
            return run(*arguments)
        finally:
            for figure in _figures() - drawn:  # a notebook would show them below the cell
                sys.modules["matplotlib.pyplot"].close(figure)


def _undisplayed() -> AbstractContextManager:
    return nullcontext() if Elsewhere.is_so else capture_output(stdout=False, stderr=False, display=True)


def _figures() -> set[int]:
    """The numbers of Matplotlib's open figures."""
    return set(sys.modules["matplotlib.pyplot"].get_fignums()) if "matplotlib.pyplot" in sys.modules else set()


def in_words(error: BaseException) -> str:
    """An error as one line, with the place in the student's own code."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.line and not LIBRARIES & set(Path(frame.filename).parents)]
    where = f', in its line "{frames[-1].line}"' if frames else ""
    return f"it stops with {type(error).__name__}: {error!s:.200}{where}"


def as_numbers(given: Any, results: tuple[str, ...]) -> Outcome:
    """What a function returned, as one array of floats for each result."""
    if given is None:
        return Trouble("it returns nothing: is a `return` missing? `print` shows a number; only `return` hands it on")
    several = given if len(results) > 1 and _is_several(given) else (given[0] if isinstance(given, tuple) and len(given) == 1 else given,)
    if len(several) != len(results):
        return Trouble(f"it returns {len(several)} thing{'s' * (len(several) != 1)}, where {len(results)} were expected: {', '.join(results)}")
    arrays = []
    for name, value in zip(results, several):
        try:
            if None in np.asarray(value, dtype=object).ravel().tolist():
                return Trouble(f"None was given for {name}, or in it (is something after a `return` missing?)")
            array = np.asarray(value)
            if array.dtype.kind == "c":
                return Trouble(f"a complex number was given for {name} (is a root taken of something negative?)")
            arrays.append(array if array.dtype == np.float32 else array.astype(float))
        except Exception:  # whatever a student's object does
            return Trouble(f"{in_brief(value)} was given for {name}, where numbers were expected")
    return tuple(arrays)


def _is_several(given: Any) -> bool:
    """Whether it holds the results one by one: also np.array([x, v]), but no array of numbers, which is one result."""
    return isinstance(given, tuple | list) or isinstance(given, np.ndarray) and given.ndim > 1


def agree(mine: Outcome, its: Outcome) -> bool:
    if isinstance(mine, Trouble) or isinstance(its, Trouble):
        return False
    return all(map(same, mine, its))


@np.errstate(invalid="ignore")  # ∞ − ∞
def same(a: Array, b: Array) -> bool:
    if b.shape == () and a.shape == (1,):  # a number in an array of its own is that number
        a = a[0]
    if a.shape != b.shape:
        return False
    finite = np.isfinite(a) & np.isfinite(b)
    scale = max(np.abs(a[finite]).max(initial=0), np.abs(b[finite]).max(initial=0))
    tolerance = SAME_IN_SINGLE if np.float32 in (a.dtype, b.dtype) else SAME
    return bool(np.all((np.abs(a - b) <= tolerance * scale) | (a == b) | (np.isnan(a) & np.isnan(b))))
