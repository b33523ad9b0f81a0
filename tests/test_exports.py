"""Grades as learning platforms and nbgrader's own export take them."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from graded_notebooks import RELEASED
from nbgrader.api import Gradebook

from adaptive_lr.course.exports import Grade, canvas, moodle
from adaptive_lr.course.records import Record, record_path
from adaptive_lr.course.reports import Result, write_reports

ADA = Grade("ada", "adagrad", "graded", 0.0, 4.0)
BOB = Grade("bob", "adagrad", "partly graded", 3.0, 4.0)
CEM = Grade("cem", "adagrad", "unreadable", None, 4.0)
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's way with its database
EXPORT = [sys.executable, "-m", "nbgrader", "export"]


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_canvas_gets_final_scores_alone_and_an_earned_zero_is_one():
    header, points, *rows = canvas([ADA, BOB, CEM], {"ada": "4711"})
    assert header == ["Student", "ID", "SIS Login ID", "Section", "adagrad"]
    assert points == ["    Points Possible", "", "", "", 4.0]
    assert rows == [["ada", "4711", "ada", "", 0.0], ["bob", "", "bob", "", ""], ["cem", "", "cem", "", ""]]


def test_canvas_has_a_column_for_each_assignment():
    header, points, *rows = canvas([ADA, Grade("ada", "adam", "graded", 7.0, 9.0), Grade("bob", "adam", "graded", 8.0, 9.0)], {})
    assert (header[4:], points[4:]) == (["adagrad", "adam"], [4.0, 9.0])
    assert [row[4:] for row in rows] == [[0.0, 7.0], ["", 8.0]]


def test_moodle_knows_a_participant_by_number():
    header, *rows = moodle([ADA, CEM], {"ada": "4711"})
    assert [dict(zip(header, row))["Identifier"] for row in rows] == ["Participant 4711", ""]
    assert [dict(zip(header, row))["Grade"] for row in rows] == [0.0, ""]
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(header)  # without one of them Moodle refuses the worksheet


def test_a_run_writes_both_beside_its_report(tmp_path):
    results = [Result('Kim "K", Li', "adagrad", "graded", "", 4.0, {"task1": 4.0}), Result("=1+1", "adagrad", "missing")]
    write_reports(results, RELEASED, tmp_path, "adagrad", ids={"Canvas": {'Kim "K", Li': "34"}, "Moodle": {'Kim "K", Li': "12"}})
    assert read(tmp_path / "reports/adagrad/canvas.csv")[2:] == [['Kim "K", Li', "34", 'Kim "K", Li', "", "4.0"], ["'=1+1", "", "'=1+1", "", ""]]
    assert [row[0] for row in read(tmp_path / "reports/adagrad/moodle.csv")] == ["Identifier", "Participant 12", ""]


def test_no_name_in_a_table_paints_a_screen(tmp_path):
    write_reports([Result("b\x1b[2Job\udcff", "adagrad", "graded", "\x1b[31m", 4.0, {"task1": 4.0})], RELEASED, tmp_path, "adagrad")
    for table in ("canvas.csv", "moodle.csv", "grades.csv"):
        assert "b�[2Job�" in (tmp_path / "reports/adagrad" / table).read_text(encoding="utf-8-sig").replace("\n", "")
        assert "\x1b" not in (tmp_path / "reports/adagrad" / table).read_text(encoding="utf-8-sig")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course folder of plain nbgrader's: ada has 3 of 4 points, bob's hand-in was taken back, cem never handed in."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")  # nbgrader runs alembic
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'plain'\n", encoding="utf-8")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "plain") as gradebook:
        gradebook.add_assignment("ps1")
        gradebook.add_notebook("problems", "ps1")
        gradebook.add_grade_cell("task1", "problems", "ps1", max_score=4, cell_type="code")
        for student in ("ada", "bob", "cem"):
            gradebook.add_student(student, lms_user_id={"ada": "4711"}.get(student))
        for student, score in (("ada", 3), ("bob", 0)):
            (grade,) = gradebook.add_submission("ps1", student).notebooks[0].grades
            grade.auto_score, grade.needs_manual_grade = score, False
        gradebook.db.commit()
    (tmp_path / "autograded/ada/ps1").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    "exporter, expected",
    [
        ("Canvas", ["    Points Possible,,,,4.0", "ada,4711,ada,,3.0", "bob,,bob,,", "cem,,cem,,"]),
        ("Moodle", ["Participant 4711,ada,graded,3.0,4.0,", ",bob,not graded,,4.0,", ",cem,missing,,4.0,"]),
        ("Grades", ["ada,ps1,graded,3.0,4.0,0.0,", "bob,ps1,not graded,,4.0,0.0,", "cem,ps1,missing,,4.0,0.0,"]),
    ],
)
def test_nbgrader_exports_with_it(course, exporter, expected):
    ended = subprocess.run([*EXPORT, f"--exporter=adaptive_lr.course.exports.{exporter}", "--to=out.csv"], cwd=course, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert [",".join(row) for row in read(course / "out.csv")[1:]] == expected


@pytest.mark.parametrize(("record", "status"), [(Record(), "not graded"), (Record(key="of the work"), "graded")], ids=["interrupted", "ended"])
def test_an_interrupted_grading_is_no_zero(course, record, status):
    """The gradebook has lost the earlier points by then, and nbgrader may have written autograded/ already."""
    record.write(record_path(course, "ps1", "ada"))
    subprocess.run([*EXPORT, "--exporter=adaptive_lr.course.exports.Grades", "--to=out.csv"], cwd=course, check=True, capture_output=True)
    (ada,) = [row for row in read(course / "out.csv") if row[0] == "ada"]
    assert ada[2:4] == [status, "3.0" if status == "graded" else ""]


def test_moodle_takes_one_assignment_at_a_time(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "plain") as gradebook:
        gradebook.add_assignment("ps2")
    command = [*EXPORT, "--exporter=adaptive_lr.course.exports.Moodle"]
    ended = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert ended.returncode and "one assignment at a time" in ended.stderr
    assert subprocess.run([*command, "--assignment=['ps1']"], cwd=course, capture_output=True).returncode == 0
    assert len(read(course / "moodle.csv")) == 4
