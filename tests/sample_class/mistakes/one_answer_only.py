# Found the ratio of the rates, and takes it for the share of the way too.

# %% task5_answer
def rare_way(hits, updates):
    return np.sqrt(updates / hits)
