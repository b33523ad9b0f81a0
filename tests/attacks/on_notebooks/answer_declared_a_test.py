"""The answer's cell pretends to be a test, which would run outside the sandbox and say how many points it gives."""
# points: 0 2

LEAVE_A_TRACE = "import pathlib\npathlib.Path('/tmp/trace_of_an_attack').touch()\n"


def tampered(notebook):
    for cell in notebook.cells:
        if cell.id == "square_answer":
            cell.metadata.nbgrader.update(grade=True, locked=True, solution=False, points=100)
            cell.source = LEAVE_A_TRACE + "100"
