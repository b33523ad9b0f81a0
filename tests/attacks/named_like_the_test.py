"""The names that the test defines for itself are defined before it does."""
# points: 0 2

tried = wanted = 0
x = np = None


def square(x):
    return x
