"""Tables that spreadsheets and learning platforms open as they are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from .shown import printable


def write_csv(path: Path, rows: Iterable[Sequence[object]], *, says_unicode: bool = False) -> None:
    """Write a table in which no text is taken for a formula. `says_unicode`: with the byte order mark by which spreadsheets know UTF-8."""
    with open(path, "w", newline="", encoding="utf-8-sig" if says_unicode else "utf-8", errors="backslashreplace") as file:
        csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerows([_shown(cell) for cell in row] for row in rows)


def from_text(cell: str) -> str:
    """What stood in a cell before it was written."""
    return cell[1:] if cell.startswith("'") and _as_text(cell[1:]) == cell else cell


def _shown(cell: object) -> object:
    return printable(_as_text(cell)) if isinstance(cell, str) else "" if cell is None else cell


def _as_text(cell: str) -> str:
    """A text that spreadsheets would take for a formula, such as a folder called =1+1, has an apostrophe before it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
