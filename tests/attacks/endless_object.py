"""What is returned has no end to its items, and a length of 10¹⁸."""
# points: 0 2


class Endless:
    def __len__(self):
        return 10**18

    def __getitem__(self, index):
        return 1.0

    def __iter__(self):
        while True:
            yield 1.0


def square(x):
    return Endless()
