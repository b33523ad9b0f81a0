"""Arrays until there is no more memory."""
# points: 0 2

import numpy as np

held = []


def square(x):
    while True:
        held.append(np.ones(1 << 27))
