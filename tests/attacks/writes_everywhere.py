"""The code leaves a file wherever it may, above all in the course folder."""
# points: 0 2

import os

for path in ["/", *(f"/{name}" for name in os.listdir("/")), os.getcwd(), os.path.dirname(os.getcwd()), os.path.dirname(os.__file__)]:
    try:
        open(os.path.join(path, "i_was_here"), "w").close()
        print("WROTE", path)
    except OSError:
        pass


def square(x):
    return x
