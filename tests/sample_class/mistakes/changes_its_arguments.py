# Right numbers, written into the caller's arrays.

# %% task1_answer
def adagrad_step(x, g, v, lr, eps):
    v += g**2
    x -= lr * g / np.sqrt(v + eps)
    return x, v
