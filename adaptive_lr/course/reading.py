"""Folders and notebook files as students hand them in: what is in them, or why it cannot be taken.

What is the student's is told by Refused. OSError and MemoryError are left as they are: they tell of this machine, and nothing of what was handed in.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from errno import ENAMETOOLONG
from pathlib import Path

import nbformat
from nbformat import NotebookNode, converter, reader

FILE_LIMIT = 40_000_000  # bytes of a notebook with its outputs: one written to be costly takes 1.3 GB to read, and an honest one a tenth of it
SIZE_LIMIT = 10_000_000  # characters of what is taken of it, without outputs; an honest one has some 100 kB
CELL_LIMIT = 2000  # an honest one has some 50 cells
SOURCE_LIMIT, SOURCES_LIMIT = 100_000, 500_000  # characters of a cell, and of all: what sets a page may take 6 s for a megabyte


class Refused(Exception):
    """A submission that there is nothing to grade in. `status` is "missing" or "unreadable", or "not graded" where it is not
    the student who can mend it; the message is the reason."""

    def __init__(self, status: str, reason: str):
        super().__init__(encodable(reason))
        self.status = status


def walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """os.walk, which does not follow links, and which by itself would pass over a folder that this machine cannot read. Those below a path that is longer
    than paths may be are passed over: that is how they were handed in."""

    def tell(error: OSError) -> None:
        if error.errno != ENAMETOOLONG:
            raise error

    return os.walk(folder, onerror=tell)


def is_plain(path: Path) -> bool:
    """Whether it is a file, and no link. Path.is_file takes some failures of the machine for a no."""
    return stat.S_ISREG(path.lstat().st_mode)


def read_cells(path: Path) -> list[NotebookNode]:
    """The cells of a notebook file."""
    if not is_plain(path):
        raise Refused("unreadable", f"{path.name} is a link or not a plain file; hand in the file itself")
    if path.stat().st_size == 0:
        raise Refused("unreadable", f"{path.name} is empty")
    if path.stat().st_size > FILE_LIMIT:
        raise Refused("unreadable", f"{path.name} is larger than {FILE_LIMIT // 10**6} MB: clear the outputs and hand it in again")
    try:
        taken = json.dumps(json.loads(path.read_text(encoding="utf-8-sig"), object_hook=_without_outputs), ensure_ascii=False)
        if len(taken) > SIZE_LIMIT:
            told = f"larger than {SIZE_LIMIT // 10**6} MB without its outputs"
            raise Refused("unreadable", f"{path.name} is {told}: take pasted pictures out and hand it in again")
        notebook = converter.convert(reader.reads(taken), to_version=4)
        if len(notebook.cells) > CELL_LIMIT:
            raise Refused("unreadable", f"{path.name} has more than {CELL_LIMIT} cells")
        cells = [nbformat.from_dict({**cell, "source": encodable(str(cell.source)), "cell_type": str(cell.cell_type)}) for cell in notebook.cells]
        lengths = [len(cell.source) for cell in cells]
        if max(lengths, default=0) > SOURCE_LIMIT or sum(lengths) > SOURCES_LIMIT:
            told = f"more than {SOURCE_LIMIT:,} characters, or all of them more than {SOURCES_LIMIT:,}"
            raise Refused("unreadable", f"a cell of {path.name} has {told}: put data into a file beside it, and hand it in again")
        return cells
    except (Refused, OSError, MemoryError):  # the last two are not the student's
        raise
    except json.JSONDecodeError:
        raise Refused("unreadable", f"{path.name} is broken: it is not valid JSON, perhaps cut short in the upload") from None
    except Exception:  # a stranger's file may be wrong in any way
        raise Refused("unreadable", f"{path.name} is not a Jupyter notebook, although its name says so") from None


def _without_outputs(part: dict) -> dict:
    """A part of a notebook without what makes most of a large one, and what grading makes anew: outputs, and the state of widgets."""
    if "outputs" in part:
        part["outputs"] = []
    if "widgets" in part:
        part["widgets"] = {}
    return part


def encodable(text: str) -> str:
    """The text without lone surrogates, which JSON may hold and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")
