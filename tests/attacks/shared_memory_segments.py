"""Memory that belongs to no process: System V's segments, and files that have no name."""
# points: 0 2

import ctypes
import os

c, held = ctypes.CDLL(None), []
for size in (64 << 20, 1 << 20):
    number = c.shmget(0, size, 0o1600)
    held += [size] if number >= 0 else []
try:
    file = os.memfd_create("held")
    held += [os.write(file, bytes(64 << 20))]
except OSError:
    pass
print("FOUND", held)


def square(x):
    return x
