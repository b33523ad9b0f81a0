"""Right answers of the RMSprop assignment, as different people write them."""

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


ANSWERS = {"rmsprop_step": [rmsprop_step, step_with_eps_outside, step_by_its_increment, step_in_place_on_copies, step_with_lists]}
