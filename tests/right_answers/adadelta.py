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


ANSWERS = {"adadelta_step": [adadelta_step, step_with_one_root, step_with_signed_delta, step_in_place_on_copies, step_with_lists]}
