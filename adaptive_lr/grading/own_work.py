"""Whether an answer does its own work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

ANSWERS = {"optimizers", "variants", "printed", "schedules", "updating", "runner", "training", "network", "sparse"}  # modules of adaptive_lr

borrowed: list[str] = []  # what was called, as the watch saw it here, or as it was told of an answer that runs in a sandbox


class Elsewhere:
    """Where answers run: in this process, where they are watched, or in another one, which watches them and tells."""

    is_so = False


def watched(run: Callable[[], Any]) -> tuple[Any, str]:
    """What `run` returns, and what of adaptive_lr it calls, in whatever way it came by it: "RMSprop.step"; nothing if it does its own work."""
    borrowed.clear()
    if Elsewhere.is_so:
        return run(), next(iter(borrowed), "")

    def watch(frame, event, argument):
        package, _, module = frame.f_globals.get("__name__", "").partition(".")
        if event == "call" and package == "adaptive_lr" and module.split(".")[0] in ANSWERS and "<" not in frame.f_code.co_qualname:
            borrowed.append(frame.f_code.co_qualname)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        return run(), next(iter(borrowed), "")
    finally:
        sys.setprofile(before)
