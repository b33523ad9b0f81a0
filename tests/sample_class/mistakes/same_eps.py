# Takes the number over as it is.

# %% task5_answer
def eps_inside(eps_outside, g):
    return eps_outside
