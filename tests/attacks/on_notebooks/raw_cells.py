"""The answers are raw cells, which no kernel runs."""
# points: 0 0


def tampered(notebook):
    for cell in notebook.cells:
        if cell.id.endswith("_answer"):
            cell.cell_type, cell.source = "raw", ""
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
