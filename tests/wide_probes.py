"""Calls that show whether two answers behave alike: drawn apart from those of the checker, and from wider ranges."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from adaptive_lr.grading.coding import Coding, copied
from adaptive_lr.grading.curves import Curve
from adaptive_lr.grading.outcomes import Outcome, Trouble, agree, outcome
from adaptive_lr.grading.steps import Step

DRAWS = 40  # of the arguments of a function
SETTINGS = 6  # of a schedule, each with many t
SIZES = (1, 2, 5)  # numbers in an array of parameters
LATEST = 1000  # t of a schedule


def behaviour(task: Coding, function: Callable, calls: list[tuple]) -> Iterator[Outcome]:
    """What each call gives, and what it leaves in the caller's arrays."""
    for arguments in calls:
        given = copied(arguments)
        gave = outcome(lambda called, given=given: called(*given), function, getattr(task, "results", ("the rate",)))
        yield gave if isinstance(gave, Trouble) else (*gave, *(argument.astype(float) for argument in given if isinstance(argument, np.ndarray)))


def behaves_as(task: Coding, function: Callable, rights: list[list[Outcome]], calls: list[tuple]) -> bool:
    """Whether a function behaves, in all calls, as one of the right forms does: `rights` holds what each of them gave."""
    for place, gave in enumerate(behaviour(task, function, calls)):
        rights = [right for right in rights if agree(gave, right[place])]
        if not rights:
            return False
    return True


def calls(task: Coding) -> list[tuple]:
    """The arguments of each call."""
    rng = np.random.default_rng(list(task.name.encode()))
    match task:
        case Step():
            return [_of_a_step(task, rng) for _ in range(DRAWS)]
        case Curve():
            return [(t, *settings) for _ in range(SETTINGS) for settings in CURVES[task.name](rng) for t in _times(task.name, settings, rng)]
    return [ARGUMENTS[task.name](rng) for _ in range(DRAWS)]


# ------------------------------------------------------------------------------------------------------------------ draws


def power(rng, low: float, high: float) -> float:
    """Between 10 to the power low and 10 to the power high."""
    return float(10 ** rng.uniform(low, high))


def count(rng, low: int, high: int) -> int:
    """A whole number, high included."""
    return int(rng.integers(low, high + 1))


def either_sign(rng) -> float:
    return float(rng.choice([-1, 1])) * power(rng, -2, 2)


def beta(rng) -> float:
    return float(rng.choice([0.01, 0.5, 0.9, 0.99, 0.999, rng.uniform(0.05, 0.95)]))


def eps(rng) -> float:
    return power(rng, -8, 0.5)


def array(rng, size: int | tuple = 0) -> np.ndarray:
    return rng.normal(size=size or int(rng.choice(SIZES))) * power(rng, -1, 1)


def without_some(rng, numbers: np.ndarray) -> np.ndarray:
    return numbers * (rng.random(numbers.shape) < 0.6)


def bowl(x):
    x = np.asarray(x, dtype=float)
    return np.arange(1, x.size + 1) * x


def waves(x):
    x = np.asarray(x, dtype=float)
    return np.sin(2 * x) + x / 3


def last_is_still(x):
    slopes = bowl(x)
    slopes[-1] = 0
    return slopes


def slope(rng) -> Callable:
    return (bowl, waves, last_is_still)[rng.integers(3)]


def by_the_sign(x, g, v, lr, eps):
    return np.asarray(x) - lr * np.sign(g) * (1 + np.asarray(v)), np.asarray(v) / 2 + eps


def by_the_memory(x, g, v, lr, eps):
    v = np.asarray(v) + np.abs(g)
    return np.asarray(x) - lr * np.asarray(g) / (v + eps), v


def a_step(rng) -> Callable:
    return (by_the_sign, by_the_memory)[rng.integers(2)]


def slowly_down(t):
    return 0.9 * 0.99**t


def up_and_down(t):
    return 1.5 + np.cos(t)


def costs(rng) -> np.ndarray:
    """Of rules on problems: whole numbers from 1, inf where a rule never arrives; one rule always does."""
    drawn = rng.integers(1, 60, (count(rng, 2, 5), count(rng, 1, 8))).astype(float)
    drawn[1:][rng.random(drawn[1:].shape) < 0.2] = np.inf
    return drawn


def samples(rng, *width: int) -> np.ndarray:
    return without_some(rng, rng.normal(size=(count(rng, 1, 9), *(width or [count(rng, 1, 6)]))))


# -------------------------------------------------------------------------------------------------------------- arguments


def _of_a_step(task: Step, rng) -> tuple:
    size, new = int(rng.choice(SIZES)), rng.random() < 0.3
    x, g = array(rng, size), without_some(rng, array(rng, size)) * power(rng, -2, 2)
    state = [np.zeros(size) if new else rng.normal(size=size) if name in task.signed else rng.uniform(0.01, 5, size) for name in task.state]
    drawn = {"lr": lambda rng: power(rng, -3, 0.3), "eps": eps}
    time = [int(power(rng, 0, 3))] * task.clock
    return (x, g, *state, *time, *(drawn.get(name, beta)(rng) for name in task.settings))


def _low_high(rng) -> tuple[float, float]:
    return rng.uniform(0.001, 0.2), rng.uniform(0.3, 2)


CURVES = {
    "step_decay": lambda rng: [(rng.uniform(0.1, 2), rng.uniform(0.55, 0.95), count(rng, 1, 12))],
    "triangular": lambda rng: [(*_low_high(rng), count(rng, 1, 12))],
    "cosine_annealing": lambda rng: [(*_low_high(rng), count(rng, 1, 60))],
    "warm_restarts": lambda rng: [(*_low_high(rng), count(rng, 2, 6), factor) for factor in (1, 2, 3, 4)],
    "warmup": lambda rng: [(count(rng, 1, 15), schedule) for schedule in (slowly_down, up_and_down)],
}


def _times(name: str, settings: tuple, rng) -> list[int]:
    """The first t, some later ones, and those round the warm restarts."""
    times = {*range(30), *map(int, rng.integers(30, LATEST, 20))}
    if name == "warm_restarts":
        *_, first, factor = settings
        starts = itertools.accumulate(first * factor**cycle for cycle in itertools.count())
        times |= {start + off for start in itertools.takewhile(lambda start: start <= LATEST, starts) for off in (-1, 0)}
    return sorted(times)


def _layers(rng) -> tuple:
    above, here = count(rng, 1, 5), count(rng, 1, 5)
    return array(rng, above), array(rng, (above, here)), rng.uniform(-0.99, 0.99, here)


def _labelled(rng) -> tuple:
    x = samples(rng)
    return x, rng.integers(0, 2, len(x)).astype(float), rng.normal(size=x.shape[1])


def _sparse_update(rng) -> tuple:
    size, given = count(rng, 1, 7), count(rng, 1, 6)
    w, v, indices, values = rng.normal(size=size), rng.uniform(0.01, 4, size), rng.integers(0, size, given), rng.normal(size=given)
    return w, v, indices, values, power(rng, -2, 0), float(rng.choice([0, eps(rng)]))


def _errors_of_samples(rng) -> tuple:
    x = samples(rng)
    return rng.normal(size=len(x)), x


def _hits(rng) -> tuple:
    updates = count(rng, 1, 1000)
    return count(rng, 1, updates), updates


def _profile(rng) -> tuple:
    return costs(rng), float(rng.choice([1, 2, 3, rng.uniform(1, 20)]))


def _stable_rate(rng) -> tuple:
    c = power(rng, -2, 2)
    return rng.uniform(0.001, 1.99) / c, c, power(rng, -2, 2)


ARGUMENTS = {
    "terminal_velocity": lambda rng: (beta(rng), either_sign(rng)),
    "backpropagate": _layers,
    "weight_gradient": lambda rng: _layers(rng)[::2],
    "repaired_descent": lambda rng: (slope(rng), array(rng), power(rng, -3, -0.6), count(rng, 0, 25)),
    "logistic_slope": _labelled,
    "touched": lambda rng: (rng.uniform(0.001, 0.99), count(rng, 1, 200)),
    "inverse_frequency": lambda rng: (samples(rng),),
    "sparse_adagrad": _sparse_update,
    "repaired_slope": _errors_of_samples,
    "descend": lambda rng: (a_step(rng), slope(rng), array(rng), power(rng, -2, 0), eps(rng), count(rng, 0, 25)),
    "steady_rate": lambda rng: (int(power(rng, 0, 12)), either_sign(rng), power(rng, -3, 1)),
    "rare_rate": _hits,
    "rare_way": _hits,
    "eps_inside": lambda rng: (power(rng, -4, 1), float(rng.choice([0, either_sign(rng)]))),
    "repaired_adagrad": lambda rng: (slope(rng), array(rng), power(rng, -2, 0), eps(rng), count(rng, 0, 25)),
    "half_life": lambda rng: (beta(rng),),
    "steady_rates": lambda rng: (either_sign(rng), power(rng, -3, 0), beta(rng), count(rng, 1, 60)),
    "repaired_rmsprop": lambda rng: (slope(rng), array(rng), power(rng, -3, -1), beta(rng), eps(rng), count(rng, 0, 25)),
    "updates_to_recover": lambda rng: (power(rng, 0, 3), rng.uniform(0.05, 0.99)),
    "first_step": lambda rng: (beta(rng), eps(rng), either_sign(rng)),
    "way_gone": lambda rng: (either_sign(rng), beta(rng), eps(rng), count(rng, 0, 150)),
    "repaired_adadelta": lambda rng: (slope(rng), array(rng), beta(rng), eps(rng), count(rng, 0, 25)),
    "moving_average": lambda rng: (array(rng, count(rng, 1, 30)).tolist(), beta(rng)),
    "shortfall": lambda rng: (beta(rng), int(power(rng, 0, 3))),
    "repaired_adam": lambda rng: (slope(rng), array(rng), power(rng, -3, -1), beta(rng), beta(rng), eps(rng), count(rng, 0, 25)),
    "correction_curves": lambda rng: (beta(rng), np.array([beta(rng) for _ in range(count(rng, 1, 4))]), count(rng, 1, 80)),
    "p_norm": lambda rng: (without_some(rng, array(rng, count(rng, 1, 6))) * power(rng, -150, 150), int(power(rng, 0, 4))),
    "faded_maximum": lambda rng: (without_some(rng, array(rng, count(rng, 1, 30))), beta(rng)),
    "one_gradient": lambda rng: (rng.uniform(0.3, 0.99), float(count(rng, 1, 12)), float(count(rng, 1, 30)), either_sign(rng)),
    "repaired_adamax": lambda rng: (slope(rng), array(rng), power(rng, -3, -1), beta(rng), beta(rng), count(rng, 0, 25)),
    "nag_by_looking_ahead": lambda rng: (slope(rng), array(rng), power(rng, -3, -1), rng.uniform(0.05, 0.9), count(rng, 0, 25)),
    "back_to_theta": lambda rng: (either_sign(rng), power(rng, -2, 0), beta(rng), either_sign(rng)),
    "weight_after": lambda rng: (beta(rng), count(rng, 1, 60)),
    "repaired_nadam": lambda rng: (slope(rng), array(rng), power(rng, -3, -1), beta(rng), beta(rng), eps(rng), count(rng, 0, 25)),
    "noise_floor": _stable_rate,
    "rates_of_training": lambda rng: ((slowly_down, up_and_down)[rng.integers(2)], count(rng, 1, 6), count(rng, 1, 12)),
    "performance_profile": _profile,
    "best_of": lambda rng: (rng.uniform(-1, 9, count(rng, 1, 9)), count(rng, 1, 12)),
    "tries_needed": lambda rng: (rng.uniform(0.001, 0.99),),
    "rescaled_rate": lambda rng: (str(rng.choice(["sgd", "adam", "adadelta"])), power(rng, -3, 1), power(rng, -2, 3), power(rng, -2, 2)),
}
