"""What of a submission did not run, or was cut short: read from its executed notebooks, and told in its reason."""

from __future__ import annotations

import re

from nbgrader import utils

from .gradebook import task_name
from .isolation.asking import NoAnswer
from .limits import DIED, MET, NOT_RUN, STUDENTS
from .notebooks import Notebooks, as_one
from .shown import cut

LONGEST_MESSAGE = 150  # characters of a student's error, in a reason
PLACE, IN_LINE = re.compile(r" \([^()]*\.py, line (\d+)\)$"), r", line \1"  # where a syntax error's message says that it is, under a kernel's name for the cell
SANDBOXS = re.compile(r"\w*MemoryError:|BlockingIOError:|OSError: \[Errno (11|24|27|28)\]|RuntimeError: can't start new thread")  # what its limits come to in Python
NO_ERROR = ("NotImplementedError", "KeyboardInterrupt")  # an answer not begun, and what a limit interrupts


def limits_met(executed: Notebooks) -> list[str]:
    """The limits that it met, and where: of time and output, and of what its sandbox has, as far as an answer did not run for them."""
    met = [f"{cell}: {told}" for cell, limit, told in _met(executed) if limit != NOT_RUN]
    return [*met, *(f"{cell}: {told}" for cell, told in _errors(executed).items() if SANDBOXS.match(told))]


def ended_from_outside(executed: Notebooks) -> bool:
    """Whether that may be: a kernel ended, or a test got no answer. The student's code can bring it about, and so can a machine that has no memory left."""
    return any(limit in (DIED, NoAnswer.__name__) for _, limit, _ in _met(executed))


def other_troubles(executed: Notebooks) -> list[str]:
    """What was not run after a limit, and the first error of each cell that is no limit's."""
    skipped = [told for _, limit, told in _met(executed) if limit == NOT_RUN]
    others = [f"{cell}: {told}" for cell, told in _errors(executed).items() if not SANDBOXS.match(told)]
    return [*([f"{len(skipped)} cells {skipped[0]}"] if skipped else []), *others]


def _errors(executed: Notebooks) -> dict[str, str]:
    """Answer → its first error that no limit of time or output is told of."""
    known = {(cell, limit) for cell, limit, _ in _met(executed)}
    first = {}
    for cell in as_one(executed).cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", STUDENTS)
        for output in cell.outputs if cell.cell_type == "code" and utils.is_solution(cell) else ():
            if output.output_type == "error" and output.ename not in NO_ERROR and (name, output.ename) not in known:
                first.setdefault(name, output)
    return {name: f"{cut(error.ename, LONGEST_MESSAGE)}: {cut(PLACE.sub(IN_LINE, error.evalue), LONGEST_MESSAGE)}" for name, error in first.items()}


def _met(executed: Notebooks) -> list[tuple[str, str, str]]:
    """(cell, limit, what it came to), as written down by what ran the cells. The outputs, with errors of the same names, could be the student's own."""
    several = len(executed) > 1
    return [
        (task_name(cell, name) if several and cell != STUDENTS else cell, limit, told)
        for name, notebook in executed.items()
        for cell, limit, told in notebook.metadata.get(MET, [])
    ]
