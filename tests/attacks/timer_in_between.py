"""A timer that raises an error every few milliseconds, in whatever runs."""
# points: 0 *

import signal


def rings(*about):
    raise RuntimeError("too late")


signal.signal(signal.SIGALRM, rings)


def square(x):
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    return x
