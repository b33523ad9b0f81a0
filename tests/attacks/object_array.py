"""An array of objects, which no bytes can hold."""
# points: 0 2

import numpy as np


def square(x):
    return np.array([object, print, None, x], dtype=object)
