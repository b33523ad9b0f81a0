"""A named pipe lies beside the notebook."""
# points: 0 2

import os


def tampered(folder):
    os.mkfifo(folder / "data.csv")
