"""Whether an answer does its own work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

ANSWERS = {"optimizers", "variants", "printed", "schedules", "updating", "runner", "training", "network", "sparse"}  # modules of adaptive_lr


borrowed: list[str] = []  # what an answer that runs elsewhere, in a sandbox, was seen to call there


def watched(run: Callable[[], Any]) -> tuple[Any, str]:
    """What `run` returns, and what of adaptive_lr it calls, in whatever way it came by it: "RMSprop.step"; nothing if it does its own work."""
    found = borrowed
    found.clear()

    def watch(frame, event, argument):
        package, _, module = frame.f_globals.get("__name__", "").partition(".")
        if event == "call" and package == "adaptive_lr" and module.split(".")[0] in ANSWERS and "<" not in frame.f_code.co_qualname:
            found.append(frame.f_code.co_qualname)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        return run(), next(iter(found), "")
    finally:
        sys.setprofile(before)
