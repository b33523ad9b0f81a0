"""Large messages, well signed, sent faster than anybody reads them: they wait somewhere, and that takes memory."""
# points: 0 *

import time

kernel = get_ipython().kernel
messages = [kernel.session.serialize(kernel.session.msg("stream", {"name": "stdout", "text": f"{n}" * 5_000_000}, kernel.get_parent())) for n in range(10)]
ends = time.monotonic() + 20
while time.monotonic() < ends:
    try:
        for message in messages:
            kernel.iopub_thread.socket.send_multipart([b"stream", *message])
    except KeyboardInterrupt:
        pass


def square(x):
    return x
