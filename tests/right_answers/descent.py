"""Right answers of the assignment on gradient descent, as different people write them."""

import numpy as np


def sgd_step(x, g, lr):
    return x - lr * g


def sgd_in_a_tuple(x, g, lr):
    return (x + (-lr) * g,)


def sgd_with_a_loop(x, g, lr):
    return [here - lr * slope for here, slope in zip(x, g)]


def sgd_in_place_on_a_copy(x, g, lr):
    x = x.copy()
    x -= lr * g
    return x


def sgd_in_single_precision(x, g, lr):
    return np.float32(x) - np.float32(lr) * np.float32(g)


def momentum_step(x, g, u, lr, beta):
    u = beta * u + g
    x = x - lr * u
    return x, u


def momentum_in_place_on_copies(x, g, u, lr, beta):
    x, u = np.array(x), np.array(u)
    u *= beta
    u += g
    x -= u * lr
    return [x, u]


def momentum_with_lists(x, g, u, lr, beta):
    speeds = [beta * speed + slope for speed, slope in zip(u, g)]
    return [here - lr * speed for here, speed in zip(x, speeds)], speeds


def momentum_in_two_parts(x, g, u, lr, beta):
    x = x - lr * beta * u
    return x - lr * g, g + beta * u


def momentum_through_the_step(x, g, u, lr, beta):
    step = -lr * (g + beta * u)
    return x + step, -step / lr


def nag_step(x, g, u, lr, beta):
    u = beta * u + g
    x = x - lr * (g + beta * u)
    return x, u


def nag_in_place_on_copies(x, g, u, lr, beta):
    x, u = x.copy(), u.copy()
    u *= beta
    u += g
    x -= lr * g
    x -= lr * beta * u
    return x, u


def nag_with_lists(x, g, u, lr, beta):
    speeds = [beta * speed + slope for speed, slope in zip(u, g)]
    return [here - lr * (slope + beta * speed) for here, slope, speed in zip(x, g, speeds)], speeds


def nag_multiplied_out(x, g, u, lr, beta):
    return x - lr * ((1 + beta) * g + beta**2 * u), g + beta * u


def nag_through_the_point_behind(x, g, u, lr, beta):
    """Back to where the look-ahead form keeps its weights, a step there, and ahead again."""
    theta = x + lr * beta * u
    u = beta * u + g
    return theta - lr * u - lr * beta * u, u


ANSWERS = {
    "sgd_step": [sgd_step, sgd_in_a_tuple, sgd_with_a_loop, sgd_in_place_on_a_copy, sgd_in_single_precision],
    "momentum_step": [momentum_step, momentum_in_place_on_copies, momentum_with_lists, momentum_in_two_parts, momentum_through_the_step],
    "nag_step": [nag_step, nag_in_place_on_copies, nag_with_lists, nag_multiplied_out, nag_through_the_point_behind],
}
