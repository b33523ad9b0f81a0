"""Submissions and left-overs that break the code that grades them: each costs itself a grade at most, and nobody else."""

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from joblib.externals.loky import get_reusable_executor
from nbgrader.api import Gradebook
from traitlets.config import Config

from adaptive_lr.course import CourseError, autograde, submission
from adaptive_lr.course.autograde import grade
from adaptive_lr.course.journal import Journal
from adaptive_lr.course.notebooks import prepare

ROOT = Path(__file__).parent.parent
WITHOUT_ISOLATION = Config({"Submissions": {"trusted": True}})
KILLS_ITS_GRADER = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)"


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """A right notebook, as JSON."""
    folder = tmp_path_factory.mktemp("class")
    subprocess.run([sys.executable, ROOT / "tests/sample_class/write.py", folder], check=True, capture_output=True)
    return json.loads((folder / "vectorised/adagrad.ipynb").read_text(encoding="utf-8"))


def with_first_cell(notebook, source):
    cell = {"cell_type": "code", "id": "mine", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    return notebook | {"cells": [cell, *notebook["cells"]]}


def hand_in(folder, student, notebook, name="adagrad.ipynb"):
    (folder / student).mkdir(parents=True)
    with open(os.path.join(os.fsencode(folder / student), os.fsencode(name)), "w", encoding="ascii") as file:
        json.dump(notebook, file)


def make_sandboxes_fail(folder, monkeypatch, times):
    """A bwrap that makes a sandbox at first, when it is tried before a run, then so many `times` none, and then is the real one again."""
    folder.mkdir()
    calls, real = folder / "calls", shutil.which("bwrap")
    script = f'#!/bin/sh\necho >> {calls}\nn=$(wc -l < {calls})\n[ $n -eq 1 ] || [ $n -gt {times + 1} ] || exit 1\nexec {real} "$@"\n'
    (folder / "bwrap").write_text(script)
    (folder / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


@pytest.mark.parametrize(("failures", "score"), [(2, 21), (99, None)])
def test_what_fails_for_reasons_of_the_machine_is_tried_again_and_never_a_zero(right, tmp_path, monkeypatch, failures, score):
    hand_in(tmp_path / "submissions", "honest", right)
    grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1)  # the worked solution, too, which is done once
    (tmp_path / "submissions/honest/adagrad.ipynb").write_text(json.dumps(with_first_cell(right, "1 + 1")), encoding="utf-8")
    make_sandboxes_fail(tmp_path / "programs", monkeypatch, failures)
    outcome = grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1)
    assert scores(outcome) == {"honest": score}
    if score is None:
        (result,) = outcome.results
        assert result.status == "not graded" and "bubblewrap made no sandbox" in result.reason and "the next run tries again" in result.reason
        monkeypatch.undo()
        assert scores(grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1)) == {"honest": 21}


@pytest.mark.parametrize("failures", [1, 99])
def test_what_cannot_be_read_for_a_while_is_tried_again_and_takes_no_grade_away(right, tmp_path, monkeypatch, failures):
    submissions, course = tmp_path / "submissions", tmp_path / "course"
    for student in ("ada", "ben"):
        hand_in(submissions, student, right)
    first, left = grade(submissions, "adagrad", course, ROOT, workers=1), kept_of(course, "ada")
    failing = iter(range(failures))

    def fails_for_ada(folder, *others, really=submission.stage):
        if folder.name == "ada" and next(failing, None) is not None:
            raise OSError(errno.ESTALE, "Stale file handle")
        return really(folder, *others)

    monkeypatch.setattr(submission, "stage", fails_for_ada)
    monkeypatch.setattr(autograde, "PAUSES", (0, 0))
    outcome = grade(submissions, "adagrad", course, ROOT)
    if failures == 1:
        assert outcome.results == first.results and outcome.failed == []
        return
    (result,) = outcome.failed
    assert (result.student, result.status, result.score) == ("ada", "not graded", None)
    assert "Stale file handle" in result.reason and result.reason.endswith("the next run tries again")
    assert kept_of(course, "ada") == left and scores(outcome)["ben"] == 21
    monkeypatch.undo()
    again = grade(submissions, "adagrad", course, ROOT)
    assert again.results == first.results and again.regraded == 0


def kept_of(course, student):
    """The record, the page, and the points in the gradebook."""
    files = (course / f"records/adagrad/{student}.json", course / f"feedback/{student}/adagrad/adagrad.html")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "adaptive_lr") as gradebook:
        return [file.read_bytes() for file in files], gradebook.find_submission("adagrad", student).score


def watch_sandboxes(folder, monkeypatch, kill_first_after=None):
    """A bwrap that notes in a file, which is returned, whenever it is to make a submission's sandbox, and may have the first one killed from outside."""
    folder.mkdir()
    made, real = folder / "made", shutil.which("bwrap")
    kill = f"subprocess.Popen(['sh', '-c', f'sleep {kill_first_after}; kill -9 {{os.getpid()}}'], stdout=subprocess.DEVNULL)"
    lines = [f"#!{sys.executable}", "import os, subprocess, sys", "if '--hostname' in sys.argv:", f"    with open({str(made)!r}, 'a') as file:"]
    lines += ["        first = file.tell() == 0", "        file.write('.')", f"    if first and {kill_first_after}:", f"        {kill}"]
    (folder / "bwrap").write_text("\n".join([*lines, f"os.execv({real!r}, ['bwrap', *sys.argv[1:]])", ""]))
    (folder / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return made


def test_a_kernel_that_is_killed_from_outside_is_no_zero(right, tmp_path, monkeypatch):
    """As the system does where memory runs out."""
    hand_in(tmp_path / "submissions", "honest", {})
    grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1)  # the worked solution, which is done once
    (tmp_path / "submissions/honest/adagrad.ipynb").write_text(json.dumps(with_first_cell(right, "import time; time.sleep(8)")), encoding="utf-8")
    made = watch_sandboxes(tmp_path / "programs", monkeypatch, kill_first_after=5)
    outcome = grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1)
    assert scores(outcome) == {"honest": 21} and "ended the Python process" not in outcome.results[0].reason
    assert made.read_text() == ".." and outcome.regraded == 1


def test_a_submission_that_ends_its_python_by_itself_does_so_twice_and_that_stands(right, tmp_path, monkeypatch):
    hand_in(tmp_path / "submissions", "ends_it", with_first_cell(right, "import os; os._exit(1)"))
    hand_in(tmp_path / "submissions", "honest", right)
    made = watch_sandboxes(tmp_path / "programs", monkeypatch)
    outcome = grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1)
    assert scores(outcome) == {"ends_it": 0, "honest": 21}
    assert outcome.results[0].reason.startswith("a cell of the student's: this cell ended the Python process")
    assert made.read_text() == "." * 4  # the worked solution's, the honest one's, and two
    assert grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1).regraded == 0


def scores(outcome):
    return {result.student: result.score for result in outcome.results}


def test_what_breaks_the_grader_costs_only_itself(right, tmp_path):
    submissions = tmp_path / "submissions"
    hand_in(submissions, "honest", right)
    hand_in(submissions, "half_a_character", with_first_cell(right, "smile = '\ud83d'"))
    hand_in(submissions, "name_from_another_system", right, name=os.fsdecode(b"L\xf6sung.ipynb"))
    hand_in(submissions, "kills_its_grader", with_first_cell(right, KILLS_ITS_GRADER))
    hand_in(submissions, "honest_too", right)
    outcome = grade(submissions, "adagrad", tmp_path / "course", ROOT, settings=WITHOUT_ISOLATION)
    assert scores(outcome) == {"honest": 21, "half_a_character": 21, "name_from_another_system": 21, "kills_its_grader": None, "honest_too": 21}
    killed = next(result for result in outcome.results if result.student == "kills_its_grader")
    assert killed.status == "not graded" and killed.reason.startswith("its code, or this machine, ended the process that graded it")
    assert outcome.csv.read_text(encoding="utf-8").count("\n") == 6


def test_a_lone_submission_that_kills_its_grader_does_not_end_the_run(right, tmp_path):
    hand_in(tmp_path / "submissions", "kills_its_grader", with_first_cell(right, KILLS_ITS_GRADER))
    outcome = grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1, settings=WITHOUT_ISOLATION)
    assert scores(outcome) == {"kills_its_grader": None} and outcome.csv.is_file()


def test_a_reason_is_one_line_and_names_no_folder_of_this_machine(right, tmp_path, monkeypatch):
    hand_in(tmp_path / "submissions", "ada", right)
    course = tmp_path / "course"
    prepare(ROOT, course, "adagrad")

    def fails(folder, *_):
        raise OSError(f"disk full: {folder}/adagrad.ipynb\nand {course}/gradebook.db, {sys.prefix}/bin " + "and so on " * 1000)

    monkeypatch.setattr(submission, "stage", fails)
    monkeypatch.setattr(autograde, "PAUSES", (0,))
    (result,) = grade(tmp_path / "submissions", "adagrad", course, ROOT).results
    assert result.status == "not graded"
    assert result.reason.startswith("it could not be graded: OSError: disk full: …/ada/adagrad.ipynb and …/gradebook.db, …/bin and so on")
    assert result.reason.endswith(" …") and len(result.reason) < 1000


def test_folders_that_nothing_can_be_kept_under_are_told_of_and_end_no_run(right, tmp_path):
    submissions = tmp_path / "submissions"
    for name in ("honest", "n" * 250, "new\nline", os.fsdecode(b"\xff"), "\x1b[2J"):
        hand_in(submissions, name, right)
    for regraded in (1, 0):
        outcome = grade(submissions, "adagrad", tmp_path / "course", ROOT, workers=1)
        assert scores(outcome).pop("honest") == 21 and outcome.regraded == regraded
        told = [(result.status, result.reason.endswith("rename the folder")) for result in outcome.results if result.student != "honest"]
        assert told == [("not graded", True)] * 4
    assert "\x1b" not in (tmp_path / "course/logs/adagrad.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("broken", ["[1]", '{"limits": 5}', '{"key": null}', "\x00", None])
def test_a_broken_record_costs_a_grading_at_most(right, tmp_path, broken):
    hand_in(tmp_path / "submissions", "honest", {})
    record = tmp_path / "course/records/adagrad/honest.json"
    grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT)
    if broken is not None:
        record.write_text(broken, encoding="utf-8")
    else:
        record.unlink()
        record.mkdir()
    (result,) = grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT).results
    assert result.status == ("unreadable" if broken is not None else "not graded")


def test_the_log_has_whole_lines_alone(tmp_path):
    (tmp_path / "logs").mkdir()
    log, limit = tmp_path / "logs/adagrad.log", resource.getrlimit(resource.RLIMIT_FSIZE)
    journal = Journal(tmp_path, "adagrad", "")
    journal.run_begins(1)
    whole = log.read_bytes()
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 10, limit[1]))  # as on a disk with room for ten bytes
    try:
        with pytest.raises(OSError):
            journal.run_begins(2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert log.read_bytes() == whole
    journal.run_begins(3)
    assert log.read_bytes().count(b"\n") == 2


def test_a_pool_of_the_callers_own_goes_on(right, tmp_path):
    own = get_reusable_executor(1, timeout=60)
    process = own.submit(os.getpid).result()
    hand_in(tmp_path / "submissions", "honest", right)
    assert scores(grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT, workers=1)) == {"honest": 21}
    assert own.submit(os.getpid).result() == process
    own.shutdown()


@pytest.mark.parametrize("has", ["nbgrader_config.py", "gradebook.db"])
def test_a_course_folder_is_not_taken_for_submissions(tmp_path, has):
    (tmp_path / "my_course/source").mkdir(parents=True)
    (tmp_path / "my_course" / has).touch()
    with pytest.raises(CourseError, match="my_course is itself a course folder"):
        grade(tmp_path / "my_course", "adagrad", tmp_path / "other", ROOT)
    assert not (tmp_path / "other").exists()


def test_where_nothing_is_new_no_process_is_started(right, tmp_path, monkeypatch):
    hand_in(tmp_path / "submissions", "honest", right)
    hand_in(tmp_path / "submissions", "empty", {})
    first = grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT)
    monkeypatch.setattr(autograde.Processes, "_started", None)
    again = grade(tmp_path / "submissions", "adagrad", tmp_path / "course", ROOT)
    assert again.results == first.results and (first.regraded, again.regraded) == (1, 0)


def test_new_settings_of_nbgrader_make_the_student_notebook_anew(tmp_path):
    checkout, course = tmp_path / "checkout", tmp_path / "course"
    checkout.mkdir()
    (checkout / "solutions").symlink_to(ROOT / "solutions")
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    for stub in ("YOUR CODE HERE", "HERE GOES YOUR CODE"):
        (checkout / "nbgrader_config.py").write_text(settings.replace("YOUR CODE HERE", stub), encoding="utf-8")
        answers = [cell.source for cell in prepare(checkout, course, "adagrad")["adagrad"].cells if cell.id.endswith("_answer")]
        assert answers and all(f"# {stub}" in source for source in answers)


def test_a_record_cut_short_or_a_gradebook_lost_is_found_out_anew(right, tmp_path):
    hand_in(tmp_path / "submissions", "honest", right)
    course = tmp_path / "course"
    (tmp_path / "course/records/adagrad").mkdir(parents=True)
    for damage in (lambda: None, lambda: (course / "records/adagrad/honest.json").write_text('{"key": "ab'), lambda: (course / "gradebook.db").unlink()):
        damage()
        outcome = grade(tmp_path / "submissions", "adagrad", course, ROOT, workers=1)
        assert scores(outcome) == {"honest": 21} and outcome.regraded == 1
    shutil.rmtree(course)
