# Frequent over rare where rare over frequent was asked; the second answer is right.

# %% task4_answer
def rare_against_frequent(hits, updates):
    steps = 1 / np.sqrt(np.arange(1, updates + 1))
    return np.sqrt(hits / updates), steps[:hits].sum() / steps.sum()
