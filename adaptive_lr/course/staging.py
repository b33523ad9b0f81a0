"""From what a student handed in to a notebook that nbgrader can grade: found, repaired, or refused with a reason."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader import utils

from ..grading.answers import same_name
from .limits import BYTES_BESIDE, FILES_BESIDE
from .reading import Refused, encodable, is_plain, read_cells, walk

NAME_LIMIT = 200  # bytes of a folder's name, to which endings are added: most systems take 255
NOTEBOOK = re.compile(r"\.ipynb(\.(txt|json))?$", re.IGNORECASE)  # systems and mail programs add such endings
ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")
FEW = 5  # names in a note


@dataclass(frozen=True)
class Staged:
    """What nbgrader gets of a submission: its notebooks, by name, the files beside them, by path, and notes on what had to be done to it."""

    notebooks: dict[str, NotebookNode]
    files: dict[str, bytes]
    notes: list[str]


def stage(folder: Path, assignment: str, released: Mapping[str, NotebookNode], called: str = "") -> Staged:
    """The notebooks in a student's folder, ready for nbgrader. Raises Refused; or OSError or MemoryError, where this machine cannot read the folder.

    Only the source of the student's cells is taken; metadata, tags and kernel are those of the released notebook. Of other files plain ones are taken.
    `called`: whose numbers are taken, if not those of the folder's name.
    Missing cells are put back here and not by nbgrader, which does so for test cells alone and tells only who reads the notebook.
    """
    _check_name(folder.name)
    found, lacking = {}, {}
    for name in released:
        try:
            found[name] = _find(folder, name, alone=len(released) == 1)
        except Refused as refusal:
            if refusal.status != "missing" or len(released) == 1:
                raise
            lacking[name] = str(refusal)
    if not found:
        raise Refused("missing", "; ".join(lacking.values()))
    signed = (called, "the name on the platform") if called else (folder.name, "the folder's name")
    notebooks, notes = {}, []
    for name, handed_out in released.items():
        if name in lacking:
            notebooks[name], told = deepcopy(handed_out), [f"{lacking[name]}, so it counts as it was handed out"]
        else:
            path, told = found[name]
            notebooks[name], more = _stage_one(path, name, assignment, handed_out, signed)
            told = [*told, *more]
        if told:
            notebooks[name].cells.insert(0, new_markdown_cell("**A note from the grader:** " + "; ".join(told) + ".", id=_free_id(notebooks[name].cells)))
        notes += [f"{name}: {note}" if len(released) > 1 and name not in lacking else note for note in told]
    files, told = _beside({path.parent for path, _ in found.values()})
    return Staged(notebooks, files, [*notes, *told])


def _check_name(name: str) -> None:
    """Raises Refused for a student's folder of which no file, page or entry can be called. Formgrader writes it into its pages as it is."""
    if re.search(r'[][*?<>"\\]', name) or name != name.strip():
        raise Refused("not graded", 'nbgrader cannot handle * ? [ ] < > " \\ or outer blanks in the folder\'s name: rename the folder')
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):  # Cs: bytes of no encoding
        raise Refused("not graded", "the folder's name has line breaks or other characters that cannot be printed: rename the folder")
    if len(os.fsencode(name)) > NAME_LIMIT:
        raise Refused("not graded", f"the folder's name has more than {NAME_LIMIT} bytes: rename the folder")


def _free_id(cells: list[NotebookNode]) -> str:
    taken = {cell.get("id") for cell in cells}
    return next(name for number in range(len(cells) + 1) if (name := f"note-{number}") not in taken)


def _stage_one(path: Path, name: str, assignment: str, released: NotebookNode, signed: tuple[str, str]) -> tuple[NotebookNode, list[str]]:
    """The notebook made of a file's cells, and notes. signed: the name that it should be signed with, and which that is."""
    submitted = read_cells(path)
    graded = {_grade_id(cell) for cell in released.cells if _earns(cell)}
    known = graded & {_grade_id(cell) for cell in submitted}
    foreign = {_grade_id(cell) for cell in submitted if _earns(cell)} - graded
    if len(foreign) > len(known):  # assignments may have some names in common
        raise Refused("missing", f"{path.name} is the notebook of another assignment, not of {assignment}")
    if graded and not known:
        if path.name != f"{name}.ipynb":
            raise Refused("missing", f"there is no {name}.ipynb, and the only notebook, {path.name}, is of something else")
        raise Refused(
            "unreadable", "none of its cells is known: was the work copied into another notebook? Hand in the notebook that was handed out, filled in"
        )
    cells, notes = _repair(submitted, released)
    untouched = {cell.source.strip() for cell in cells} <= {cell.source.strip() for cell in released.cells} | {""}
    notes += ["handed in as it was handed out"] if untouched else _signed_otherwise(cells, *signed)
    return nbformat.from_dict({**deepcopy(released), "cells": cells}), notes


def _beside(folders: set[Path]) -> tuple[dict[str, bytes], list[str]]:
    """What lies beside the notebooks or below, by its path from there: plain files alone, no notebook, and not the time that nbgrader's exchange writes.

    And a note where it is too much.
    """
    taken, total = {}, 0
    for folder in sorted(folders):
        for place, inner, names in walk(folder):
            inner[:] = sorted(name for name in inner if not name.startswith((".", "__")))
            for path in (Path(place, name) for name in sorted(names)):
                if path.name.startswith(".") or NOTEBOOK.search(path.name) or path.name == "timestamp.txt" or not is_plain(path):
                    continue
                total += path.stat().st_size
                if total > BYTES_BESIDE or len(taken) == FILES_BESIDE:
                    return {}, [f"the files beside the notebook were left out: they are more than {FILES_BESIDE}, or have more than {BYTES_BESIDE >> 20} MB"]
                taken[path.relative_to(folder).as_posix()] = path.read_bytes()
    return taken, []


def _find(folder: Path, name: str, alone: bool) -> tuple[Path, list[str]]:
    """The notebook of that name, wherever it lies in the folder; the only notebook, if none has the name and the assignment has one alone."""
    if folder.is_symlink():
        raise Refused("unreadable", "the folder is a link; hand in the files themselves")
    found, others = [], []
    for place, folders, files in walk(folder):
        folders[:] = sorted(inner for inner in folders if not inner.startswith((".", "__MACOSX")))
        found += [Path(place, file) for file in sorted(files) if NOTEBOOK.search(file) and not file.startswith(".")]
        others += [encodable(file) for file in sorted(files) if not NOTEBOOK.search(file) and not file.startswith(".")]
    named = [path for path in found if path.name == f"{name}.ipynb"]
    if len(named) == 1:
        copies = [encodable(path.name) for path in found if path != named[0] and re.match(rf"{re.escape(name)}[^A-Za-z0-9]", path.name)]
        return named[0], [f"{name}.ipynb was graded, and not {_several(copies)}"] if copies else []
    if len(named) > 1:
        several = f"there are {len(named)} notebooks called {name}.ipynb: leave the one that is to be graded"
        raise Refused("unreadable", f"{several} (or, if {folder.name} holds the whole class, grade that folder)")
    if alone and len(found) == 1:
        return found[0], [f"there was no {name}.ipynb, so the only notebook, {encodable(found[0].name)}, was graded"]
    if alone and found:
        raise Refused("missing", f"none of the {len(found)} notebooks is called {name}.ipynb: rename the one that is to be graded")
    archives = [file for file in others if file.lower().endswith(ARCHIVES)]
    instead = f", but {_several(archives)}: unpack it" if archives else f", but {_several(others)}" if others else ""
    raise Refused("missing", f"there is no {name}.ipynb in the folder{instead}")


def _repair(submitted: list[NotebookNode], released: NotebookNode) -> tuple[list[NotebookNode], list[str]]:
    """The student's cells with the released notebook's metadata, each of its cells exactly once; and what was out of order."""
    known = {_grade_id(cell): cell for cell in released.cells if _grade_id(cell)}
    ids = [_grade_id(cell) for cell in submitted]
    counted = {grade_id: position for position, grade_id in enumerate(ids) if grade_id in known}  # of copies, the last: as nbgrader does
    cells = [
        _with_source(known[grade_id], cell) if counted.get(grade_id) == position else _plain(cell, position)
        for position, (grade_id, cell) in enumerate(zip(ids, submitted))
    ]
    copied = [grade_id for grade_id in known if ids.count(grade_id) > 1]
    lost = [grade_id for grade_id in known if grade_id not in counted]
    for grade_id in lost:
        before = list(known)[: list(known).index(grade_id)]
        place = max((position for position, cell in enumerate(cells) if _grade_id(cell) in before), default=-1) + 1
        cells.insert(place, deepcopy(known[grade_id]))
    edited, marked, tagged = _edits(known, [submitted[position] for position in counted.values()])
    moved = _gather_answers(cells, released)
    notes = [f"deleted cells were put back as handed out: {', '.join(lost)}"] if lost else []
    notes += [f"of several copies of a cell the last one counts: {', '.join(copied)}"] if copied else []
    notes += [f"locked cells differed from those handed out, and were put back: {', '.join(edited)}"] if edited else []
    notes += [f"type, points or lock of cells differed from those handed out, and were put back: {', '.join(marked)}"] if marked else []
    notes += [f"tags were taken off: {', '.join(tagged)}"] if tagged else []
    notes += [f"the answer stood in a cell of its own below its place, and was put there: {', '.join(moved)}"] if moved else []
    return cells, notes


def _edits(known: Mapping[str, NotebookNode], submitted: list[NotebookNode]) -> tuple[list[str], list[str], list[str]]:
    """The grade ids of cells that differ from those handed out, by more than blanks: in what is locked, in what nbgrader marks them as, in their tags.

    It may be tampering, or the notebook of an earlier release: that is for a person to tell.
    """
    pairs = {_grade_id(cell): (known[_grade_id(cell)], cell) for cell in submitted}
    ordered = [(grade_id, *pairs[grade_id]) for grade_id in known if grade_id in pairs]
    locked = [each for each in ordered if utils.is_locked(each[1])]
    return (
        [grade_id for grade_id, ours, theirs in locked if "".join(ours.source.split()) != "".join(theirs.source.split())],
        [grade_id for grade_id, ours, theirs in ordered if _standing(ours) != _standing(theirs)],
        [grade_id for grade_id, ours, theirs in ordered if _tags(theirs) - _tags(ours)],
    )


def _standing(cell: NotebookNode) -> tuple:
    marks = _marks(cell)
    return (cell.cell_type, *(bool(marks.get(mark)) for mark in ("grade", "solution", "locked", "task")), marks.get("points") or 0)


def _tags(cell: NotebookNode) -> set[str]:
    tags = cell.get("metadata", {}).get("tags", [])
    return set(map(str, tags)) if isinstance(tags, list) else {str(tags)}


def _several(names: list[str]) -> str:
    """The first few of them, in a sentence: a student may hand in thousands."""
    few, others = names[:FEW], len(names) - FEW
    return ", ".join(few) + (f" and {others} more" if others > 0 else "")


def _signed_otherwise(cells: list[NotebookNode], name: str, which: str) -> list[str]:
    """A note where the name in the notebook is another one: the student then worked with other numbers than those of the grader."""
    found = [re.search(r"""^STUDENT *= *(["'])(.*?)\1""", cell.source, re.MULTILINE) for cell in cells if _grade_id(cell) == "student"]
    others = [match[2] for match in found if match and same_name(match[2]) != same_name(name)]
    return [f'STUDENT is "{other}" in the notebook, and the grader takes the numbers of {name}, {which}' for other in others]


def _gather_answers(cells: list[NotebookNode], released: NotebookNode) -> list[str]:
    """Put text cells that a student added right below an untouched written answer into it: nbgrader would score the empty place 0, as final."""
    handed_out, gathered = {cell.source.strip() for cell in released.cells}, []
    for position in reversed(range(len(cells))):
        cell, marks = cells[position], _marks(cells[position])
        written = cell.cell_type == "markdown" and marks.get("grade") and marks.get("solution")
        if not written or cell.source.strip() not in handed_out:
            continue
        end = position + 1
        while end < len(cells) and cells[end].cell_type == "markdown" and cells[end].source.strip() not in handed_out:
            end += 1
        if text := "\n\n".join(added.source for added in cells[position + 1 : end]).strip():
            cell.source = text
            del cells[position + 1 : end]
            gathered.append(_grade_id(cell))
    return gathered


def _with_source(released: NotebookNode, submitted: NotebookNode) -> NotebookNode:
    cell = deepcopy(released)
    cell.source = submitted.source
    if cell.cell_type == "markdown" and _marks(cell).get("solution") and isinstance(submitted.get("attachments"), dict):
        cell.attachments = submitted.attachments  # pictures pasted into an answer
    return cell


def _plain(cell: NotebookNode, position: int) -> NotebookNode:
    new_cell = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    return new_cell(cell.source, id=f"students-{position}")


def _marks(cell: NotebookNode) -> dict:
    marks = cell.get("metadata", {}).get("nbgrader", {})
    return marks if isinstance(marks, dict) else {}


def _earns(cell: NotebookNode) -> bool:
    """Whether it has points: a graded cell, or one of nbgrader's task cells."""
    return bool(_marks(cell).get("grade") or _marks(cell).get("task"))


def _grade_id(cell: NotebookNode) -> str | None:
    grade_id = _marks(cell).get("grade_id")
    return grade_id if isinstance(grade_id, str) else None
