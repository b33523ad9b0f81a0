"""Beside the notebook lies a file called like it, but for its ending."""
# points: 0 2


def tampered(folder):
    (folder / "square").write_bytes(b"\x00\xff")
