"""Null characters in the answer and in the metadata."""
# points: 0 2

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        if cell["id"] == "square_answer":
            cell["source"] += "\0"
            cell["metadata"]["\0"] = "\0"
    notebook.write_text(json.dumps(content))
