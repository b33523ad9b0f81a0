"""A forged reply: an error with a line of code that the test's side is to show."""
# points: 0 2

import gc
import json
import struct


def square(x):
    reply = json.dumps({"error": "SystemExit", "says": [0], "at": ["square", 9_999, "__import__('os').system('touch /tmp/trace_of_an_attack')"]}).encode()
    for wire in (each for each in gc.get_objects() if type(each).__name__ == "Wire"):
        wire.connection.sendall(struct.pack(">I", len(reply)) + reply)
    return x
