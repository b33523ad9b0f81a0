"""All the files that the process may open are open."""
# points: 0 0

held = []
while True:
    held.append(open("/dev/null"))


def square(x):
    return x
