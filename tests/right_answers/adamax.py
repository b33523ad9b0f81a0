"""Right answers of the AdaMax assignment, as different people write them."""

import math
from itertools import accumulate

import numpy as np


def adamax_step(x, g, m, u, t, lr, beta1, beta2):
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    m_hat = m / (1 - beta1**t)
    x = x - lr * np.divide(m_hat, u, out=np.zeros_like(m), where=u > 0)
    return x, m, u


def with_where(x, g, m, u, t, lr, beta1, beta2):
    m, u = m + (1 - beta1) * (g - m), np.where(np.abs(g) > beta2 * u, np.abs(g), beta2 * u)
    still = u == 0
    return x - np.where(still, 0, lr / (1 - beta1**t) * m / np.where(still, 1, u)), m, u


def with_loops(x, g, m, u, t, lr, beta1, beta2):
    xs, ms, us = list(x), list(m), list(u)
    for i in range(len(xs)):
        ms[i] = beta1 * ms[i] + (1 - beta1) * g[i]
        us[i] = max(beta2 * us[i], abs(g[i]))
        if us[i] > 0:
            xs[i] -= lr * ms[i] / ((1 - beta1**t) * us[i])
    return xs, ms, us


def with_nan_to_num(x, g, m, u, t, lr, beta1, beta2):
    m = beta1 * m + (1 - beta1) * g
    u = np.stack([beta2 * u, g, -g]).max(axis=0)
    return x - np.nan_to_num(lr * m / (1 - beta1**t) / u), m, u


def in_place_on_copies(x, g, m, u, t, lr, beta1, beta2):
    x, m, u = x.copy(), m.copy(), u.copy()
    m *= beta1
    m += g - beta1 * g
    u *= beta2
    np.maximum(u, np.sqrt(g * g), out=u)
    moved = u > 0
    x[moved] -= lr * m[moved] / u[moved] / (1 - beta1**t)
    return [x, m, u]


def p_norm(x, p):
    largest = np.abs(x).max()
    if largest == 0:
        return 0.0
    return largest * (np.abs(x / largest) ** p).sum() ** (1 / p)


def norm_by_numpy(x, p):
    largest = max(abs(x))
    return largest * np.linalg.norm(x / largest, p) if largest > 0 else 0


def norm_by_logarithms(x, p):
    sizes = [math.log(abs(number)) for number in x if number != 0]
    if not sizes:
        return 0
    return math.exp(max(sizes) + math.log(sum(math.exp(p * (size - max(sizes))) for size in sizes)) / p)


def norm_by_pairs(x, p):
    total = 0.0
    for number in map(abs, x):
        low, high = sorted((total, number))
        total = high * (1 + (low / high) ** p) ** (1 / p) if high else 0.0
    return total


def norm_by_the_smallest(x, p):
    sizes = np.sort(np.abs(x))[::-1]
    if not np.any(sizes):
        return np.float64(0)
    shares = sizes[1:] / sizes[0]
    return sizes[0] * np.exp(np.log1p(np.sum(shares**p)) / p)


def faded_maximum(gradients, beta2):
    u, maxima = 0.0, []
    for g in gradients:
        u = max(beta2 * u, abs(g))
        maxima.append(u)
    return maxima


def maximum_of_all(gradients, beta2):
    return [max(beta2 ** (t - i) * abs(gradients[i]) for i in range(t + 1)) for t in range(len(gradients))]


def maximum_with_a_case(gradients, beta2):
    maxima = np.zeros(len(gradients))
    for t, g in enumerate(np.abs(gradients)):
        faded = maxima[t - 1] * beta2 if t else 0
        maxima[t] = g if g > faded else faded
    return maxima


def maximum_accumulated(gradients, beta2):
    return list(accumulate(np.abs(gradients), lambda u, g: max(beta2 * u, g)))


def maximum_without_fading(gradients, beta2):
    """All on the scale of the first update, where nothing fades."""
    scale = beta2 ** np.arange(len(gradients))
    return np.maximum.accumulate(np.abs(gradients) / scale) * scale


def one_gradient(beta2, p, t, g):
    return (1 - beta2**p) ** (1 / p) * beta2 ** (t - 1) * abs(g)


def repaired_adamax(grad, x0, lr, beta1, beta2, steps):
    x = np.array(x0, dtype=float)
    m, u = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, np.abs(g))
        x = x - lr / (1 - beta1**t) * m / np.where(u > 0, u, 1)
    return x


def repaired_with_a_step(grad, x0, lr, beta1, beta2, steps):
    state = (x0, 0 * x0, 0 * x0)
    for t in range(steps):
        state = with_where(state[0], grad(state[0]), *state[1:], t + 1, lr, beta1, beta2)
    return state[0]


def repaired_with_lists(grad, x0, lr, beta1, beta2, steps):
    x, m, u = list(x0), [0.0] * len(x0), [0.0] * len(x0)
    for t in range(1, steps + 1):
        for i, g in enumerate(grad(x)):
            m[i] = beta1 * m[i] + (1 - beta1) * g
            u[i] = max(beta2 * u[i], abs(g))
            x[i] -= lr * m[i] / u[i] / (1 - beta1**t) if u[i] else 0
    return x


def repaired_with_divide(grad, x0, lr, beta1, beta2, steps):
    x, m, u, power = x0.copy(), np.zeros(len(x0)), np.zeros(len(x0)), 1.0
    for _ in range(steps):
        power *= beta1
        g = grad(x)
        m, u = m + (1 - beta1) * (g - m), np.maximum(u * beta2, abs(g))
        x = x - lr / (1 - power) * np.divide(m, u, out=np.zeros_like(m), where=u != 0)
    return x


def repaired_with_a_tiny_number(grad, x0, lr, beta1, beta2, steps):
    x, m, u = x0, 0.0, 0.0
    for t in range(1, steps + 1):
        g = grad(x)
        m, u = beta1 * m + (1 - beta1) * g, np.maximum(beta2 * u, np.abs(g))
        x = x - lr * m / (1 - beta1**t) / np.maximum(u, 1e-300)
    return x


def maxima_in_a_tuple(gradients, beta2):
    return tuple(maximum_of_all(gradients, beta2))


def maxima_of_arrays(gradients, beta2):
    u, maxima = np.zeros(1), []
    for g in gradients:
        u = np.maximum(beta2 * u, np.abs(g))
        maxima.append(u)
    return np.array(maxima)


ANSWERS = {
    "adamax_step": [adamax_step, with_where, with_loops, with_nan_to_num, in_place_on_copies],
    "p_norm": [p_norm, norm_by_numpy, norm_by_logarithms, norm_by_pairs, norm_by_the_smallest],
    "faded_maximum": [faded_maximum, maximum_of_all, maximum_with_a_case, maximum_accumulated, maximum_without_fading, maxima_in_a_tuple, maxima_of_arrays],
    "one_gradient": [
        one_gradient,
        "(1 - beta2**p)**(1/p) * beta2**(t - 1) * abs(g)",
        "((1 - beta2**p) * beta2**(p*(t - 1)) * abs(g)**p)**(1/p)",
        "abs(g) * exp((log(1 - beta2**p) + p*(t - 1)*log(beta2)) / p)",
        "abs(-g) * beta2**t / beta2 * (1 - beta2**p)**(1/p)",
        "(beta2**(p*t - p) - beta2**(p*t))**(1/p) * sqrt(g*g)",
    ],
    "repaired_adamax": [repaired_adamax, repaired_with_a_step, repaired_with_lists, repaired_with_divide, repaired_with_a_tiny_number],
}
