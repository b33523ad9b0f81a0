"""A picture of twenty megabytes, in one message."""
# points: 0 2

import os

from IPython.display import Image, display

display(Image(data=b"\x89PNG\r\n\x1a\n" + os.urandom(20 << 20), format="png"))


def square(x):
    return x
