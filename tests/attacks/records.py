"""An array of records, whose fields are arrays of objects."""
# points: 0 2

import numpy as np


def square(x):
    return np.zeros(x.shape, dtype=[("value", float), ("more", object)])
