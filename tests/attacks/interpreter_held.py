"""A call in C that keeps Python's lock, so that nothing else in the process runs."""
# points: 0 0

import ctypes


def square(x):
    ctypes.PyDLL(None).sleep(3600)
