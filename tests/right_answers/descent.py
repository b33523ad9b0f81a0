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


def terminal_velocity(beta, g):
    return g / (1 - beta)


def backpropagate(delta, W, h):
    return (W.T @ delta) * (1 - h**2)


def back_with_sums(delta, W, h):
    return [sum(W[i, j] * delta[i] for i in range(len(delta))) * (1 - h[j] * h[j]) for j in range(len(h))]


def back_from_the_left(delta, W, h):
    return delta @ W * (1 - h) * (1 + h)


def back_with_einsum(delta, W, h):
    return np.einsum("ij,i,j->j", W, delta, 1 - np.square(h))


def back_through_the_input(delta, W, h):
    a = np.arctanh(h)
    return np.dot(np.transpose(W), delta) / np.cosh(a) ** 2


def weight_gradient(delta, h):
    return np.outer(delta, h)


def gradient_by_broadcasting(delta, h):
    return delta[:, None] * h


def gradient_as_a_product(delta, h):
    return delta.reshape(-1, 1) @ h.reshape(1, -1)


def gradient_with_lists(delta, h):
    return [[error * activation for activation in h] for error in delta]


def gradient_filled_in(delta, h):
    gradient = np.zeros((len(delta), len(h)))
    for i, j in np.ndindex(gradient.shape):
        gradient[i, j] = delta[i] * h[j]
    return gradient


def repaired_descent(grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    points = [x]
    for _ in range(steps):
        x = x - lr * grad(x)
        points.append(x)
    return np.array(points)


def repaired_with_copies(grad, x0, lr, steps):
    x = x0.copy()
    points = [x.copy()]
    for _ in range(steps):
        x -= lr * grad(x)
        points.append(x.copy())
    return points


def repaired_in_an_array(grad, x0, lr, steps):
    points = np.empty((steps + 1, len(x0)))
    points[0] = x0
    for step in range(steps):
        points[step + 1] = points[step] - lr * grad(points[step])
    return points


def repaired_with_tuples(grad, x0, lr, steps):
    points = [tuple(x0)]
    while len(points) <= steps:
        points.append(tuple(here - lr * slope for here, slope in zip(points[-1], grad(points[-1]))))
    return points


def repaired_recursively(grad, x0, lr, steps):
    rest = [] if steps == 0 else repaired_recursively(grad, x0 - lr * np.asarray(grad(x0)), lr, steps - 1)
    return [x0, *rest]


def sgd_as_a_tuple_of_numbers(x, g, lr):
    return tuple(here - lr * slope for here, slope in zip(x, g))


def sgd_by_a_generator(x, g, lr):
    return (here - lr * slope for here, slope in zip(x, g))


def momentum_in_one_array(x, g, u, lr, beta):
    return np.array([x - lr * (beta * u + g), beta * u + g])


def repaired_in_a_tuple(grad, x0, lr, steps):
    return tuple(repaired_descent(grad, x0, lr, steps))


ANSWERS = {
    "sgd_step": [sgd_step, sgd_in_a_tuple, sgd_with_a_loop, sgd_in_place_on_a_copy, sgd_in_single_precision, sgd_as_a_tuple_of_numbers, sgd_by_a_generator],
    "momentum_step": [momentum_step, momentum_in_place_on_copies, momentum_with_lists, momentum_in_two_parts, momentum_through_the_step, momentum_in_one_array],
    "nag_step": [nag_step, nag_in_place_on_copies, nag_with_lists, nag_multiplied_out, nag_through_the_point_behind],
    "terminal_velocity": [
        terminal_velocity,
        "g / (1 - beta)",
        "-g / (beta - 1)",
        "g * (1 - beta)**(-1)",
        "g + beta * g / (1 - beta)",
        "g * exp(-log(1 - beta))",
    ],
    "backpropagate": [backpropagate, back_with_sums, back_from_the_left, back_with_einsum, back_through_the_input],
    "weight_gradient": [weight_gradient, gradient_by_broadcasting, gradient_as_a_product, gradient_with_lists, gradient_filled_in],
    "repaired_descent": [repaired_descent, repaired_with_copies, repaired_in_an_array, repaired_with_tuples, repaired_recursively, repaired_in_a_tuple],
}
