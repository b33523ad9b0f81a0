"""Learning-rate schedules: pure functions of time, so that plotting one cannot spend it.

    schedule(t) -> learning rate,   t = 0, 1, 2, …, an int or an array of them

The first update of a descent uses schedule(0). What a unit of t is, an update or an epoch, is up to whoever calls: `minimize`
counts updates, `train` either. Schedules compose: `Warmup(10, CosineAnnealing(1e-3, 0.1, 90))` is one. Fields may be
arrays that broadcast against x, as a rule's may, as long as t is a single number.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .rule import Schedule, power

_AT_LEAST_ZERO = {"lr", "lr0", "lr_min", "lr_max", "lr_peak", "decay"}
_WHOLE = {"tau", "half_period", "period", "steps", "first", "factor", "warmup"}
_SCHEDULES = {"before", "after"}


@dataclass(frozen=True)
class CheckedSchedule:
    """Fields that are checked when the schedule is made: rates ≥ 0, counts of updates ≥ 1. A list is made an array."""

    def __post_init__(self):
        for field in fields(self):
            name, value = field.name, getattr(self, field.name)
            if name in _SCHEDULES:
                if not callable(value):
                    raise ValueError(f"{name} = {value!r}: a schedule, t -> learning rate, e.g. Constant(0.1)")
                continue
            if isinstance(value, (list, tuple)):
                object.__setattr__(self, name, value := np.asarray(value))
            number = np.asarray(value)
            if number.dtype.kind not in "iuf" or not np.all(np.isfinite(number)):
                raise ValueError(f"{name} = {value!r}: a finite number")
            if name in _AT_LEAST_ZERO and np.any(number < 0):
                raise ValueError(f"{name} = {value!r}: a number ≥ 0")
            if name in _WHOLE and (np.any(number < 1) or np.any(number != np.floor(number))):
                raise ValueError(f"{name} = {value!r}: a whole number ≥ 1")
            if name == "gamma" and np.any((number <= 0) | (number > 1)):
                raise ValueError(f"gamma = {value!r}: a factor in (0, 1]")
            if name == "lr_max" and np.any(number < self.lr_min):
                raise ValueError(f"lr_max = {value!r}: at least lr_min, which is {self.lr_min!r}")


@dataclass(frozen=True)
class Constant(CheckedSchedule):
    """The same learning rate at all times.

    η_t = lr
    """

    lr: float

    def __call__(self, t):
        return self.lr + 0.0 * np.asarray(t)


@dataclass(frozen=True)
class StepDecay(CheckedSchedule):
    """Multiply by γ every τ units of t (PyTorch: `StepLR`).

    η_t = η₀ γ^⌊t/τ⌋
    """

    lr0: float
    gamma: float
    tau: int

    def __call__(self, t):
        drops = np.asarray(t).astype(object) // self.tau  # Python's integers: NumPy's power of a number and of an array differ in the last bit
        return self.lr0 * power(self.gamma, drops)


@dataclass(frozen=True)
class ExponentialDecay(CheckedSchedule):
    """Lose the same share in each unit of t (PyTorch: `ExponentialLR` with γ = e^−λ).

    η_t = η₀ e^(−λt),   λ = decay
    """

    lr0: float
    decay: float

    def __call__(self, t):
        return self.lr0 * np.exp(-self.decay * np.asarray(t))


@dataclass(frozen=True)
class Triangular(CheckedSchedule):
    """Up and down between two rates, for ever (Smith 2017; PyTorch: `CyclicLR`, mode "triangular").

    c = ⌊1 + t/(2μ)⌋,   η_t = η_min + (η_max − η_min) max(0, 1 − |t/μ − 2c + 1|),   μ = half_period

    μ is *half* a period: μ updates up, μ down. The lecture notes print another formula (see `printed.Triangular`).
    """

    lr_min: float
    lr_max: float
    half_period: int

    def __call__(self, t):
        phase = np.asarray(t) / self.half_period
        cycle = np.floor(1 + phase / 2)
        return self.lr_min + (self.lr_max - self.lr_min) * np.maximum(0, 1 - np.abs(phase - 2 * cycle + 1))


@dataclass(frozen=True)
class CosineAnnealing(CheckedSchedule):
    """Half a cosine from η_max down to η_min over `steps`, then stay there (Loshchilov & Hutter 2017, without restarts).

    η_t = η_min + ½ (η_max − η_min) (1 + cos(π min(t, T) / T)),   T = steps
    """

    lr_min: float
    lr_max: float
    steps: int

    def __call__(self, t):
        share = np.minimum(np.asarray(t), self.steps) / self.steps
        return self.lr_min + (self.lr_max - self.lr_min) * (1 + np.cos(np.pi * share)) / 2


@dataclass(frozen=True)
class WarmRestarts(CheckedSchedule):
    """Cosine annealing that jumps back to η_max; each cycle is `factor` times as long as the one before (SGDR, Loshchilov & Hutter 2017).

    In the cycle of length T_i that began at t_i:   η_t = η_min + ½ (η_max − η_min) (1 + cos(π (t − t_i) / T_i))
    T₀ = first,   T_{i+1} = factor · T_i
    """

    lr_min: float
    lr_max: float
    first: int
    factor: int = 1

    def __call__(self, t):
        t = np.asarray(t)
        began, length = np.where(np.equal(self.factor, 1), t - t % self.first, 0), np.asarray(self.first)
        while np.any(over := t >= began + length):  # by whole numbers: log(243, 3) is 4.999…
            began, length = np.where(over, began + length, began), np.where(over, length * self.factor, length)
        return self.lr_min + (self.lr_max - self.lr_min) * (1 + np.cos(np.pi * (t - began) / length)) / 2


@dataclass(frozen=True)
class InverseSqrt(CheckedSchedule):
    """Rise linearly to η_peak in `warmup` units of t, then fall like 1/√t: what Transformers are trained with (Vaswani et al. 2017, §5.3).

    η_t = η_peak min((t+1)/w, √(w/(t+1))),   w = warmup
    """

    lr_peak: float
    warmup: int

    def __call__(self, t):
        count = np.asarray(t) + 1
        return self.lr_peak * np.minimum(count / self.warmup, np.sqrt(self.warmup / count))


@dataclass(frozen=True)
class Warmup(CheckedSchedule):
    """Rise linearly over `steps` updates, then follow `after` from its own t = 0.

    η_t = after(0) (t + 1)/steps for t < steps,   after(t − steps) from then on
    """

    steps: int
    after: Schedule

    def __call__(self, t):
        t = np.asarray(t)
        rise = self.after(0) * (t + 1) / self.steps
        return np.where(t < self.steps, rise, self.after(np.maximum(t - self.steps, 0)))


@dataclass(frozen=True)
class Then(CheckedSchedule):
    """Follow `before` for `steps` units of t, then `after` from its own t = 0.

    η_t = before(t) for t < steps,   after(t − steps) from then on
    """

    before: Schedule
    steps: int
    after: Schedule

    def __call__(self, t):
        t = np.asarray(t)
        return np.where(t < self.steps, self.before(t), self.after(np.maximum(t - self.steps, 0)))
