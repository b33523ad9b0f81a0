"""An exception whose arguments, class and name raise when they are looked at."""
# points: 0 2


class Hostile(Exception):
    @property
    def args(self):
        raise KeyboardInterrupt

    @property
    def __class__(self):
        raise SystemExit

    def __getattribute__(self, name):
        raise Hostile


def square(x):
    raise Hostile
