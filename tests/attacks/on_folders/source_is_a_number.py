"""The answer is a number in the notebook's file, and not a text."""
# points: 0 2

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        if cell["id"] == "square_answer":
            cell["source"] = 3
    notebook.write_text(json.dumps(content))
