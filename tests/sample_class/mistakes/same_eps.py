# Takes the number over as it is.

# %% task6_answer
def eps_inside(eps_outside, g):
    return eps_outside
