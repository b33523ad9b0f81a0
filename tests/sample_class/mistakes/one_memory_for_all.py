# Sums over the coordinates as well: one rate for all of them.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    v = v + np.sum(g**2)
    return x - lr * g / np.sqrt(v + eps), v
