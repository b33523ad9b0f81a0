"""Files called like modules, where the test's kernel might import them."""
# points: 0 2

import os

for folder in (os.getcwd(), os.path.dirname(os.getcwd()), os.path.expanduser("~")):
    for name in ("numpy", "json", "sitecustomize", "adaptive_lr", "IPython"):
        try:
            with open(f"{folder}/{name}.py", "w") as file:
                file.write("import pathlib; pathlib.Path('/tmp/trace_of_an_attack').touch()")
        except OSError:
            pass


def square(x):
    return x
