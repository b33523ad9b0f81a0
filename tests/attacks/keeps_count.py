"""A function that is right at the second call alone, and a test that calls it once."""
# points: 0 2

calls = []


def square(x):
    calls.append(x)
    return x * x if len(calls) == 2 else x
