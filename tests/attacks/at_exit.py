"""What is to run when the process ends takes an hour, and leaves a file."""
# points: 0 2

import atexit
import pathlib
import time


@atexit.register
def last():
    pathlib.Path("/tmp/trace_of_an_attack").touch()
    time.sleep(3600)


def square(x):
    return x
