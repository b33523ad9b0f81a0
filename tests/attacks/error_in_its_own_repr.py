"""An object whose repr, str and name raise."""
# points: 0 2


class Odd(Exception):
    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __str__


def square(x):
    raise Odd
