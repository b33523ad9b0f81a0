# Right, though it draws a warning: a warning is no mistake.

# %% task3_answer
import warnings


def steady_rate(t, g, lr):
    warnings.warn("np.sqrt of a large integer is slow")
    return lr / (abs(g) * np.sqrt(t))
