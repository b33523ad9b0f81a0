"""Write the sample class, one folder a student: `python tests/sample_class/write.py DEST`.

A student's file holds the cells which that student filled in. The rest is the worked solution's in right/ and mistakes/, and
as handed out in unfinished/. The students whose files are damaged follow in `damaged`.
"""

import sys
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from adaptive_lr.course.notebooks import source_notebook

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
ASSIGNMENT = "adagrad"


def answers(notebook: NotebookNode) -> dict[str, str]:
    """Grade id → source of the cells that a student fills in."""
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells}


def worked_solution() -> dict[str, str]:
    """The answers of the assignment's source, without nbgrader's markers."""
    worked = answers(source_notebook(CHECKOUT, ASSIGNMENT))
    return {grade_id: "\n".join(line for line in source.splitlines() if "### " not in line) for grade_id, source in worked.items()}


def filled_in(student: Path) -> dict[str, str]:
    """The answers in a student's file: after each line `# %% grade_id`, the cell."""
    cells = student.read_text(encoding="utf-8").split("\n# %% ")[1:]
    return {grade_id: source.strip("\n") for grade_id, _, source in (cell.partition("\n") for cell in cells)}


def notebook(sources: dict[str, str]) -> NotebookNode:
    """The handed-out notebook with these answers in it."""
    handed_out = nbformat.read(CHECKOUT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    for cell in handed_out.cells:
        cell.source = sources.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return handed_out


def damaged(worked: NotebookNode) -> dict[str, dict[str, str]]:
    """Students whose notebook, right in itself, came to harm: name → the files that were handed in."""
    text = nbformat.writes(worked)
    return {
        "cut_short_in_the_upload": {"adagrad.ipynb": text[: len(text) // 2]},
        "empty_file": {"adagrad.ipynb": ""},
        "not_a_notebook": {"adagrad.ipynb": '{"cells": 7}'},
        "empty_folder": {},
        "another_notebook": {"shopping.ipynb": nbformat.writes(nbformat.v4.new_notebook())},
        "renamed": {"adagrad (1) final.ipynb": text},
        "deleted_a_test": {"adagrad.ipynb": without(worked, "task2_descent")},
        "deleted_a_task": {"adagrad.ipynb": without(worked, "task2_answer", "task2_descent")},
        "copied_a_test": {"adagrad.ipynb": with_copy(worked, "task1_step")},
        "skips_the_tests": {"adagrad.ipynb": with_tags(worked, "skip-execution")},
    }


def without(worked: NotebookNode, *grade_ids: str) -> str:
    kept = [cell for cell in worked.cells if cell.metadata.get("nbgrader", {}).get("grade_id") not in grade_ids]
    return nbformat.writes(nbformat.from_dict({**worked, "cells": kept}))


def with_copy(worked: NotebookNode, grade_id: str) -> str:
    cells = deepcopy(worked.cells)
    copied = next(cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
    return nbformat.writes(nbformat.from_dict({**worked, "cells": [*cells, {**copied, "id": "the-copy"}]}))


def with_tags(worked: NotebookNode, tag: str) -> str:
    """Task 1 answered with nothing at all, and every cell tagged so that stock nbgrader would run no test."""
    tagged = deepcopy(worked)
    for cell in tagged.cells:
        cell.metadata.tags = [tag]
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "task1_answer":
            cell.source = "adagrad_step = None"
    return nbformat.writes(tagged)


def write(destination: Path) -> None:
    worked = worked_solution()
    handed_in = {"vectorised": {"adagrad.ipynb": nbformat.writes(notebook(worked))}}  # the worked solution itself
    for kind, rest in (("right", worked), ("mistakes", worked), ("unfinished", {})):
        for student in sorted((HERE / kind).glob("*.py")):
            handed_in[student.stem] = {"adagrad.ipynb": nbformat.writes(notebook(rest | filled_in(student)))}
    for student, files in (handed_in | damaged(notebook(worked))).items():
        folder = destination / student
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/sample_class/write.py DEST")
    write(Path(sys.argv[1]))
    print(f"sample class: {sys.argv[1]}")
