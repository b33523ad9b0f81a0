"""A socket that carries plain data between the two kernels: one asks, the other answers, and may ask back before it does."""

from __future__ import annotations

import builtins
import json
import linecache
import socket
import struct
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from .plain import decode, encode

ELSEWHERE = "<the submission>"  # the file that a line of the other side's stands in
LONGEST = 64 << 20  # bytes of one message
DEEPEST = 100  # calls within calls


class TooMuchOutput(BaseException):
    """A function does not stop printing. No `except Exception` keeps it from ending what it is part of, and so with KeyboardInterrupt."""


STOPS = (StopIteration, StopAsyncIteration)  # which would end a loop of the test's without a word, as if all had been gone through
ENDS = (TooMuchOutput, KeyboardInterrupt)  # what ends a test, however careful it is with a student's errors


class Broken(Exception):
    """The other side is gone, or says what nobody can read."""


class Wire:
    """One end. serve(operation, arguments) does what the other end asks for and returns a value, or raises.

    What is no plain data stays on its side: the other one holds a number for it, as `made(number, name, where, wire)` shapes it, and hands that back.
    `keeps(value)` says whether a value may be held so; TypeError is raised for what may not. `where` tells of what both sides have where it is.
    `ends_when_interrupted`: an interrupt while this end answers ends what asked here, and is not told to the other, which could ask on and on.
    """

    def __init__(
        self,
        connection: socket.socket,
        serve: Callable[[str, list], Any],
        keeps: Callable[[Any], bool],
        made: Callable[[int, str, str, Wire], Any],
        where: Callable[[Any], str] = lambda value: "",
        ends_when_interrupted: bool = False,
    ):
        self.connection, self.serve, self.keeps, self.made, self.where = connection, serve, keeps, made, where
        self.ends = (Broken, KeyboardInterrupt) if ends_when_interrupted else Broken
        self.reading = connection.makefile("rb")
        self.kept: list[Any] = []
        self.depth = 0

    def close(self) -> None:
        """Hang up."""
        self.reading.close()
        self.connection.close()

    def ask(self, operation: str, *arguments: Any) -> Any:
        """What the other end answers. Arrays, lists and dictionaries that it changed are changed here too. Raises what it raised."""
        self._send({"ask": operation, "of": [self._told(each) for each in arguments]})
        while True:
            message = self._receive()
            if "ask" in message:
                self._answer(message)
                continue
            if "error" in message:
                _raise(message)
            for mine, theirs in zip(arguments, message.get("of", [])):
                _changed(mine, self._heard(theirs))
            return self._heard(message.get("is"))

    def answer_until_closed(self) -> None:
        """Serve the other end for as long as it asks."""
        while True:
            try:
                self._answer(self._receive())
            except Broken:
                return

    def _answer(self, message: dict) -> None:
        self.depth += 1
        try:
            if self.depth > DEEPEST:
                raise RecursionError("calls within calls")
            arguments = [self._heard(each) for each in message.get("of", [])]
            answer = {"is": self._told(self.serve(message["ask"], arguments)), "of": [self._told(each) if _is_changeable(each) else None for each in arguments]}
        except self.ends:
            raise
        except (Exception, KeyboardInterrupt, SystemExit, TooMuchOutput) as error:  # whatever it is, it is the other end's to deal with
            answer = {"error": type(error).__name__, "says": _words(error), "at": _place(error)}
        finally:
            self.depth -= 1
        self._send(answer)

    def _told(self, value: Any) -> Any:
        return encode(value, self._reference)

    def _heard(self, data: Any) -> Any:
        return decode(data, self._made)

    def _reference(self, value: Any) -> dict:
        if (number := getattr(value, "_number_there", None)) is not None:
            return {"yours": number}
        if not self.keeps(value):
            raise TypeError(f"{type(value).__name__} cannot be handed over: only numbers, text, arrays, lists and dictionaries of them, and functions")
        self.kept.append(value)
        return {"mine": [len(self.kept) - 1, getattr(value, "__name__", type(value).__name__), self.where(value)]}

    def _made(self, tag: str, told: Any) -> Any:
        if tag == "yours" and type(told) is int and 0 <= told < len(self.kept):
            return self.kept[told]
        if tag == "mine" and isinstance(told, list) and [type(each) for each in told] == [int, str, str]:
            return self.made(*told, self)
        raise ValueError("no plain data")

    def _send(self, message: dict) -> None:
        content = json.dumps(message).encode()
        if len(content) > LONGEST:
            raise ValueError("too much data for one call")
        try:
            self.connection.sendall(struct.pack(">I", len(content)) + content)
        except OSError as error:
            raise Broken(str(error)) from None

    def _receive(self) -> dict:
        (length,) = struct.unpack(">I", self._bytes(4))
        if length > LONGEST:
            raise Broken(f"a message of {length} bytes")
        try:
            message = json.loads(self._bytes(length))
        except (ValueError, RecursionError):
            raise Broken("a message that is no JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("of", []), list):
            raise Broken("a message of another form")
        return message

    def _bytes(self, count: int) -> bytes:
        try:
            content = self.reading.read(count)
        except OSError as error:
            raise Broken(str(error)) from None
        if len(content) < count:
            raise Broken("the other side has closed")
        return content


class Handle:
    """What stands for a function, or for something else that is no plain data, on the other side."""

    def __init__(self, number: int, name: str, where: str, wire: Wire):
        self._number_there, self.__name__, self._where, self._wire = number, name, where, wire

    def __call__(self, *positional, **named):
        return self._wire.ask("call", self, list(positional), named)


def _is_changeable(value: Any) -> bool:
    return type(value) in (list, tuple, dict, np.ndarray)


def _changed(mine: Any, theirs: Any) -> bool:
    """Let mine have the content that it was given on the other side, and say whether it can: a number has none of its own."""
    if type(mine) is not type(theirs) or not _is_changeable(mine):
        return False
    if type(mine) is np.ndarray:
        if mine.shape == theirs.shape and mine.dtype == theirs.dtype and mine.flags.writeable:
            mine[...] = theirs
        return True
    if type(mine) is dict:
        kept = {key: mine[key] for key in mine if key in theirs and _changed(mine[key], theirs[key])}
        mine.clear()
        mine.update(theirs | kept)
        return True
    inside = [each if _changed(each, other) else other for each, other in zip(mine, theirs)]
    if type(mine) is list:
        mine[:] = inside + theirs[len(inside) :]
    return True


def _words(error: BaseException) -> Any:
    """What an error says, as plain data."""
    try:
        return encode(list(error.args), _no_reference)
    except Exception:
        return {"list": [type(error).__name__]}


def _no_reference(*told: Any) -> Any:
    raise ValueError("no plain data")


def _place(error: BaseException) -> list | None:
    """Where in a notebook an error was raised: the function's name, the line's number in its cell, and the line."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__ and frame.line]
    own = [frame for frame in frames if "ipykernel" in frame.filename or frame.filename == ELSEWHERE]
    return [own[-1].name, own[-1].lineno, own[-1].line] if own else None


def _raise(message: dict) -> None:
    """Raise an exception of the builtin type that is named, if there is one, from a frame that shows the other side's line."""
    name, says, at = str(message["error"]), decode(message.get("says", []), _no_reference), message.get("at")
    says = says if isinstance(says, list) else []
    kind = {each.__name__: each for each in ENDS}.get(name) or getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, (Exception, *ENDS))) or issubclass(kind, STOPS):
        kind, says = RuntimeError, [f"{name}: {', '.join(map(str, says))}"]
    try:
        error = kind(*says)
    except TypeError:  # a forged one
        error = RuntimeError(name)
    if isinstance(at, list) and [type(each) for each in at] == [str, int, str] and 0 < at[1] < 10_000 and at[0].isidentifier():
        _, number, line = at
        linecache.cache[ELSEWHERE] = (len(line), None, [*["\n"] * (number - 1), f"{line}\n"], ELSEWHERE)
        exec(compile("\n" * (number - 1) + "raise error", ELSEWHERE, "exec"), {"error": error})
    raise error
