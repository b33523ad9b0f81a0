"""The notebook is a link to the neighbour's."""
# unreadable


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.unlink()
    notebook.symlink_to(folder.parent / "a_neighbour/square.ipynb")
