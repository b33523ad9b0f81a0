# Found the first answer, and says that the second is not there.

# %% task4_answer
def rare_against_frequent(hits, updates):
    return np.sqrt(updates / hits), None
