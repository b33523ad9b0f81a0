"""JSON, and no notebook."""
# unreadable


def tampered(folder):
    (folder / "square.ipynb").write_text('[{"cells": []}, 3, null]')
