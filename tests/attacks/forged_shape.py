"""A forged reply: an array whose shape no memory can hold, of no bytes at all."""
# points: 0 2

import gc
import json
import struct


def square(x):
    reply = json.dumps({"is": {"array": ["<f8", [2**40, 2**40, 2**70], "", False]}}).encode()
    for wire in (each for each in gc.get_objects() if type(each).__name__ == "Wire"):
        wire.connection.sendall(struct.pack(">I", len(reply)) + reply)
    return x
