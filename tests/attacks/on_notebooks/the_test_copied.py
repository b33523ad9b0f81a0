"""The second task's test stands there in the place of the first one's, too."""
# points: 0 2

import copy


def tampered(notebook):
    tests = {cell.id: cell for cell in notebook.cells}
    copied = copy.deepcopy(tests["total"])
    notebook.cells = [copied if cell.id == "square" else cell for cell in notebook.cells]
