"""A single line of output that is ten million characters long."""
# points: 0 2

print("3" * 10_000_000)


def square(x):
    return x
