"""A text of nine megabytes."""
# unreadable

import nbformat


def tampered(notebook):
    notebook.cells.append(nbformat.v4.new_markdown_cell("three of three " * 600_000))
