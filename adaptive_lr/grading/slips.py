"""A mistake, executable: a right program with one place changed."""

from __future__ import annotations

import functools
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

Change = tuple[str, str]  # what stands in the right program, what stands in the wrong one


@dataclass(frozen=True)
class Slip:
    """A mistake that people make: its name, a hint that leads to it and no further, and what it changes in the right program.

    name: continues "it looks as if …".  hint: a sentence or two.  changes: each (right, wrong), text that stands once in the program.
    """

    name: str
    hint: str
    changes: tuple[Change, ...] = field(repr=False)  # they hold the right program

    def __str__(self):
        return f"{self.name}. {self.hint}"


def slip(name: str, hint: str, *changes: str) -> Slip:
    """slip("the root is missing", "…", "np.sqrt(v)", "v"): any number of pairs of right and wrong text."""
    return Slip(name, hint, tuple(zip(changes[::2], changes[1::2], strict=True)))


@functools.cache
def edited(function: Callable, *changes: Change) -> Callable:
    """The function with its source changed.

    Raises ValueError where a text to be changed does not stand exactly once in the source.
    """
    function = inspect.unwrap(function)
    source = _source(function)
    for right, wrong in changes:
        if source.count(right) != 1:
            raise ValueError(f"{function.__qualname__}: {right!r} stands {source.count(right)} times in it, not once:\n{source}")
        source = source.replace(right, wrong)
    names = {}
    exec(compile(source, f"{__file__}: {function.__qualname__}, changed", "exec"), function.__globals__, names)  # a file of the package's: see `own_work`
    return names[function.__name__]


@functools.cache
def _source(function: Callable) -> str:
    """From its `def` on: without decorators."""
    source = textwrap.dedent(inspect.getsource(function))
    return source[source.index("def ") :]
