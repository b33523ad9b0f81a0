"""The notebook is a picture."""
# unreadable


def tampered(folder):
    (folder / "square.ipynb").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100)
