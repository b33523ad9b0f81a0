"""Hostile and broken submissions, one a file in attacks/, graded as one class: each gets the points that it deserves, and harms nobody.

An attack stands in the answer of the first of two tasks, which it does not solve; the second is answered well. Its file says how many points it
deserves in each: none in the second where the attack ends its own kernel, and * where that is a matter of luck. Those in attacks/on_notebooks change
the notebook itself, by a function tampered(notebook). Those in attacks/on_folders change the folder that is handed in, by tampered(folder), which may
leave nothing to grade: their files then say "unreadable" or "missing".
"""

from __future__ import annotations

import copy
import csv
import html
import re
import runpy
import shutil
import subprocess
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from running_jupyter import TOKEN, jupyter
from traitlets.config import Config

from adaptive_lr.course.autograde import grade
from adaptive_lr.course.notebooks import prepare
from adaptive_lr.course.records import write

ROOT = Path(__file__).parent.parent
ATTACKS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/attacks").rglob("*.py"))}
ON_NOTEBOOKS, ON_FOLDERS = ({path.stem: path for path in (ROOT / f"tests/attacks/{kind}").glob("*.py")} for kind in ("on_notebooks", "on_folders"))
REFUSED = [attack for attack, text in ATTACKS.items() if re.search(r"^# (unreadable|missing)$", text, re.MULTILINE)]
WRONG = "def square(x):\n    return x\n"
HONEST = "def square(x):\n    return x * x\n"
PARTNERS = ("partner_leaves_word", "partner_waits_for_word")
NEIGHBOURS = ("a_neighbour", "m_neighbour", "z_neighbour")
ASSIGNMENT = """
# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false}
import numpy as np

# %% nbgrader={"grade": false, "grade_id": "square_answer", "locked": false, "schema_version": 3, "solution": true}
### BEGIN SOLUTION
def square(x):
    return x * x
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "square", "locked": true, "points": 3, "schema_version": 3, "solution": false}
tried = np.arange(4.0)
wanted = tried**2
### BEGIN HIDDEN TESTS
tried = np.random.default_rng().normal(size=4)
wanted = tried**2
### END HIDDEN TESTS
assert np.allclose(np.asarray(square(tried.copy()), float), wanted)

# %% nbgrader={"grade": false, "grade_id": "total_answer", "locked": false, "schema_version": 3, "solution": true}
### BEGIN SOLUTION
def total(values):
    return sum(values)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "total", "locked": true, "points": 2, "schema_version": 3, "solution": false}
assert total([1, 2, 3]) == 6
"""
SECOND = "def total(values):\n    result = 0\n    for value in values:\n        result += value\n    return result\n"
LIMITS = Config({"ExecuteIsolated": {"timeout": 6, "notebook_timeout": 40}})


def deserved(attack: str) -> dict[str, float]:
    """Points by task, of those that are no matter of luck."""
    points = re.search(r"^# points: (.) (.)$", ATTACKS[attack], re.MULTILINE).groups()
    return {task: float(each) for task, each in zip(("square", "total"), points) if each != "*"}


def contents(*folders):
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """student → row of grades.csv, of a class of attackers with honest neighbours; and the course folder."""
    root = tmp_path_factory.mktemp("attacked")
    checkout, folder, course = root / "checkout", root / "submissions", root / "course"
    write(checkout / "solutions/square.py", ASSIGNMENT)
    shutil.copy(ROOT / "nbgrader_config.py", checkout)
    handed_out = prepare(checkout, course, "square")["square"]
    for student in (*ATTACKS, *NEIGHBOURS):
        notebook, first = copy.deepcopy(handed_out), WRONG if student in ON_NOTEBOOKS | ON_FOLDERS else ATTACKS.get(student, HONEST)
        for cell in notebook.cells:
            cell.source = {"square_answer": first, "total_answer": SECOND}.get(cell.id, cell.source)
        if student in ON_NOTEBOOKS:
            runpy.run_path(str(ON_NOTEBOOKS[student]))["tampered"](notebook)
        write(folder / student / "square.ipynb", nbformat.writes(notebook))
    for student, attack in ON_FOLDERS.items():
        runpy.run_path(str(attack))["tampered"](folder / student)
    neighbours = {student: (folder / student / "square.ipynb").read_bytes() for student in NEIGHBOURS}
    (root / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TMPDIR", str(root / "tmp"))  # where the sandboxes' folders are, in the graders' processes
        patched.setenv("GRADERS_SECRET", "a password of the database's")
        grade(folder, "square", course, checkout, workers=2, settings=LIMITS, only=PARTNERS)  # at the same time, whatever the others do
        handed_out = contents(checkout, course / "source", course / "release")
        outcome = grade(folder, "square", course, checkout, workers=2, settings=LIMITS)
    assert contents(checkout, course / "source", course / "release") == handed_out
    with outcome.csv.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert neighbours == {student: (folder / student / "square.ipynb").read_bytes() for student in NEIGHBOURS}
    return rows, course


@pytest.mark.parametrize("attack", sorted(ATTACKS.keys() - REFUSED))
def test_an_attack_gets_the_points_that_it_deserves(graded, attack):
    row = graded[0][attack]
    assert row["status"] == "graded" and {task: float(row[task]) for task in deserved(attack)} == deserved(attack), row["reason"]


@pytest.mark.parametrize("attack", REFUSED)
def test_what_cannot_be_read_has_earned_nothing_and_has_a_reason(graded, attack):
    """What is missing is no zero."""
    row = graded[0][attack]
    status = re.search(r"^# (unreadable|missing)$", ATTACKS[attack], re.MULTILINE)[1]
    assert row["reason"] and (row["status"], row["score"]) == (status, {"unreadable": "0.0", "missing": ""}[status])


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_reason_can_be_printed(graded, attack):
    reason = graded[0][attack]["reason"]
    assert len(reason) <= 500 and reason.isprintable()


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_honest_neighbours_keep_all_their_points(graded, neighbour):
    row = graded[0][neighbour]
    assert (row["status"], row["reason"], float(row["score"])) == ("graded", "", 5.0)


@pytest.mark.parametrize("attack", sorted(ATTACKS.keys() - REFUSED))
def test_there_is_a_feedback_page_without_the_hidden_tests(graded, attack):
    page = html.unescape((graded[1] / "feedback" / attack / "square/square.html").read_text(encoding="utf-8"))
    assert "default_rng().normal" not in re.sub(r"<[^>]+>", "", page)


class Running(HTMLParser):
    """What a browser would run or fetch of a page: scripts, attributes that are code, addresses, pages within the page."""

    def __init__(self, page):
        super().__init__()
        self.found, self.inside = [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.found += [value or "" for name, value in attributes if name.startswith("on") or name in ("href", "src", "srcdoc", "data", "action")]

    def handle_data(self, data):
        self.found += [data] if self.inside == "script" else []

    def handle_endtag(self, tag):
        self.inside = None


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if "THE_ATTACK_RAN" in ATTACKS[attack]])
def test_what_a_student_shows_does_not_run_in_a_page(graded, attack):
    _, course = graded
    for page in (course / "feedback" / attack / "square/square.html", *course.rglob("index.html")):
        assert not [each for each in Running(page.read_text(encoding="utf-8")).found if "THE_ATTACK_RAN" in each], page


@pytest.fixture(scope="module")
def marked(graded, browser):
    """attack → the page on which its submission is marked in formgrader, opened in a browser."""
    _, course = graded
    with jupyter(course) as address, closing(browser.new_context()) as context:
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        context.request.get(f"{address}/?token={TOKEN}")
        listed = context.request.get(f"{address}/formgrader/api/submitted_notebooks/square/square").json()
        pages = {each["student"]: f"{address}/formgrader/submissions/{each['id']}/" for each in listed}

        def open_page(attack):
            page = context.new_page()
            page.goto(pages[attack], wait_until="load")
            page.mouse.wheel(0, 10_000)
            return page

        yield open_page


@pytest.mark.parametrize("attack", sorted(attack for attack in ATTACKS.keys() - REFUSED if "THE_ATTACK_RAN" in ATTACKS[attack]))
def test_what_a_student_shows_does_not_run_where_it_is_marked(marked, attack):
    """Formgrader's pages may do what the instructor may, such as to start a kernel."""
    with closing(marked(attack)) as page:
        page.wait_for_selector("input.score[placeholder]", timeout=10_000)  # its own scripts have run
        page.wait_for_timeout(200)  # for what waits for a picture that fails
        assert page.title() == "square" and len(page.frames) == 1
        assert not [each for each in Running(page.content()).found if "THE_ATTACK_RAN" in each]
        fetched = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
        assert not [address for address in fetched if "THE_ATTACK_RAN" in address or "example.org" in address]


def test_no_submission_floods_the_course_folder(graded):
    large = {path.parent.parent.name for path in (graded[1] / "autograded").rglob("*.ipynb") if path.stat().st_size > 2_000_000}
    assert not large


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if "FOUND" in ATTACKS[attack]])
def test_what_was_looked_for_was_not_found(graded, attack):
    notebook = nbformat.read(graded[1] / "autograded" / attack / "square/square.ipynb", as_version=4)
    shown = str([cell.outputs for cell in notebook.cells if cell.cell_type == "code"])
    assert set(re.findall(r"FOUND \[[^\]]*", shown)) == {"FOUND ["}


def test_two_partners_ran_at_the_same_time(graded):
    """Else it would say nothing that one found no word of the other."""
    spans = [re.findall(r"^WORD (\S+) (\S+)$", printed(graded[1], partner), re.MULTILINE) for partner in PARTNERS]
    ((left, taken),), ((looked, gave_up),) = spans
    assert min(float(taken), float(gave_up)) - max(float(left), float(looked)) > 1, spans


def printed(course, attack):
    """What the cells of a submission printed when it was graded."""
    notebook = nbformat.read(course / "autograded" / attack / "square/square.ipynb", as_version=4)
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))


def test_nothing_is_left_behind(graded):
    _, course = graded
    assert subprocess.run(["find", course.parent, "-name", "i_was_here"], capture_output=True, text=True).stdout == ""
    assert not Path("/tmp/unpickled").exists() and not Path("/tmp/trace_of_an_attack").exists()
    sandboxes = course.parent / "tmp"
    assert not list(sandboxes.iterdir())
    assert subprocess.run(["pgrep", "-f", str(sandboxes)], capture_output=True, text=True).stdout == ""
