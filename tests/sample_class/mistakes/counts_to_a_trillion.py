# Right for as long as one waits: adds up the squares one by one.

# %% task3_answer
def steady_rate(t, g, lr):
    v = 0.0
    for _ in range(t):
        v += g**2
    return lr / np.sqrt(v)
