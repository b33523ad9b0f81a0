# The right number, on the screen only.

# %% task3_answer
def steady_rate(t, g, lr):
    print(lr / (abs(g) * np.sqrt(t)))
