"""The student's end of the wire: what the sandboxed kernel runs while a test cell asks for the student's names and calls their functions."""

from __future__ import annotations

import importlib
import io
import socket
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from functools import cached_property, partial
from itertools import chain, islice
from operator import getitem
from types import ModuleType
from typing import Any

from ...grading.own_work import watched
from .wire import Handle, TooMuchOutput, Wire

MOST = 100_000  # items of something that is gone through
MOST_PRINTED = 1_000_000  # characters, in one call


def serve(path: str, names: dict[str, Any]) -> None:
    """Answer whoever listens at `path`, until they hang up. names: what the student defined."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    hidden = {}

    def done(operation, given):
        if operation == "gone":
            return _hide(given[0], names, hidden)
        return _done(operation, given, names, wire)

    wire = Wire(connection, done, keeps=lambda value: True, made=Given)
    try:
        with closing(wire):
            wire.answer_until_closed()
    finally:
        _hide([], names, hidden)


def _hide(gone: list[str], names: dict[str, Any], hidden: dict[str, Any]) -> None:
    """Take these names away, and give back those that were."""
    names.update(hidden)
    hidden.clear()
    hidden.update((name, names.pop(name)) for name in gone)


def _done(operation: str, given: list, names: dict[str, Any], wire: Wire) -> Any:
    if operation == "name":
        if isinstance(names[given[0]], ModuleType):
            raise KeyError(given[0])  # with a module of the student's, the student would judge: a test imports what it uses
        return names[given[0]]
    of, *arguments = given
    match operation:
        case "call":
            positional, named = arguments
            return _watched(wire, lambda answer: answer(*positional, **named), of)
        case "attribute":
            does = partial(getattr, of, *arguments)
        case "item":
            does = partial(getitem, of, *arguments)
        case "length":
            does = partial(len, of)
        case "items":
            does = partial(list, islice(chain.from_iterable([of]), MOST))  # all of it lazy, so that what is done meanwhile is seen
        case _:
            raise ValueError(operation)
    return _watched(wire, lambda answer: answer(), does)


def _watched(wire: Wire, run: Callable[[Callable], Any], answer: Callable) -> Any:
    """What `run(answer)` returns. The test's end is told what the answer borrows, by the student's own process: `own_work` says what that is worth."""
    with redirect_stdout(Counted()) as counted:  # nobody reads what a function prints while it is tested
        value, borrows = watched(run, answer, may_call=(counted,))
    if borrows:
        wire.ask("borrows", borrows)
    return value


class Given(Handle):
    """What the test gave, called here if it is adaptive_lr's own."""

    def __call__(self, *positional, **named):
        return self._here(*positional, **named)

    @cached_property
    def _here(self) -> Callable:
        module, _, name = self._where.partition(":")
        return getattr(importlib.import_module(module), name) if module else super().__call__


class Counted(io.TextIOBase):
    """Takes so many characters, and keeps none."""

    def __init__(self):
        self.left = MOST_PRINTED

    def write(self, text: str) -> int:
        self.left -= len(text)
        if self.left < 0:
            raise TooMuchOutput(f"stopped after {MOST_PRINTED} characters of output")
        return len(text)
