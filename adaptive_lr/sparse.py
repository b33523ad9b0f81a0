"""Sparse features: the derivative of their weights, how rare each one is, and updates that touch only what a gradient touches.

    indices, values = sparse_weight_gradient(delta, sample, feature, x)      # of one mini-batch, from its non-zero entries
    touched, rate = update(rule, t, w, state, indices, values)               # changes w and state IN PLACE, there and nowhere else

Features lie along the last axis: of x (n, d), of a weight vector (d,) and of a weight matrix (outputs, d).
"""

from __future__ import annotations

import inspect
from dataclasses import fields, replace

import numpy as np

from .problems.problem import check_field
from .rule import Array, Rule, check_rate, check_rule

# ------------------------------------------------------------------------------------------------------------ the derivative


def weight_gradient(delta: Array, h: Array) -> Array:
    """The derivative of the loss with respect to a layer's weights W, where a = W h + b: the lecture notes' sum with its index restored.

    ∂L/∂W_{:,j} = Σₖ δₖ h_{k,j},   δₖ = ∂L/∂aₖ,   over the samples k

    A sample that lacks feature j, h_{k,j} = 0, adds nothing to column j: it is exactly 0 in a mini-batch without the feature.
    delta: (n, outputs), or (n,) for one output.  h: (n, d), what enters the layer: x for the first, h⁽ⁱ⁻¹⁾ for layer i.
    Returns (outputs, d), or (d,).
    """
    delta, h = np.asarray(delta), np.asarray(h)
    if h.ndim != 2 or delta.ndim not in (1, 2) or len(delta) != len(h):
        raise ValueError(f"delta {delta.shape} and h {h.shape}: give (n, outputs) or (n,), and (n, d), one row a sample")
    return delta.T @ h


def sparse_weight_gradient(delta: Array, sample: Array, feature: Array, x: Array) -> tuple[Array, Array]:
    """The same derivative from the non-zero entries alone, x[e] = x_{sample[e], feature[e]}: one term δₖ x_{k,j} for each.

    sample, feature, x: (entries,), in any order.  delta: (n, outputs) or (n,).
    Returns `indices` (entries,) and `values` (outputs, entries) or (entries,); a feature of several samples stands there
    several times, and its sum over k is left to `update`.
    """
    delta, sample, feature, x = map(np.asarray, (delta, sample, feature, x))
    if not sample.shape == feature.shape == x.shape == (x.size,):
        raise ValueError(f"sample {sample.shape}, feature {feature.shape} and x {x.shape}: give one of each for each entry")
    sample = _checked_indices("sample", sample, len(delta), "samples")
    return feature, delta[sample].T * x


# --------------------------------------------------------------------------------------------------- how rare a feature is


def frequency(x: Array) -> Array:
    """The share of the samples in which each feature is non-zero.  x: (n, d).  Returns (d,).

    Of entries (sample, feature, x) with x ≠ 0 it is np.bincount(feature, minlength=d) / n.
    """
    x = np.asarray(x)
    if x.ndim != 2 or len(x) == 0:
        raise ValueError(f"x has shape {x.shape}: give (n, d), one row a sample")
    return np.count_nonzero(x, axis=0) / len(x)


def feature_factors(share: Array, exponent: float = 1.0) -> Array:
    """A factor for each feature's learning rate, the larger the rarer: SGD(lr=0.1 * feature_factors(frequency(x))).

    factorⱼ = pⱼ^−exponent,   pⱼ = share[j] of the samples have feature j;   0 where none has, since its gradient is always 0

    1 makes up for how seldom a feature's gradient comes; ½ is where AdaGrad arrives on its own, η / √(Σ g²) ∝ 1/√p. Unlike AdaGrad,
    the factors need a pass over all samples beforehand and do not see how large the gradients are.
    """
    check_field("share", share, lambda p: (p >= 0) & (p <= 1), "shares of the samples, from 0 to 1")
    check_field("exponent", exponent, lambda e: e >= 0, "a number ≥ 0")
    share = np.asarray(share, float)
    return np.where(share > 0, np.where(share > 0, share, 1) ** -exponent, 0)


def scalar_factor(x: Array) -> float:
    """The lecture notes' sparsity_factor(x_t), one number for a whole input: the reciprocal of its share of non-zero entries.

    It multiplies every coordinate's rate alike, so a rare and a frequent feature keep the ratio that they had without it:
    what one number cannot do. An input of zeros has factor 0.
    """
    share = np.count_nonzero(x) / np.size(x) if np.size(x) else 0.0
    return 1 / share if share else 0.0


# -------------------------------------------------------------------------------------------------------------- the update


def update(rule: Rule, t: int, x: Array, state: tuple[Array, ...], indices: Array, values: Array) -> tuple[Array, Array]:
    """One update by a gradient that is `values` at `indices` and 0 elsewhere. CHANGES `x` AND `state` IN PLACE, at `indices` only.

    x_J ← x_J − rate ⊙ direction,   by the rule's own step on g_J and state_J,   J = indices

    The cost follows the number of indices, not that of x. What that leaves out, against the dense rule with its zeros:
    - SGD, AdaGrad (ε > 0): nothing. A gradient of 0 changes neither x nor v; the results are equal bit for bit.
    - RMSprop: v does not fade while a coordinate is absent. One that comes every P updates, with a gradient g, ends with v = g²
      instead of (1 − β) g² / (1 − βᴾ), and so with a rate smaller by √((1 − β) / (1 − βᴾ)): 0.32 for rare ones at β = 0.9.
    - Adam: m and v do not fade, and m does not go on moving x. A lone gradient moves x by its first step only, about 1 − β₁ of the way
      that dense Adam would coast. Coming every P updates, a gradient g ends up moving x by η each time; dense Adam by about η √P, as
      long as P is well below 1/(1 − β₂). The bias corrections use the common t, as PyTorch's SparseAdam does.
    - Other rules keep their state in the same way while a coordinate is absent. A rule whose coordinates depend on one another is refused.

    t: 1, 2, …; a schedule is asked for its rate at t − 1.  x: (…, d), floating-point.  state: rule.init(x) at first.
    indices: (k,), integers from 0 to d − 1.  values: (…, k), the gradient there, taken at rule.look(x, state), which is x but for rules that
    look ahead; values of equal indices are summed.
    Array fields of the rule broadcast against x.
    Returns the touched indices, sorted, each once, and their effective learning rates, (…, k') or what broadcasts to it.
    Raises ValueError or TypeError, naming the argument, for wrong input, and then nothing has been changed.
    """
    values = np.asarray(values)
    _check_arrays(rule, t, x, state)
    indices = _checked_indices("indices", indices, x.shape[-1], "coordinates")
    _check_values(values, (*x.shape[:-1], len(indices)))
    if np.any(indices[1:] <= indices[:-1]):
        indices, values = _summed(indices, values)

    lr = rule.lr
    if callable(lr):
        lr = lr(t - 1)
        check_rate(f"lr({t - 1})", lr)
    lr = _at("lr", lr, x, indices) if np.ndim(lr) else float(lr)
    here = {f.name: _at(f.name, value, x, indices) for f in fields(rule) if np.ndim(value := getattr(rule, f.name)) and not callable(value)}
    step = inspect.unwrap(type(rule).step)  # without the checks, which are made above
    with np.errstate(all="ignore"):
        direction, rate, moments = step(replace(rule, **here) if here else rule, t, lr, values, tuple([s[..., indices] for s in state]))
        x[..., indices] -= rate * direction
    for s, moment in zip(state, moments, strict=True):
        s[..., indices] = moment
    return indices, rate


def _summed(indices, values):
    """Each index once, in order, with the sum of its values."""
    unique, place = np.unique(indices, return_inverse=True)
    total = np.zeros((*values.shape[:-1], len(unique)), values.dtype)
    np.add.at(total, (..., place), values)  # one after the other, as they would be added to a dense gradient
    return unique, total


def _at(name, value, x, indices):
    """What `value`, which broadcasts against x, is at the indices of the last axis."""
    value = np.asarray(value)
    if value.ndim > x.ndim or any(n not in (1, m) for n, m in zip(value.shape[::-1], x.shape[::-1])):
        raise ValueError(f"{name} has shape {value.shape}: it broadcasts against x, here {x.shape}")
    return value if value.shape[-1] == 1 else value[..., indices]


def _check_arrays(rule, t, x, state):
    check_rule(rule)
    if not rule.elementwise:
        raise TypeError(f"rule = {rule!r}: its coordinates depend on one another, so those without a gradient may not be left out")
    if t < 1:
        raise ValueError(f"t = {t!r}: updates are counted from t = 1")
    if not isinstance(x, np.ndarray) or not np.issubdtype(x.dtype, np.floating) or x.ndim == 0:
        raise TypeError(f"x = {x!r}: a floating-point array, which is changed in place")
    for name, array in (("x", x), *((f"state[{k}]", s) for k, s in enumerate(state))):
        if np.shape(array) != x.shape:
            raise ValueError(f"{name} has shape {np.shape(array)} but x has {x.shape}: start with rule.init(x)")
        if not array.flags.writeable:
            raise ValueError(f"{name} is read-only: it is changed in place; give a copy")


def _checked_indices(name, indices, size, what):
    indices = np.asarray(indices)
    if indices.ndim != 1 or (len(indices) and indices.dtype.kind not in "iu"):
        raise TypeError(f"{name} has dtype {indices.dtype} and shape {indices.shape}: integers along one axis")
    if len(indices) and (indices.min() < 0 or indices.max() >= size):
        k = np.argmax((indices < 0) | (indices >= size))
        raise ValueError(f"{name}[{k}] = {indices[k]}: there are {size} {what}, from 0 on")
    return indices.astype(np.intp, copy=False)


def _check_values(values, shape):
    if values.dtype.kind != "f":
        raise TypeError(f"values has dtype {values.dtype}: gradients are floating-point arrays, e.g. np.asarray(values, dtype=float)")
    if values.shape != shape:
        raise ValueError(f"values has shape {values.shape}: one for each index, here {shape}")
    if not np.all(np.isfinite(values)):
        where = tuple(map(int, np.argwhere(~np.isfinite(values))[0]))
        raise ValueError(f"values{list(where)} = {values[where]}: stop the descent, or lower lr")
