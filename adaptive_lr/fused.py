"""A rule's whole update of a large array as one compiled loop: each number is read once, and written once.

NumPy walks an array once for every operation of a rule. Where numba is installed (`pip install "adaptive-lr[fast]"`), the rule is
traced, its operations are printed as the body of one loop, and numba compiles that for all cores. It is the same rule, with the same
result bit for bit: numba rounds after each operation, as NumPy does (no "fast math"). Compiling takes some tenths of a second a rule.
What a process has of numba is shared: the number of its threads, and how long they wait for work (`GOMP_SPINCOUNT`, set here unless it is).
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable

import numpy as np

from .rule import Array
from .tracing import OPERATORS, Program, Symbol, Untraceable

FROM_SIZE = 2**17  # parameters: below that, compiling is seldom won back
_one_at_a_time = threading.Lock()  # numba's "workqueue" threads end the process if two others call them at once


class Loop(Program):
    """The body of a loop over i. Constants become arguments: they change with t, and the loop is to be compiled only once."""

    language = "a compiled loop"
    templates = OPERATORS | {
        ufunc: f"np.{ufunc.__name__}({', '.join(['{}'] * ufunc.nin)})"
        for ufunc in (np.sqrt, np.absolute, np.sign, np.maximum, np.minimum, np.exp, np.log, np.floor, np.ceil)
    }
    choice = "{1} if {0} else {2}"
    assignment = "{} = {}"

    def __init__(self):
        super().__init__()
        self.constants: list[float] = []

    def number(self, value):
        if isinstance(value, Symbol) or np.ndim(value) != 0:
            raise self.cannot(repr(value), ": a constant is one number")
        self.constants.append(float(value))
        return f"c{len(self.constants) - 1}"


def available(step: Callable, state: tuple[Array, ...], x: Array) -> bool:
    """Whether the update of x by a rule's `step`, without its checks, can be one compiled loop, and x is large enough for it."""
    if x.size < FROM_SIZE or not x.flags.c_contiguous or x.dtype not in (np.float32, np.float64):
        return False
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    try:
        _printed(step, 1, 0.1, len(state), weight_decay=0.0, with_rate=False)
    except Untraceable:
        return False
    return True


def update(step: Callable, t: int, lr: float, x: Array, g: Array, state: tuple[Array, ...], weight_decay: float, out: Array, rate_out: Array | None) -> None:
    """The update t:  out = x − rate ⊙ direction − η λ x. The state's arrays are advanced in place, `out` may be x; all but g are C-contiguous.

    Raises Untraceable, and then nothing has been changed.
    """
    source, constants = _printed(step, t, lr, len(state), weight_decay, with_rate=rate_out is not None)
    arrays = [x, np.ascontiguousarray(g), out, *state] + ([] if rate_out is None else [rate_out])
    with _one_at_a_time:
        _compiled(source)(*(array.reshape(-1) for array in arrays), *map(x.dtype.type, constants))


def _printed(step, t, lr, state_size, weight_decay, with_rate) -> tuple[str, list[float]]:
    """The update as the source of a function, and the constants that are its last arguments."""
    loop = Loop()
    x, g, *state = (Symbol(name, loop) for name in ("x_i", "g_i", *(f"s{k}_i" for k in range(state_size))))
    try:
        direction, rate, new_state = step(t, lr, g, tuple(state))
    except Exception as error:  # a rule of a reader's own may do anything with g that an array can and a symbol cannot
        raise Untraceable(f"this rule's step cannot be printed as {loop.language}: {error}") from error
    moved = x - rate * direction
    if weight_decay:
        moved = moved - lr * weight_decay * x
    stored = {f"s{k}": value for k, value in enumerate(new_state)} | {"out": moved} | ({"rate": rate} if with_rate else {})
    names = [f"s{k}" for k in range(state_size)]
    stores = [f"{name}[i] = {loop.text(value)}" for name, value in stored.items()]
    reads = [f"{name}_i = {name}[i]" for name in ("x", "g", *names)]
    parameters = ["x", "g", "out", *names, *(["rate"] if with_rate else []), *(f"c{k}" for k in range(len(loop.constants)))]
    body = "".join(f"        {line}\n" for line in [*reads, *loop.lines, *stores])
    return f"def update({', '.join(parameters)}):\n    for i in prange(x.size):\n{body}", loop.constants


@functools.lru_cache(maxsize=64)
def _compiled(source):
    import numba

    # GNU's OpenMP threads, which numba uses, spin while they wait for the next loop: for so long that they keep the cores from NumPy's
    # matrix products. So many turns, some ten microseconds, are enough to be awake for it. Read once, when they start.
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    scope = {"np": np, "prange": numba.prange}
    exec(source, scope)  # printed above from a rule's own operations, and from nothing else
    return numba.njit(parallel=True, error_model="numpy")(scope["update"])
