"""An integer of a hundred million digits."""
# points: 0 2


def square(x):
    return 1 << 300_000_000
