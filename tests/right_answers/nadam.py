"""Right answers of the NAdam assignment, as different people write them."""

import math

import numpy as np


def nadam_step(x, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    look_ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * look_ahead / (np.sqrt(v_hat) + eps)
    return x, m, v


def with_both_corrected_first(x, g, m, v, t, lr, beta1, beta2, eps):
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    next_m, g_hat, v_hat = m / (1 - beta1 ** (t + 1)), g / (1 - beta1**t), v / (1 - beta2**t)
    return x - lr / (v_hat**0.5 + eps) * (beta1 * next_m + g_hat - beta1 * g_hat), m, v


def with_loops(x, g, m, v, t, lr, beta1, beta2, eps):
    xs, ms, vs = [], [], []
    for xi, gi, mi, vi in zip(x, g, m, v):
        ms.append(beta1 * mi + (1 - beta1) * gi)
        vs.append(beta2 * vi + (1 - beta2) * gi * gi)
        ahead = beta1 * ms[-1] / (1 - beta1 ** (t + 1)) + (1 - beta1) * gi / (1 - beta1**t)
        xs.append(xi - lr * ahead / (math.sqrt(vs[-1] / (1 - beta2**t)) + eps))
    return xs, ms, vs


def with_two_terms(x, g, m, v, t, lr, beta1, beta2, eps):
    m = (1 - beta1) * g + beta1 * m
    v = (1 - beta2) * np.square(g) + beta2 * v
    rate = lr / (eps + np.sqrt(v / (1 - beta2**t)))
    return x - rate * beta1 / (1 - beta1 ** (t + 1)) * m - rate * (1 - beta1) / (1 - beta1**t) * g, m, v


def in_place_on_copies(x, g, m, v, t, lr, beta1, beta2, eps):
    x, m, v = np.array(x), np.array(m), np.array(v)
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    filled = np.sqrt(1 - beta2**t)
    x -= lr * filled * (beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)) / (np.sqrt(v) + filled * eps)
    return [x, m, v]


ANSWERS = {"nadam_step": [nadam_step, with_both_corrected_first, with_loops, with_two_terms, in_place_on_copies]}
