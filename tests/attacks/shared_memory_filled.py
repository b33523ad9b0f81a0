"""The folder of shared memory is filled to its brim."""
# points: 0 2

with open("/dev/shm/one", "wb") as one, open("/dev/shm/two", "wb") as two, open("/dev/shm/three", "wb") as three:
    for file in (one, two, three):
        try:
            while True:
                file.write(bytes(1 << 20))
        except OSError:
            pass


def square(x):
    return x
