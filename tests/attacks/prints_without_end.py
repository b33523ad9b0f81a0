"""A loop without end that prints."""
# points: 0 2


def square(x):
    return x


while True:
    print("3 of 3 points")
