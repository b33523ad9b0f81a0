"""Brackets within brackets, a hundred thousand deep."""
# unreadable


def tampered(folder):
    (folder / "square.ipynb").write_text('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}")
