"""Right answers of the AdaMax assignment, as different people write them."""

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


ANSWERS = {"adamax_step": [adamax_step, with_where, with_loops, with_nan_to_num, in_place_on_copies]}
