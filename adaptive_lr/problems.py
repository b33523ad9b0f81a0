"""Problems to descend: a function, its gradient, where to start, what to draw, and the minimum where it is known.

`f(x)` and `grad(x)` work over the last axis of x, so one call serves any number of points at once.
`ravine`, `saddle` and `sparse_logistic` are ready-made; the classes make others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

Array = np.ndarray


class Problem:
    """What a rule descends: `f(x)` of shape (…), `grad(x)` of the shape of x, (…, d)."""

    start: tuple[float, ...] | Array
    bounds: tuple[float, float, float, float] | None  # of a plot: x₁ from, to, x₂ from, to; None off the plane
    minimum: Array | None  # one minimiser, or None where none is known

    def f(self, x: Array) -> Array:
        raise NotImplementedError

    def grad(self, x: Array) -> Array:
        raise NotImplementedError


@dataclass(frozen=True)
class Ravine(Problem):
    """A quadratic valley, `condition` times steeper across than along.

    f(x) = ½ (x₁² + κ x₂²),   κ = condition
    """

    condition: float = 20.0
    start = (-4.0, 2.0)
    bounds = (-5.0, 5.0, -3.0, 3.0)
    minimum = np.zeros(2)

    def __post_init__(self):
        condition = np.asarray(self.condition)
        if condition.dtype.kind not in "iuf" or not np.all((condition > 0) & np.isfinite(condition)):
            raise ValueError(f"condition = {self.condition!r}: a ravine's condition number is finite and > 0 (1 is a round bowl)")

    def f(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return (x1**2 + self.condition * x2**2) / 2

    def grad(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return np.stack([x1, self.condition * x2], axis=-1)


@dataclass(frozen=True)
class Saddle(Problem):
    """A saddle point at the origin between two minima, at x₂ = −1 and x₂ = 1.

    f(x) = ½ x₁² − ½ x₂² + ¼ x₂⁴
    """

    start = (-1.5, 0.01)
    bounds = (-2.0, 2.0, -1.6, 1.6)
    minimum = np.array([0.0, 1.0])

    def f(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return (x1**2 - x2**2) / 2 + x2**4 / 4

    def grad(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return np.stack([x1, x2**3 - x2], axis=-1)


@dataclass(frozen=True, eq=False)
class LogisticRegression(Problem):
    """Binary logistic regression, mean log-loss plus a ridge.

    f(w) = (1/n) Σₖ log(1 + exp(−yₖ xₖ·w)) + ½ λ ‖w‖²

    features: (n, d).  labels: (n,), each −1 or +1.  l2: λ ≥ 0.
    """

    features: Array
    labels: Array
    l2: float = 1e-3
    bounds = None

    def __post_init__(self):
        if np.ndim(self.features) != 2 or np.shape(self.labels) != np.shape(self.features)[:1]:
            raise ValueError(f"features {np.shape(self.features)} and labels {np.shape(self.labels)}: give (n, d) and (n,)")
        if not np.all(np.isfinite(self.features)):
            row, column = np.argwhere(~np.isfinite(self.features))[0]
            raise ValueError(f"features[{row}, {column}] = {self.features[row][column]}: every feature is a finite number")
        if not np.all(np.isin(self.labels, (-1, 1))):
            raise ValueError(f"labels contain {np.setdiff1d(self.labels, (-1, 1))[:3]}: each label is −1 or +1")
        if not self.l2 >= 0:
            raise ValueError(f"l2 = {self.l2}: the ridge is a number ≥ 0")

    @property
    def start(self):
        return np.zeros(self.features.shape[1])

    def f(self, x):
        margin = self.labels * (x @ self.features.T)
        return np.logaddexp(0, -margin).mean(axis=-1) + self.l2 / 2 * (x**2).sum(axis=-1)

    def grad(self, x):
        margin = self.labels * (x @ self.features.T)
        pull = -self.labels * np.exp(-np.logaddexp(0, margin))  # −y σ(−margin), without overflow
        return pull @ self.features / len(self.labels) + self.l2 * x

    def batch(self, rows) -> LogisticRegression:
        """The same problem on some of the samples: what one mini-batch sees."""
        return LogisticRegression(self.features[rows], self.labels[rows], self.l2)

    @cached_property
    def minimum(self):
        """The minimiser, by Newton's method (λ > 0 makes it unique). None for λ = 0, where it may lie at infinity."""
        if self.l2 == 0:
            return None
        w = self.start
        for _ in range(100):
            g = self.grad(w)
            if np.linalg.norm(g) < 1e-12:
                break
            p = np.exp(-np.logaddexp(0, -(self.features @ w)))
            hessian = (self.features.T * (p * (1 - p))) @ self.features / len(p) + self.l2 * np.eye(len(w))
            newton, size = np.linalg.solve(hessian, g), 1.0
            while self.f(w - size * newton) > self.f(w) - 0.1 * size * g @ newton and size > 1e-6:
                size /= 2
            w = w - size * newton
        return w


def zipf_logistic(samples=1000, features=100, exponent=1.0, seed=0) -> LogisticRegression:
    """A sparse logistic regression: feature j = 1 … d is 1 in a share ½ j^−exponent of the samples, 0 in the rest.

    Such frequencies are those of words in a text (Zipf's law). The labels follow planted weights ±2 by the logistic model,
    so that a rare feature says as much about its samples as a frequent one does.
    """
    for name, count in (("samples", samples), ("features", features)):
        if not count >= 1:
            raise ValueError(f"{name} = {count!r}: at least 1")
    if not exponent >= 0:
        raise ValueError(f"exponent = {exponent!r}: a number ≥ 0 (0 makes all features equally frequent)")
    rng = np.random.default_rng(seed)
    share = 0.5 * np.arange(1, features + 1.0) ** -exponent
    x = (rng.random((samples, features)) < share).astype(float)
    planted = 2 * rng.choice([-1.0, 1.0], features)
    y = np.where(rng.random(samples) < 1 / (1 + np.exp(-(x @ planted))), 1, -1)
    return LogisticRegression(x, y)


ravine = Ravine()
saddle = Saddle()
sparse_logistic = zipf_logistic()
