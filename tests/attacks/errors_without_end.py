"""Errors that nobody raised, as messages of the kernel's, as many as a second allows."""
# points: 0 2

import time

kernel = get_ipython().kernel
ends = time.monotonic() + 1
while time.monotonic() < ends:
    error = {"ename": "E", "evalue": "x" * 5000, "traceback": ["x" * 5000] * 5}
    kernel.session.send(kernel.iopub_socket, "error", error, parent=kernel.get_parent())


def square(x):
    return x
