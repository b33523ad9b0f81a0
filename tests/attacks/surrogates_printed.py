"""Half characters, which no file can hold, in outputs and in an error."""
# points: 0 2

print("\ud800 \udc80 \udfff")
raise ValueError("\ud800")


def square(x):
    return x
