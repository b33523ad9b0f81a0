"""One number, shown as an array of a hundred billion."""
# points: 0 2

import numpy as np


def square(x):
    return np.broadcast_to(0.0, (10**11,))
