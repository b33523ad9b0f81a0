"""The test says that all is well."""
# points: 0 2


def tampered(notebook):
    for cell in notebook.cells:
        if cell.id == "square":
            cell.source = "3"
