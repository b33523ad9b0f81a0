"""What nbgrader's own tests of `nbgrader autograde` ask for, asked of ours: most of it of one class, graded once and then once more.

missing student, grade, skip extra notebooks, hidden tests, showtraceback exploit, side effects, handle failure, incorrect submitted kernelspec,
no execute (outputs are made anew), infinite loop, missing files, validating envvar: a student each in CLASS.
missing assignment, student id exclude (here: only), force, update newer, and the two that nbgrader skips, infinite output and many students: below.
Elsewhere: timestamps and late penalties (test_deadlines.py), several notebooks an assignment and files beside them (test_any_course.py), --help-all
(test_cli.py), a cell's time (test_execute.py), an assignment's file that a student hands in changed (the assignment's wins: test_sandbox.py).
Not ours: exclude_overwriting (no such exception), permissions (the course folder is the instructor's own), autotest and the source's kernelspec
(of generate_assignment), --no-execute and --notebook (no such options), create_student=False (who hands in is in the class).
"""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from adaptive_lr.course import CourseError
from adaptive_lr.course.autograde import grade
from adaptive_lr.course.notebooks import prepare
from adaptive_lr.course.records import write

ROOT = Path(__file__).parent.parent
LIMITS = Config({"ExecuteIsolated": {"timeout": 3, "output_limit": 50_000}})
MANY = 40
ASSIGNMENT = """
# %% nbgrader={"grade": false, "grade_id": "double_answer", "locked": false, "schema_version": 3, "solution": true}
### BEGIN SOLUTION
def double(x):
    return 2 * x
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "seen", "locked": true, "points": 1, "schema_version": 3, "solution": false}
assert double(2) == 4

# %% nbgrader={"grade": true, "grade_id": "unseen", "locked": true, "points": 2, "schema_version": 3, "solution": false}
### BEGIN HIDDEN TESTS
assert double(3) == 6
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 4, "schema_version": 3, "solution": true}
# *Your answer here.*
"""
RIGHT = "def double(x):\n    return x + x\n"
SQUARED = "def double(x):\n    return x * x\n"  # right at 2 alone
ONLY_IF_VALIDATING = f'import os\nassert os.environ.get("NBGRADER_VALIDATING") == "1"\n{RIGHT}'

# student: code, written answer, status, points of seen and unseen, and what the reason must say
CLASS = {
    "unchanged": (None, None, "graded", (0, 0), "handed in as it was handed out"),
    "right": (RIGHT, None, "graded", (1, 2), ""),
    "answered": (RIGHT, "Because.", "partly graded", (1, 2), "to be marked by a person: why"),
    "fails_unseen": (SQUARED, None, "graded", (1, 0), ""),
    "silences_errors": (f"get_ipython().showtraceback = lambda *a, **o: None\n{SQUARED}", None, "graded", (1, 0), ""),
    "silences_errors_otherwise": (f"get_ipython()._showtraceback = print\n{SQUARED}", None, "graded", (1, 0), ""),
    "leaves_a_file": (f'open("side-effect.txt", "w").close()\n{RIGHT}', None, "graded", (1, 2), ""),
    "only_if_validating": (ONLY_IF_VALIDATING, None, "graded", (0, 0), "AssertionError"),
    "endless": (f"while True:\n    pass\n{RIGHT}", None, "graded", (0, 0), "stopped after 3 s"),
    "endless_output": (f'while True:\n    print("again")\n{RIGHT}', None, "graded", (0, 0), "stopped after 50000 characters of output"),
    "another_kernel": (RIGHT, None, "graded", (1, 2), ""),
    "two_notebooks": (RIGHT, None, "graded", (1, 2), "and not double copy.ipynb"),
    "broken": (RIGHT, None, "unreadable", None, "not valid JSON"),
    "nothing": (RIGHT, None, "missing", None, "there is no double.ipynb"),
}


class Course:
    def __init__(self, root):
        self.checkout, self.folder, self.course = root / "checkout", root / "submissions", root / "course"
        write(self.checkout / "solutions/double.py", ASSIGNMENT)
        shutil.copy(ROOT / "nbgrader_config.py", self.checkout)
        self.released = prepare(self.checkout, self.course, "double")["double"]

    def hand_in(self, student, code, words=None, **metadata):
        notebook = copy.deepcopy(self.released)
        for cell in notebook.cells:
            cell.source = {"double_answer": code, "why": words}.get(cell.id) or cell.source
            if cell.cell_type == "code":
                cell.outputs = [nbformat.v4.new_output("stream", text="of the student's own run")]
        notebook.metadata |= metadata
        write(self.folder / student / "double.ipynb", nbformat.writes(notebook))

    def grade(self, **options):
        self.outcome = grade(self.folder, "double", self.course, self.checkout, workers=2, settings=LIMITS, **options)
        return {result.student: result for result in self.outcome.results}

    def autograded(self, student):
        return self.course / "autograded" / student / "double/double.ipynb"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("cases"))
    for student, (code, words, *_) in CLASS.items():
        course.hand_in(student, code, words)
    course.hand_in("another_kernel", RIGHT, kernelspec={"name": "blah", "display_name": "Blah", "language": "blah"})
    shutil.copy(course.folder / "right/double.ipynb", course.folder / "two_notebooks/double copy.ipynb")
    (course.folder / "broken/double.ipynb").write_text("{")
    (course.folder / "nothing/double.ipynb").unlink()
    return course, course.grade()


@pytest.mark.parametrize("student", CLASS)
def test_each_case_ends_with_its_points_and_a_reason(graded, student):
    _, _, status, points, says = CLASS[student]
    result = graded[1][student]
    assert (result.status, says in result.reason) == (status, True), result.reason
    assert points is None or (result.tasks["seen"], result.tasks["unseen"]) == points


def test_the_gradebook_has_students_who_were_not_in_it_with_what_they_can_get_and_what_waits(graded):
    with Gradebook(f"sqlite:///{graded[0].course / 'gradebook.db'}", "adaptive_lr") as gradebook:
        found = {student: gradebook.find_submission_notebook("double", "double", student) for student in ("unchanged", "right", "answered")}
        assert {student: (each.score, each.max_score, each.needs_manual_grade) for student, each in found.items()} == {
            "unchanged": (0, 7, False),
            "right": (3, 7, False),
            "answered": (3, 7, True),
        }
        comments = {student: gradebook.find_comment("why", "double", "double", student).comment for student in found}
    assert comments == {"unchanged": "No response.", "right": "No response.", "answered": None}


def test_the_hidden_test_is_in_what_is_graded_and_not_in_what_is_handed_out(graded):
    assert "double(3)" in graded[0].autograded("right").read_text()
    assert "double(3)" not in nbformat.writes(graded[0].released)


def test_outputs_are_those_of_the_graders_run_and_what_code_leaves_is_in_no_submission(graded):
    course, _ = graded
    assert "of the student's own run" not in course.autograded("right").read_text()
    assert not list(course.folder.parent.rglob("side-effect.txt"))


def test_only_what_changed_is_graded_again_and_nothing_of_the_grade_before_stays(graded):
    course, before = graded
    kept = course.autograded("leaves_a_file").read_bytes()
    course.hand_in("right", SQUARED)
    after = course.grade()
    assert course.outcome.regraded == 1 and course.autograded("leaves_a_file").read_bytes() == kept
    assert (before["right"].score, after["right"].score) == (3, 1)


def test_an_assignment_that_there_is_none_of_is_an_error(graded):
    course, _ = graded
    with pytest.raises(CourseError):
        grade(course.folder, "ps2", course.course, course.checkout, settings=LIMITS)


def test_many_students_of_whom_some_come_first(tmp_path):
    course = Course(tmp_path)
    for number in range(MANY):
        course.hand_in(f"student{number:03}", RIGHT if number % 2 else SQUARED)
    first = course.grade(only=["student003"])
    assert {student for student, result in first.items() if result.status == "graded"} == {"student003"}
    assert not course.autograded("student004").exists()
    assert [result.score for result in course.grade().values()] == [1, 3] * (MANY // 2) and course.outcome.regraded == MANY - 1
