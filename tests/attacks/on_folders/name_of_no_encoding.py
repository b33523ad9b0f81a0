"""The only notebook has a name that is no text in any encoding."""
# points: 0 2

import os


def tampered(folder):
    notebook = folder / "square.ipynb"
    os.rename(notebook, os.fsencode(folder) + b"/\xff\xfe.ipynb")
