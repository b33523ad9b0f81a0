"""A thread that gives the function another code a thousand times a second, while it is tested."""
# points: 0 2

import threading
import time


def square(x):
    return x


def other(x):
    time.sleep(0.1)
    return -x


def rewrite():
    codes = [square.__code__, other.__code__]
    while True:
        codes.reverse()
        square.__code__ = codes[0]
        time.sleep(0.001)


threading.Thread(target=rewrite, daemon=True).start()
