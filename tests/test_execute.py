"""Running one notebook in its two kernels: what is this machine's fault is no student's."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader import utils
from traitlets import TraitError
from traitlets.config import Config

from adaptive_lr.course.isolation import execute, kernels
from adaptive_lr.course.isolation.execute import ExecuteIsolated
from adaptive_lr.course.limits import MET
from adaptive_lr.course.troubles import ended_from_outside, limits_met, other_troubles

RIGHT, HANGS = "def double(x):\n    return 2 * x", "def double(x):\n    while x == 2:\n        pass\n    return 2 * x"
TESTS = ("assert double(2) == 4", "assert double(3) == 6", "assert double(4) == 8")


def cell(name, source, **marks):
    usual = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return new_code_cell(source, metadata={"nbgrader": usual | marks})


@pytest.fixture
def run(tmp_path):
    """run(answer, locked=…) → the notebook as it was run, and the points of its tests."""

    def run(answer, locked="import math", timeout=10, **limits):
        tests = [cell(f"test{number}", test, grade=True, locked=True, points=1) for number, test in enumerate(TESTS)]
        notebook = new_notebook(cells=[cell("setup", locked, locked=True), cell("answer", answer, solution=True), *tests])
        source = tmp_path / "source/doubles"
        source.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, source / "doubles.ipynb")
        of = {"student": "ada", "assignment": "doubles", "notebook": "doubles"}
        execution = ExecuteIsolated(config=Config({"CourseDirectory": {"root": str(tmp_path)}, "ExecuteIsolated": {"timeout": timeout, "limits": limits}}))
        ran, _ = execution.preprocess(notebook, {"nbgrader": of, "metadata": {"path": str(source)}})
        return ran, [utils.determine_grade(each)[0] for each in ran.cells if utils.is_grade(each)]

    return run


def test_what_is_right_is_right_and_the_test_after_one_that_hangs_is_left_alone(run):
    assert run(RIGHT)[1] == [1, 1, 1]
    for _ in range(3):
        ran, points = run(HANGS, timeout=1)
        assert points == [0, 1, 1] and [limit for _, limit, _ in ran.metadata[MET]] == [execute.TIMED_OUT]


def test_what_a_sandbox_gives_can_be_set_and_is_a_limit_that_was_met(run):
    takes = f"import numpy\nnumpy.ones(1 << 27)\n{RIGHT}"  # a gigabyte
    ran, points = run(takes)
    assert points == [1, 1, 1] and limits_met({"doubles": ran}) == []
    ran, points = run(takes, memory=1 << 30)
    (met,) = limits_met({"doubles": ran})
    assert points == [0, 0, 0] and "answer: MemoryError: Unable to allocate" in met and other_troubles({"doubles": ran}) == []
    with pytest.raises(TraitError, match="whole numbers above 0 for memory, together, cpu, .* and not 'memroy': 5"):
        run(RIGHT, memroy=5)


def test_tests_that_do_not_hear_the_student_are_no_zero(run, monkeypatch):
    start = execute.Trusted.start

    def where_something_lies(trusted):
        Path(trusted.path).touch()  # stands for a disk, or a memory, that has no room for a socket
        start(trusted)

    monkeypatch.setattr(execute.Trusted, "start", where_something_lies)
    with pytest.raises(DeadKernelError, match="the tests' kernel does not listen: OSError"):
        run(RIGHT)


def test_a_locked_cell_that_fails_where_the_tests_run_is_looked_at_again(run):
    """It did run there when the worked solution was rehearsed."""
    ran, _ = run(RIGHT, locked="import os\nif 'SANDBOX' not in os.uname().nodename.upper():\n    raise MemoryError")
    assert ended_from_outside({"doubles": ran})
    (met,) = ran.metadata[MET]
    assert met[2] == "a locked cell failed where the tests run: MemoryError: "
    ran, points = run(RIGHT, locked="double_of_the_students")  # shows what a student made, which tests cannot know
    assert not ran.metadata[MET] and points == [1, 1, 1]


def test_a_kernel_that_does_not_start_leaves_nothing_behind(run, monkeypatch):
    fork = kernels.NURSERY.fork

    def no_submissions(request):
        if request.user is not None:
            raise OSError("no kernel could be started: no memory")
        fork(request)

    monkeypatch.setattr(kernels.NURSERY, "fork", no_submissions)
    with pytest.raises(OSError, match="no memory"):
        run(RIGHT)
    ends = time.monotonic() + 10
    while (left := sandboxes()) and time.monotonic() < ends:  # the system takes its time to end them
        time.sleep(0.1)
    assert not left


def sandboxes():
    """bubblewrap's processes below this one, and those that they hold."""
    return subprocess.run(["pgrep", "-P", str(kernels.os.getpid()), "bwrap"], capture_output=True, text=True).stdout
