# Leaves Python from within task 4.

# %% task4_answer
import os


def rare_against_frequent(hits, updates):
    os._exit(1)
