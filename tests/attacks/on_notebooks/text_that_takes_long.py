"""Texts in which a reader of Markdown looks from each of a hundred thousand places to the end."""
# points: 0 2

import nbformat


def tampered(notebook):
    for unit in ("\\begin{a}", "\\\\(", "\\\\[", "[", "# a\n", "*_", "${", "> - "):
        notebook.cells.append(nbformat.v4.new_markdown_cell((unit * 50_000)[:50_000]))
