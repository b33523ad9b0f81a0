"""Half characters, which JSON can spell and no file can hold."""
# points: 0 2

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        if cell["id"] == "square_answer":
            cell["source"] += "\nword = '\ud800'"
            cell["metadata"]["\udfff"] = "\ud800"
    notebook.write_text(json.dumps(content))
