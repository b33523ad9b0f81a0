"""The function forks, and both processes return an answer."""
# points: 0 *

import os


def square(x):
    os.fork()
    return x
