"""Right answers of the Adam assignment, as different people write them."""

import math
from functools import partial

import numpy as np


def moving_average(values, beta):
    m, averages = 0.0, []
    for value in values:
        m = beta * m + (1 - beta) * value
        averages.append(m)
    return averages


def by_its_increment(values, beta):
    averages = np.zeros(len(values))
    m = 0
    for place, value in enumerate(values):
        m += (1 - beta) * (value - m)
        averages[place] = m
    return averages


def with_weights(values, beta):
    return [sum((1 - beta) * beta ** (t - i) * values[i] for i in range(t + 1)) for t in range(len(values))]


def as_a_matrix(values, beta):
    n = len(values)
    age = np.arange(n)[:, None] - np.arange(n)
    return np.where(age >= 0, (1 - beta) * beta ** np.maximum(age, 0), 0) @ np.asarray(values)


def recursively(values, beta):
    if len(values) == 0:
        return []
    before = recursively(values[:-1], beta)
    return [*before, (1 - beta) * values[-1] + (beta * before[-1] if before else 0)]


def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return x, m, v


def step_in_place_on_copies(x, g, m, v, t, lr, beta1, beta2, eps):
    x, m, v = x.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g * g
    x -= lr * m / (1 - beta1**t) / (eps + np.sqrt(v / (1 - beta2**t)))
    return x, m, v


def step_with_loops(x, g, m, v, t, lr, beta1, beta2, eps):
    new_x, new_m, new_v = [], [], []
    for xi, gi, mi, vi in zip(x, g, m, v):
        mi = beta1 * mi + (1 - beta1) * gi
        vi = beta2 * vi + (1 - beta2) * gi * gi
        new_x.append(xi - lr * (mi / (1 - beta1**t)) / (math.sqrt(vi / (1 - beta2**t)) + eps))
        new_m.append(mi)
        new_v.append(vi)
    return new_x, new_m, new_v


def step_with_the_corrections_in_the_rate(x, g, m, v, t, lr, beta1, beta2, eps):
    """Kingma & Ba's more efficient order: η and ε take the corrections in."""
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g**2 - v)
    filled = np.sqrt(1 - beta2**t)
    return [x - lr * filled / (1 - beta1**t) * m / (np.sqrt(v) + eps * filled), m, v]


def step_in_single_precision(x, g, m, v, t, lr, beta1, beta2, eps):
    x, g, m, v = (np.float32(array) for array in (x, g, m, v))
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.square(g)
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def repaired_adam(grad, x0, lr, beta1, beta2, eps, steps):
    x = np.array(x0, dtype=float)
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    return x


def repaired_with_a_counter(grad, x0, lr, beta1, beta2, eps, steps):
    x, m, v, t = x0, 0 * x0, 0 * x0, 0
    while t < steps:
        t += 1
        x, m, v = adam_step(x, grad(x), m, v, t, lr, beta1, beta2, eps)
    return x


def repaired_with_powers_kept(grad, x0, lr, beta1, beta2, eps, steps):
    x, m, v, power1, power2 = np.array(x0, float), np.zeros(len(x0)), np.zeros(len(x0)), 1.0, 1.0
    for _ in range(steps):
        power1, power2 = power1 * beta1, power2 * beta2
        g = np.array(grad(x))
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        x = x - lr * m / (1 - power1) / (np.sqrt(v / (1 - power2)) + eps)
    return x


def repaired_with_a_step_within(grad, x0, lr, beta1, beta2, eps, steps):
    def step(x, m, v, t):
        g = grad(x)
        m, v = m * beta1 + g * (1 - beta1), v * beta2 + g**2 * (1 - beta2)
        return x - lr / (np.sqrt(v / (1 - beta2**t)) + eps) * m / (1 - beta1**t), m, v

    state = (x0, np.zeros(len(x0)), np.zeros(len(x0)))
    for t in range(steps):
        state = step(*state, t + 1)
    return state[0]


def repaired_with_lists(grad, x0, lr, beta1, beta2, eps, steps):
    x, m, v = list(x0), [0.0] * len(x0), [0.0] * len(x0)
    for t in range(1, steps + 1):
        for i, g in enumerate(list(grad(x))):
            m[i] = beta1 * m[i] + (1 - beta1) * g
            v[i] = beta2 * v[i] + (1 - beta2) * g * g
            x[i] = x[i] - lr * m[i] / (1 - beta1**t) / (math.sqrt(v[i] / (1 - beta2**t)) + eps)
    return x


def shortfall(beta, t):
    return 1 - beta**t


def correction_curves(beta1, beta2s, updates):
    t = np.arange(1, updates + 1)
    return np.array([(1 - beta1**t) / np.sqrt(1 - beta2**t) for beta2 in beta2s])


def curves_at_once(beta1, beta2s, updates):
    t = np.arange(1.0, updates + 1)
    return (1 - beta1**t) * (1 - np.asarray(beta2s)[:, None] ** t) ** -0.5


def curves_with_loops(beta1, beta2s, updates):
    rows = []
    for beta2 in beta2s:
        row = []
        for t in range(1, updates + 1):
            row.append((1 - beta1**t) / math.sqrt(1 - beta2**t))
        rows.append(row)
    return rows


def curves_by_running(beta1, beta2s, updates):
    """Both rules, under a gradient of 1."""
    v, m, ratios = np.zeros(len(beta2s)), 0.0, []
    for t in range(updates):
        m, v = beta1 * m + 1 - beta1, beta2s * v + 1 - beta2s
        with_them = m / (1 - beta1 ** (t + 1)) / np.sqrt(v / (1 - beta2s ** (t + 1)))
        ratios.append(m / np.sqrt(v) / with_them)
    return np.transpose(ratios)


def curves_through_logarithms(beta1, beta2s, updates):
    t = np.arange(1, updates + 1)
    return np.exp([np.log1p(-(beta1**t)) - np.log1p(-(beta2**t)) / 2 for beta2 in beta2s])


def averages_one_by_one(values, beta):
    m = 0.0
    for value in values:
        m = beta * m + (1 - beta) * value
        yield m


def averages_of_arrays(values, beta):
    m, averages = np.zeros(1), []
    for value in values:
        m = beta * m + (1 - beta) * value
        averages.append(m)
    return averages


def averages_in_a_tuple(values, beta):
    return tuple(with_weights(values, beta))


def averages_while_there_are_any(values, beta):
    if not values:
        return []
    values, m, averages = list(values), 0.0, []
    while values:
        m = beta * m + (1 - beta) * values.pop(0)
        averages.append(m)
    return averages


def step_in_one_array(*given):
    return np.array(adam_step(*given))


def step_by_a_map(*given):
    return map(np.copy, adam_step(*given))


class Remembering:
    """A step with the settings of the last call."""

    def __call__(self, x, g, m, v, t, *settings):
        self.settings = settings
        return adam_step(x, g, m, v, t, *settings)


def step_with_memories_in_single_precision(x, g, m, v, t, lr, beta1, beta2, eps):
    m, v, g = (array.astype(np.float32) for array in (m, v, g))
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def curves_in_a_tuple(beta1, beta2s, updates):
    return tuple(np.array(row) for row in curves_with_loops(beta1, beta2s, updates))


ANSWERS = {
    "correction_curves": [correction_curves, curves_at_once, curves_with_loops, curves_by_running, curves_through_logarithms, curves_in_a_tuple],
    "moving_average": [
        moving_average,
        by_its_increment,
        with_weights,
        as_a_matrix,
        recursively,
        averages_one_by_one,
        averages_of_arrays,
        averages_in_a_tuple,
        averages_while_there_are_any,
    ],
    "adam_step": [
        adam_step,
        step_in_place_on_copies,
        step_with_loops,
        step_with_the_corrections_in_the_rate,
        step_in_single_precision,
        step_in_one_array,
        step_by_a_map,
        Remembering(),
        partial(adam_step),
        step_with_memories_in_single_precision,
    ],
    "shortfall": [
        shortfall,
        "1 - beta**t",
        "-(beta**t - 1)",
        "(1 - beta**(t/2)) * (1 + beta**(t/2))",
        "1 - exp(t * log(beta))",
        "-1 * beta**t + 1",
        "1 − beta**t",
        "1 - np.power(beta, t)",
        "1 - pow(beta, t)",
    ],
    "repaired_adam": [repaired_adam, repaired_with_a_counter, repaired_with_powers_kept, repaired_with_a_step_within, repaired_with_lists],
}
