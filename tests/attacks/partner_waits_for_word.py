"""The other one, who looks for it in all these places."""
# points: 0 2

import ctypes
import mmap
import os
import socket
import time

c = ctypes.CDLL(None, use_errno=True)

found, began = set(), time.time()
while time.time() < began + 4.5:
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", os.getcwd(), os.path.dirname(os.getcwd())):
        if os.path.exists(f"{folder}/a_word_for_a_partner"):
            found.add(folder)
    # Not a port that the kernel gives to who connects: then one would now and then be connected to oneself.
    for family, address in ((socket.AF_UNIX, "\0a_word_for_a_partner"), (socket.AF_INET, ("127.0.0.1", 20454))):
        try:
            socket.socket(family).connect(address)
            found.add(address)
        except OSError:
            pass
    for name, keys in (("shmget", (0xB0B, 4096, 0)), ("semget", (0xB0B, 1, 0)), ("msgget", (0xB0B, 0)), ("mq_open", (b"/a_word_for_a_partner", os.O_RDWR))):
        if getattr(c, name)(*keys) >= 0:
            found.add(name)
    time.sleep(0.1)
print("WORD", began, time.time())
print("FOUND", sorted(map(str, found)))


def square(x):
    return x
