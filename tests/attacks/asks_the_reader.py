"""The code asks whoever runs it to type something, and starts a debugger."""
# points: 0 2


def square(x):
    breakpoint()
    return float(input("What is it?"))


square(float(input("And here?")))
