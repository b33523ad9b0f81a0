"""The test is a text cell."""
# points: 0 2


def tampered(notebook):
    for cell in notebook.cells:
        if cell.id == "square":
            cell.cell_type = "markdown"
            cell.pop("outputs")
            cell.pop("execution_count")
