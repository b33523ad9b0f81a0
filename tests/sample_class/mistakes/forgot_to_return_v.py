# Returns the new x alone.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    v = v + g**2
    x = x - lr * g / np.sqrt(v + eps)
    return x
