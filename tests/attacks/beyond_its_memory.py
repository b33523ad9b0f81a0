"""An array whose strides lead backwards, out of the memory that it has."""
# points: 0 *

import numpy as np


def square(x):
    return np.lib.stride_tricks.as_strided(np.zeros(4), shape=x.shape, strides=(-(1 << 40),))
