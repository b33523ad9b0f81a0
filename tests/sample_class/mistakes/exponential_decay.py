# Believes the lecture notes: right at t = 1, exponential from there.

# %% task3_answer
def steady_rate(t, g, lr):
    return lr / abs(g) * np.exp(-(t - 1) / 2)
