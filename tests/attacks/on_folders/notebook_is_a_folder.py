"""A folder has the notebook's name."""
# missing


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.unlink()
    notebook.mkdir()
