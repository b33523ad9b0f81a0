"""Rules beyond the lecture notes: what they suggest without stating it, other versions of NAdam, and what readers meet next.

Decoupled weight decay is none of them: it belongs to the runner, `minimize(problem, Adam(), weight_decay=0.01)` is AdamW.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rule import Rate, Rule, checked, power


@dataclass(frozen=True)
class AdaGradMomentum(Rule):
    """AdaGrad with heavy-ball momentum, the improvement that the lecture notes suggest without stating it.

    v ← v + g²,   u ← β u + g,   x ← x − η u / √(v + ε)

    lr: η ≥ 0 [x].  beta: β in [0, 1).  eps: ε ≥ 0 [g²].  State: v [g²], u [g].
    """

    lr: Rate = 0.01
    beta: float = 0.9
    eps: float = 1e-10

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x)

    @checked
    def step(self, t, lr, g, state):
        v, u = state
        v = v + g**2
        u = self.beta * u + g
        return u, lr / np.sqrt(v + self.eps), (v, u)


@dataclass(frozen=True)
class ScheduledNAdam(Rule):
    """NAdam with a momentum that warms up: Dozat's schedule, as in PyTorch (ψ = 0.004) and Keras (ψ = 1).

    μ_t = β₁ (1 − ½ · 0.96^(tψ)),   p ← p μ_t   (the product of all μ so far, 1 at first)
    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
    x ← x − η (μ_{t+1} m / (1 − p μ_{t+1}) + (1 − μ_t) g / (1 − p)) / (√v̂ + ε),   v̂ = v / (1 − β₂ᵗ)

    lr: η ≥ 0 [x].  beta1, beta2: β₁, β₂ in [0, 1).  eps: ε ≥ 0 [g].  psi: ψ ≥ 0.  State: m [g], v [g²], p.
    """

    lr: Rate = 0.002
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    psi: float = 0.004

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x), np.ones_like(x)

    @checked
    def step(self, t, lr, g, state):
        m, v, p = state
        mu = self.beta1 * (1 - 0.5 * power(0.96, t * self.psi))
        mu_next = self.beta1 * (1 - 0.5 * power(0.96, (t + 1) * self.psi))
        p = p * mu
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        look_ahead = mu_next * m / (1 - p * mu_next) + (1 - mu) * g / (1 - p)
        v_hat = v / (1 - power(self.beta2, t))
        return look_ahead, lr / (np.sqrt(v_hat) + self.eps), (m, v, p)


@dataclass(frozen=True)
class SimplifiedNAdam(Rule):
    """NAdam in a widely copied simplified form: both moments' corrections are taken at t. Its first steps are nearly twice as long.

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
    x ← x − η (β₁ m̂ + (1 − β₁) g / (1 − β₁ᵗ)) / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)

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
        look_ahead = (self.beta1 * m + (1 - self.beta1) * g) / (1 - power(self.beta1, t))
        v_hat = v / (1 - power(self.beta2, t))
        return look_ahead, lr / (np.sqrt(v_hat) + self.eps), (m, v)


@dataclass(frozen=True)
class AMSGrad(Rule):
    """AMSGrad: Adam whose denominator never falls, since it keeps the largest v (Reddi, Kale & Kumar 2018), with Adam's bias corrections as in PyTorch.

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   w ← max(w, v),   x ← x − η m̂ / (√ŵ + ε)
    m̂ = m / (1 − β₁ᵗ),   ŵ = w / (1 − β₂ᵗ)

    The paper has no bias corrections and no ε; optax takes the maximum of the corrected v̂.

    lr: η ≥ 0 [x].  beta1, beta2: β₁, β₂ in [0, 1).  eps: ε ≥ 0 [g].  State: m [g], v [g²], w [g²].
    """

    lr: Rate = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)

    @checked
    def step(self, t, lr, g, state):
        m, v, w = state
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        w = np.maximum(w, v)
        m_hat = m / (1 - power(self.beta1, t))
        w_hat = w / (1 - power(self.beta2, t))
        return m_hat, lr / (np.sqrt(w_hat) + self.eps), (m, v, w)


@dataclass(frozen=True)
class Lion(Rule):
    """Lion: the sign of a momentum, so that every coordinate moves by η (Chen et al. 2023).

    x ← x − η sign(β₁ m + (1 − β₁) g),   m ← β₂ m + (1 − β₂) g

    lr: η ≥ 0 [x].  beta1, beta2: β₁, β₂ in [0, 1).  State: m [g].
    """

    lr: Rate = 0.0001
    beta1: float = 0.9
    beta2: float = 0.99

    def init(self, x):
        return (np.zeros_like(x),)

    @checked
    def step(self, t, lr, g, state):
        (m,) = state
        direction = np.sign(self.beta1 * m + (1 - self.beta1) * g)
        m = self.beta2 * m + (1 - self.beta2) * g
        return direction, lr, (m,)
