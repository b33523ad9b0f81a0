"""The student's end of the wire: what the sandboxed kernel runs while a test cell asks for the student's names and calls their functions."""

from __future__ import annotations

import functools
import importlib
import io
import itertools
import socket
import sys
from collections.abc import Callable
from contextlib import closing, redirect_stdout
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

    wire = Wire(connection, done, keeps=lambda value: True, made=Unwatched)
    with closing(wire):
        wire.answer_until_closed()
    _hide([], names, hidden)


def _hide(gone: list[str], names: dict[str, Any], hidden: dict[str, Any]) -> None:
    """Take these names away, and give back those that were."""
    names.update(hidden)
    hidden.clear()
    hidden.update((name, names.pop(name)) for name in gone)


def _done(operation: str, given: list, names: dict[str, Any], wire: Wire) -> Any:
    if operation == "name":
        return names[given[0]]
    of, *arguments = given
    if operation == "call":
        positional, named = arguments
        with redirect_stdout(Counted()):  # nobody reads what a function prints while it is tested
            value, borrows = watched(lambda: of(*positional, **named))
        if borrows:
            wire.ask("borrows", borrows)
        return value
    if operation == "attribute":
        return getattr(of, *arguments)
    if operation == "item":
        return of[arguments[0]]
    if operation == "length":
        return len(of)
    if operation == "items":
        return list(itertools.islice(of, MOST))
    raise ValueError(operation)


class Unwatched(Handle):
    """What the test gave, called here if it is adaptive_lr's own. A call of it is not the student's work, and watching it would take longer than the call."""

    def __call__(self, *positional, **named):
        watch = sys.getprofile()
        sys.setprofile(None)
        try:
            return self._here(*positional, **named)
        finally:
            sys.setprofile(watch)

    @functools.cached_property
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
