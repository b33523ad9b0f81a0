"""Every test is worth a thousand points."""
# points: 0 2


def tampered(notebook):
    for cell in notebook.cells:
        if "points" in cell.metadata.get("nbgrader", {}):
            cell.metadata.nbgrader.points = 1000
