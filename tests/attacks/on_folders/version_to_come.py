"""A notebook of a version that is not there yet."""
# unreadable

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    content["nbformat"] = 99
    notebook.write_text(json.dumps(content))
