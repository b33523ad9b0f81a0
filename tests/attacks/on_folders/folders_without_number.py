"""Ten thousand folders and as many files."""
# points: 0 2


def tampered(folder):
    for number in range(10_000):
        (folder / f"{number}").mkdir()
        (folder / f"{number}.txt").touch()
