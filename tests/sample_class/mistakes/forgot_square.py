# Sums the gradients' sizes, not their squares.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    v = v + np.abs(g)
    return x - lr * g / np.sqrt(v + eps), v
