# Divides by v, not by its root.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    v = v + g**2
    return x - lr * g / (v + eps), v
