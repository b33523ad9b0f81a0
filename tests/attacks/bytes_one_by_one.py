"""The reply comes a byte a second."""
# points: 0 *

import gc
import time


def square(x):
    (wire,) = [each for each in gc.get_objects() if type(each).__name__ == "Wire"]
    for byte in b"\0\0\1\0" + b" " * 250:
        wire.connection.sendall(bytes([byte]))
        time.sleep(1)
