"""What the exercises say: every task's worked solution has its common mistake, no student gets one, and the texts are true."""

import json
import os
import re
import subprocess
import sys
from collections import Counter

import nbformat
import numpy as np
import pytest
from sample_class.write import CHECKOUT

from adaptive_lr import Momentum, minimize, problems
from adaptive_lr.course.notebooks import assignments, source_notebook
from adaptive_lr.grading.known import choosing

ASSIGNMENTS = assignments(CHECKOUT)
STUDENTS = (CHECKOUT / "book/students.md").read_text(encoding="utf-8")


def marks(cell):
    return cell.metadata.get("nbgrader", {})


@pytest.fixture(params=ASSIGNMENTS)
def source(request):
    return source_notebook(CHECKOUT, request.param)


@pytest.fixture(params=ASSIGNMENTS)
def handed_out(request):
    return nbformat.read(CHECKOUT / "exercises" / request.param / f"{request.param}.ipynb", as_version=4)


def graded(notebook):
    """Number of a task → the cell that is graded."""
    return {int(marks(cell).grade_id[4]): cell for cell in notebook.cells if marks(cell).get("grade")}


def worked(notebook):
    """Number of a task → its worked solution: of code the region that students do not get, of words all."""
    answers = {}
    for number, cell in graded(notebook).items():
        if marks(cell).solution:
            answers[number] = cell.source
        else:
            (answer,) = (each.source for each in notebook.cells if marks(each).get("grade_id") == f"task{number}_answer")
            answers[number] = re.search(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", answer, re.DOTALL)[1]
    return answers


def test_every_worked_solution_has_a_reason_and_a_common_mistake(source):
    """In code both are comments, of which the mistake is the last paragraph; in words it is a paragraph of its own."""
    for number, solution in worked(source).items():
        if "*Common mistake:*" in solution:
            reason, _, mistake = solution.partition("\n\n*Common mistake:* ")
        else:
            comments = "\n".join(line.strip().removeprefix("# ") for line in solution.splitlines() if line.strip().startswith("# "))
            reason, _, mistake = comments.partition("Common mistake: ")
        assert len(reason) >= 35 and 50 <= len(mistake) <= 420, (number, reason, mistake)
        assert len(re.findall("[Cc]ommon(?: |ly )mis", solution)) == 1, number


def test_no_two_common_mistakes_are_the_same():
    notes = Counter(re.split("Common mistake:", solution)[1] for name in ASSIGNMENTS for solution in worked(source_notebook(CHECKOUT, name)).values())
    assert len(notes) == sum(notes.values()) >= 87


def test_no_student_gets_a_common_mistake(handed_out):
    assert not re.search(r"common\W+mistake", nbformat.writes(handed_out), re.IGNORECASE)


def numbers(text):
    """1, 2 and 4 to 6 → 1, 2, 4, 5, 6"""
    return sorted(n for first, last in re.findall(r"(\d)(?: to (\d))?", text) for n in range(int(first), int(last or first) + 1))


def test_the_introduction_says_which_tasks_are_checked_again(source):
    (opening,) = re.findall(r"After you hand in, [^\n]*", source.cells[0].source.replace("\n", " "))
    again = re.search(r"hidden tests check tasks? ([\d, toand]+) again", opening)
    once = re.search(r"Tasks? ([\d, toand]+), [^;.]+, (?:is|are) checked once, and what you see is what counts", opening)
    read = re.search(r"a person reads tasks? ([\d and]+)\.", opening)
    cells = graded(source)
    hidden = [number for number, cell in cells.items() if "### BEGIN HIDDEN TESTS" in cell.source]
    words = [number for number, cell in cells.items() if cell.cell_type == "markdown"]
    assert (numbers(again[1]), numbers(once[1]) if once else [], numbers(read[1])) == (hidden, sorted({*cells} - {*hidden, *words}), words)


def test_a_challenge_is_marked_in_one_way(handed_out):
    overview = re.findall(r"^\| (\d) \| Challenge: \S.* \| \d+ \| \d+ \|$", handed_out.cells[0].source, re.MULTILINE)
    headings = [re.match(r"## Task (\d) · Challenge: \S", cell.source) for cell in handed_out.cells]
    marked = [heading[1] for heading in headings if heading]
    said = sum(cell.source.lower().count("challenge") for cell in handed_out.cells)
    assert overview == marked and said == 2 * len(marked)


def test_points_fit_the_time(handed_out):
    """A point for every two to five minutes, and a challenge is no worse paid than with one for every four."""
    for title, points, minutes in re.findall(r"^\| \d \| (.*) \| (\d+) \| (\d+) \|$", handed_out.cells[0].source, re.MULTILINE):
        assert 2 <= int(minutes) / int(points) <= (4 if title.startswith("Challenge: ") else 5), title


def test_an_overview_adds_up_and_students_are_told_how_long_it_takes():
    spent = []
    for name in ASSIGNMENTS:
        opening = nbformat.read(CHECKOUT / f"exercises/{name}/{name}.ipynb", as_version=4).cells[0].source
        rows = re.findall(r"^\| \d \| .* \| (\d+) \| (\d+) \|$", opening, re.MULTILINE)
        told = re.search(r"(\d+)\s+points,\s+about\s+(\d+)\s+minutes", opening)
        assert [int(told[1]), int(told[2])] == [sum(int(row[k]) for row in rows) for k in (0, 1)]
        spent.append(int(told[2]))
    assert f"{min(spent)} to {max(spent)} minutes" in STUDENTS


WITHOUT_THE_CHECKER = """
import sys
from IPython.core.interactiveshell import InteractiveShell

class NotInstalled:
    def find_spec(self, name, *rest):
        if name.startswith("adaptive_lr"):
            raise ImportError(name)

sys.meta_path.insert(0, NotInstalled())
shell = InteractiveShell.instance()
shell.colors = "NoColor"
shell.register_magic_function(lambda line: print("pip", line), "line", "pip")
shell.run_cell(sys.stdin.read())
"""


@pytest.fixture
def without_the_checker(tmp_path):
    """without_the_checker(setup, *files) → what the first cell says in a notebook in course/exercises/adam, near these files and folders."""

    def run(setup, *files):
        folder = tmp_path / "course/exercises/adam"
        folder.mkdir(parents=True)
        for file in files:
            (tmp_path / file).mkdir()
        command = [sys.executable, "-P", "-c", WITHOUT_THE_CHECKER]
        return subprocess.run(command, cwd=folder, input=setup, capture_output=True, text=True, env=os.environ | {"IPYTHONDIR": str(tmp_path)}).stdout

    return run


def setup_of(name):
    cells = nbformat.read(CHECKOUT / f"exercises/{name}/{name}.ipynb", as_version=4).cells
    return next(cell.source for cell in cells if marks(cell).get("grade_id") == "setup")


@pytest.mark.parametrize("near", ["course/adaptive_lr", "course/exercises/adam/adaptive-learning-rates-main.zip", "course/exercises/adaptive-learning-rates.zip"])
def test_the_first_cell_installs_the_course_that_lies_near(without_the_checker, tmp_path, near):
    found = tmp_path / ("course" if near.endswith("_lr") else near)
    assert f'pip install --quiet "{found}"' in without_the_checker(setup_of("adam"), near)


def test_where_no_course_lies_near_it_says_what_to_do_in_each_program(without_the_checker):
    said = without_the_checker(setup_of("adam"), "course/exercises/adam/notebooks.zip")
    assert "ImportError: the checker, adaptive_lr, is not installed here" in said and "run this cell again" in said
    assert all(program in said for program in ("JupyterLab", "VS Code", "Colab"))
    assert "During handling" not in said
    for program in ("Jupyter", "VS Code", "Colab"):
        assert re.search(rf"^\*\*{program}\b", STUDENTS, re.MULTILINE)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_all_notebooks_have_the_same_first_cell_but_for_what_else_they_import(name):
    assert "near = [" in setup_of(name) and '%pip install --quiet "{near[0]}"' in setup_of(name)


def test_with_an_address_the_first_cell_installs_from_it(tmp_path):
    """As IPython reads it: a magic that is a comment would install nothing."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions/adam.py").write_text((CHECKOUT / "solutions/adam.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "_config.yml").write_text('repository: {url: "https://example.org/course", branch: main}\n')
    (setup,) = (cell.source for cell in source_notebook(tmp_path, "adam").cells if marks(cell).get("grade_id") == "setup")
    assert "\n    %pip install --quiet git+https://example.org/course\n    from adaptive_lr.grading import check, numbers\n" in setup


def adadelta(g, x, v, u, steps, eps=1e-10, beta=0.95):
    way = [x]
    for _ in range(steps):
        slope = g(x)
        v = beta * v + (1 - beta) * slope**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * slope
        u = beta * u + (1 - beta) * delta**2
        way.append(x := x - delta)
    return np.array(way)


@pytest.mark.parametrize(("filled", "same"), [(0.01, True), (0.0, False)], ids=["in mid-run", "at the start"])
def test_adadeltas_rate_needs_no_rescaling_once_its_memories_are_filled(filled, same):
    """What choosing's task 6 says: weights written ten times as large, in mid-run with both memories in the new unit, or from an empty start."""
    before = adadelta(lambda x: x, 1.0, filled, filled, 100)
    after = adadelta(lambda x: x / 100, 10.0, filled / 100, filled * 100, 100)
    assert choosing.rescaled_rate("adadelta", 1.0, 1.0, 10.0) == 1
    assert np.allclose(after / 10, before, rtol=1e-3) is same


def test_the_worked_settings_lie_in_a_field_of_good_ones():
    """choosing, task 7: a small change does no harm."""

    def ends(lr, beta):
        return minimize(problems.rosenbrock, Momentum(lr, beta), steps=200).loss[-1]

    (answer,) = (cell.source for cell in source_notebook(CHECKOUT, "choosing").cells if marks(cell).get("grade_id") == "task7_answer")
    settings = json.loads(re.findall(r"settings = (\{\".*\})", answer)[0])
    assert all(ends(settings["lr"] * share, settings["beta"] + more) < 0.01 for share in (0.9, 1, 1.1) for more in (-0.01, 0, 0.01))
    assert [bool(ends(lr, 0.96) < 0.01) for lr in (0.0005, 0.00063, 0.00079, 0.001)] == [True, True, False, True]
