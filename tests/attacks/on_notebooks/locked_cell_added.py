"""A cell of the student's own pretends to be a locked one, which would run outside the sandbox."""
# points: 0 2

import nbformat

LEAVE_A_TRACE = "import pathlib\npathlib.Path('/tmp/trace_of_an_attack').touch()\n"


def tampered(notebook):
    cell = nbformat.v4.new_code_cell(LEAVE_A_TRACE)
    cell.metadata.nbgrader = nbformat.from_dict({"grade": False, "grade_id": "more", "locked": True, "schema_version": 3, "solution": False, "task": False})
    notebook.cells.insert(1, cell)
