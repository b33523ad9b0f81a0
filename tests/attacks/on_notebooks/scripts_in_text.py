"""A text cell of the student's own with HTML that would run in the feedback page."""
# points: 0 2

import nbformat


def tampered(notebook):
    run = "document.title='THE_ATTACK_RAN'"
    text = f"<script>{run}</script><img src=x onerror={run}>[points](javascript:{run}) $\\\\href{{javascript:{run}}}{{3}}$"
    cell = nbformat.v4.new_markdown_cell(text)
    cell.attachments = nbformat.from_dict({'"><script>': {"text/html": f"<script>{run}</script>"}})
    notebook.cells.append(cell)
