"""A list that holds itself."""
# points: 0 2


def square(x):
    values = [x]
    values.append(values)
    return values
