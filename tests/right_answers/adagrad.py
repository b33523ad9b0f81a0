"""Right answers of the AdaGrad assignment, as different people write them."""

import math
from functools import reduce
from itertools import accumulate

import numpy as np


def adagrad_step(x, g, v, lr, eps):
    v = v + g**2
    x = x - lr * g / np.sqrt(v + eps)
    return x, v


def in_place_on_copies(x, g, v, lr, eps):
    x, v = np.copy(x), np.copy(v)
    v += g * g
    x -= lr / (v + eps) ** 0.5 * g
    return [x, v]


def with_lists(x, g, v, lr, eps):
    new_x, new_v = [], []
    for here, slope, memory in zip(x, g, v):
        new_v.append(memory + slope * slope)
        new_x.append(here - lr * slope / (new_v[-1] + eps) ** 0.5)
    return new_x, new_v


def with_a_rate(x, g, v, lr, eps):
    rate = lr * (v + np.square(g) + eps) ** -0.5
    return x - rate * g, v + np.square(g)


def in_one_expression(x, g, v, lr, eps):
    return x - g * np.exp(np.log(lr) - 0.5 * np.log(v + abs(g) ** 2 + eps)), np.add(v, np.abs(g) ** 2)


def descend(step, grad, x0, lr, eps, steps):
    x, v = np.array(x0, dtype=float), np.zeros(len(x0))
    points = [x]
    for _ in range(steps):
        x, v = step(x, grad(x), v, lr, eps)
        points.append(x)
    return np.array(points)


def descend_into_an_array(step, grad, x0, lr, eps, steps):
    points = np.zeros((steps + 1, len(x0)))
    points[0] = x0
    v = np.zeros(len(x0))
    for t in range(steps):
        points[t + 1], v[:] = step(points[t], grad(points[t]), v, lr, eps)
    return points


def descend_with_lists(step, grad, x0, lr, eps, steps):
    points, memory = [list(x0)], [0.0] * len(x0)
    while len(points) < steps + 1:
        there, memory = step(points[-1], grad(points[-1]), memory, lr, eps)
        points.append(list(there))
    return points


def descend_by_accumulating(step, grad, x0, lr, eps, steps):
    walk = accumulate(range(steps), lambda xv, _: step(xv[0], grad(xv[0]), xv[1], lr, eps), initial=(x0, 0 * x0))
    return np.array([x for x, _ in walk])


def descend_recursively(step, grad, x0, lr, eps, steps, v=0.0):
    if steps == 0:
        return [x0]
    x, v = step(x=x0, g=grad(x0), v=v, lr=lr, eps=eps)
    return [x0, *descend_recursively(step, grad, x, lr, eps, steps - 1, v)]


def steady_rate(t, g, lr):
    return lr / (abs(g) * np.sqrt(t))


def steady_rate_of_the_memory(t, g, lr):
    v = t * g**2
    return lr * v**-0.5


def steady_rate_with_math(t, g, lr):
    return lr / math.sqrt(t * g * g)


def steady_rate_through_logarithms(t, g, lr):
    return np.atleast_1d(np.exp(np.log(lr) - np.log(t) / 2 - np.log(abs(g))))[0]


def steady_rate_of_the_first_update(t, g, lr):
    first = lr / np.hypot(g, 0)
    return first * math.pow(t, -1 / 2)


def rare_rate(hits, updates):
    return np.sqrt(updates / hits)


def rare_way(hits, updates):
    steps = 1 / np.sqrt(np.arange(1, updates + 1))
    return steps[:hits].sum() / steps.sum()


def rare_way_with_a_loop(hits, updates):
    rare, frequent = 0.0, 0.0
    for k in range(1, updates + 1):
        frequent += 1 / math.sqrt(k)
        if k <= hits:
            rare += 1 / math.sqrt(k)
    return rare / frequent


def rare_way_by_running(hits, updates):
    v, gone = np.zeros(2), np.zeros(2)
    for t in range(updates):
        g = np.array([t < hits, True], dtype=float)
        v += g**2
        gone += g / np.sqrt(v)
    return gone[0] / gone[1]


def rare_way_with_a_helper(hits, updates):
    def gone(n):
        return sum(k**-0.5 for k in range(1, n + 1))

    return gone(hits) / gone(updates)


def rare_way_accumulated(hits, updates):
    ways = ((np.arange(updates) + 1.0) ** -0.5).cumsum()
    return ways[hits - 1] / ways[-1]


def eps_inside(eps_outside, g):
    return 2 * abs(g) * eps_outside + eps_outside**2


def eps_inside_factored(eps_outside, g):
    return eps_outside * (eps_outside + 2 * np.abs(g))


def eps_inside_by_difference(eps_outside, g):
    return (abs(g) + eps_outside) ** 2 - g * g


def eps_inside_as_a_polynomial(eps_outside, g):
    return np.polyval([1, 2 * abs(g), 0], eps_outside)


def eps_inside_with_a_root(eps_outside, g):
    outside = math.sqrt(g**2) + eps_outside
    return outside * outside - g**2


def repaired_adagrad(grad, x0, lr, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = v + g**2
        x = x - lr * g / np.sqrt(v + eps)
    return x


def repaired_with_eps_outside(grad, x0, lr, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = v + g**2
        x = x - lr * g / (np.sqrt(v) + eps)
    return x


def repaired_with_eps_in_the_start(grad, x0, lr, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.full_like(x, eps)
    for _ in range(steps):
        g = grad(x)
        v += g**2
        x -= lr * g / np.sqrt(v)
    return x


def repaired_with_lists(grad, x0, lr, eps, steps):
    x, v = list(x0), [0.0] * len(x0)
    for _ in range(steps):
        g = grad(x)
        for i in range(len(x)):
            v[i] += g[i] ** 2
            x[i] -= lr * g[i] / math.sqrt(v[i] + eps)
    return x


def repaired_by_the_step(grad, x0, lr, eps, steps):
    return reduce(lambda xv, _: adagrad_step(xv[0], grad(xv[0]), xv[1], lr, eps), range(steps), (x0, 0 * x0))[0]


def rare_way_in_an_array(hits, updates):
    return np.array([rare_way(hits, updates)])


ANSWERS = {
    "adagrad_step": [adagrad_step, in_place_on_copies, with_lists, with_a_rate, in_one_expression],
    "descend": [descend, descend_into_an_array, descend_with_lists, descend_by_accumulating, descend_recursively],
    "steady_rate": [steady_rate, steady_rate_of_the_memory, steady_rate_with_math, steady_rate_through_logarithms, steady_rate_of_the_first_update],
    "rare_rate": [
        rare_rate,
        "sqrt(updates / hits)",
        "sqrt(updates) / sqrt(hits)",
        "(hits / updates)**-0.5",
        "exp((log(updates) - log(hits)) / 2)",
        "np.sqrt(updates / hits)",
        "pow(updates / hits, 1/2)",
    ],
    "rare_way": [rare_way, rare_way_with_a_loop, rare_way_by_running, rare_way_with_a_helper, rare_way_accumulated, rare_way_in_an_array],
    "eps_inside": [eps_inside, eps_inside_factored, eps_inside_by_difference, eps_inside_as_a_polynomial, eps_inside_with_a_root],
    "repaired_adagrad": [repaired_adagrad, repaired_with_eps_outside, repaired_with_eps_in_the_start, repaired_with_lists, repaired_by_the_step],
}
