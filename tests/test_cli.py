"""The command line: what it prints, where it writes, and errors that say what, why and what to do."""

import csv
import re
import shutil
import subprocess
import sys

import pytest
from sample_class.write import CHECKOUT

from adaptive_lr.cli import main

HOLDS_THE_FOLDER = """
import sys, time
from pathlib import Path
from adaptive_lr.course.records import alone_in
with alone_in(Path(sys.argv[1])):
    print(flush=True)
    time.sleep(99)
"""


@pytest.fixture(autouse=True)
def inside_the_checkout(monkeypatch):
    monkeypatch.chdir(CHECKOUT / "book")


def test_grade_writes_the_reports_and_says_where(tmp_path, capsys):
    for student in ("ada", "grace"):
        (tmp_path / "class" / student).mkdir(parents=True)
    (tmp_path / "class" / "grace" / "adagrad.ipynb").write_text("{")
    assert main(["grade", str(tmp_path / "class"), "--course", str(tmp_path / "course"), "--workers", "1"]) == 0
    shown = capsys.readouterr()
    assert "1 unreadable, 1 missing" in shown.out
    for name in ("grades.csv", "index.html"):
        path = tmp_path / "course" / "reports" / "adagrad" / name
        assert str(path) in shown.out and path.is_file()
    assert "without isolation" not in shown.err and "2/2" in shown.err  # no warning, and the progress bar
    assert "grace: unreadable 0, not run; " in (tmp_path / "course/logs/adagrad.log").read_text(encoding="utf-8")
    assert main(["grade", str(tmp_path / "class"), "--course", str(tmp_path / "course"), "--trust-submissions"]) == 0
    assert "without isolation" in capsys.readouterr().err


def grade_a_broken_class(tmp_path, *students):
    """Grade a class of students whose notebooks are no notebooks, into tmp_path / "course"."""
    for student in students:
        (tmp_path / "class" / student).mkdir(parents=True, exist_ok=True)
        (tmp_path / "class" / student / "adagrad.ipynb").write_text("{")
    assert main(["grade", str(tmp_path / "class"), "--course", str(tmp_path / "course")]) == 0
    with open(tmp_path / "course/reports/adagrad/grades.csv", newline="", encoding="utf-8-sig") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_notebooks_beside_the_folders_are_named(tmp_path, capsys):
    (tmp_path / "class").mkdir()
    for name in ("ada.ipynb", "bob.ipynb", ".hidden.ipynb", "notes.txt"):
        (tmp_path / "class" / name).touch()
    assert list(grade_a_broken_class(tmp_path, "grace")) == ["grace"]
    assert "in no student's folder: ada.ipynb, bob.ipynb\n" in capsys.readouterr().err


def test_folders_that_are_hidden_are_named_if_a_notebook_lies_in_them(tmp_path, capsys):
    for path in (".ada/week1/adagrad.ipynb", ".b\x1b[2Job/adagrad.ipynb", ".git/config", ".ipynb_checkpoints/x.ipynb", "__MACOSX/x.ipynb"):
        (tmp_path / "class" / path).parent.mkdir(parents=True)
        (tmp_path / "class" / path).touch()
    assert list(grade_a_broken_class(tmp_path, "grace")) == ["grace"]
    assert "begins with a dot is no student's: .ada, .b�[2Job\n" in capsys.readouterr().err


def test_who_is_listed_and_has_no_folder_is_named(tmp_path, capsys):
    (tmp_path / "class").mkdir()
    (tmp_path / "class/collected.csv").write_text("student;handed_in\nadda;2026-12-01 10:00\ngrace;\nbob;\n", encoding="utf-8")
    assert list(grade_a_broken_class(tmp_path, "ada", "grace")) == ["ada", "grace"]
    assert "Listed in collected.csv, but no folder is called so: adda, bob\n" in capsys.readouterr().err


def test_two_commands_in_one_course_folder_wait_for_one_another(tmp_path, capsys):
    (tmp_path / "class/ada").mkdir(parents=True)
    other = subprocess.Popen([sys.executable, "-c", HOLDS_THE_FOLDER, tmp_path / "course"], stdout=subprocess.PIPE)
    other.stdout.readline()
    for command in (["grade", str(tmp_path / "class")], ["due", "2026-12-01 12:00"], ["notebooks"]):
        assert main([*command, "--course", str(tmp_path / "course")]) == 2
        assert "Another command is at work in" in capsys.readouterr().err
    other.kill()  # which leaves no lock
    other.wait()
    assert main(["grade", str(tmp_path / "class"), "--course", str(tmp_path / "course")]) == 0


def test_a_student_whose_folder_is_gone_is_listed_until_dropped(tmp_path):
    assert [row["status"] for row in grade_a_broken_class(tmp_path, "ada", "grace").values()] == ["unreadable", "unreadable"]
    shutil.rmtree(tmp_path / "class/ada")
    for _ in range(2):
        row = grade_a_broken_class(tmp_path, "grace")["ada"]
        assert (row["status"], row["score"]) == ("missing", "") and "was there at an earlier run" in row["reason"]
    (dropped,) = re.findall(r"delete in the course folder (\S+)$", row["reason"])
    (tmp_path / "course" / dropped).unlink()
    assert list(grade_a_broken_class(tmp_path, "grace")) == ["grace"]
    assert list(grade_a_broken_class(tmp_path, "ada")) == ["ada", "grace"]  # back again


@pytest.mark.parametrize(
    ("submissions", "course", "says"),
    [
        ("class", "class", "would lie among the submissions"),
        ("class", "class/course", "would lie among the submissions"),
        ("class", "link/course", "would lie among the submissions"),
        ("course/class", "course", "Move them out of it"),
    ],
)
def test_submissions_and_course_folder_must_lie_apart(tmp_path, capsys, submissions, course, says):
    (tmp_path / submissions / "ada").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "class")
    before = sorted(tmp_path.rglob("*"))
    assert main(["grade", str(tmp_path / submissions), "--course", str(tmp_path / course)]) == 2
    assert says in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_notebooks_writes_the_exercises(tmp_path, capsys, monkeypatch):
    """Of a checkout with one assignment; tests/test_notebooks.py compares all."""
    (tmp_path / "solutions").mkdir()
    for file in ("nbgrader_config.py", "_config.yml", "solutions/adagrad.py"):
        shutil.copy(CHECKOUT / file, tmp_path / file)
    monkeypatch.chdir(tmp_path)
    assert main(["notebooks", "--to", str(tmp_path / "made")]) == 0
    path = tmp_path / "made" / "adagrad" / "adagrad.ipynb"
    assert str(path) in capsys.readouterr().out
    assert path.read_bytes() == (CHECKOUT / "exercises" / "adagrad" / "adagrad.ipynb").read_bytes()


@pytest.mark.parametrize(
    ("make", "arguments", "says"),
    [
        (None, [], "does not exist.\nGive the folder that holds the submissions"),
        ("file", [], "is not a folder.\nGive the folder"),
        ("class", ["--only", "Adda"], "has no folder of Adda.\nNearest to it: ada."),
        ("folder", [], "has no sub-folders.\nIt should hold one sub-folder for each student"),
        ("class", ["--assignment", "nosuch"], "no assignment 'nosuch': solutions/nosuch.py does not exist.\nThe assignments are: adadelta, adagrad"),
        ("class", ["--db", "nonsense"], "The gradebook's address is none: Could not parse"),
        ("class", ["--db", "postgres://nobody@localhost/x"], "Write it as sqlite:////folder/gradebook.db or postgresql+psycopg://user@host/name."),
        ("class", ["--db", "mysql://a@b/c"], "needs the Python package MySQLdb, which is missing."),
    ],
)
def test_wrong_input_ends_with_what_why_and_what_to_do(tmp_path, capsys, make, arguments, says):
    folder = tmp_path / "class"
    if make == "file":
        folder.write_text("")
    elif make:
        (folder / "ada" if make == "class" else folder).mkdir(parents=True)
    assert main(["grade", str(folder), "--course", str(tmp_path / "course"), *arguments]) == 2
    assert says in capsys.readouterr().err
    assert "--db" in arguments or not (tmp_path / "course").exists()  # a slip of the pen leaves no folder


@pytest.mark.parametrize("command", [["notebooks"], ["grade", "class"]])
def test_outside_a_checkout(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    assert "is not inside a checkout of the course" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["grade", "due", "collect"])
def test_a_folder_that_cannot_be_written_into_is_named(tmp_path, capsys, command):
    (tmp_path / "class/ada").mkdir(parents=True)
    for file in ("file", "class/ada/adagrad.ipynb"):
        (tmp_path / file).touch()
    shutil.make_archive(str(tmp_path / "class"), "zip", tmp_path / "class")
    inside = str(tmp_path / "file/course")
    given = {"grade": [str(tmp_path / "class"), "--course", inside], "due": ["--course", inside], "collect": [str(tmp_path / "class.zip"), inside]}
    assert main([command, *given[command]]) == 2
    says = rf"adaptive-lr: {tmp_path}/file\S*: Not a directory\. Is it yours to read, and to write into\?"
    assert re.fullmatch(says, capsys.readouterr().err.splitlines()[-1])


def test_a_course_folder_that_is_misspelt_is_named_first(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "class", "--course", "my_corse"]) == 2
    assert re.search(r"my_corse does not exist, and .* is not inside a checkout of the course", capsys.readouterr().err)


def test_a_time_needs_no_quotes(tmp_path, capsys):
    assert main(["due", "2026-12-01", "23:59", "--course", str(tmp_path / "course")]) == 0
    assert "adagrad is due 2026-12-01 23:59:00 UTC" in capsys.readouterr().out
    assert main(["due", "at", "noon", "--course", str(tmp_path / "other")]) == 2
    assert "new course folder" not in capsys.readouterr().err and not (tmp_path / "other").exists()


@pytest.mark.parametrize("wrong", [[], ["grade"], ["grade", "class", "--workers", "0"], ["play"]])
def test_wrong_usage_exits_with_2(wrong, capsys):
    with pytest.raises(SystemExit) as stop:
        main(wrong)
    assert stop.value.code == 2
    assert "usage: adaptive-lr" in capsys.readouterr().err


def test_the_help_says_what_is_isolated_and_how_not():
    shown = subprocess.run([sys.executable, "-m", "adaptive_lr", "grade", "--help"], capture_output=True, text=True, check=True).stdout
    assert "runs in a sandbox" in " ".join(shown.split()) and "without isolation" in " ".join(shown.split())
