"""Of two hostile students the one who leaves a word wherever another could read it."""
# points: 0 2

import ctypes
import mmap
import os
import socket
import time

c = ctypes.CDLL(None, use_errno=True)
began = time.time()

held = [socket.socket(socket.AF_UNIX), socket.socket()]
held[0].bind("\0a_word_for_a_partner")
held[0].listen()
held[1].bind(("127.0.0.1", 20454))
held[1].listen()
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", os.getcwd(), os.path.dirname(os.getcwd())):
    try:
        with open(f"{folder}/a_word_for_a_partner", "w") as file:
            file.write("3 points")
    except OSError:
        pass
c.shmget(0xB0B, 4096, 0o1666)
c.semget(0xB0B, 1, 0o1666)
c.msgget(0xB0B, 0o1666)
c.mq_open(b"/a_word_for_a_partner", os.O_CREAT | os.O_RDWR, 0o666, None)
time.sleep(4.5)
print("WORD", began, time.time())


def square(x):
    return x
