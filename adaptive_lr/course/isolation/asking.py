"""The test's end of the wire: names that the student defined, as the trusted kernel sees them."""

from __future__ import annotations

import ast
import builtins
import functools
import os
import socket
import sys
from collections.abc import Container, Iterable, Mapping
from types import FunctionType
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from ...grading import own_work
from .names import Names
from .wire import ENDS, Handle, Wire

PATIENCE = 5  # seconds until the student's kernel, which is told to, has connected
LONGEST = 100  # characters of what is told to be borrowed


class NoAnswer(Exception):
    """The student's kernel is gone, or was made into something that speaks no sense."""


class Remote(Handle):
    """Something that the student defined and that is no plain data: it can be called, looked into, gone through."""

    def __init__(self, *told: Any, line: Line):
        super().__init__(*told)
        self._line = line

    def __call__(self, *positional, **named):
        self._line.tell_what_is_gone()
        return super().__call__(*positional, **named)

    def __getattr__(self, name):
        if name.startswith(("__", "_repr_", "_ipython_")):  # how it is shown is not the student's to say
            raise AttributeError(name)
        return self._wire.ask("attribute", self, name)

    def __getitem__(self, index):
        return self._wire.ask("item", self, index)

    def __len__(self):
        return int(self._wire.ask("length", self))

    def __iter__(self):
        return iter(self._wire.ask("items", self))

    def __repr__(self):
        return f"<{self.__name__} of the submission>"


class Undefined:
    """Stands for a name that the student was to define and did not, where the tests' kernel knows something else by it."""

    def __init__(self, name: str):
        self._name = name

    def __call__(self, *positional, **named):
        raise NameError(f"name {self._name!r} is not defined", name=self._name)


class Line:
    """Where the student's kernel is awaited, and the wire to it while there is one."""

    def __init__(self, path: str):
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        os.chmod(path, 0o777)  # in a folder that no one else may enter
        self.listening.listen()
        self.listening.settimeout(PATIENCE)
        self.wire: Wire | None = None
        self.into: dict[str, Any] = {}
        self.lent: dict[str, Any] = {}
        self.hidden: dict[str, Any] = {}
        self.gone: list[str] = []
        self.next = Names()

    def bind(self, names: Iterable[str], into: dict[str, Any]) -> None:
        """Give those of the names that the student is to answer for their values in `into`, until the line is closed.

        Raises NoAnswer where the student's kernel says nothing, or nonsense.
        """
        self.into, self.lent, self.hidden, self.gone = into, {}, {}, []
        try:
            connection, _ = self.listening.accept()
            connection.settimeout(PATIENCE)
            self.wire = Wire(connection, _called_back, keeps=callable, made=functools.partial(Remote, line=self), where=_in_the_package, ends_when_interrupted=True)
            for name in names:
                if self._is_the_students(name):
                    self._lend(name)
            connection.settimeout(None)  # a call takes as long as the test's limit lets it
        except (Exception, *ENDS) as error:  # whatever a student's kernel was made to say
            raise NoAnswer(f"the submission's Python does not say what it defines ({type(error).__name__})") from None

    def _is_the_students(self, name: str) -> bool:
        if name in self.next.students:
            return True
        return not (name in self.next.instructors or name in self.into or hasattr(builtins, name))

    def _lend(self, name: str) -> None:
        known = name in self.into or hasattr(builtins, name)
        if name in self.into:
            self.hidden[name] = self.into.pop(name)
        try:
            self.into[name] = self.lent[name] = self.wire.ask("name", name)
        except KeyError:  # a NameError in the test, as usual
            if known:
                self.into[name] = self.lent[name] = Undefined(name)

    def tell_what_is_gone(self) -> None:
        """A test may delete a name of the student's, to see what needs it: then it is taken away there, too, until the test gives it back."""
        gone = [name for name, value in self.lent.items() if name not in self.into and not isinstance(value, Undefined)]
        if gone != self.gone:
            self.gone = gone
            self.wire.ask("gone", gone)

    def close(self, assigned: Container[str] = ()) -> None:
        """Hang up, and take back what was lent. `assigned`: the names that the test gave a value itself, which then are its own."""
        for name, value in self.lent.items():
            if self.into.get(name) is value and (name not in assigned or isinstance(value, Remote | Undefined)):
                del self.into[name]
        self.into.update({name: value for name, value in self.hidden.items() if name not in self.into})
        self.lent, self.hidden = {}, {}
        if self.wire:
            self.wire.close()
        self.wire = None


def listen(path: str, shell: InteractiveShell, names: Mapping[str, tuple[list[str], list[str]]]) -> None:
    """For the tests' kernel: before a cell that uses names of the student's, take the student's kernel's call at `path`, and hang up after it.

    names: by test, the students' and the instructor's; the request to run a cell says in its metadata which test it is.
    What is checked in this process runs at the line's other end.
    """
    own_work.Elsewhere.is_so = True
    line, assigned = Line(path), set()

    def take_the_call(cell):
        line.next = Names(*map(frozenset, names[shell.get_parent()["metadata"]["test"]]))
        read, assigns = names_in(shell.transform_cell(cell.raw_cell))
        assigned.clear()
        assigned.update(assigns)
        try:
            line.bind(read, shell.user_ns)
        except NoAnswer as error:
            shell.showtraceback((NoAnswer, error, None))  # the test has failed, whatever it does now, and not without a reason

    shell.events.register("pre_run_cell", take_the_call)
    shell.events.register("post_run_cell", lambda _: line.close(assigned))


def names_in(source: str) -> tuple[list[str], set[str]]:
    """The names that a test cell reads, and those that it assigns."""
    try:
        names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    except SyntaxError:
        return [], set()
    read = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    return sorted(read), {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _in_the_package(value: Any) -> str:
    """Where a function of adaptive_lr's stands, which the other side may then call there: an answer may ask for a gradient a thousand times."""
    module, name = getattr(value, "__module__", ""), getattr(value, "__qualname__", "")
    is_there = isinstance(value, FunctionType) and module.startswith("adaptive_lr.") and getattr(sys.modules.get(module), name, None) is value
    return f"{module}:{name}" if is_there else ""


def _called_back(operation: str, given: list) -> Any:
    """The student's function may call what the test gave it, and nothing else."""
    if operation == "borrows" and given and isinstance(given[0], str):
        own_work.borrowed[:] = [given[0][:LONGEST]]
        return None
    if operation != "call" or len(given) != 3 or not callable(given[0]) or isinstance(given[0], Remote):
        raise PermissionError("a test's function can be called, and nothing more")
    function, positional, named = given
    return function(*positional, **named)
