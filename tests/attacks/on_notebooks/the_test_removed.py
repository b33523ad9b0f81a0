"""The test is not there any more."""
# points: 0 2


def tampered(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.id != "square"]
