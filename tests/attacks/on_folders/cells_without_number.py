"""A hundred thousand cells."""
# unreadable

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    content["cells"] += [{"cell_type": "code", "metadata": {}, "source": "1", "outputs": []}] * 100_000
    notebook.write_text(json.dumps(content))
