"""SystemExit and KeyboardInterrupt, where the test calls it."""
# points: 0 2


def square(x):
    raise SystemExit(0)
