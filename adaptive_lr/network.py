"""The network of L layers as the lecture notes write it, with its gradient by backpropagation. All parameters are one flat vector θ.

    h⁽⁰⁾ = x,   a⁽ⁱ⁾ = W⁽ⁱ⁾ h⁽ⁱ⁻¹⁾ + b⁽ⁱ⁾,   h⁽ⁱ⁾ = g⁽ⁱ⁾(a⁽ⁱ⁾),   i = 1 … L

Samples are rows here, so the second equation reads a⁽ⁱ⁾ = h⁽ⁱ⁻¹⁾ W⁽ⁱ⁾ᵀ + b⁽ⁱ⁾. Shapes: x (samples, n₀), W⁽ⁱ⁾ (nᵢ, nᵢ₋₁), b⁽ⁱ⁾ (nᵢ,),
a⁽ⁱ⁾ and h⁽ⁱ⁾ (samples, nᵢ). A rule takes θ flat: it is elementwise, so which weight a coordinate is means nothing to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .rule import Array


class Activation:
    """g of a layer, h = g(a), and its derivative g′(a), for which h may serve too."""

    init = "glorot"  # what suits the weights before it: see Network.init

    def g(self, a: Array) -> Array:
        raise NotImplementedError

    def derivative(self, a: Array, h: Array) -> Array:
        raise NotImplementedError


@dataclass(frozen=True)
class Identity(Activation):
    """g(a) = a"""

    def g(self, a):
        return a

    def derivative(self, a, h):
        return np.ones_like(a)


@dataclass(frozen=True)
class Sigmoid(Activation):
    """g(a) = 1 / (1 + e⁻ᵃ), written (1 + tanh(a/2)) / 2, which cannot overflow.   g′ = h (1 − h)"""

    def g(self, a):
        return (1 + np.tanh(a / 2)) / 2

    def derivative(self, a, h):
        return h * (1 - h)


@dataclass(frozen=True)
class Tanh(Activation):
    """g(a) = tanh a,   g′ = 1 − h²"""

    def g(self, a):
        return np.tanh(a)

    def derivative(self, a, h):
        return 1 - h**2


@dataclass(frozen=True)
class ReLU(Activation):
    """g(a) = max(a, 0),   g′ = 1 where a > 0, and 0 elsewhere, at a = 0 too (as in PyTorch)"""

    init = "he"

    def g(self, a):
        return np.maximum(a, 0)

    def derivative(self, a, h):
        return (a > 0).astype(a.dtype)


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """g(a) = a where a > 0, slope · a elsewhere,   g′ = 1 or slope"""

    slope: float = 0.01
    init = "he"

    def g(self, a):
        return np.where(a > 0, a, self.slope * a)

    def derivative(self, a, h):
        return np.where(a > 0, 1, self.slope).astype(a.dtype)


class Objective:
    """The loss ℒ(h, y) of the last layer's h (n, n_L), a mean over n samples, and its derivative ∂ℒ/∂h."""

    def loss(self, h: Array, y: Array) -> float:
        raise NotImplementedError

    def derivative(self, h: Array, y: Array) -> Array:
        raise NotImplementedError


@dataclass(frozen=True)
class CrossEntropy(Objective):
    """Softmax cross-entropy for class labels y (n,):   ℒ = −(1/n) Σₖ log pₖ,yₖ,   pₖⱼ = exp hₖⱼ / Σᵢ exp hₖᵢ,   ∂ℒ/∂h = (p − onehot y) / n"""

    def loss(self, h, y):
        return -_log_softmax(h)[np.arange(len(y)), y].mean()

    def derivative(self, h, y):
        p = np.exp(_log_softmax(h))
        return (p - _onehot(y, h)) / len(y)


@dataclass(frozen=True)
class Squared(Objective):
    """Half the squared error for targets y (n, n_L):   ℒ = (1/2n) Σₖ ‖hₖ − yₖ‖²,   ∂ℒ/∂h = (h − y) / n.   Class labels (n,) stand for onehot y."""

    def loss(self, h, y):
        return ((h - _onehot(y, h)) ** 2).sum() / (2 * len(y))

    def derivative(self, h, y):
        return (h - _onehot(y, h)) / len(y)


def _log_softmax(h):
    """log p, with the largest h taken out first so that no exponential overflows"""
    shifted = h - h.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _onehot(y, h):
    """Class labels (n,) as rows of zeros and one 1, in the precision of h; targets (n, n_L) as they are."""
    return np.eye(h.shape[1], dtype=h.dtype)[y] if y.ndim == 1 else y.astype(h.dtype, copy=False)


ACTIVATIONS = {"identity": Identity(), "sigmoid": Sigmoid(), "tanh": Tanh(), "relu": ReLU(), "leaky_relu": LeakyReLU()}
OBJECTIVES = {"cross_entropy": CrossEntropy(), "squared": Squared()}


@dataclass(frozen=True)
class Network:
    """A network of L layers: `Network((784, 500, 300, 10))`.

    a⁽ⁱ⁾ = W⁽ⁱ⁾ h⁽ⁱ⁻¹⁾ + b⁽ⁱ⁾,   h⁽ⁱ⁾ = g⁽ⁱ⁾(a⁽ⁱ⁾),   θ = all W and b

    sizes: n₀ (the inputs) … n_L (the outputs), each ≥ 1.
    activation: g of layers 1 … L − 1.  output: g of layer L.  objective: the loss. Names in ACTIVATIONS and OBJECTIVES, or instances.
    With "cross_entropy" the last layer's h are the logits of a softmax; labels are integers 0 … n_L − 1.
    Raises ValueError, naming the field and its value, for anything else.
    """

    sizes: tuple[int, ...]
    activation: str | Activation = "tanh"
    output: str | Activation = "identity"
    objective: str | Objective = "cross_entropy"

    def __post_init__(self):
        sizes = tuple(self.sizes)
        if len(sizes) < 2 or any(isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1 for n in sizes):
            raise ValueError(f"sizes = {self.sizes!r}: at least two whole numbers ≥ 1, inputs first and outputs last, e.g. (784, 300, 10)")
        object.__setattr__(self, "sizes", tuple(int(n) for n in sizes))
        for name, known, kind in (("activation", ACTIVATIONS, Activation), ("output", ACTIVATIONS, Activation), ("objective", OBJECTIVES, Objective)):
            value = getattr(self, name)
            if isinstance(value, str) and value in known:
                object.__setattr__(self, name, known[value])
            elif not isinstance(value, kind):
                raise ValueError(f"{name} = {value!r}: one of {', '.join(known)}, or an instance of {kind.__name__}")

    @property
    def g(self) -> tuple[Activation, ...]:
        """The layers' activations, g⁽¹⁾ … g⁽ᴸ⁾."""
        return (*[self.activation] * (len(self.sizes) - 2), self.output)

    @property
    def size(self) -> int:
        """The number of parameters: Σᵢ nᵢ (nᵢ₋₁ + 1)."""
        return sum(n * (before + 1) for before, n in pairwise(self.sizes))

    def layers(self, theta: Array) -> list[tuple[Array, Array]]:
        """[(W⁽¹⁾, b⁽¹⁾), …, (W⁽ᴸ⁾, b⁽ᴸ⁾)], views of θ: writing to them writes to θ."""
        if np.shape(theta) != (self.size,):
            raise ValueError(f"theta has shape {theta.shape}: this network's parameters are one vector of {self.size}, ({self.size},)")
        parts, at = [], 0
        for before, n in pairwise(self.sizes):
            W = theta[at : at + n * before].reshape(n, before)
            b = theta[at + n * before : at + n * (before + 1)]
            parts.append((W, b))
            at += n * (before + 1)
        return parts

    def init(self, seed: int = 0, how: str | None = None, dtype=float) -> Array:
        """Initial parameters θ (size,): biases 0, weights normal with mean 0 and a variance that keeps a's spread from layer to layer:

        "glorot": 2 / (nᵢ₋₁ + nᵢ) (Glorot & Bengio 2010).   "he": 2 / nᵢ₋₁ (He et al. 2015), where half of the h are cut off.
        By default each layer has what suits its activation: He for the ReLUs, Glorot for the rest.
        """
        if how not in (None, "glorot", "he"):
            raise ValueError(f'how = {how!r}: "glorot", "he", or None, for what suits the activations')
        rng = np.random.default_rng(seed)
        theta = np.zeros(self.size, dtype)
        for (W, _), g in zip(self.layers(theta), self.g, strict=True):
            n, before = W.shape
            variance = {"glorot": 2 / (before + n), "he": 2 / before}[how or g.init]
            W[:] = np.sqrt(variance) * rng.standard_normal(W.shape)
        return theta

    def forward(self, theta: Array, x: Array) -> tuple[list[Array], list[Array]]:
        """a⁽¹⁾ … a⁽ᴸ⁾ and h⁽⁰⁾ … h⁽ᴸ⁾ of the samples x (n, n₀)."""
        x, theta = np.asarray(x), np.asarray(theta)
        if x.ndim != 2 or x.shape[1] != self.sizes[0]:
            raise ValueError(f"x has shape {x.shape}: samples are rows of {self.sizes[0]} inputs, (samples, {self.sizes[0]})")
        a, h = [], [x.astype(theta.dtype, copy=False)]
        for (W, b), g in zip(self.layers(theta), self.g, strict=True):
            a.append(h[-1] @ W.T + b)
            h.append(g.g(a[-1]))
        return a, h

    def loss(self, theta: Array, x: Array, y: Array) -> float:
        """ℒ(θ), the mean over the samples."""
        y = self.checked(x, y)
        return self.objective.loss(self.forward(theta, x)[1][-1], y)

    def loss_and_gradient(self, theta: Array, x: Array, y: Array) -> tuple[float, Array]:
        """ℒ(θ) and ∂ℒ/∂θ, flat as θ is, by backpropagation of δ⁽ⁱ⁾ = ∂ℒ/∂a⁽ⁱ⁾:

        δ⁽ᴸ⁾ = ∂ℒ/∂h⁽ᴸ⁾ ⊙ g′(a⁽ᴸ⁾),   δ⁽ⁱ⁻¹⁾ = W⁽ⁱ⁾ᵀ δ⁽ⁱ⁾ ⊙ g′(a⁽ⁱ⁻¹⁾)
        ∂ℒ/∂W⁽ⁱ⁾ = Σₖ δ⁽ⁱ⁾ₖ h⁽ⁱ⁻¹⁾ₖᵀ,   ∂ℒ/∂b⁽ⁱ⁾ = Σₖ δ⁽ⁱ⁾ₖ   over the samples k
        """
        y = self.checked(x, y)
        a, h = self.forward(theta, x)
        gradient = np.empty_like(theta)
        layers, derivatives = self.layers(theta), self.layers(gradient)
        delta = self.objective.derivative(h[-1], y) * self.output.derivative(a[-1], h[-1])
        for i in reversed(range(len(layers))):  # layer i + 1: its W and b, a[i], and h[i] before it
            (W, _), (dW, db) = layers[i], derivatives[i]
            np.matmul(delta.T, h[i], out=dW)
            np.sum(delta, axis=0, out=db)
            if i > 0:
                delta = (delta @ W) * self.g[i - 1].derivative(a[i - 1], h[i])
        return self.objective.loss(h[-1], y), gradient

    def loss_and_accuracy(self, theta: Array, x: Array, y: Array) -> tuple[float, float]:
        """ℒ(θ), and the share of samples whose largest output is that of their class; NaN where y are targets and no labels."""
        y = self.checked(x, y)
        h = self.forward(theta, x)[1][-1]
        return self.objective.loss(h, y), float(np.mean(h.argmax(axis=1) == y)) if y.ndim == 1 else float("nan")

    def checked(self, x: Array, y: Array) -> Array:
        """y as an array, if it suits x, the outputs and the loss; else an error that says what would."""
        y, outputs = np.asarray(y), self.sizes[-1]
        if y.shape[:1] != np.shape(x)[:1]:
            raise ValueError(f"y has shape {y.shape} and x {np.shape(x)}: a row of each for every sample")
        if y.ndim == 1 and np.issubdtype(y.dtype, np.integer):
            if y.size and not (y.min() >= 0 and y.max() < outputs):
                raise ValueError(f"y holds the labels {y.min()} … {y.max()}: the classes of {outputs} outputs are 0 … {outputs - 1}")
        elif isinstance(self.objective, CrossEntropy):
            raise ValueError(f"y has shape {y.shape} and dtype {y.dtype}: the cross-entropy takes class labels, integers of shape (samples,)")
        elif y.shape[1:] != (outputs,):
            raise ValueError(f"y has shape {y.shape} and dtype {y.dtype}: targets (samples, {outputs}), or class labels, integers of shape (samples,)")
        return y
