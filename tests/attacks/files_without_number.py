"""Empty files, as many as there can be: no bytes, and yet memory."""
# points: 0 2

import os

os.mkdir("/tmp/many")
for number in range(100_000):
    open(f"/tmp/many/{number}", "w").close()


def square(x):
    return x
