"""A function whose name is a megabyte of control characters."""
# points: 0 2


def square(x):
    raise ValueError


square.__name__ = square.__qualname__ = "\x1b[2J\0\r\n<b>" * 100_000
