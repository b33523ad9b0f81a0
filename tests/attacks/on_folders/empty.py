"""The notebook is empty."""
# unreadable


def tampered(folder):
    (folder / "square.ipynb").write_bytes(b"")
