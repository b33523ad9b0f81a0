"""A child of one thread makes namespaces of its own, is root in them, and mounts a disk as large as it likes."""
# points: 0 2

import ctypes
import os

read, write = os.pipe()
if not os.fork():
    c, held = ctypes.CDLL(None), 0
    c.unshare(0x10000000 | 0x00020000)
    if c.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0:
        with open("/tmp/large", "wb") as file:
            held = file.write(bytes(300 << 20))
    os.write(write, f"FOUND {[held] if held else []}".encode())
    os._exit(0)
print(os.read(read, 100).decode())


def square(x):
    return x
