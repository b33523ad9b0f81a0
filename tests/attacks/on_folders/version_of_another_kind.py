"""A notebook whose version is a text."""
# unreadable

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    content["nbformat"] = "four"
    notebook.write_text(json.dumps(content))
