"""Among the cells are numbers, texts and nothing."""
# unreadable

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    content["cells"] += [3, "cell", None]
    notebook.write_text(json.dumps(content))
