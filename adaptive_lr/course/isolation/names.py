"""Whose a name is that a test uses. It is the assignment's source that says so, and nothing that a student can write."""

from __future__ import annotations

import ast
import symtable
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader import utils


@dataclass(frozen=True)
class Names:
    """For one test cell: what only the student may answer for, and what only the instructor's cells may. Of other names the tests' kernel decides."""

    students: frozenset[str] = frozenset()
    instructors: frozenset[str] = frozenset()


def by_test(source: NotebookNode) -> dict[str, Names]:
    """Grade id of a test cell → whose the names are that the cells before it bind: whoever's cell did so last.

    Cells that students may edit are theirs, but for what is imported: where there is no task in the cell, see `handed_out_imports`, it is the
    instructor's, and an answer's imports are nobody's.
    """
    students, instructors, found = set(), set(), {}
    for cell in _code_cells(source):
        if is_test(cell):
            found[cell.metadata.nbgrader.grade_id] = Names(frozenset(students), frozenset(instructors))
        bound, imported = _bound(cell.source)
        theirs = set() if utils.is_locked(cell) else bound - imported
        handed_out = bound if utils.is_locked(cell) else set() if utils.is_solution(cell) else imported
        students, instructors = (students | theirs) - handed_out, (instructors | handed_out) - theirs
    return found


def handed_out_imports(source: NotebookNode) -> list[str]:
    """The imports of cells that are neither locked nor an answer: tests use what they bring, so they are done in the tests' kernel as well."""
    found = []
    for cell in _code_cells(source):
        if not utils.is_locked(cell) and not utils.is_solution(cell):
            found += [ast.unparse(statement) for statement in _statements(cell.source) if isinstance(statement, ast.Import | ast.ImportFrom)]
    return [statement for statement in found if not statement.startswith("from __future__")]


def is_test(cell: NotebookNode) -> bool:
    return utils.is_grade(cell) and not utils.is_solution(cell)


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(_plain(source)).body
    except SyntaxError:
        return []


def _bound(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell gives a value, functions and classes among them, and those that it imports."""
    try:
        symbols = symtable.symtable(_plain(source), "a cell", "exec").get_symbols()
    except SyntaxError:
        return set(), set()
    imported = {symbol.get_name() for symbol in symbols if symbol.is_imported()}
    return imported | {symbol.get_name() for symbol in symbols if symbol.is_assigned()}, imported


def _plain(source: str) -> str:
    """IPython's own words as Python."""
    return TransformerManager().transform_cell(source)
