# Returns v first.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    v = v + g**2
    return v, x - lr * g / np.sqrt(v + eps)
