# Task 2 never ends: the loop counts nothing.

# %% task2_answer
def descend(step, grad, x0, lr, eps, steps):
    x, v = np.array(x0, dtype=float), np.zeros(len(x0))
    points = [x]
    while len(points) > 0:
        x, v = step(x, grad(x), v, lr, eps)
    return np.array(points)
