# As short as it gets, with functions of functions, and arrays where numbers would do.

# %% task1_answer
adagrad_step = lambda x, g, v, lr, eps: np.array([x - lr * g * (v + g * g + eps) ** -0.5, v + g * g])

# %% task2_answer
from functools import reduce
from itertools import accumulate


def descend(step, grad, x0, lr, eps, steps):
    return np.array([x for x, _ in accumulate(range(steps), lambda xv, _: step(xv[0], grad(xv[0]), xv[1], lr, eps), initial=(x0, x0 * 0))])


# %% task3_answer
steady_rate = lambda t, g, lr: np.atleast_1d(lr * t**-0.5 / np.hypot(g, 0))

# %% task4_answer
rare_rate = "(updates/hits)**.5"

# %% task5_answer
way = lambda n: sum(k**-0.5 for k in range(1, n + 1))
rare_way = lambda hits, updates: way(hits) / way(updates)

# %% task6_answer
eps_inside = lambda eps_outside, g: np.polyval([1, 2 * abs(g), 0], [eps_outside])

# %% task7_answer
repaired_adagrad = lambda grad, x0, lr, eps, steps: reduce(lambda xv, _: adagrad_step(xv[0], grad(xv[0]), xv[1], lr, eps), range(steps), (x0, 0 * x0))[0]
