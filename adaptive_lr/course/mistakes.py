"""The mistakes of a class: what the checker recorded in the test cells of the notebooks that were run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from ..grading.known import TASKS
from ..grading.report import RECORD


@dataclass(frozen=True)
class Verdict:
    """What a test cell said of an answer: whether there was one and, as (the checker's task, text), the mistakes it named and what else did not hold."""

    begun: bool
    mistakes: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A mistake in a task, and who made it. `explanation` is what the checker tells students about it, "" if it has nothing to tell."""

    task: str
    name: str
    explanation: str
    students: tuple[str, ...]


def test_cells(released: NotebookNode) -> list[str]:
    """The grade ids of the cells that test, in the notebook's order: graded and locked."""
    return [cell.metadata.nbgrader.grade_id for cell in released.cells if cell.cell_type == "code" and _tests(cell.metadata.get("nbgrader", {}))]


def verdicts(cells: list[dict]) -> dict[str, Verdict]:
    """Grade id → verdict, from the cells of a notebook as it was run; nothing where the tests keep no record. A student's own cells do not count."""
    marked = ((cell["metadata"].get("nbgrader", {}), cell) for cell in cells if cell["cell_type"] == "code")
    found = {mark["grade_id"]: _verdict(cell["outputs"]) for mark, cell in marked if _tests(mark)}
    return {test: verdict for test, verdict in found.items() if verdict}


def ranked(class_verdicts: dict[str, dict[str, Verdict]], tests: list[str]) -> tuple[list[Mistake], list[Mistake]]:
    """The mistakes with a name, most frequent first; and of the answers that are wrong in no way that has one, the properties that do not hold."""
    named, unnamed = defaultdict(list), defaultdict(list)
    for student, said in class_verdicts.items():
        for test in tests:
            if verdict := said.get(test):
                for task, name in verdict.mistakes:
                    named[test, name, _explanation(task, name)].append(student)
                for _, name in () if verdict.mistakes else verdict.failed:
                    unnamed[test, name, ""].append(student)
    return _by_frequency(named, tests), _by_frequency(unnamed, tests)


def _by_frequency(found: dict[tuple[str, str, str], list[str]], tests: list[str]) -> list[Mistake]:
    mistakes = [Mistake(*what, tuple(students)) for what, students in found.items()]
    return sorted(mistakes, key=lambda mistake: (-len(mistake.students), tests.index(mistake.task), mistake.name))


def _tests(mark: dict) -> bool:
    return bool(mark.get("grade") and mark.get("locked") and not mark.get("solution"))


def _verdict(outputs: list[dict]) -> Verdict | None:
    """A cell may check several times, with other numbers: a mistake counts once."""
    records = list(_records(outputs))
    if not records:
        untouched = any(output.get("ename") == "NotImplementedError" for output in outputs)  # the handed-out stub, whose call no checker caught
        return Verdict(begun=False) if untouched else None
    return Verdict(
        begun=any(record["begun"] for record in records),
        mistakes=_each_once(records, "mistakes"),
        failed=_each_once([record for record in records if record["begun"]], "failed"),
    )


def _records(outputs: list[dict]) -> Iterator[dict]:
    for output in outputs:
        record = output.get("data", {}).get(RECORD)
        if isinstance(record, dict) and isinstance(record.get("task"), str) and isinstance(record.get("begun"), bool):
            if all(isinstance(record.get(texts, []), list) for texts in ("mistakes", "failed")):
                yield record


def _each_once(records: Iterable[dict], key: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((record["task"], str(text)) for record in records for text in record.get(key, ())))


def _explanation(task: str, name: str) -> str:
    slips = TASKS[task].slips if task in TASKS else ()
    return next((slip.hint for slip in slips if slip.name == name), "")
