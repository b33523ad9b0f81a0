"""Which lines of equal loss show a problem of the plane: one rule, for the book's figures, the still pictures and the page."""

from __future__ import annotations

import numpy as np

from .problem import Array, Problem

SHARES = tuple((k / 13) ** 2 for k in range(1, 13))  # of the frame, below each line: around a minimum the lines are then evenly spaced
LATTICE = (987, 1597)  # neighbouring Fibonacci numbers m and n: the points (k, m k mod n) / n are spread evenly over the unit square


def contour_levels(problem: Problem) -> Array:
    """The losses below which SHARES of the problem's bounds lie, in rising order: fewer where the loss is the same over a share of the bounds."""
    left, right, low, high = problem.bounds
    m, n = LATTICE
    k = np.arange(n)
    across, up = (k + 0.5) / n, (m * k % n + 0.5) / n
    loss = problem.f(np.stack([left + (right - left) * across, low + (high - low) * up], axis=-1))
    loss = loss[np.isfinite(loss)]
    levels = np.unique(np.quantile(loss, SHARES))
    return levels[levels < loss.max()]  # the edge of a perfectly flat part is no line
