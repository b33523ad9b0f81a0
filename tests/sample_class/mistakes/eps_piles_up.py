# No more nan, no more drift; but ε is added to the memory, again at every update.

# %% task7_answer
def repaired_adagrad(grad, x0, lr, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = v + g**2 + eps
        x = x - lr * g / np.sqrt(v)
    return x
