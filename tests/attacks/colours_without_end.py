"""Output that changes its colour at every character."""
# points: 0 2

print("\x1b[31m3\x1b[0m" * 50_000)


def square(x):
    return x
