# Treats the symptom: replaces nan by 0, and leaves the parenthesis missing.

# %% task7_answer
def repaired_adagrad(grad, x0, lr, eps, steps):
    x = np.array(x0, dtype=float)
    v = np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = v + g**2
        with np.errstate(invalid="ignore"):
            x = x - np.nan_to_num(lr * g / np.sqrt(v)) + eps
    return x
