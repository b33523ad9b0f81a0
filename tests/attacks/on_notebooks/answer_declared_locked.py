"""The answer's cell pretends to be a locked one."""
# points: 0 2

LEAVE_A_TRACE = "import pathlib\npathlib.Path('/tmp/trace_of_an_attack').touch()\n"


def tampered(notebook):
    for cell in notebook.cells:
        if cell.id == "square_answer":
            cell.metadata.nbgrader.update(locked=True, solution=False)
            cell.source = LEAVE_A_TRACE
