"""Logistic regression, and samples with sparse features to do it on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..rule import check_count
from .problem import Array, Problem, check_field


@dataclass(frozen=True, eq=False)
class LogisticRegression(Problem):
    """Binary logistic regression (Cox 1958), mean log-loss plus a ridge.

    f(w) = (1/n) Σₖ log(1 + exp(−yₖ xₖ·w)) + ½ λ ‖w‖²

    features: x, n samples (n, d), finite.  labels: y (n,), each −1 or +1.  l2: λ ≥ 0, one number.
    """

    features: Array
    labels: Array
    l2: float = 1e-3
    bounds = None

    def __post_init__(self):
        for name in ("features", "labels"):
            object.__setattr__(self, name, np.asarray(getattr(self, name)))
        if self.features.ndim != 2 or self.labels.shape != self.features.shape[:1]:
            raise ValueError(f"features {self.features.shape} and labels {self.labels.shape}: give (n, d) and (n,)")
        if self.features.dtype.kind not in "iuf":
            raise ValueError(f"features have dtype {self.features.dtype}: every feature is a finite number")
        if self.features.dtype.kind != "f":
            object.__setattr__(self, "features", self.features.astype(float))
        if not np.all(np.isfinite(self.features)):
            row, column = np.argwhere(~np.isfinite(self.features))[0]
            raise ValueError(f"features[{row}, {column}] = {self.features[row, column]}: every feature is a finite number")
        if not np.all(np.isin(self.labels, (-1, 1))):
            raise ValueError(f"labels contain {np.setdiff1d(self.labels, (-1, 1))[:3]}: each label is −1 or +1")
        check_field("l2", self.l2, lambda l2: l2 >= 0, "the ridge is a finite number ≥ 0")

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
        w.flags.writeable = False
        return w


def zipf_logistic(samples=1000, features=100, exponent=1.0, seed=0) -> LogisticRegression:
    """A sparse logistic regression: how often a feature occurs falls with its number.

    feature j is 1 in a share ½ j^−s of the samples, 0 in the rest,   j = 1 … d

    Such frequencies are those of words in a text (Zipf's law). The labels follow planted weights ±2 by the logistic model,
    so that a rare feature says as much about its samples as a frequent one does.

    samples: n ≥ 1.  features: d ≥ 1.  exponent: s ≥ 0.  seed: decides samples and labels.
    Returns a `LogisticRegression`, features (n, d). Raises ValueError, naming the argument and its value, for what is out of range.
    """
    check_count("samples", samples)
    check_count("features", features)
    check_field("exponent", exponent, lambda e: e >= 0, "a number ≥ 0 (0 makes all features equally frequent)")
    rng = np.random.default_rng(seed)
    share = 0.5 * np.arange(1, features + 1.0) ** -exponent
    x = (rng.random((samples, features)) < share).astype(float)
    planted = 2 * rng.choice([-1.0, 1.0], features)
    y = np.where(rng.random(samples) < 1 / (1 + np.exp(-(x @ planted))), 1, -1)
    return LogisticRegression(x, y)
