"""Pipes as large as they can be made, all of them full."""
# points: 0 *

import fcntl
import os

held = []
for _ in range(40):
    read, write = os.pipe()
    try:
        fcntl.fcntl(write, 1031, 1 << 20)
    except OSError:
        pass
    os.set_blocking(write, False)
    held.append(os.write(write, bytes(1 << 20)))


def square(x):
    return x
