"""A rule at work on x: `update` is the one place that applies a rule.

It walks large arrays in blocks that fit the processor's cache: a rule is elementwise, so every block can be taken on its own, with the
same result bit for bit and no temporary larger than a block. Where numba is installed, a large array is one block, and its update one compiled
loop (see `fused`), with the same result again.

    parts = blocks(rule, x)
    state = split(rule.init(x), parts)
    update(parts, t, rate_at(rule, t - 1, x), x, g, state, out=x)      # t = 1, 2, …
    joined(state, parts, x)                                            # the rule's state, arrays shaped like x
"""

from __future__ import annotations

import functools
import inspect
import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace

import numpy as np

from . import fused
from .rule import Array, Rule, check_rate
from .tracing import Untraceable

BLOCK_BYTES = 64 * 1024  # of one array: 8192 float64. A rule handles about eight arrays at once; a core's cache holds them


@dataclass(frozen=True)
class Block:
    """A part of x, `x[where]`, and the rule's step there, without its checks: in a run a non-finite gradient is a result."""

    where: tuple[slice, ...]
    step: Callable

    def advance(self, t, lr, x, g, state, weight_decay, out, rate_out):
        """`update` on this part of x. Returns the part's new state."""
        where = self.where
        eta = _part(lr, where, x.ndim) if isinstance(lr, np.ndarray) else lr
        direction, rate, state = self.step(t, eta, g[where], state)
        if weight_decay:
            decay = eta * weight_decay * x[where]
            out[where] = x[where] - rate * direction - decay
        else:
            np.subtract(x[where], rate * direction, out=out[where])
        if rate_out is not None:
            rate_out[where] = rate
        return state


class LoopedBlock(Block):
    """All of a large x, whose update is one compiled loop."""

    def advance(self, t, lr, x, g, state, weight_decay, out, rate_out):
        if not isinstance(lr, np.ndarray) and g.dtype == x.dtype:
            try:
                fused.update(self.step, t, lr, x, g, state, weight_decay, out, rate_out)
                return state
            except Untraceable:  # from this t on, or at this t, the rule does something else
                pass
        return super().advance(t, lr, x, g, state, weight_decay, out, rate_out)


def blocks(rule: Rule, x: Array) -> list[Block]:
    """The blocks to walk x in; array fields of the rule are cut along with it. A rule that is not elementwise gets x whole."""
    step = inspect.unwrap(type(rule).step)
    numbers = {f.name: value.item() for f in fields(rule) if isinstance(value := getattr(rule, f.name), np.generic)}
    arrays = {f.name: value for f in fields(rule) if isinstance(value := getattr(rule, f.name), np.ndarray)}
    if any(np.result_type(array, x) != x.dtype for array in arrays.values()):
        step = _in_precision_of(x, step)
    if rule.elementwise and not any(shapes_of_fields(rule).values()) and fused.available(looped := functools.partial(step, replace(rule, **numbers)), rule.init(x), x):
        return [LoopedBlock((), looped)]
    wheres = _cuts(x.shape, BLOCK_BYTES // x.itemsize) if rule.elementwise else [()]
    parts = [{name: _part(array, where, x.ndim) for name, array in arrays.items()} for where in wheres]
    return [Block(where, functools.partial(step, replace(rule, **numbers, **part))) for where, part in zip(wheres, parts, strict=True)]


def _in_precision_of(x, step):
    """The step with its state as precise as x: with array fields in float64, those of float32 would widen."""

    def narrowed(rule, t, lr, g, state):
        direction, rate, state = step(rule, t, lr, g, state)
        return direction, rate, tuple(s.astype(x.dtype, copy=False) for s in state)

    return narrowed


def update(blocks: list[Block], t: int, lr, x: Array, g: Array, state: list, *, weight_decay=0.0, out: Array, rate_out=None) -> None:
    """The update t = 1, 2, …:  out = x − rate ⊙ direction − η λ x, where `out` may be x itself.

    `state` is a list with a block's state for each block, and is advanced; `lr` is η, a number or an array that broadcasts
    against x; the effective learning rate is written to `rate_out`, if that is given.
    """
    for k, block in enumerate(blocks):
        state[k] = block.advance(t, lr, x, g, state[k], weight_decay, out, rate_out)


def split(state: tuple[Array, ...], blocks: list[Block]) -> list:
    """A state of arrays shaped like x, cut into the blocks' states."""
    return [tuple(s[block.where].copy() for s in state) for block in blocks]


def joined(state: list, blocks: list[Block], x: Array) -> tuple[Array, ...]:
    """The blocks' states put together: arrays shaped like x."""
    whole = tuple(np.empty_like(x) for _ in state[0])
    for block, part in zip(blocks, state, strict=True):
        for target, s in zip(whole, part, strict=True):
            target[block.where] = s
    return whole


def _cuts(shape, size):
    """Tuples of slices of the leading axes that cut an array of this shape into parts of at most `size` elements."""
    if math.prod(shape) <= size:
        return [()]
    row = math.prod(shape[1:])
    if row > size:
        return [(slice(i, i + 1), *rest) for i in range(shape[0]) for rest in _cuts(shape[1:], size)]
    rows = size // row
    return [(slice(i, i + rows),) for i in range(0, shape[0], rows)]


def _part(value, where, ndim):
    """What `value`, which broadcasts against x, is on x[where]."""
    value = value.reshape((1,) * (ndim - value.ndim) + value.shape)
    return value[tuple(slice(None) if length == 1 else cut for cut, length in zip(where, value.shape))]


def rate_at(rule: Rule, t: int, x: Array):
    """The learning rate at t = 0, 1, …: a number, or an array in the precision of x. A schedule's is the caller's input like any other."""
    lr = rule.lr
    if callable(lr):
        lr = lr(t)
        check_rate(f"lr({t})", lr)
        try:
            fits = np.broadcast_shapes(np.shape(lr), x.shape) == x.shape
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"lr({t}) has shape {np.shape(lr)}: a schedule's rates broadcast against x, here {x.shape}; give x0 the batch's shape")
    return np.asarray(lr, x.dtype) if np.ndim(lr) else float(lr)


def shapes_of_fields(rule) -> dict[str, tuple[int, ...]]:
    """The shapes of a rule's fields, by name; and of the arrays in its schedules: {"lr.lr_max": (50, 1), "beta": ()}."""
    shapes = {}
    for field in fields(rule):
        value = getattr(rule, field.name)
        if is_dataclass(value):
            shapes |= {f"{field.name}.{name}": shape for name, shape in shapes_of_fields(value).items() if shape}
        elif not callable(value) and not isinstance(value, list):
            shapes[field.name] = np.shape(value)
    return shapes


def check_weight_decay(weight_decay):
    if not isinstance(weight_decay, numbers.Real) or not (np.isfinite(weight_decay) and weight_decay >= 0):
        raise ValueError(f"weight_decay = {weight_decay!r}: a finite number ≥ 0")
