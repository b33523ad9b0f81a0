"""What all problems share: their form, and the checks of their fields."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


class Problem:
    """What a rule descends. Points and losses are dimensionless; leading axes of x, “…”, are so many points at once.

    start: where descents begin (d,).  bounds: of a plot, x₁ from, to, x₂ from, to; None off the plane.
    minimum: one minimiser (d,), or None where none is known.
    A number among a problem's fields may be an array that broadcasts against f(x) (…), unless its docstring says otherwise.
    Raises ValueError or TypeError, naming the field and its value, for what is out of range.
    """

    start: tuple[float, ...] | Array
    bounds: tuple[float, float, float, float] | None
    minimum: tuple[float, ...] | Array | None

    def f(self, x: Array) -> Array:
        """The loss (…) at the points x (…, d), floating-point."""
        raise NotImplementedError

    def grad(self, x: Array) -> Array:
        """The gradient of `f` (…, d) at the points x (…, d), a new array."""
        raise NotImplementedError

    def at(self, t: int) -> Problem:
        """The problem as update t = 1, 2, … sees it: this one, unless its gradients are noisy (see `Noisy`, `MiniBatches`)."""
        return self


def check_field(name, value, good, wanted):
    """Raise unless `value` is a finite number, or an array of them, of which good(number) holds."""
    number = np.asarray(value)
    if number.dtype.kind not in "iuf" or not np.all(np.isfinite(number)) or not np.all(good(number)):
        raise ValueError(f"{name} = {value!r}: {wanted}")
