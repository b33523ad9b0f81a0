"""A student's own step function, run in the kernel beside the reference rule."""

from __future__ import annotations

import traceback

import numpy as np

from ..problems import Noisy, Problem
from ..rule import Rule
from ..updating import rate_at
from .catalogue import to_json

SAME = 1e-9  # relative: steps that differ by less are taken for the same


def run_own(step, rule: Rule, problem: Problem, start, steps: int, noise: float = 0.0) -> dict:
    """The run of step(rule, t, lr, g, state) -> direction, rate, state, as the page draws it: {name, x, loss, rate, trouble, said, of}.

    `trouble` says, if anything went wrong, what and at which update; `said` how the run compares with the rule's own.
    The run ends where the trouble came. `of` are the settings that it is the run of.
    """
    seen = Noisy(problem, noise) if noise else problem
    x, mine, theirs = np.array(start), rule.init(np.array(start)), rule.init(np.array(start))
    xs, rates, trouble, parted = [x], [], "", None
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            lr = rate_at(rule, t - 1, x)
            try:
                g = seen.at(t).grad(rule.look(x, mine))
                direction, rate, mine = step(rule, t, lr, g.copy(), tuple(s.copy() for s in mine))
                direction, rate, *mine = (_real(value, x.shape) for value in (direction, rate, *mine))
                after = x - rate * direction
            except Exception as error:  # whatever a student's function does
                trouble = f"raises {type(error).__name__} at update {t}{_line(error, step)}: {error}"
                break
            if parted is None and np.all(np.isfinite(g)):
                direction, right, theirs = rule.step(t, lr, g, theirs)
                wanted, length = x - right * direction, np.abs(right * direction).max()
                if not np.abs(after - wanted).max() <= SAME * (length + np.abs(x).max()):
                    parted = (t, after, wanted)
            x = after
            xs.append(x)
            rates.append(rate)
        loss = problem.f(np.array(xs))
    name = type(rule).__name__
    said = f"takes the steps of {name}"
    if parted is not None:
        said = f"parts from {name} at update {parted[0]}: x = {_point(parted[1])}, and {name}'s is {_point(parted[2])}"
    of = {"rule": to_json(rule), "problem": to_json(problem), "start": list(map(float, start)), "steps": steps, "noise": noise}
    return {"name": getattr(step, "__name__", "own"), "x": _plain(xs), "loss": _plain(loss), "rate": _plain(rates), "trouble": trouble, "said": said, "of": of}


def _real(value, shape):
    if np.iscomplexobj(value):
        raise TypeError(f"{value!r} is complex: real numbers are wanted")
    return np.broadcast_to(np.asarray(value, float), shape)


def _line(error, step) -> str:
    """In which line of the student's function it was raised, or came back to it."""
    code = getattr(step, "__code__", None)
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code is code]
    return f", in line {lines[-1] - code.co_firstlineno + 1} of {step.__name__}" if lines else ""


def _point(x) -> str:
    return f"({x[0]:.6g}, {x[1]:.6g})"


def _plain(values):
    """Nested lists for the page; None where a number is not finite, for JSON knows none of those."""
    return [_plain(value) if np.ndim(value) else (float(value) if np.isfinite(value) else None) for value in values]
