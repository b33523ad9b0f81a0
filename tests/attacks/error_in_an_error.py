"""Errors raised while errors are told, a thousand deep."""
# points: 0 2


def square(x, left=900):
    try:
        raise ValueError(x)
    except ValueError:
        if left:
            square(x, left - 1)
        raise
