"""Problems of the plane: two coordinates, to be drawn, and run by the page's sliders.

They are written element by element in x[..., 0] and x[..., 1], which `adaptive_lr.explorer` prints as JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .problem import Problem, check_field


@dataclass(frozen=True)
class Ravine(Problem):
    """A quadratic valley, `condition` times steeper across than along.

    f(x) = ½ (x₁² + κ x₂²)

    condition: κ > 0, the condition number.
    """

    condition: float = 20.0
    start = (-4.0, 2.0)
    bounds = (-5.0, 5.0, -3.0, 3.0)
    minimum = (0.0, 0.0)

    def __post_init__(self):
        check_field("condition", self.condition, lambda k: k > 0, "a ravine's condition number is finite and > 0 (1 is a round bowl)")

    def f(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return (x1**2 + self.condition * x2**2) / 2

    def grad(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return np.stack([x1, self.condition * x2], axis=-1)


@dataclass(frozen=True)
class RotatedRavine(Problem):
    """The ravine, turned: its floor no longer lies along a coordinate, so no rate per coordinate can make it round.

    f(x) = ½ (a² + κ b²),   a = x₁ cos θ + x₂ sin θ along the floor,   b = x₂ cos θ − x₁ sin θ across it

    condition: κ > 0, the condition number.  angle: θ in degrees, from the x₁ axis to the floor.
    """

    condition: float = 20.0
    angle: float = 45.0
    start = (-4.0, -1.0)
    bounds = (-5.0, 5.0, -3.0, 3.0)
    minimum = (0.0, 0.0)

    def __post_init__(self):
        check_field("condition", self.condition, lambda k: k > 0, "a ravine's condition number is finite and > 0 (1 is a round bowl)")
        check_field("angle", self.angle, np.isfinite, "a finite number of degrees")

    def f(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        cos, sin = _cos_sin(self.angle)
        a, b = x1 * cos + x2 * sin, x2 * cos - x1 * sin
        return (a**2 + self.condition * b**2) / 2

    def grad(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        cos, sin = _cos_sin(self.angle)
        a, b = x1 * cos + x2 * sin, x2 * cos - x1 * sin
        return np.stack([a * cos - self.condition * b * sin, a * sin + self.condition * b * cos], axis=-1)


def _cos_sin(degrees):
    """Of one angle as Python's floats, since NumPy's would turn float32 points into float64."""
    cos, sin = np.cos(np.pi / 180 * degrees), np.sin(np.pi / 180 * degrees)
    return (float(cos), float(sin)) if isinstance(degrees, (int, float)) else (cos, sin)


@dataclass(frozen=True)
class Saddle(Problem):
    """A saddle point at the origin between two minima, at x₂ = −1 and x₂ = 1.

    f(x) = ½ x₁² − ½ x₂² + ¼ x₂⁴
    """

    start = (-1.5, 0.01)
    bounds = (-2.0, 2.0, -1.6, 1.6)
    minimum = (0.0, 1.0)

    def f(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return (x1**2 - x2**2) / 2 + x2**4 / 4

    def grad(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return np.stack([x1, x2**3 - x2], axis=-1)


@dataclass(frozen=True)
class Beale(Problem):
    """A flat valley between walls that rise with the sixth power (Beale 1958; no. 5 of Moré, Garbow & Hillstrom 1981).

    f(x) = r₁² + r₂² + r₃²,   r₁ = 1.5 − x₁ (1 − x₂),   r₂ = 2.25 − x₁ (1 − x₂²),   r₃ = 2.625 − x₁ (1 − x₂³)
    """

    start = (1.0, 1.0)
    bounds = (-4.5, 4.5, -4.5, 4.5)
    minimum = (3.0, 0.5)

    def f(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        r1, r2, r3 = 1.5 - x1 * (1 - x2), 2.25 - x1 * (1 - x2**2), 2.625 - x1 * (1 - x2**3)
        return r1**2 + r2**2 + r3**2

    def grad(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        r1, r2, r3 = 1.5 - x1 * (1 - x2), 2.25 - x1 * (1 - x2**2), 2.625 - x1 * (1 - x2**3)
        return np.stack([-2 * (r1 * (1 - x2) + r2 * (1 - x2**2) + r3 * (1 - x2**3)), 2 * x1 * (r1 + 2 * r2 * x2 + 3 * r3 * x2**2)], axis=-1)


@dataclass(frozen=True)
class Rosenbrock(Problem):
    """A curved valley, along whose floor the way to the minimum is long and nearly flat (Rosenbrock 1960).

    f(x) = (1 − x₁)² + b (x₂ − x₁²)²

    steepness: b > 0, of the walls.
    """

    steepness: float = 100.0
    start = (-1.2, 1.0)
    bounds = (-2.0, 2.0, -1.0, 3.0)
    minimum = (1.0, 1.0)

    def __post_init__(self):
        check_field("steepness", self.steepness, lambda b: b > 0, "the steepness of the valley's walls is finite and > 0")

    def f(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        return (1 - x1) ** 2 + self.steepness * (x2 - x1**2) ** 2

    def grad(self, x):
        x1, x2 = x[..., 0], x[..., 1]
        above = x2 - x1**2
        return np.stack([-2 * (1 - x1) - 4 * self.steepness * above * x1, 2 * self.steepness * above], axis=-1)


@dataclass(frozen=True)
class Plateau(Problem):
    """A basin in a plain: everywhere 0 ≤ f < 1, and a few widths away from the minimum there is next to no slope.

    f(x) = 1 − exp(−(x₁² + x₂²) / 2w²)

    This is Welsch's robust loss, which bounds what an outlier can do (Barron 2019, α = −∞).

    width: w > 0, of the basin.
    """

    width: float = 1.0
    start = (-3.0, 1.5)
    bounds = (-5.0, 5.0, -3.0, 3.0)
    minimum = (0.0, 0.0)

    def __post_init__(self):
        check_field("width", self.width, lambda w: w > 0, "the width of the basin is finite and > 0")

    def f(self, x):
        x1, x2 = x[..., 0] / self.width, x[..., 1] / self.width
        return -np.expm1(-(x1**2 + x2**2) / 2)

    def grad(self, x):
        x1, x2 = x[..., 0] / self.width, x[..., 1] / self.width
        slope = np.exp(-(x1**2 + x2**2) / 2) / self.width
        return np.stack([x1 * slope, x2 * slope], axis=-1)
