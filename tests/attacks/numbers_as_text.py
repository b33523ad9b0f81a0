"""Texts where numbers are asked for, among them one that Python takes long to read."""
# points: 0 2


def square(x):
    return ["nan", "inf", "1_0", "9" * 10_000_000]
