# Asks for the gradient before the loop.

# %% task2_answer
def descend(step, grad, x0, lr, eps, steps):
    x, v = np.array(x0, dtype=float), np.zeros(len(x0))
    g, points = grad(x), [x]
    for _ in range(steps):
        x, v = step(x, g, v, lr, eps)
        points.append(x)
    return np.array(points)
