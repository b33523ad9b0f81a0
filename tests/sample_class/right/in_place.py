# Works in place, but on copies of its own; and simulates where others found a formula.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    x, v = x.copy(), v.copy()
    v += g**2
    x -= lr * g / (v + eps) ** 0.5
    return x, v


# %% task2_answer
def descend(step, grad, x0, lr, eps, steps):
    points = np.zeros((steps + 1, len(x0)))
    points[0] = x0
    v = np.zeros(len(x0))
    for t in range(steps):
        points[t + 1], v[:] = step(points[t], grad(points[t]), v, lr, eps)
    return points


# %% task3_answer
def steady_rate(t, g, lr):
    return lr * (t * g**2) ** -0.5


# %% task4_answer
rare_rate = "(hits / updates)**-0.5"


# %% task5_answer
def rare_way(hits, updates):
    v, way = np.zeros(2), np.zeros(2)
    for t in range(updates):
        g = np.array([t < hits, True], dtype=float)
        v += g**2
        way += g / np.sqrt(v)
    return way[0] / way[1]


# %% task6_answer
def eps_inside(eps_outside, g):
    return eps_outside * (eps_outside + 2 * np.abs(g))


# %% task7_answer
def repaired_adagrad(grad, x0, lr, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.full_like(x, eps)
    for _ in range(steps):
        g = grad(x)
        v += g**2
        x -= lr * g / np.sqrt(v)
    return x
