"""A function that sleeps, and does not let itself be woken."""
# points: 0 0

import time


def square(x):
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass
