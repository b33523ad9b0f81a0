"""KeyboardInterrupt, where the test calls it."""
# points: 0 2


def square(x):
    raise KeyboardInterrupt
