"""The process is stopped, which neither ends it nor lets it answer."""
# points: 0 0

import os
import signal


def square(x):
    os.kill(os.getpid(), signal.SIGSTOP)
