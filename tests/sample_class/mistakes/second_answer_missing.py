# Found the ratio of the rates, and says that the share of the way is not there.

# %% task5_answer
def rare_way(hits, updates):
    return None
