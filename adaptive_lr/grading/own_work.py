"""Whether an answer does its own work, or has adaptive_lr do it. What is found is told to the student, and earns nothing.

Nothing of the package may be called from an answer, whatever it is and however the answer came by it, but what the test itself handed over in that call.
Imports are free, and so is asking of which class something is.

What this is worth. It keeps a convenient short cut from being taken for work, and no more than that: the watch runs in the answer's own process, in a
notebook as in the sandbox of an autograded submission, and whoever means to can end it, replace it, or send the work to another process, or to a thread
from before. Text that was copied out of the package, by hand or by `inspect.getsource`, cannot be told from work of one's own at all.
So "calls Adam of adaptive_lr" is a fact; that nothing is said is none.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

ANSWERS = {str(Path(__file__).parents[1]) + os.sep}  # folders whose functions are no student's work: the package's
BETWEEN = (*(sysconfig.get_path(name) + os.sep for name in ("stdlib", "purelib", "platlib")), site.getusersitepackages() + os.sep, "<")  # who calls for others
PLAIN = {type(None), bool, int, float, str, np.float64, np.ndarray}  # arguments that nobody can call
HIDES = "sys.setprofile, which would hide what else it calls"

borrowed: list[str] = []  # what was told of an answer that runs in a sandbox


class Elsewhere:
    """Where answers run: in this process, where they are watched, or in another one, which watches them and tells."""

    is_so = False


def watched(run: Callable[[Callable], Any], answer: Callable, may_call: Iterable = ()) -> tuple[Any, str]:
    """What `run(answer)` returns, and what the answer calls that it was to do itself, in words: "RMSprop of adaptive_lr"; nothing if it does its own work.

    may_call: objects of the package whose methods are free for it, besides the functions and objects that it is called with.
    """
    if Elsewhere.is_so:
        borrowed.clear()
        return run(answer), next(iter(borrowed), "")
    package, called, handed_over, their_code = tuple(ANSWERS), [], set(map(id, may_call)), set()

    def asked(*positional, **named):
        for given in (*positional, *named.values()):
            if type(given) not in PLAIN:
                code = getattr(getattr(given, "func", given), "__code__", None)  # that of a partial stands in its function
                their_code.add(id(code)) if code else handed_over.add(id(given))
        try:
            return answer(*positional, **named)
        except RecursionError:  # Python ends a watch that has no room on the stack; an answer that deals with this error by itself is not excused
            sys.setprofile(watch)
            raise

    def watch(frame, event, argument):
        if event == "call":
            code = frame.f_code
            if code.co_filename.startswith(package) and id(code) not in their_code and code.co_name != "<module>":
                caller = frame.f_back  # for whom it works: past libraries and what they make up, which call for others
                while caller and not (of_package := caller.f_code.co_filename.startswith(package)) and caller.f_code.co_filename.startswith(BETWEEN):
                    caller = caller.f_back
                borrows = not caller or not of_package or caller.f_code is asked.__code__  # with no caller, a thread began here
                if borrows and id(_self(frame)) not in handed_over:
                    called.append(f"{_name(frame)} of adaptive_lr")
        elif argument is sys.setprofile and event == "c_call" and frame.f_code is not asked.__code__:
            called.append(HIDES)

    their_code.add(id(asked.__code__))
    before, before_in_threads = sys.getprofile(), threading.getprofile()
    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        value = run(asked)
        if sys.getprofile() is not watch:
            called.append(HIDES)
        return value, next(iter(called), "")
    finally:
        sys.setprofile(before)
        threading.setprofile(before_in_threads)


def _self(frame: FrameType) -> Any:
    """The object whose method runs in a frame, or None."""
    return frame.f_locals.get("self") if frame.f_code.co_varnames[:1] == ("self",) else None


def _name(frame: FrameType) -> str:
    """What the answer has called: the class of the package that a method belongs to, or the function; what a decorator stands around, not the decorator."""
    code = frame.f_code
    kinds = [kind.__name__ for kind in type(_self(frame)).__mro__ if str(kind.__module__).startswith("adaptive_lr.")]
    within = [str(getattr(frame.f_locals.get(name), "__qualname__", "<")) for name in code.co_freevars]
    return next((name for name in (*kinds, code.co_qualname, *within) if "<" not in name), code.co_qualname.partition(".<")[0])
