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


def nag_by_looking_ahead(grad, theta0, lr, beta, steps):
    theta, u = np.array(theta0, dtype=float), np.zeros(len(theta0))
    points = [theta]
    for _ in range(steps):
        g = grad(theta - lr * beta * u)
        u = beta * u + g
        theta = theta - lr * u
        points.append(theta)
    return np.array(points)


def through_the_rewriting(grad, theta0, lr, beta, steps):
    x, u, points = np.array(theta0), np.zeros(len(theta0)), [np.array(theta0)]
    for _ in range(steps):
        g = grad(x)
        u = beta * u + g
        x = x - lr * (g + beta * u)
        points.append(x + lr * beta * u)
    return points


def with_the_rate_in_the_velocity(grad, theta0, lr, beta, steps):
    theta, w = theta0, 0 * theta0
    points = np.empty((steps + 1, len(theta0)))
    points[0] = theta
    for step in range(steps):
        ahead = theta - beta * w
        w = beta * w + lr * grad(ahead)
        theta = theta - w
        points[step + 1] = theta
    return points


def without_a_velocity(grad, theta0, lr, beta, steps):
    """As Nesterov's extrapolation: the step before, faded, then a gradient step."""
    points = [theta0, theta0]
    for _ in range(steps):
        ahead = points[-1] + beta * (points[-1] - points[-2])
        points.append(ahead - lr * np.array(grad(ahead)))
    return points[1:]


def with_lists(grad, theta0, lr, beta, steps):
    theta, u = list(theta0), [0.0] * len(theta0)
    points = [tuple(theta)]
    for _ in range(steps):
        g = grad([here - lr * beta * speed for here, speed in zip(theta, u)])
        u = [beta * speed + slope for speed, slope in zip(u, g)]
        theta = [here - lr * speed for here, speed in zip(theta, u)]
        points.append(tuple(theta))
    return points


def back_to_theta(x, lr, beta, u):
    return x + lr * beta * u


def weight_after(beta, k):
    return beta ** (k + 1)


def repaired_nadam(grad, x0, lr, beta1, beta2, eps, steps):
    x = np.array(x0, dtype=float)
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        look_ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        x = x - lr * look_ahead / (np.sqrt(v / (1 - beta2**t)) + eps)
    return x


def _repaired_with(step):
    def repaired(grad, x0, lr, beta1, beta2, eps, steps):
        state = (np.array(x0), np.zeros(len(x0)), np.zeros(len(x0)))
        for t in range(steps):
            state = step(state[0], np.asarray(grad(state[0])), *state[1:], t + 1, lr, beta1, beta2, eps)
            state = tuple(map(np.asarray, state))
        return state[0]

    return repaired


def repaired_with_powers_kept(grad, x0, lr, beta1, beta2, eps, steps):
    x, m, v, now, filled = x0, 0.0, 0.0, beta1, beta2
    for _ in range(steps):
        g = grad(x)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        x = x - lr * (beta1 * m / (1 - now * beta1) + (1 - beta1) * g / (1 - now)) / (eps + np.sqrt(v / (1 - filled)))
        now, filled = now * beta1, filled * beta2
    return x


ANSWERS = {
    "nadam_step": [nadam_step, with_both_corrected_first, with_loops, with_two_terms, in_place_on_copies],
    "nag_by_looking_ahead": [nag_by_looking_ahead, through_the_rewriting, with_the_rate_in_the_velocity, without_a_velocity, with_lists],
    "back_to_theta": [
        back_to_theta,
        "x + lr * beta * u",
        "x - -lr * u * beta",
        "(x / lr + beta * u) * lr",
        "x + u / (1 / (lr * beta))",
        "beta * (x / beta + lr * u)",
    ],
    "weight_after": [weight_after, "beta**(k + 1)", "beta * beta**k", "exp((k + 1) * log(beta))", "beta**k - (1 - beta) * beta**k", "(beta**2)**((k + 1) / 2)"],
    "repaired_nadam": [
        repaired_nadam,
        repaired_with_powers_kept,
        _repaired_with(with_both_corrected_first),
        _repaired_with(with_loops),
        _repaired_with(with_two_terms),
    ],
}
