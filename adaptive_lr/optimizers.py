"""The update rules of the course. Each is one small frozen class, written to be read beside its equation.

`adaptive_lr.rule` says what a rule is; `adaptive_lr.variants` holds what readers will meet next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rule import Rate, Rule, checked, power


@dataclass(frozen=True)
class SGD(Rule):
    """Gradient descent with one learning rate for all coordinates (Cauchy 1847; stochastic: Robbins & Monro 1951).

    x ← x − η g

    lr: η ≥ 0 [x/g].  No state.
    """

    lr: Rate = 0.01

    def init(self, x):
        return ()

    @checked
    def step(self, t, lr, g, state):
        return g, lr, ()


@dataclass(frozen=True)
class Momentum(Rule):
    """Heavy-ball momentum (Polyak 1964), with η outside the velocity as in PyTorch.

    u ← β u + g,   x ← x − η u

    lr: η ≥ 0 [x/g].  beta: β in [0, 1).  State: u [g].
    """

    lr: Rate = 0.01
    beta: float = 0.9

    def init(self, x):
        return (np.zeros_like(x),)

    @checked
    def step(self, t, lr, g, state):
        (u,) = state
        u = self.beta * u + g
        return u, lr, (u,)


@dataclass(frozen=True)
class NAG(Rule):
    """Nesterov's accelerated gradient (Nesterov 1983), rewritten for the point where the gradient is taken (as in PyTorch).

    u ← β u + g,   x ← x − η (g + β u)

    Look-ahead form: u ← β u + ∇f(θ − η β u), θ ← θ − η u. Substitute x = θ − η β u: at a constant η the iterates x are these.

    lr: η ≥ 0 [x/g].  beta: β in [0, 1).  State: u [g].
    """

    lr: Rate = 0.01
    beta: float = 0.9

    def init(self, x):
        return (np.zeros_like(x),)

    @checked
    def step(self, t, lr, g, state):
        (u,) = state
        u = self.beta * u + g
        return g + self.beta * u, lr, (u,)


@dataclass(frozen=True)
class AdaGrad(Rule):
    """AdaGrad: each coordinate's rate shrinks with its own gradient history (Duchi, Hazan & Singer 2011, diagonal form).

    v ← v + g²,   x ← x − η g / √(v + ε)

    ε inside the root, as the lecture notes, optax and Keras write it; the paper and PyTorch add it outside.
    It is small by default because the gradients of rare features are: ε should stay well below their squares.

    lr: η ≥ 0 [x].  eps: ε ≥ 0 [g²].  State: v [g²].
    """

    lr: Rate = 0.01
    eps: float = 1e-10

    def init(self, x):
        return (np.zeros_like(x),)

    @checked
    def step(self, t, lr, g, state):
        (v,) = state
        v = v + g**2
        return g, lr / np.sqrt(v + self.eps), (v,)


@dataclass(frozen=True)
class RMSprop(Rule):
    """RMSprop: AdaGrad with a memory that fades (Tieleman & Hinton 2012, lecture 6e).

    v ← β v + (1 − β) g²,   x ← x − η g / √(v + ε)

    ε inside the root, as in AdaGrad here; so optax and Keras. PyTorch adds it outside.

    lr: η ≥ 0 [x].  beta: β in [0, 1).  eps: ε ≥ 0 [g²].  State: v [g²].
    """

    lr: Rate = 0.001
    beta: float = 0.9
    eps: float = 1e-8

    def init(self, x):
        return (np.zeros_like(x),)

    @checked
    def step(self, t, lr, g, state):
        (v,) = state
        v = self.beta * v + (1 - self.beta) * g**2
        return g, lr / np.sqrt(v + self.eps), (v,)


@dataclass(frozen=True)
class AdaDelta(Rule):
    """AdaDelta: the root mean square of past updates in the place of a learning rate (Zeiler 2012, Algorithm 1).

    v ← β v + (1 − β) g²,   Δ = √(u + ε) / √(v + ε) g,   u ← β u + (1 − β) Δ²,   x ← x − η Δ

    Δ takes the *old* u. η is 1 in the paper; the frameworks added it.

    lr: η ≥ 0 [1].  beta: β in [0, 1).  eps: ε ≥ 0, added to [g²] and to [x²] alike.  State: v [g²], u [x²].
    """

    lr: Rate = 1.0
    beta: float = 0.95
    eps: float = 1e-6

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x)

    @checked
    def step(self, t, lr, g, state):
        v, u = state
        v = self.beta * v + (1 - self.beta) * g**2
        ratio = np.sqrt(u + self.eps) / np.sqrt(v + self.eps)
        u = self.beta * u + (1 - self.beta) * (ratio * g) ** 2
        return g, lr * ratio, (v, u)


@dataclass(frozen=True)
class Adam(Rule):
    """Adam: momentum, scaled by the root mean square of the gradient (Kingma & Ba 2015, Algorithm 1).

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   x ← x − η m̂ / (√v̂ + ε)
    m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)

    lr: η ≥ 0 [x].  beta1, beta2: β₁, β₂ in [0, 1).  eps: ε ≥ 0 [g].  State: m [g], v [g²].
    """

    lr: Rate = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x)

    @checked
    def step(self, t, lr, g, state):
        m, v = state
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        m_hat = m / (1 - power(self.beta1, t))
        v_hat = v / (1 - power(self.beta2, t))
        return m_hat, lr / (np.sqrt(v_hat) + self.eps), (m, v)


@dataclass(frozen=True)
class AdaMax(Rule):
    """AdaMax: Adam with the largest past gradient, faded, in the place of the root mean square (Kingma & Ba 2015, §7.1).

    m ← β₁ m + (1 − β₁) g,   u ← max(β₂ u, |g|),   x ← x − η / (1 − β₁ᵗ) · m / u

    The maximum is over time, for each coordinate. There is no ε: where no gradient has come yet, u = 0 and nothing moves.

    lr: η ≥ 0 [x].  beta1, beta2: β₁, β₂ in [0, 1).  State: m [g], u [g].
    """

    lr: Rate = 0.002
    beta1: float = 0.9
    beta2: float = 0.999

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x)

    @checked
    def step(self, t, lr, g, state):
        m, u = state
        m = self.beta1 * m + (1 - self.beta1) * g
        u = np.maximum(self.beta2 * u, np.abs(g))
        m_hat = m / (1 - power(self.beta1, t))
        return m_hat, lr / np.where(u > 0, u, np.inf), (m, u)


@dataclass(frozen=True)
class NAdam(Rule):
    """NAdam: Adam with Nesterov's look-ahead (Dozat 2016), at a constant momentum μ = β₁ (as in optax).

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
    x ← x − η (β₁ m / (1 − β₁ᵗ⁺¹) + (1 − β₁) g / (1 − β₁ᵗ)) / (√v̂ + ε),   v̂ = v / (1 − β₂ᵗ)

    lr: η ≥ 0 [x].  beta1, beta2: β₁, β₂ in [0, 1).  eps: ε ≥ 0 [g].  State: m [g], v [g²].
    """

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
        v = self.beta2 * v + (1 - self.beta2) * g**2
        look_ahead = self.beta1 * m / (1 - power(self.beta1, t + 1)) + (1 - self.beta1) * g / (1 - power(self.beta1, t))
        v_hat = v / (1 - power(self.beta2, t))
        return look_ahead, lr / (np.sqrt(v_hat) + self.eps), (m, v)
