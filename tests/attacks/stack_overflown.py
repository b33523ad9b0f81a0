"""A recursion without a limit, which Python's own stack does not survive."""
# points: 0 0

import sys

sys.setrecursionlimit(10**9)


def square(x):
    return map(square, [x]).__next__()
