# Remembers the last gradient alone: every step is η long.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    v = g**2
    return x - lr * g / np.sqrt(v + eps), v
