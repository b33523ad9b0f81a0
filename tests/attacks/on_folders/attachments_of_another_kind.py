"""Attachments that are no attachments, on cells that have none."""
# unreadable

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        cell["attachments"] = [[3]]
    notebook.write_text(json.dumps(content))
