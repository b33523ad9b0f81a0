"""All cells have the same id, which is none that may be."""
# points: 0 2


def tampered(notebook):
    for cell in notebook.cells:
        cell.id = "square"
