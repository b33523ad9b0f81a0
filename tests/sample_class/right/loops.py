# Plain Python: lists, loops and the math module, no vector operation anywhere. The steps and gradients are handed lists.

# %% task1_answer
from math import sqrt


def adagrad_step(x, g, v, lr, eps):
    new_x, new_v = [], []
    for i in range(len(x)):
        memory = v[i] + g[i] * g[i]
        new_v.append(memory)
        new_x.append(x[i] - lr / sqrt(memory + eps) * g[i])
    return new_x, new_v


# %% task2_answer
def descend(step, grad, x0, lr, eps, steps):
    points = [list(x0)]
    memory = [0.0] * len(x0)
    while len(points) < steps + 1:
        there, memory = step(points[-1], grad(points[-1]), memory, lr, eps)
        points.append(list(there))
    return points


# %% task3_answer
def steady_rate(t, g, lr):
    return lr / sqrt(t * g * g)


# %% task4_answer
rare_rate = "sqrt(updates) / sqrt(hits)"


# %% task5_answer
def rare_way(hits, updates):
    rare, frequent = 0.0, 0.0
    for k in range(1, updates + 1):
        frequent += 1 / sqrt(k)
        if k <= hits:
            rare += 1 / sqrt(k)
    return rare / frequent


# %% task6_answer
def eps_inside(eps_outside, g):
    return (abs(g) + eps_outside) ** 2 - g * g


# %% task7_answer
def repaired_adagrad(grad, x0, lr, eps, steps):
    x, v = list(x0), [0.0] * len(x0)
    for _ in range(steps):
        g = grad(x)
        for i in range(len(x)):
            v[i] += g[i] ** 2
            x[i] -= lr * g[i] / sqrt(v[i] + eps)
    return x


# %% task8_reflection
Yes, with a larger learning rate. After ten times as many updates the rate is 1/√10 = 0.32 of what it was, which a factor of three in η makes good.
Frequent features lose most. I would compare both rates on a tenth of the data first.
