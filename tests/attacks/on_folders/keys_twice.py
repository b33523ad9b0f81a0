"""The file says twice what its cells are, and the second time there are none."""
# unreadable


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.write_text(notebook.read_text().rstrip().removesuffix("}") + ', "cells": []}')
