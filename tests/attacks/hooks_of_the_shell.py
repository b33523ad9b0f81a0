"""Functions that the kernel is to call before and after each cell end the process."""
# points: 0 0

import os

for event in ("pre_execute", "post_execute", "pre_run_cell"):
    get_ipython().events.register(event, lambda *about: os._exit(1))


def square(x):
    return x
