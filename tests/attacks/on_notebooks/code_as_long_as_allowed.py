"""Four cells of code, each as long as a cell may be."""
# points: 0 2

import nbformat


def tampered(notebook):
    notebook.cells += [nbformat.v4.new_code_cell(("(" * 90 + ")" * 90 + "\n") * 550) for _ in range(4)]
