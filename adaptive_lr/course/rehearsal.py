"""The worked solution, graded as a submission is: whether an assignment's tests can be passed where they run, before anyone is denied points by them."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.apps import NbGraderAPI

from . import CourseError
from .gradebook import task_name
from .isolation.execute import ExecuteIsolated
from .records import write

SOLUTION = "the worked solution"  # whose numbers it works with, where every student has their own


def is_rehearsed(course: Path, assignment: str, version: str) -> bool:
    """Whether this version of the tests and of what grades has been tried."""
    stamp = _stamp(course, assignment)
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == version


def rehearse(api: NbGraderAPI, course: Path, assignment: str, version: str) -> None:
    """Run the worked solution in the two kernels.

    Raises CourseError where it does not earn all that tests give: a test that looks at more than plain data, for example, would fail everyone.
    """
    source = course / "source" / assignment
    lost, paths = [], sorted(source.glob("*.ipynb"))
    for path in paths:
        of = {"student": SOLUTION, "assignment": assignment, "notebook": path.stem}
        failed = _failed(api, nbformat.read(path, as_version=4), {"nbgrader": of, "metadata": {"path": str(source)}})
        lost += [f"  {task_name(name, path.stem) if len(paths) > 1 else name}: {why}" for name, why in failed.items()]
    if lost:
        several = "\n".join(lost)
        raise CourseError(
            f"The worked solution of {assignment} itself loses points, or a locked cell fails where the tests run, which would cost everyone:\n{several}\n"
            "Mend the solution or the cell. A test reaches an answer as plain data and calls of functions alone, and imports its modules itself\n"
            "(see the book, For instructors)."
        )
    write(_stamp(course, assignment), version)


def _stamp(course: Path, assignment: str) -> Path:
    return course / "records" / f"{assignment}.rehearsed"


def _failed(api: NbGraderAPI, notebook: NotebookNode, resources: dict) -> dict[str, str]:
    """Grade id → why, of the test cells that give less than all of their points, and of locked cells that failed in the tests' kernel.

    There a locked cell may well find a name undefined, if it shows off what the student made.
    """
    execution = ExecuteIsolated(config=api.config)
    try:
        ran = execution.preprocess(notebook, resources)[0]
    except (OSError, RuntimeError, ValueError) as error:  # a kernel that does not start or is lost, or files that are too large
        raise CourseError(f"The worked solution could not be run: {error}.\nThe same command tries again.") from None
    return {name: why for name, why in execution.refused.items() if not why.startswith("NameError")} | _lost(ran)


def _lost(notebook: NotebookNode) -> dict[str, str]:
    """Grade id → why, of the test cells that give less than all of their points."""
    found = {}
    for cell in notebook.cells:
        if utils.is_grade(cell) and not utils.is_solution(cell) and cell.cell_type == "code":
            score, highest = utils.determine_grade(cell)
            if score < highest:
                errors = [f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error"]
                found[cell.metadata.nbgrader.grade_id] = (errors or [f"{score:g} of {highest:g} points"])[0]
    return found
