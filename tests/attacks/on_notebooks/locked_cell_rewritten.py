"""A locked cell, which also runs outside the sandbox, gets other code."""
# points: 0 2

LEAVE_A_TRACE = "import pathlib\npathlib.Path('/tmp/trace_of_an_attack').touch()\n"


def tampered(notebook):
    for cell in notebook.cells:
        if cell.id == "setup":
            cell.source += "\n" + LEAVE_A_TRACE
