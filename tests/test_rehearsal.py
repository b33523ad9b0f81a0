"""Before a class is graded the worked solution is: a test that nobody can pass is found before it denies anyone points."""

import os
import shutil
from pathlib import Path

import pytest
from traitlets.config import Config

from adaptive_lr.course import CourseError, rehearsal
from adaptive_lr.course.autograde import grade
from adaptive_lr.course.records import write

ROOT = Path(__file__).parent.parent
ASSIGNMENT = """
# %% nbgrader={"grade": false, "grade_id": "vector", "locked": false, "schema_version": 3, "solution": true}
### BEGIN SOLUTION
class Vector:
    def __init__(self, x):
        self.x = x
    def __add__(self, other):
        return Vector(self.x + other.x)
    def __eq__(self, other):
        return self.x == other.x
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "keeps", "locked": true, "points": 1, "schema_version": 3, "solution": false}
assert Vector(2).x == 2

# %% nbgrader={"grade": true, "grade_id": "adds", "locked": true, "points": 2, "schema_version": 3, "solution": false}
TEST
"""
BY_OBJECTS = "assert Vector(1) + Vector(2) == Vector(3)"  # of a class that the tests' kernel does not have
BY_DATA = "assert Vector(1).__class__ is not None and (lambda v: v.x)(Vector(3)) == 3"


@pytest.fixture
def course(tmp_path):
    """course(test) grades a class of one with this test cell."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)

    def graded(test, settings=None):
        write(tmp_path / "solutions/vector.py", ASSIGNMENT.replace("TEST", test))
        (tmp_path / "class/ada").mkdir(parents=True, exist_ok=True)
        return grade(tmp_path / "class", "vector", tmp_path / "course", tmp_path, settings=settings)

    return graded


def test_a_test_that_the_worked_solution_fails_is_named_before_anyone_is_graded(course, tmp_path):
    with pytest.raises(CourseError, match=r"(?s)The worked solution of vector itself loses points.*\n  adds: TypeError.*plain data"):
        course(BY_OBJECTS)
    assert not (tmp_path / "course/reports").exists()
    with pytest.raises(CourseError, match="adds: AssertionError: never"):
        course("assert False, 'never'")


def test_it_is_done_once_for_each_version(course, monkeypatch):
    course(BY_DATA)
    monkeypatch.setattr(rehearsal, "ExecuteIsolated", None)
    course(BY_DATA)
    with pytest.raises(TypeError):
        course(f"{BY_DATA}  # changed")


def test_a_notebooks_time_begins_when_its_kernels_are_ready(course, tmp_path, monkeypatch):
    """On a slow machine, too: here the two sandboxes take longer than the whole notebook may."""
    slow = f"#!/bin/sh\nsleep 3\nexec {shutil.which('bwrap')} \"$@\"\n"
    write(tmp_path / "programs/bwrap", slow)
    (tmp_path / "programs/bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"), prepend=os.pathsep)
    course(BY_DATA, Config({"ExecuteWithinLimits": {"notebook_timeout": 5}}))
