# A print in a loop that never ends.

# %% task3_answer
def steady_rate(t, g, lr):
    while True:
        print("looking for the rate of update", t, "with g =", g, "and lr =", lr)
