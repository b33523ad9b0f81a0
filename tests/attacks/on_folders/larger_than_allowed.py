"""A notebook of eleven megabytes."""
# unreadable

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    content["metadata"]["x"] = "x" * 11_000_000
    notebook.write_text(json.dumps(content))
