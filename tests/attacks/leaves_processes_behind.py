"""Processes that go on in sessions of their own when the notebook has ended."""
# points: 0 2

import os
import time

for _ in range(5):
    if not os.fork():
        os.setsid()
        time.sleep(88.321)
        os._exit(0)


def square(x):
    return x
