"""The test pretends to be the student's to write."""
# points: 0 2


def tampered(notebook):
    for cell in notebook.cells:
        if cell.id == "square":
            cell.metadata.nbgrader.update(solution=True, locked=False)
            cell.source = "3"
