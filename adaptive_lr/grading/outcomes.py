"""What a function gives when it is tried, as numbers or as the trouble that it met; and when two such outcomes are the same."""

from __future__ import annotations

import io
import logging
import sys
import sysconfig
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from IPython.utils.capture import capture_output

from ..rule import Array
from .own_work import Elsewhere
from .report import in_brief

PACKAGE = Path(__file__).parents[1]
LIBRARIES = {PACKAGE, *(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib"))}  # whose lines are not the student's
SAME = 2e-5  # relative to the largest number of an array: one update's rounding in single precision is below, every known mistake far above
MOST = 100_000  # results of a generator, which may have no end


@dataclass(frozen=True)
class Trouble:
    """A call that gave no numbers: why, in words, and of what kind the trouble is, where two are to be compared."""

    why: str
    kind: str = "no numbers"


Outcome = tuple[Array, ...] | Trouble


def outcome(run: Callable, function: Callable, results: tuple[str, ...]) -> Outcome:
    """What the run of a function gives, as one array for each result."""

    def numbers() -> Outcome:
        given = run(function)
        return given if isinstance(given, Trouble) else as_numbers(given, results)  # a generator works, and may print, only now

    try:
        return silently(numbers)
    except (Exception, SystemExit) as error:  # whatever a student's function does
        return Trouble(in_words(error), type(error).__name__)


def silently(run: Callable, *arguments):
    """Without what the function prints, logs and draws, once for every call; and nothing on stderr, where a warning would cost the points of the cell."""
    drawn = _figures()
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), _unlogged(), _undisplayed():
        warnings.simplefilter("ignore")
        try:
            return run(*arguments)
        finally:
            for figure in _figures() - drawn:  # a notebook would show them below the cell
                sys.modules["matplotlib.pyplot"].close(figure)


def _undisplayed() -> AbstractContextManager:
    return nullcontext() if Elsewhere.is_so else capture_output(stdout=False, stderr=False, display=True)


@contextmanager
def _unlogged() -> Iterator[None]:
    """A handler writes to the stream that was there when it was made, whatever stands in its place now."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(before)


def _figures() -> set[int]:
    """The numbers of Matplotlib's open figures."""
    return set(sys.modules["matplotlib.pyplot"].get_fignums()) if "matplotlib.pyplot" in sys.modules else set()


def in_words(error: BaseException) -> str:
    """An error as one line, with the place in the student's own code."""
    power = " (is ^ meant as a power? In Python that is **)" if "bitwise_xor" in str(error) or "for ^" in str(error) else ""
    return f"it stops with {type(error).__name__}: {error!s:.200}{power}{place(error)}"


def place(error: BaseException) -> str:
    """Where in the student's own code it was raised, as the end of a sentence."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.line and not LIBRARIES & set(Path(frame.filename).parents)]
    return f', in its line "{frames[-1].line}"' if frames else ""


def as_numbers(given: Any, results: tuple[str, ...]) -> Outcome:
    """What a function returned, as one array of floats for each result."""
    if given is None:
        return Trouble("it returns nothing: is a `return` missing? `print` shows a number; only `return` hands it on")
    if contains_itself(given := listed(given)):
        return Trouble("it returns a list that contains itself (is the list appended where a number was meant?)")
    several, kind = one_by_one(given, len(results)), Tupled if isinstance(given, tuple) and len(given) == 1 else np.ndarray
    if len(several) != len(results):
        return Trouble(f"it returns {len(several)} thing{'s' * (len(several) != 1)}, where {len(results)} were expected: {', '.join(results)}")
    arrays = []
    for name, value in zip(results, several):
        try:
            inside = np.asarray(value, dtype=object).ravel().tolist()
            if None in inside:
                return Trouble(f"None was given for {name}, or in it (is something after a `return` missing?)")
            if (text := next((each for each in inside if isinstance(each, str | bytes)), None)) is not None:
                return Trouble(f"{text!r:.80} was given for {name}, or in it: that is text, where numbers were expected")
            array = np.asarray(value)
            if array.dtype.kind == "c":
                return Trouble(f"a complex number was given for {name} (is a root taken of something negative?)")
            arrays.append(array.astype(float).view(kind))
        except Exception:  # whatever a student's object does
            return Trouble(f"{in_brief(value)} was given for {name}, where numbers were expected")
    return tuple(arrays)


def contains_itself(given: Any) -> bool:
    """Whether a list is a part of itself, however deep: NumPy would unfold it until there is no memory left."""
    return _leads_back(given, set(), set())


def _leads_back(given: Any, within: set[int], clean: set[int]) -> bool:
    """Whether some part of it is one of those that it lies within. `clean`: the lists that are known to be none such, which may stand in many places."""
    if not isinstance(given, list | tuple) or id(given) in clean:
        return False
    if id(given) in within:
        return True
    found = any(_leads_back(part, within | {id(given)}, clean) for part in given)
    clean.add(id(given))
    return found


class Tupled(np.ndarray):
    """What came in a tuple of its own. Whether its comma is that of `return x,` or makes a row depends on what was asked for."""


def one_by_one(given: Any, results: int) -> Sequence:
    """What a function returned, result by result."""
    if results == 1:
        return (given,)
    # also in np.array([x, v]); but an array of numbers is one result
    return given if isinstance(given, tuple | list) or isinstance(given, np.ndarray) and given.ndim > 1 else (given,)


def listed(given: Any) -> Any:
    """A generator, a `map` and the like as the list of what they yield; everything else as it is."""
    yields = isinstance(given, Iterable) and not isinstance(given, np.ndarray | Sequence | Set | Mapping) and not hasattr(given, "__array__")
    return list(islice(given, MOST)) if yields else given


def out_of_brackets(course: Any) -> Any:
    """A course of numbers, each of which may have come in an array of its own."""
    course = listed(course)
    if not isinstance(course, tuple | list) and not (isinstance(course, np.ndarray) and course.ndim > 1):
        return course
    kind = tuple if isinstance(course, tuple) else list
    return kind(map(out_of_bracket, course))


def out_of_bracket(given: Any) -> Any:
    """The one number of an array, a list or a tuple of one; anything else as it is."""
    alone = given.shape == (1,) if isinstance(given, np.ndarray) else isinstance(given, tuple | list) and len(given) == 1
    return given[0] if alone else given


def fitted(mine: Array, its: Array) -> Array:
    """Mine as it is; or, where that has its shape, the one number of an array, or the one thing in a tuple."""
    alone = isinstance(mine, Tupled) or mine.shape == (1,)
    return np.asarray(mine[0]) if alone and mine.shape == (1, *its.shape) else mine


def agree(mine: Outcome, its: Outcome) -> bool:
    if isinstance(mine, Trouble) or isinstance(its, Trouble):
        return False
    return all(map(same, mine, its))


@np.errstate(invalid="ignore")  # ∞ − ∞
def same(a: Array, b: Array) -> bool:
    a = fitted(a, b)
    if a.shape != b.shape:
        return False
    finite = np.isfinite(a) & np.isfinite(b)
    scale = max(np.abs(a[finite]).max(initial=0), np.abs(b[finite]).max(initial=0))
    return bool(np.all((np.abs(a - b) <= SAME * scale) | (a == b) | (np.isnan(a) & np.isnan(b))))
