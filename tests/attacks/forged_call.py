"""A forged question: the test's side is to call something of its own."""
# points: 0 2

import gc
import json
import struct


def square(x):
    reply = json.dumps({"ask": "call", "of": [{"yours": 0}, {"list": ["touch /tmp/trace_of_an_attack"]}, {"dict": []}]}).encode()
    for wire in (each for each in gc.get_objects() if type(each).__name__ == "Wire"):
        wire.connection.sendall(struct.pack(">I", len(reply)) + reply)
    return x
