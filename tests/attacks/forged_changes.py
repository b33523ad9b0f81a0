"""A forged reply that changes more than the test gave: the function itself, and names of options."""
# points: 0 2

import gc
import json
import struct


def square(x):
    reply = json.dumps({"is": True, "of": [{"list": [1]}, {"list": [{"mine": [0, "x"]}] * 1000}, {"dict": [["out", 3], [{"list": []}, 1]]}]}).encode()
    for wire in (each for each in gc.get_objects() if type(each).__name__ == "Wire"):
        wire.connection.sendall(struct.pack(">I", len(reply)) + reply)
    return x
