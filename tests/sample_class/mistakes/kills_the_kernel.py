# Leaves Python from within task 5.

# %% task5_answer
import os


def rare_way(hits, updates):
    os._exit(1)
