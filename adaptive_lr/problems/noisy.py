"""Problems of which every update sees another part: `at(t)` is what update t sees, a pure function of the seed and of t.

`f`, `grad` and `minimum` are those of the whole. `minimize` takes its gradients from `at(t)`, and the losses of its trace from
the whole. Nothing is spent: any update can be looked at again, and all runs side by side meet the same noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..rule import check_count
from .logistic import LogisticRegression
from .plane import Ravine
from .problem import Array, Problem, check_field


class Whole(Problem):
    """A problem that is another one, `problem`, in all but what an update sees."""

    problem: Problem
    start = property(lambda self: self.problem.start)
    bounds = property(lambda self: self.problem.bounds)
    minimum = property(lambda self: self.problem.minimum)

    def f(self, x):
        return self.problem.f(x)

    def grad(self, x):
        return self.problem.grad(x)


@dataclass(frozen=True, eq=False)
class Noisy(Whole):
    """A problem whose gradients come with noise: update t sees it tilted at random, and on average as it is.

    f_t(x) = f(x) + σ ξ_t·x,   ∇f_t(x) = ∇f(x) + σ ξ_t,   ξ_t ~ N(0, I)

    On a quadratic this is the noisy quadratic of Schaul, Zhang & LeCun (2013): each sample moves the minimum elsewhere.

    problem: f.  noise: σ ≥ 0, a number or an array that broadcasts against x (…, d).  seed: ≥ 0; ξ_t is drawn afresh from (seed, t).
    """

    problem: Problem = Ravine()
    noise: float = 1.0
    seed: int = 0

    def __post_init__(self):
        if not isinstance(self.problem, Problem):
            raise TypeError(f"problem = {self.problem!r}: a problem, e.g. problems.ravine")
        check_field("noise", self.noise, lambda noise: noise >= 0, "the noise's standard deviation is a finite number ≥ 0")
        check_count("seed", self.seed, least=0)

    def at(self, t):
        draw = draws(self.seed, t).standard_normal(np.shape(self.start))
        return Tilted(self.problem.at(t), np.asarray(self.noise) * draw)


@dataclass(frozen=True, eq=False)
class Tilted(Problem):
    """A problem plus a slope that is the same everywhere. Where its minimum is, if it has one, is not said.

    f(x) = h(x) + s·x

    problem: h.  slope: s, an array that broadcasts against x (…, d).
    """

    problem: Problem
    slope: Array
    minimum = None
    start = property(lambda self: self.problem.start)
    bounds = property(lambda self: self.problem.bounds)

    def f(self, x):
        return self.problem.f(x) + (self.slope.astype(x.dtype) * x).sum(axis=-1)

    def grad(self, x):
        return self.problem.grad(x) + self.slope.astype(x.dtype)


@dataclass(frozen=True, eq=False)
class MiniBatches(Whole):
    """A logistic regression of which each update sees `size` samples, drawn without replacement, anew at each update.

    f_t(w) = (1/b) Σ_{k ∈ B_t} log(1 + exp(−yₖ xₖ·w)) + ½ λ ‖w‖²,   B_t a set of b samples

    problem: a `LogisticRegression`.  size: b, from 1 to its number of samples.  seed: ≥ 0; B_t is drawn afresh from (seed, t).
    """

    problem: LogisticRegression
    size: int = 32
    seed: int = 0

    def __post_init__(self):
        if not isinstance(self.problem, LogisticRegression):
            raise TypeError(f"problem = {self.problem!r}: a LogisticRegression, e.g. problems.sparse_logistic")
        check_count("size", self.size)
        if self.size > (samples := len(self.problem.labels)):
            raise ValueError(f"size = {self.size!r}: there are {samples} samples")
        check_count("seed", self.seed, least=0)

    def at(self, t):
        return self.problem.batch(draws(self.seed, t).choice(len(self.problem.labels), self.size, replace=False))


def draws(seed, t):
    """The random generator of update t."""
    check_count("t", t)
    return np.random.default_rng((seed, t))
