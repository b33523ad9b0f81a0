"""Right answers of the AdaDelta assignment, as different people write them."""

import math

import numpy as np


def adadelta_step(x, g, v, u, lr, beta, eps):
    v = beta * v + (1 - beta) * g**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = beta * u + (1 - beta) * delta**2
    x = x - lr * delta
    return x, v, u


def step_with_one_root(x, g, v, u, lr, beta, eps):
    v = v + (1 - beta) * (np.square(g) - v)
    ratio = ((u + eps) / (v + eps)) ** 0.5
    return x - lr * ratio * g, v, u + (1 - beta) * (np.square(ratio * g) - u)


def step_with_signed_delta(x, g, v, u, lr, beta, eps):
    """As in Zeiler's algorithm: the step holds the minus."""
    v = beta * v + (1 - beta) * g * g
    step = -np.sqrt(u + eps) / np.sqrt(v + eps) * g
    return [x + lr * step, v, beta * u + (1 - beta) * step * step]


def step_in_place_on_copies(x, g, v, u, lr, beta, eps):
    x, v, u = np.array(x), np.array(v), np.array(u)
    v *= beta
    v += (1 - beta) * g**2
    delta = g * np.sqrt((u + eps) / (v + eps))
    x -= lr * delta
    u *= beta
    u += (1 - beta) * delta**2
    return x, v, u


def step_with_lists(x, g, v, u, lr, beta, eps):
    new_x, new_v, new_u = [], [], []
    for here, slope, square, step in zip(x, g, v, u):
        square = beta * square + (1 - beta) * slope**2
        delta = math.sqrt(step + eps) / math.sqrt(square + eps) * slope
        new_x.append(here - lr * delta)
        new_v.append(square)
        new_u.append(beta * step + (1 - beta) * delta**2)
    return new_x, new_v, new_u


def first_step(beta, eps, g):
    return np.sqrt(eps) / np.sqrt((1 - beta) * g**2 + eps) * abs(g)


def way_gone(g, beta, eps, steps):
    v, u, way = 0.0, 0.0, 0.0
    for _ in range(steps):
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        way = way + abs(delta)
    return way


def way_through_the_step(g, beta, eps, steps):
    x, v, u = np.zeros(1), np.zeros(1), np.zeros(1)
    for _ in range(steps):
        x, v, u = adadelta_step(x, np.array([g]), v, u, 1.0, beta, eps)
    return abs(float(x[0]))


def way_with_the_closed_v(g, beta, eps, steps):
    u, total = 0.0, 0.0
    for t in range(1, steps + 1):
        squared = (u + eps) / ((1 - beta**t) * g * g + eps) * g * g
        u += (1 - beta) * (squared - u)
        total += squared**0.5
    return total


def way_of_a_list(g, beta, eps, steps):
    v, deltas = 0.0, []
    for _ in range(steps):
        v = beta * v + (1 - beta) * g**2
        u = sum((1 - beta) * beta**age * delta**2 for age, delta in enumerate(reversed(deltas)))
        deltas.append(math.sqrt((u + eps) / (v + eps)) * abs(g))
    return sum(deltas)


def way_recursively(g, beta, eps, steps, v=0.0, u=0.0):
    if steps == 0:
        return 0.0
    v = beta * v + (1 - beta) * g**2
    delta = abs(g) * ((u + eps) / (v + eps)) ** 0.5
    return delta + way_recursively(g, beta, eps, steps - 1, v, beta * u + (1 - beta) * delta**2)


def repaired_adadelta(grad, x0, beta, eps, steps):
    x = np.array(x0, dtype=float)
    v, u = np.zeros_like(x), np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        x = x - delta
    return x


def _repaired_with(step):
    def repaired(grad, x0, beta, eps, steps):
        x, v, u = np.array(x0), np.zeros(len(x0)), np.zeros(len(x0))
        for _ in range(steps):
            x, v, u = map(np.asarray, step(x, np.asarray(grad(x)), v, u, 1.0, beta, eps))
        return x

    return repaired


ANSWERS = {
    "adadelta_step": [adadelta_step, step_with_one_root, step_with_signed_delta, step_in_place_on_copies, step_with_lists],
    "first_step": [
        first_step,
        "sqrt(eps) / sqrt((1 - beta) * g**2 + eps) * abs(g)",
        "sqrt(eps * g**2 / ((1 - beta) * g**2 + eps))",
        "abs(g) * (eps / (g*g - beta*g*g + eps))**0.5",
        "1 / sqrt((1 - beta) / eps + 1 / g**2)",
        "exp(log(eps) / 2 - log((1 - beta) * g**2 + eps) / 2) * abs(g)",
    ],
    "way_gone": [way_gone, way_through_the_step, way_with_the_closed_v, way_of_a_list, way_recursively],
    "repaired_adadelta": [
        repaired_adadelta,
        _repaired_with(step_with_one_root),
        _repaired_with(step_with_signed_delta),
        _repaired_with(step_in_place_on_copies),
        _repaired_with(step_with_lists),
    ],
}
