"""Not a number and infinity, in metadata and where a version belongs."""
# points: 0 2

import json


def tampered(folder):
    notebook = folder / "square.ipynb"
    content = json.loads(notebook.read_text())
    content["metadata"] = {"x": float("nan")}
    content["nbformat_minor"] = float("inf")
    notebook.write_text(json.dumps(content))
