"""The gradients that answers are sent down. What each docstring says first is what a student reads of it."""

import numpy as np

from ... import problems


def ravine(x):
    """The gradient of ½ (x₁² + 20 x₂²)."""
    return problems.ravine.grad(np.asarray(x, dtype=float))


def gorge(x):
    """The gradient of ½ (x₁² + 20 x₂² + 5 x₃²)."""
    return np.array([1.0, 20.0, 5.0]) * np.asarray(x, dtype=float)


def bowl(x):
    """The gradient of ½ (x₁² + x₂²)."""
    return 1.0 * np.asarray(x)


def idle(x):
    """The gradient of ½ x₁², whose second coordinate is always 0."""
    return np.array([x[0], 0.0])


def late(x):
    """A gradient that is 0 in the first coordinate and x₂ in the second."""
    return np.array([0.0, np.asarray(x, dtype=float)[1]])


def ravine_and_nothing(x):
    """The gradient of ½ (x₁² + 20 x₂²), and 0 in the third coordinate."""
    return np.append(problems.ravine.grad(np.asarray(x, dtype=float)[:2]), 0.0)


def gentle(x):
    """The gradient of ⅒ · ½ (x₁² + x₂²), small beside x."""
    return 0.1 * np.asarray(x, dtype=float)


def faint(x):
    """The gradient of 10⁻⁹ · ½ (x₁² + x₂²), tiny beside x."""
    return 1e-9 * np.asarray(x, dtype=float)
