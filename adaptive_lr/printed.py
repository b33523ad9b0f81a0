"""The lecture notes' formulas exactly as they print them, where they differ from the papers or from the package, so that the difference can be run.

What is right stands in `optimizers`, `variants` and `schedules`; what these do wrong, in numbers, in the chapters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rule import Rate, Rule, checked, power
from .schedules import CheckedSchedule, of_time


@dataclass(frozen=True)
class NAG(Rule):
    """NAG as printed, the look-ahead form: η is inside the velocity, and the gradient is taken where that is about to carry θ (Sutskever et al. 2013).

    u ← β u + η ∇f(θ − β u),   θ ← θ − u

    `look` says where: at θ − β u, which at a constant η are the iterates of `optimizers.NAG`. The step is u itself, direction u at rate 1:
    η has entered it, gradient by gradient, each with the η of its own time. So the effective learning rate tells nothing here.

    lr: η ≥ 0 [x/g].  beta: β in [0, 1).  State: u [x].
    """

    lr: Rate = 0.01
    beta: float = 0.9

    def init(self, x):
        return (np.zeros_like(x),)

    def look(self, x, state):
        (u,) = state
        return x - self.beta * u

    @checked
    def step(self, t, lr, g, state):
        (u,) = state
        u = self.beta * u + lr * g
        return u, 1.0, (u,)


@dataclass(frozen=True)
class AdaMax(Rule):
    """AdaMax as printed: the maximum is taken over the coordinates, not over time.

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) ‖g‖∞²,   x ← x − η m̂ / (√v̂ + ε)

    All coordinates share one v, so the rate is not adaptive per parameter; with a single coordinate v is RMSprop's.
    The notes give only the recursion of v: the rest is Adam's, which they tell to keep. The coordinates are the last axis.

    lr: η ≥ 0 [x].  beta1, beta2: β₁, β₂ in [0, 1).  eps: ε ≥ 0 [g].  State: m [g], v [g²].
    """

    elementwise = False

    lr: Rate = 0.002
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x)

    @checked
    def step(self, t, lr, g, state):
        m, v = state
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * np.max(np.abs(g), axis=-1, keepdims=True) ** 2
        m_hat = m / (1 - power(self.beta1, t))
        v_hat = v / (1 - power(self.beta2, t))
        return m_hat, lr / (np.sqrt(v_hat) + self.eps), (m, v)


@dataclass(frozen=True)
class NAdam(Rule):
    """NAdam as printed: the velocity u holds η already and is multiplied by an η again; there is no bias correction.

    u ← β u + η ∇L(θ − β u),   v ← β₂ v + (1 − β₂) (∇L)²,   θ ← θ − η / (√v + ε) · (β₁ u + (1 − β₁) ∇L)

    The notes need two gradients, at θ − βu and at θ. A rule is given one: both are taken where it is evaluated.
    β, which the notes leave open, is β₁ here.

    lr: η ≥ 0, as [1] in u and as [x] outside.  beta1, beta2: β₁, β₂ in [0, 1).  eps: ε ≥ 0 [g].  State: u [g], v [g²].
    """

    lr: Rate = 0.002
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x)

    @checked
    def step(self, t, lr, g, state):
        u, v = state
        u = self.beta1 * u + lr * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        return self.beta1 * u + (1 - self.beta1) * g, lr / (np.sqrt(v) + self.eps), (u, v)


@dataclass(frozen=True)
class AdaDelta(Rule):
    """AdaDelta as the chapter on schedules prints its rate: both roots hold v, of two consecutive updates.

    v ← β v + (1 − β) g²,   x ← x − √((v_{t−1} + ε) / (v_t + ε)) g

    The rate is close to 1 from the second update on: gradient descent with η ≈ 1. In AdaDelta the numerator holds u, the squared updates.

    lr: η ≥ 0 [x/g], 1 in the notes.  beta: β in [0, 1).  eps: ε ≥ 0 [g²].  State: v [g²].
    """

    lr: Rate = 1.0
    beta: float = 0.95
    eps: float = 1e-6

    def init(self, x):
        return (np.zeros_like(x),)

    @checked
    def step(self, t, lr, g, state):
        (before,) = state
        v = self.beta * before + (1 - self.beta) * g**2
        return g, lr * np.sqrt((before + self.eps) / (v + self.eps)), (v,)


@dataclass(frozen=True)
class Adam(Rule):
    """Adam as the chapter on schedules prints its rate: no bias correction, and ε inside the root. (The chapter on Adam prints it right.)

    u ← β₁ u + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   x ← x − η / √(v + ε) · u

    lr: η ≥ 0 [x].  beta1, beta2: β₁, β₂ in [0, 1).  eps: ε ≥ 0 [g²].  State: u [g], v [g²].
    """

    lr: Rate = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x)

    @checked
    def step(self, t, lr, g, state):
        u, v = state
        u = self.beta1 * u + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        return u, lr / np.sqrt(v + self.eps), (u, v)


@dataclass(frozen=True)
class Triangular(CheckedSchedule):
    """The triangular schedule as printed: it rises once, drops to η_min at t = μ, and stays there for ever.

    η_t = η_min + (η_max − η_min) max(0, 1 − |t/μ − 2⌊t/μ⌋ − 1|)

    lr_min, lr_max: η_min, η_max, 0 ≤ η_min ≤ η_max [η].  period: μ ≥ 1, whole [t].
    """

    lr_min: float
    lr_max: float
    period: int

    @of_time
    def __call__(self, t):
        phase = t / self.period
        return self.lr_min + (self.lr_max - self.lr_min) * np.maximum(0, 1 - np.abs(phase - 2 * np.floor(phase) - 1))
