"""The sources are lists of lists."""
# unreadable

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        cell["source"] = [[cell["source"]]]
    notebook.write_text(json.dumps(content))
