"""The notebook is a named pipe, which nobody ever writes to."""
# unreadable

import os


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.unlink()
    os.mkfifo(notebook)
