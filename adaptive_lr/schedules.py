"""Learning-rate schedules: pure functions of time, so that plotting one cannot spend it.

    schedule(t) -> learning rate,   t = 0, 1, 2, …, an int or an array of them

The first update of a descent uses schedule(0). What a unit of t is, an update or an epoch, is up to whoever calls: `minimize`
counts updates, `train` either. Schedules compose: `Warmup(10, CosineAnnealing(1e-3, 0.1, 90))` is one. Fields may be
arrays that broadcast against x, as a rule's may, as long as t is a single number.

They are written number by number in NumPy and without asking t for its value, so that they can be traced (see `tracing`).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields

import numpy as np

from .rule import Array, Schedule, power

_AT_LEAST_ZERO = {"lr", "lr0", "lr_min", "lr_max", "lr_peak", "decay"}
_WHOLE = {"tau", "half_period", "period", "steps", "first", "factor", "warmup"}
_SCHEDULES = {"before", "after"}


def of_time(schedule):
    """Let a schedule take lists and any type of integer, and give a number for a number; the equation stays alone in `__call__`."""

    @functools.wraps(schedule)
    def of_any_time(self, t):
        t = np.add(t, np.int64(0))  # whole numbers stay whole: a function within may look its rate up in a table
        return np.positive(schedule(self, t))  # of an array without axes, its number

    return of_any_time


@dataclass(frozen=True)
class CheckedSchedule:
    """What all schedules share: fields that are checked when a schedule is made. Subclasses define `__call__`.

    A field is one number, or an array that broadcasts against x (a list is made one), or a schedule in its turn. Docstrings give units in
    square brackets: [η] those of the rule's η, [t] what t counts.
    Raises ValueError, naming the field and its value, for what is out of range.
    """

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

    def __call__(self, t: int | Array) -> float | Array:
        """The learning rate at t ≥ 0, an int or an array or list of them: a number [η], or an array of the shape of t."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(CheckedSchedule):
    """The same learning rate at all times.

    η_t = η

    lr: η ≥ 0 [η].
    """

    lr: float

    @of_time
    def __call__(self, t):
        return self.lr + 0.0 * t


@dataclass(frozen=True)
class StepDecay(CheckedSchedule):
    """Multiply by γ every τ units of t (PyTorch: `StepLR`).

    η_t = η₀ γ^⌊t/τ⌋

    lr0: η₀ ≥ 0 [η].  gamma: γ in (0, 1].  tau: τ ≥ 1, whole [t].
    """

    lr0: float
    gamma: float
    tau: int

    @of_time
    def __call__(self, t):
        return self.lr0 * power(self.gamma, np.floor(t / self.tau))


@dataclass(frozen=True)
class ExponentialDecay(CheckedSchedule):
    """Lose the same share in each unit of t (PyTorch: `ExponentialLR` with γ = e^−λ).

    η_t = η₀ e^(−λt)

    lr0: η₀ ≥ 0 [η].  decay: λ ≥ 0 [1/t].
    """

    lr0: float
    decay: float

    @of_time
    def __call__(self, t):
        return self.lr0 * np.exp(-self.decay * t)


@dataclass(frozen=True)
class Triangular(CheckedSchedule):
    """Up and down between two rates, for ever (Smith 2017; PyTorch: `CyclicLR`, mode "triangular").

    c = ⌊1 + t/(2μ)⌋,   η_t = η_min + (η_max − η_min) max(0, 1 − |t/μ − 2c + 1|)

    μ is *half* a period: μ updates up, μ down. The lecture notes print another formula (see `printed.Triangular`).

    lr_min, lr_max: η_min, η_max, 0 ≤ η_min ≤ η_max [η].  half_period: μ ≥ 1, whole [t].
    """

    lr_min: float
    lr_max: float
    half_period: int

    @of_time
    def __call__(self, t):
        phase = t / self.half_period
        cycle = np.floor(1 + phase / 2)
        return self.lr_min + (self.lr_max - self.lr_min) * np.maximum(0, 1 - np.abs(phase - 2 * cycle + 1))


@dataclass(frozen=True)
class CosineAnnealing(CheckedSchedule):
    """Half a cosine from η_max down to η_min over `steps`, then stay there (Loshchilov & Hutter 2017, without restarts).

    η_t = η_min + ½ (η_max − η_min) (1 + cos(π min(t, T) / T))

    lr_min, lr_max: η_min, η_max, 0 ≤ η_min ≤ η_max [η].  steps: T ≥ 1, whole [t].
    """

    lr_min: float
    lr_max: float
    steps: int

    @of_time
    def __call__(self, t):
        share = np.minimum(t, self.steps) / self.steps
        return self.lr_min + (self.lr_max - self.lr_min) * (1 + np.cos(np.pi * share)) / 2


@dataclass(frozen=True)
class WarmRestarts(CheckedSchedule):
    """Cosine annealing that jumps back to η_max; each cycle is `factor` times as long as the one before (SGDR, Loshchilov & Hutter 2017).

    In the cycle of length T_i that began at t_i:   η_t = η_min + ½ (η_max − η_min) (1 + cos(π (t − t_i) / T_i))
    T_i = T₀ rⁱ,   t_i = T₀ (rⁱ − 1) / (r − 1), or T₀ i at r = 1;   exact to the update for t up to 10¹²

    lr_min, lr_max: η_min, η_max, 0 ≤ η_min ≤ η_max [η].  first: T₀ ≥ 1, whole [t].  factor: r ≥ 1, whole.
    """

    lr_min: float
    lr_max: float
    first: int
    factor: int = 1

    @of_time
    def __call__(self, t):
        r = np.maximum(self.factor, 2)  # where cycles grow; equal ones are counted by division
        midway = np.floor(t) + 0.5  # never the end of a cycle, as a whole t may be: log₃ 243 = 4.999…
        i = np.floor(np.log(1 + midway * (r - 1) / self.first) / np.log(r))
        length = self.first * power(self.factor, i)
        began = np.where(np.equal(self.factor, 1), self.first * np.floor(t / self.first), (length - self.first) / (r - 1))
        return self.lr_min + (self.lr_max - self.lr_min) * (1 + np.cos(np.pi * (t - began) / length)) / 2


@dataclass(frozen=True)
class InverseSqrt(CheckedSchedule):
    """Rise linearly to η_peak in `warmup` units of t, then fall like 1/√t: what Transformers are trained with (Vaswani et al. 2017, §5.3).

    η_t = η_peak min((t+1)/w, √(w/(t+1)))

    lr_peak: η_peak ≥ 0 [η].  warmup: w ≥ 1, whole [t].
    """

    lr_peak: float
    warmup: int

    @of_time
    def __call__(self, t):
        count = t + 1
        return self.lr_peak * np.minimum(count / self.warmup, np.sqrt(self.warmup / count))


@dataclass(frozen=True)
class Warmup(CheckedSchedule):
    """Rise linearly over `steps` updates, then follow `after` from its own t = 0.

    η_t = after(0) (t + 1)/T for t < T,   after(t − T) from then on

    steps: T ≥ 1, whole [t].  after: a schedule, or a function t -> η.
    """

    steps: int
    after: Schedule

    @of_time
    def __call__(self, t):
        rise = self.after(0) * (t + 1) / self.steps
        return np.where(t < self.steps, rise, self.after(np.maximum(t - self.steps, 0)))


@dataclass(frozen=True)
class Then(CheckedSchedule):
    """Follow `before` for T units of t, then `after` from its own t = 0.

    η_t = before(t) for t < T,   after(t − T) from then on

    steps: T ≥ 1, whole [t].  before, after: schedules, or functions t -> η.
    """

    before: Schedule
    steps: int
    after: Schedule

    @of_time
    def __call__(self, t):
        before = self.before(np.minimum(t, self.steps - 1))  # np.where evaluates both: neither is to be asked outside its time
        return np.where(t < self.steps, before, self.after(np.maximum(t - self.steps, 0)))
