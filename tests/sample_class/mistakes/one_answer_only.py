# Found the first answer, and returns that one number.

# %% task4_answer
def rare_against_frequent(hits, updates):
    return np.sqrt(updates / hits)
