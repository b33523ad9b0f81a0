"""A number of a million digits."""
# unreadable


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.write_text(notebook.read_text().rstrip().removesuffix("}") + ', "x": ' + "9" * 1_000_000 + "}")
