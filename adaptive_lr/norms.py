"""The Lp norm of a vector, as its equation is written and as it can be computed: what AdaMax's limit p → ∞ is taken of.

All run over the last axis of x (…, d) and return (…), in the units of x and the precision of its floating-point type, without warnings.
"""

from __future__ import annotations

import functools

import numpy as np

from .rule import Array


def _checked(good=None, wanted=""):
    """Give a norm clear errors for wrong input, of which good(p) is one; the equation stays alone in its body (`__wrapped__`)."""

    def around(norm):
        @functools.wraps(norm)
        def checked_norm(x, *p):
            x = np.asarray(x)
            if x.dtype.kind not in "iuf" or x.ndim == 0 or x.shape[-1] == 0 or not np.all(np.isfinite(x)):
                raise ValueError(f"x = {x!r}: one or more finite numbers along the last axis")
            for each in p:
                if np.ndim(each) or np.asarray(each).dtype.kind not in "iuf" or not good(each):
                    raise ValueError(f"p = {each!r}: {wanted}")
            with np.errstate(all="ignore"):  # a sum that overflows or underflows says so itself
                return norm(x if x.dtype.kind == "f" else x.astype(float), *p)

        return checked_norm

    return around


_finite = _checked(lambda p: 1 <= p < np.inf, "a finite number ≥ 1; max_norm(x) is the limit p → ∞")


@_finite
def power_sum(x: Array, p: float) -> Array:
    """The sum under the norm's root.

    Σᵢ |xᵢ|ᵖ

    It overflows to ∞ in float64 where one |xᵢ| > 10^(308/p), and falls to 0 where every |xᵢ| < 10^(−324/p): at p = 400 above 5.9, below 0.15.
    x: (…, d), finite.  p: a finite number ≥ 1.
    Raises ValueError, naming the argument.
    """
    return np.sum(np.abs(x) ** p, axis=-1)


@_finite
def power_sum_norm(x: Array, p: float) -> Array:
    """The Lp norm as it is written (Kingma & Ba 2015, §7.1), which is ∞ or 0 where its sum is, however ordinary the norm itself.

    ‖x‖ₚ = (Σᵢ |xᵢ|ᵖ)^(1/p)

    x: (…, d), finite.  p: a finite number ≥ 1.
    Raises ValueError, naming the argument.
    """
    return np.sum(np.abs(x) ** p, axis=-1) ** (1 / p)


@_checked(lambda p: p >= 1, "a number ≥ 1, or np.inf")
def scaled_norm(x: Array, p: float) -> Array:
    """The Lp norm with the largest coordinate taken out of the root (as LAPACK's lassq keeps scale and sum for p = 2): no power exceeds 1.

    ‖x‖ₚ = s (Σᵢ (|xᵢ|/s)ᵖ)^(1/p),   s = maxᵢ |xᵢ|;   0 where s = 0

    The sum lies between 1 and d whatever p: nothing overflows but a norm that is itself too large. At p = ∞ it is the max norm.
    x: (…, d), finite.  p: a number ≥ 1, or np.inf.
    Raises ValueError, naming the argument.
    """
    size = np.abs(x)
    largest = np.max(size, axis=-1, keepdims=True)
    share = size / np.where(largest > 0, largest, 1)
    return np.max(size, axis=-1) * np.sum(share**p, axis=-1) ** (1 / p)


@_checked()
def max_norm(x: Array) -> Array:
    """The limit p → ∞ of the Lp norm: the largest coordinate.

    ‖x‖∞ = maxᵢ |xᵢ|

    x: (…, d), finite.
    Raises ValueError, naming the argument.
    """
    return np.max(np.abs(x), axis=-1)
