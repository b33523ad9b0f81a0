"""The outputs that are handed in already show full marks."""
# points: 0 2

import nbformat


def tampered(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "3"}, execution_count=1)]
