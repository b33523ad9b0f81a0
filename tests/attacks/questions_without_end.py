"""The function asks the test's side again and again, with as much text as one message may hold."""
# points: 0 *

import gc


def square(x):
    (wire,) = [each for each in gc.get_objects() if type(each).__name__ == "Wire"]
    while True:
        wire.ask("borrows", "x" * (60 << 20))
