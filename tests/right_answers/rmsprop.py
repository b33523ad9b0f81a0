"""Right answers of the RMSprop assignment, as different people write them."""

import math

import numpy as np


def rmsprop_step(x, g, v, lr, beta, eps):
    v = beta * v + (1 - beta) * g**2
    x = x - lr * g / np.sqrt(v + eps)
    return x, v


def step_with_eps_outside(x, g, v, lr, beta, eps):
    v = beta * v + (1 - beta) * g**2
    return x - lr * g / (np.sqrt(v) + eps), v


def step_by_its_increment(x, g, v, lr, beta, eps):
    v = v + (1 - beta) * (g * g - v)
    return x - lr / (v + eps) ** 0.5 * g, v


def step_in_place_on_copies(x, g, v, lr, beta, eps):
    x, v = x.copy(), v.copy()
    v *= beta
    v += g**2 - beta * g**2
    x -= lr * g / np.sqrt(v + eps)
    return [x, v]


def step_with_lists(x, g, v, lr, beta, eps):
    squares = [beta * memory + (1 - beta) * slope**2 for memory, slope in zip(v, g)]
    return [here - lr * slope / (square + eps) ** 0.5 for here, slope, square in zip(x, g, squares)], squares


def half_life(beta):
    return np.log(0.5) / np.log(beta)


def steady_rates(g, lr, beta, steps):
    return [lr / (abs(g) * np.sqrt(1 - beta**t)) for t in range(1, steps + 1)]


def rates_by_running(g, lr, beta, steps):
    v, found = 0.0, []
    for _ in range(steps):
        v = beta * v + (1 - beta) * g * g
        found.append(lr / math.sqrt(v))
    return found


def rates_in_an_array(g, lr, beta, steps):
    filled = 1 - beta ** np.arange(1, steps + 1)
    return lr / np.sqrt(g**2 * filled)


def rates_summed(g, lr, beta, steps):
    weights = (1 - beta) * beta ** np.arange(steps)
    return lr * (np.cumsum(weights) * g**2) ** -0.5


def rates_through_logarithms(g, lr, beta, steps):
    return [math.exp(math.log(lr) - math.log(abs(g)) - 0.5 * math.log1p(-(beta ** (t + 1)))) for t in range(steps)]


def repaired_rmsprop(grad, x0, lr, beta, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = beta * v + (1 - beta) * g**2
        x = x - lr * g / np.sqrt(v + eps)
    return x


def _repaired_with(step):
    def repaired(grad, x0, lr, beta, eps, steps):
        x, v = np.array(x0), np.zeros(len(x0))
        for _ in range(steps):
            x, v = map(np.asarray, step(x, np.asarray(grad(x)), v, lr, beta, eps))
        return x

    return repaired


def updates_to_recover(spike, beta):
    v = beta + (1 - beta) * spike**2
    updates = 0
    while 1 / np.sqrt(v) < 0.9:
        v = beta * v + (1 - beta)
        updates += 1
    return updates


def recovery_in_closed_form(spike, beta):
    """v − 1 fades by β: (1 − β)(S² − 1) βⁿ ≤ 1/0.81 − 1."""
    above = (1 - beta) * (spike**2 - 1) / (1 / 0.81 - 1)
    return 0 if above <= 1 else math.ceil(math.log(above) / math.log(1 / beta))


def recovery_counted(spike, beta):
    for n in range(100_000):
        if 1 + (1 - beta) * (spike**2 - 1) * beta**n <= 1 / 0.9**2:
            return n
    return None


def recovery_from_a_table(spike, beta):
    v = 1 + (1 - beta) * (spike**2 - 1) * beta ** np.arange(5000)
    return int(np.argmax(v**-0.5 >= 0.9))


def recovery_recursively(spike, beta, v=None):
    v = beta + (1 - beta) * spike**2 if v is None else v
    return 0 if v**-0.5 >= 0.9 else 1 + recovery_recursively(spike, beta, beta * v + 1 - beta)


def rates_in_a_tuple(g, lr, beta, steps):
    return tuple(steady_rates(g, lr, beta, steps))


def rates_by_a_map(g, lr, beta, steps):
    return map(lambda t: lr / abs(g) / (1 - beta**t) ** 0.5, range(1, steps + 1))


ANSWERS = {
    "rmsprop_step": [rmsprop_step, step_with_eps_outside, step_by_its_increment, step_in_place_on_copies, step_with_lists],
    "half_life": [
        half_life,
        "log(0.5) / log(beta)",
        "-log(2) / log(beta)",
        "log(2) / log(1/beta)",
        "log(0.25) / log(beta) / 2",
        "1 / (log(beta) / log(1/2))",
        "log(0.5, beta)",
        "-1 / log2(beta)",
        "ln(2) / ln(1/beta)",
        "-log10(2) / math.log10(beta)",
    ],
    "steady_rates": [steady_rates, rates_by_running, rates_in_an_array, rates_summed, rates_through_logarithms, rates_in_a_tuple, rates_by_a_map],
    "repaired_rmsprop": [
        repaired_rmsprop,
        _repaired_with(step_with_eps_outside),
        _repaired_with(step_by_its_increment),
        _repaired_with(step_in_place_on_copies),
        _repaired_with(step_with_lists),
    ],
    "updates_to_recover": [updates_to_recover, recovery_in_closed_form, recovery_counted, recovery_from_a_table, recovery_recursively],
}
