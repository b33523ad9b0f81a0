"""A debugger's calls, on every other process that can be seen."""
# points: 0 2

import ctypes
import os

c, ATTACH, DETACH = ctypes.CDLL(None), 16, 17
found = []
for number in (int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()):
    if c.ptrace(ATTACH, number, 0, 0) == 0:
        with open(f"/proc/{number}/comm") as file:
            found.append(file.read())
        c.ptrace(DETACH, number, 0, 0)
print("FOUND", found)


def square(x):
    return x
