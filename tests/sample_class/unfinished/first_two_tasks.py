# Ran out of time after task 2.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    v = v + g**2
    return x - lr * g / np.sqrt(v + eps), v


# %% task2_answer
def descend(step, grad, x0, lr, eps, steps):
    x, v = np.array(x0), np.zeros(len(x0))
    points = [x]
    for _ in range(steps):
        x, v = step(x, grad(x), v, lr, eps)
        points = points + [x]
    return np.stack(points)
