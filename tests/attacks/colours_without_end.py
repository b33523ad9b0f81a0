"""Output that changes its colour a hundred thousand times."""
# points: 0 2

print("\x1b[31m3\x1b[0m" * 90_000)


def square(x):
    return x
