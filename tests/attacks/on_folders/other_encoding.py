"""The file is in an encoding of sixteen bits."""
# unreadable


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.write_bytes(notebook.read_text().encode("utf-16"))
