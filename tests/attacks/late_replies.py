"""A thread keeps writing replies to the wire after the test has ended."""
# points: 0 *

import gc
import json
import struct
import threading
import time


def keep_writing():
    reply = json.dumps({"is": True, "of": []}).encode()
    while True:
        for wire in (each for each in gc.get_objects() if type(each).__name__ == "Wire"):
            try:
                wire.connection.sendall(struct.pack(">I", len(reply)) + reply)
            except OSError:
                pass
        time.sleep(0.01)


threading.Thread(target=keep_writing, daemon=True).start()


def square(x):
    return x
