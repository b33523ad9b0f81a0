"""The upload was cut short."""
# unreadable


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.write_bytes(notebook.read_bytes()[:-500])
