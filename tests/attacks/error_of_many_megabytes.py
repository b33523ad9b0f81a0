"""An error whose message has twelve megabytes."""
# points: 0 2

def square(x):
    return x


raise ValueError("3 of " * 3_000_000)
