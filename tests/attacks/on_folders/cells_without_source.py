"""Cells that have no source."""
# unreadable

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    content["cells"] = [{"cell_type": "code", "metadata": cell["metadata"]} for cell in content["cells"]]
    notebook.write_text(json.dumps(content))
