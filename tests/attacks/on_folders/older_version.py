"""The notebook is in the format of ten years ago."""
# points: 0 2

import nbformat


def tampered(folder):
    notebook = folder / "square.ipynb"
    nbformat.write(nbformat.convert(nbformat.read(notebook, 4), 3), notebook)
