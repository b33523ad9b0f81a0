"""Cells of the student's own whose grade ids lead to other folders, and into the database."""
# points: 0 2

import nbformat


def tampered(notebook):
    for number, name in enumerate(("../../../i_was_here", "'; DROP TABLE grade; --", "", " ", "x" * 100_000, "square\n")):
        cell = nbformat.v4.new_code_cell("3")
        marks = {"grade": number == 0, "grade_id": name, "locked": False, "schema_version": 3, "solution": True, "points": -3}
        cell.metadata.nbgrader = nbformat.from_dict(marks)
        notebook.cells.append(cell)
