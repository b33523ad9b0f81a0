"""A dictionary whose keys are all not a number, so that none is ever found again."""
# points: 0 2


def square(x):
    x[...] = float("nan")
    return {float("nan"): x for _ in range(1000)}
