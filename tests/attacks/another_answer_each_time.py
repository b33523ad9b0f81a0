"""An object that says something else whenever it is asked, its length included."""
# points: 0 2

import random


class Fickle:
    def __len__(self):
        return random.choice([0, 4, 10**6])

    def __getitem__(self, index):
        return random.choice([0.0, "1", None, self])

    def __float__(self):
        return random.random()


def square(x):
    return Fickle()
