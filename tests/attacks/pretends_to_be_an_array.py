"""An object whose class, shape and bytes are lies."""
# points: 0 2

import numpy as np


class Liar:
    __class__ = np.ndarray
    dtype, shape = np.dtype(float), (4,)

    def __array__(self, *arguments, **options):
        return np.array([self], dtype=object)

    def tobytes(self):
        return b"no bytes"


def square(x):
    return Liar()
