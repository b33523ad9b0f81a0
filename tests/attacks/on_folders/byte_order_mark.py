"""The file begins with a byte order mark, and its lines end as on Windows."""
# points: 0 2


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.write_bytes(b"\xef\xbb\xbf" + notebook.read_bytes().replace(b"\n", b"\r\n"))
