# Writes every point into the same array, of which the list holds four references.

# %% task2_answer
def descend(step, grad, x0, lr, eps, steps):
    x, v = np.array(x0, dtype=float), np.zeros(len(x0))
    points = [x]
    for _ in range(steps):
        x[:], v = step(x, grad(x), v, lr, eps)
        points.append(x)
    return np.array(points)
