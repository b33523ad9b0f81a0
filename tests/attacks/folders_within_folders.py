"""A path that is longer than paths may be."""
# points: 0 2

import os

for _ in range(200):
    os.mkdir("x" * 200)
    os.chdir("x" * 200)


def square(x):
    return x
