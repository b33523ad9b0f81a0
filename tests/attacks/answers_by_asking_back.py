"""The function asks the test's end of the wire for more than it may have."""
# points: 0 2

import gc


def square(x):
    wires = [each for each in gc.get_objects() if type(each).__name__ == "Wire"]
    for wire in wires:
        for operation in ("name", "attribute", "item", "items"):
            try:
                return wire.ask(operation, "wanted")
            except PermissionError:
                pass
    return x
