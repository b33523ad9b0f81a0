"""Every signal that may be is ignored, Ctrl-C included, in a loop without end."""
# points: 0 *

import signal

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)


def square(x):
    while True:
        pass
