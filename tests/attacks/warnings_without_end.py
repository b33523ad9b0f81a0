"""A warning for each of a million numbers, every one shown."""
# points: 0 2

import warnings

warnings.simplefilter("always")


def square(x):
    for each in range(1_000_000):
        warnings.warn(f"{each} is odd" * 10)
    return x
