"""Tables that spreadsheets and learning platforms open as they are."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Sequence
from pathlib import Path

from .shown import printable


def write_csv(path: Path, rows: Iterable[Sequence[object]], *, says_unicode: bool = False) -> None:
    """Write a table in which no text is taken for a formula. `says_unicode`: with the byte order mark by which spreadsheets know UTF-8."""
    with open(path, "w", newline="", encoding="utf-8-sig" if says_unicode else "utf-8", errors="backslashreplace") as file:
        csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerows([_shown(cell) for cell in row] for row in rows)


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The headings of a table and its rows, as whichever spreadsheet has saved it: with commas, semicolons or tabs, in UTF-8 or UTF-16.

    "Handed in" is handed_in, and blanks around a cell are no part of it. Raises OSError, ValueError and csv.Error.
    """
    content = path.read_bytes()
    text = content.decode("utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    first = text.partition("\n")[0]
    heading, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count)) if text else [[]]
    names = [re.sub(r"[\s_-]+", "_", name.strip().casefold()) for name in heading]
    return names, [dict(zip(names, map(str.strip, row))) for row in rows]


def from_text(cell: str) -> str:
    """What stood in a cell before it was written."""
    return cell[1:] if cell.startswith("'") and _as_text(cell[1:]) == cell else cell


def _shown(cell: object) -> object:
    return printable(_as_text(cell)) if isinstance(cell, str) else "" if cell is None else cell


def _as_text(cell: str) -> str:
    """A text that spreadsheets would take for a formula, such as a folder called =1+1, has an apostrophe before it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
