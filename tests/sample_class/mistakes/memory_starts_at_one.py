# Starts v at 1, perhaps for fear of dividing by zero.

# %% task2_answer
def descend(step, grad, x0, lr, eps, steps):
    x, v = np.array(x0, dtype=float), np.ones(len(x0))
    points = [x]
    for _ in range(steps):
        x, v = step(x, grad(x), v, lr, eps)
        points.append(x)
    return np.array(points)
