"""The test bears a tag that keeps nbclient from running it."""
# points: 0 2


def tampered(notebook):
    for cell in notebook.cells:
        cell.metadata.tags = ["skip-execution", "raises-exception", "nbgrader-skip"]
