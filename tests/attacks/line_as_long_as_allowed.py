"""A single line of output, just within the limit, without a blank: what looks for words in it must not look for hours."""
# points: 0 2

print("3" * 900_000)


def square(x):
    return x
