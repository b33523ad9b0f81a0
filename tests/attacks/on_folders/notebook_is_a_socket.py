"""The notebook is a socket."""
# unreadable

import os
import socket


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.unlink()
    here = os.open(folder, os.O_RDONLY)
    socket.socket(socket.AF_UNIX).bind(f"/proc/self/fd/{here}/square.ipynb")
    os.close(here)
