"""Metadata are lists, numbers and texts where dictionaries are expected."""
# points: 0 2

import nbformat


def tampered(notebook):
    notebook.metadata = nbformat.from_dict({"kernelspec": 3, "language_info": [], "celltoolbar": None, "nbgrader": "x" * 10_000})
    for cell in notebook.cells:
        if cell.id in ("setup", "square"):
            cell.metadata.nbgrader["schema_version"] = "three"
        cell.metadata["collapsed"] = [[[]]]
