"""What all problems share: their form, and the checks of their fields."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


class Problem:
    """What a rule descends: `f(x)` of shape (…), `grad(x)` of the shape of x, (…, d)."""

    start: tuple[float, ...] | Array
    bounds: tuple[float, float, float, float] | None  # of a plot: x₁ from, to, x₂ from, to; None off the plane
    minimum: tuple[float, ...] | Array | None  # one minimiser, or None where none is known

    def f(self, x: Array) -> Array:
        raise NotImplementedError

    def grad(self, x: Array) -> Array:
        raise NotImplementedError

    def at(self, t: int) -> Problem:
        """The problem as update t = 1, 2, … sees it: this one, unless its gradients are noisy (see `Noisy`, `MiniBatches`)."""
        return self


def check_field(name, value, good, wanted):
    """Raise unless `value` is a finite number, or an array of them, of which good(number) holds."""
    number = np.asarray(value)
    if number.dtype.kind not in "iuf" or not np.all(np.isfinite(number)) or not np.all(good(number)):
        raise ValueError(f"{name} = {value!r}: {wanted}")


def check_count(name, value, least=1):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} = {value!r}: a whole number ≥ {least}")
