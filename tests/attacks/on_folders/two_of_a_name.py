"""Two notebooks of the right name, in two folders."""
# unreadable


def tampered(folder):
    notebook = folder / "square.ipynb"
    (folder / "again").mkdir()
    (folder / "again/square.ipynb").write_bytes(notebook.read_bytes())
