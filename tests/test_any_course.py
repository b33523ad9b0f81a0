"""A course that is not ours: the one that `nbgrader quickstart` makes, two notebooks an assignment, and submissions out of nbgrader's own documentation."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path

import nbformat
import nbgrader
import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from adaptive_lr.cli import main
from adaptive_lr.course import CourseError
from adaptive_lr.course.autograde import grade
from adaptive_lr.course.notebooks import TWO_LINES

EXAMPLES = Path(nbgrader.__file__).parent / "docs/source/user_guide"
STOCK = ("bitdiddle", "hacker")  # whose work is in nbgrader's documentation
USES_A_FILE = "import helper\n\n\ndef squares(n):\n    return helper.squares(n)\n"
HELPER = "def squares(n):\n    if n < 1:\n        raise ValueError\n    return [i * i for i in range(1, n + 1)]\n"
WITHOUT_SQUARES = "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6\n"


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory):
    """quickstart(folder, two_lines=True) → what nbgrader's command makes, in that folder; the command takes its time, so it is given once."""
    made = tmp_path_factory.mktemp("quickstart")
    subprocess.run(["nbgrader", "quickstart", "theirs"], cwd=made, check=True, capture_output=True)

    def copied(root, two_lines=True):
        course = shutil.copytree(made / "theirs", root / "theirs")
        config = course / "nbgrader_config.py"
        text = config.read_text(encoding="utf-8").replace(str(made), str(root))
        config.write_text(text + "\n".join(line.strip() for line in TWO_LINES.splitlines() if two_lines) + "\n", encoding="utf-8")
        return course

    return copied


def answered(source, **answers):
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return nbformat.writes(notebook)


def hand_in(folder, course, student, *names, **answers):
    (folder / student).mkdir(parents=True)
    for name in names:
        (folder / student / f"{name}.ipynb").write_text(answered(course / f"source/ps1/{name}.ipynb", **answers), encoding="utf-8")


def scores(course, name):
    """(student, notebook, task) → points that the tests gave."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", name) as gradebook:
        return {
            (entry.student.id, notebook.name, grade.name): grade.auto_score
            for entry in gradebook.assignment_submissions("ps1")
            for notebook in entry.notebooks
            for grade in notebook.grades
        }


@pytest.fixture(scope="module")
def graded(tmp_path_factory, quickstart):
    """The course folder, and student → row of grades.csv."""
    root = tmp_path_factory.mktemp("any")
    course, folder = quickstart(root), root / "handed_in"
    for student in STOCK:
        shutil.copytree(EXAMPLES / "submitted" / student, folder / student)
    hand_in(folder, course, "model", "problem1", "problem2")
    hand_in(folder, course, "half", "problem1")
    hand_in(folder, course, "does_it_again", "problem1", "problem2", sum_of_squares=WITHOUT_SQUARES)
    hand_in(folder, course, "uses_a_file", "problem1", "problem2", squares=USES_A_FILE)
    (folder / "uses_a_file/helper.py").write_text(HELPER)
    hand_in(folder, course, "broken", "problem1", "problem2")
    (folder / "broken/problem2.ipynb").write_text("{")
    (folder / "nothing").mkdir()
    assert main(["grade", str(folder), "--assignment", "ps1", "--course", str(course)]) == 0
    with open(course / "reports/ps1/grades.csv", encoding="utf-8-sig", newline="") as file:
        return course, {row["student"]: row for row in csv.DictReader(file)}


def test_submissions_of_nbgraders_own_get_the_points_that_stock_nbgrader_gives(graded, tmp_path, quickstart):
    theirs = quickstart(tmp_path, two_lines=False)
    shutil.copytree(EXAMPLES / "submitted", theirs / "submitted")
    for command in ("generate_assignment", "autograde"):
        subprocess.run(["nbgrader", command, "ps1"], cwd=theirs, check=True, capture_output=True)
    ours = {key: score for key, score in scores(graded[0], "theirs").items() if key[0] in STOCK}
    assert ours == scores(theirs, "theirs") and sum(filter(None, ours.values())) > 0


def test_all_that_is_right_has_full_points_whatever_a_test_does_to_find_out(graded):
    """One of nbgrader's example tests deletes a function of the student's, to see that another needs it."""
    for student in ("model", "uses_a_file"):
        row = graded[1][student]
        assert [float(row[f"problem1/{task}"]) for task in ("correct_squares", "squares_invalid_input", "correct_sum_of_squares")] == [1, 1, 0.5]
        assert float(row["problem1/sum_of_squares_uses_squares"]) == 0.5
    assert float(graded[1]["does_it_again"]["problem1/sum_of_squares_uses_squares"]) == 0
    assert float(graded[1]["does_it_again"]["problem1/correct_sum_of_squares"]) == 0.5


def test_what_waits_for_a_person_still_does_when_it_is_graded_again(graded, tmp_path):
    """A task cell of nbgrader's, too, which only its first grading marks as waiting."""
    course = shutil.copytree(graded[0], tmp_path / "theirs")
    folder = graded[0].parent / "handed_in"
    before = {result.student: result.waiting for result in grade(folder, "ps1", course, None).results}
    again = grade(folder, "ps1", course, None, settings=Config({"ExecuteWithinLimits": {"timeout": 11}}))
    assert again.regraded > 3 and {result.student: result.waiting for result in again.results} == before
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "theirs") as gradebook:
        tasks = {cell.name for cell in gradebook.find_notebook("problem1", "ps1").task_cells}
    assert tasks and {f"problem1/{task}" for task in tasks} <= set(before["model"])


def test_hand_ins_that_others_put_into_the_course_folder_are_not_replaced(tmp_path, quickstart, capsys):
    """As nbgrader's exchange does: with files and a time stamp that nothing else has."""
    course = quickstart(tmp_path)
    hand_in(tmp_path / "handed_in", course, "ann", "problem1", "problem2")
    there = course / "submitted/ann/ps1/timestamp.txt"
    there.parent.mkdir(parents=True)
    there.write_text("2026-12-01 10:00:00 UTC")
    command = ["grade", str(tmp_path / "handed_in"), "--assignment", "ps1", "--course", str(course)]
    assert main(command) == 2
    assert "holds hand-ins that adaptive-lr has no record of, submitted/ann/ps1 for one" in capsys.readouterr().err
    assert there.read_text() == "2026-12-01 10:00:00 UTC"
    shutil.rmtree(course / "submitted")
    assert main(command) == main(command) == 0


def test_pictures_of_the_assignment_are_on_the_page_and_no_other_files(graded):
    page = (graded[0] / "feedback/model/ps1/problem1.html").read_text(encoding="utf-8")
    assert (graded[0] / "source/ps1/jupyter.png").is_file()
    assert page.count('src="data:image/png;base64,') == 1 and 'src="jupyter.png"' not in page


def test_a_notebook_that_is_missing_counts_as_handed_out_and_a_broken_one_is_no_zero(graded):
    half, broken, nothing = (graded[1][student] for student in ("half", "broken", "nothing"))
    assert "there is no problem2.ipynb in the folder, so it counts as it was handed out" in half["reason"]
    assert (float(half["problem2/part-a"]), half["status"]) == (0, "partly graded")
    assert (broken["status"], broken["score"]) == ("unreadable", "0.0") and "problem2.ipynb is broken" in broken["reason"]
    assert nothing["status"] == "missing" and "problem1.ipynb" in nothing["reason"] and "problem2.ipynb" in nothing["reason"]


def test_every_notebook_has_a_feedback_page_and_the_class_report_leads_to_it(graded):
    course, _ = graded
    whole = json.loads((course / "reports/ps1/class.json").read_text(encoding="utf-8"))
    pages = {result["student"]: result["feedback"] for result in whole["results"]}
    assert set(pages["model"]) == {"problem1", "problem2"} and pages["broken"] == {}
    for link in pages["model"].values():
        assert (course / "reports/ps1" / link).is_file()
    page = (course / "feedback/model/ps1/problem1.html").read_text(encoding="utf-8")
    assert "problem1: 3 of 10 points so far" in page and "to be marked: 4 points" in page  # the last is one of nbgrader's task cells
    assert not list((course / "feedback").rglob("helper.py"))


def test_a_mark_stands_for_its_answer_in_its_notebook(graded):
    course, before = graded
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "theirs") as gradebook:
        for task, notebook in (("part-a", "problem2"), ("cell-938593c4a215c6cc", "problem1")):
            grade_of = gradebook.find_grade(task, notebook, "ps1", "model")
            grade_of.manual_score, grade_of.needs_manual_grade = 1, False
        gradebook.db.commit()
    folder = course.parent / "handed_in"
    text = (folder / "model/problem2.ipynb").read_text(encoding="utf-8")
    (folder / "model/problem2.ipynb").write_text(text.replace("fibonnaci", "Fibonacci"), encoding="utf-8")
    results = {result.student: result for result in grade(folder, "ps1", course, None).results}
    assert results["model"].tasks["problem2/part-a"] is None and "the answer to problem2/part-a has changed" in results["model"].reason
    assert results["model"].tasks["problem1/cell-938593c4a215c6cc"] is None  # a task cell is about all that was written
    assert results["half"].score == float(before["half"]["score"])


def test_trusted_submissions_find_their_files_too(tmp_path, quickstart):
    course, folder = quickstart(tmp_path), tmp_path / "handed_in"
    hand_in(folder, course, "uses_a_file", "problem1", "problem2", squares=USES_A_FILE)
    (folder / "uses_a_file/helper.py").write_text(HELPER)
    (folder / "uses_a_file/timestamp.txt").write_text("no time at all")
    (result,) = grade(folder, "ps1", course, None, settings=Config({"Submissions": {"trusted": True}})).results
    assert result.score == 3


def test_what_stands_in_the_way_is_named(tmp_path, quickstart):
    course, folder = quickstart(tmp_path, two_lines=False), tmp_path / "handed_in"
    hand_in(folder, course, "ada", "problem1", "problem2")
    with pytest.raises(CourseError, match="Add two lines to it.*\n.*import trustworthy\n"):
        grade(folder, "ps1", course, None)
    config = course / "nbgrader_config.py"
    lines = config.read_text(encoding="utf-8") + "\n" + "\n".join(line.strip() for line in TWO_LINES.splitlines())
    config.write_text(f"{lines}\nc.CourseDirectory.autograded_directory = 'done'\n", encoding="utf-8")
    with pytest.raises(CourseError, match="autograded_directory"):
        grade(folder, "ps1", course, None)
    config.write_text(lines, encoding="utf-8")
    notebook = nbformat.read(course / "source/ps1/problem2.ipynb", as_version=4)
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    nbformat.write(notebook, course / "source/ps1/problem2.ipynb")
    with pytest.raises(CourseError, match="problem2.ipynb is written in R"):
        grade(folder, "ps1", course, None)
    config.unlink()
    with pytest.raises(CourseError, match="has no nbgrader_config.py"):
        grade(folder, "ps1", course, None)


def test_trust_is_said_for_one_run_and_not_in_the_settings(tmp_path, quickstart):
    course, folder = quickstart(tmp_path), tmp_path / "handed_in"
    hand_in(folder, course, "ada", "problem1", "problem2")
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write("c.Submissions.trusted = True\n")
    with pytest.raises(CourseError, match="says that all submissions are trusted"):
        grade(folder, "ps1", course, None)


def test_an_assignment_that_their_course_does_not_have_is_told_with_those_that_it_has(tmp_path, quickstart, monkeypatch, capsys):
    course = quickstart(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["grade", str(tmp_path), "--assignment", "ps2", "--course", str(course)]) == 2
    assert "has no assignment 'ps2'" in (said := capsys.readouterr().err) and said.endswith("The assignments there are: ps1.\n")
