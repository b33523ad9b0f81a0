"""Thirty cells that print, each as much as a cell may."""
# points: 0 2

import nbformat


def tampered(notebook):
    notebook.cells += [nbformat.v4.new_code_cell("for _ in range(150):\n    print('3 ' * 3000)") for _ in range(30)]
