# Never ends, and is deaf to the interrupt that should end it.

# %% task6_answer
import signal


def eps_inside(eps_outside, g):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        eps_outside *= 1.0
