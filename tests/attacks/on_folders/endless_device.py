"""The notebook is a link to a device that never ends."""
# unreadable


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.unlink()
    notebook.symlink_to("/dev/zero")
