"""An exception that no `except Exception` catches."""
# points: 0 2


class Beyond(BaseException):
    pass


def square(x):
    raise Beyond
