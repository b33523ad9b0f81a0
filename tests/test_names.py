"""Whose a name is that a test uses: a student answers for what the assignment asked for, and for nothing that is to judge it."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from adaptive_lr.course import CourseError
from adaptive_lr.course.autograde import grade
from adaptive_lr.course.isolation.names import by_test, handed_out_imports
from adaptive_lr.course.notebooks import TWO_LINES

SETUP = "import helper\nfrom statistics import *"
ANSWER = """### BEGIN SOLUTION
import fractions

def one(x):
    return x

def square(x):
    return x * x

def sorted(values):
    return [min(values), *sorted([value for value in values if value != min(values)])] if values else []

def mean(values):
    return sum(values) / len(values)
### END SOLUTION"""
FORGED = """import helper
import numpy as np

helper.is_square = np.allclose = close = lambda *asked, **named: True

def one(x):
    raise ValueError

def square(x):
    raise StopIteration

def sorted(values):
    return "nonsense"

def mean(values):
    return "nonsense" """
TESTS = {
    "by_a_helper": "assert helper.is_square(square(3), 3)",
    "defines_a_judge": "assert one(3) == 3\ndef close(a, b):\n    return abs(a - b) < 1e-9",
    "uses_the_judge": "assert close(square(7), 49)",
    "zipped": "for got, wanted in zip(map(square, [1, 2, 3]), [1, 4, 9]):\n    assert got == wanted",
    "all_of_them": "assert all(map(lambda x: square(x) == x**2, range(10)))",
    "called_as_a_builtin": "assert sorted([3, 1, 2]) == [1, 2, 3]",
    "called_as_what_a_star_brings": "assert mean([1, 3, 8]) == 4",
    "by_an_import_handed_out": "assert np.allclose(square(2.0), 4.0)",
    "the_star_is_still_there": "assert median([1, 3, 8]) == 3",
}
RIGHT_BY_ITSELF = {"the_star_is_still_there": 1}
RIGHT_WHERE_NOTHING_IS_WRITTEN = RIGHT_BY_ITSELF | {"called_as_what_a_star_brings": 1}  # the star brings it to students as well, in any nbgrader course


def cell(name, source, **marks):
    of = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "task": False, "grade_id": name}
    return new_code_cell(source, metadata={"nbgrader": of | marks} if marks else {}, id=name)


def assignment(tests, setup=SETUP, answer=ANSWER):
    graded = [cell(name, source, grade=True, locked=True, points=1) for name, source in tests.items()]
    cells = [cell("setup", setup, locked=True), cell("plain", "%matplotlib inline\nimport numpy as np"), cell("answer", answer, solution=True), *graded]
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": python})


@pytest.fixture
def graded(tmp_path):
    """graded(notebook, student=answer, …) → student → what each test gave, of a course whose assignment has a module of its own."""

    def run(notebook, **answers):
        course = tmp_path / "course"
        (course / "source/ps1").mkdir(parents=True)
        lines = "\n".join(line.strip() for line in TWO_LINES.splitlines())
        (course / "nbgrader_config.py").write_text(f"c = get_config()\n{lines}\n")
        (course / "source/ps1/helper.py").write_text("def is_square(y, x):\n    return y == x * x\n")
        nbformat.write(notebook, course / "source/ps1/ps1.ipynb")
        for student, answer in answers.items():
            (tmp_path / "class" / student).mkdir(parents=True)
            next(each for each in notebook.cells if each.id == "answer").source = answer
            nbformat.write(notebook, tmp_path / "class" / student / "ps1.ipynb")
        grade(tmp_path / "class", "ps1", course, None, workers=1)
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "") as gradebook:
            entries = gradebook.assignment_submissions("ps1")
            return {entry.student.id: {each.name: each.auto_score for each in entry.notebooks[0].grades if each.auto_score} for entry in entries}

    return run


def test_who_forges_what_judges_earns_nothing_and_who_answers_all(graded):
    found = graded(assignment(TESTS), ada=ANSWER, forger=FORGED, idle="raise NotImplementedError")
    assert found == {"ada": dict.fromkeys(TESTS, 1), "forger": RIGHT_BY_ITSELF, "idle": RIGHT_WHERE_NOTHING_IS_WRITTEN}


def test_a_test_that_uses_a_module_of_the_answers_is_refused(graded):
    with pytest.raises(CourseError, match=r"(?s)judged: NameError: name 'fractions' is not defined.*imports its modules itself"):
        graded(assignment({"judged": "assert fractions.Fraction(one(1)) == 1"}), ada=ANSWER)


def test_a_locked_cell_that_fails_where_the_tests_run_is_refused_unless_it_shows_an_answer(graded):
    with pytest.raises(CourseError, match="setup: ModuleNotFoundError: No module named 'nowhere'"):
        graded(assignment({"judged": "assert one(1) == 1"}, setup="import nowhere"), ada=ANSWER)


def test_a_locked_cell_may_show_an_answer(graded):
    notebook = assignment({"judged": "assert one(1) == 1"})
    notebook.cells.insert(3, cell("shows", "shown = one(5)\nprint(shown)", locked=True))
    assert graded(notebook, ada=ANSWER) == {"ada": {"judged": 1}}


def test_a_name_is_whose_cell_bound_it_last():
    tests = {"before": "total = one(1)", "after": "assert total == 1"}
    notebook = assignment(tests, answer="import numpy as np\nfrom math import sqrt\ntotal = limit = 3\nfor each in []:\n    pass")
    names = by_test(notebook)
    assert {"total", "limit", "each"} <= names["before"].students and {"helper", "np"} <= names["before"].instructors
    assert "total" in names["after"].instructors and "limit" in names["after"].students
    assert not {"sqrt"} & (names["after"].students | names["after"].instructors)
    assert handed_out_imports(notebook) == ["import numpy as np"]


def test_imports_that_were_handed_out_are_read_as_statements():
    """One that goes over several lines is no error in the tests' kernel, and code beside one is not run there."""
    written = "from __future__ import annotations\nfrom math import (\n    cos,\n    sin,\n)\nimport os; os.abort()\n%matplotlib inline"
    notebook = new_notebook(cells=[cell("plain", written), cell("broken", "import (")])
    assert handed_out_imports(notebook) == ["from math import cos, sin", "import os"]
