"""What the grader does outside the kernels has a limit too: whatever hangs there ends with a status and a reason, and the others go on."""

import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest
from graded_class import GradedClass, right
from sample_class.write import CHECKOUT
from traitlets.config import Config

from adaptive_lr.course.autograde import grade
from adaptive_lr.course.overrun import at_most, limit, overran

SECONDS = 15  # far more than an honest one takes
HANGS = f"""
import re
from nbgrader.preprocessors import NbGraderPreprocessor

class Hangs(NbGraderPreprocessor):
    \"\"\"In one call that lets no other thread of Python's run.\"\"\"

    def preprocess(self, nb, resources):
        if any("let it hang" in cell.source for cell in nb.cells):
            re.match("(a|a)*b", "a" * 60)
        return nb, resources

c.Submissions.seconds = {SECONDS}
"""
IN_AUTOGRADING = f"{HANGS}c.Autograde.autograde_preprocessors = [*c.Autograde.autograde_preprocessors, Hangs]\n"
ON_THE_PAGE = f"{HANGS}c.GenerateFeedback.preprocessors = [Hangs, *c.GenerateFeedback.preprocessors]\n"
HONEST = {"ada": ("partly graded", 21), "ben": ("partly graded", 21), "cyd": ("partly graded", 21)}


@pytest.fixture
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as made:
        yield made


@pytest.fixture
def class_with(tmp_path):
    """class_with(settings) → run(**options): a class of four, one of whom hangs; what a run gives and how many it ran."""

    def class_with(settings):
        checkout, course = tmp_path / "checkout", GradedClass(tmp_path)
        checkout.mkdir()
        (checkout / "solutions").symlink_to(CHECKOUT / "solutions")
        (checkout / "nbgrader_config.py").write_text((CHECKOUT / "nbgrader_config.py").read_text(encoding="utf-8") + settings, encoding="utf-8")
        for student in HONEST:
            course.hand_in(student, right())
        course.hand_in("hangs", right(task8_reflection="Please let it hang."))

        def run(**options):
            outcome = grade(course.folder, "adagrad", course.course, checkout, **({"workers": 2} | options))
            return outcome.regraded, {result.student: (result.status, result.score) for result in outcome.results}, outcome.results[-1].reason

        return course, run

    return class_with


def test_what_hangs_the_grader_is_not_graded_and_not_tried_for_ever(class_with):
    course, run = class_with(IN_AUTOGRADING)
    ran, results, reason = run()
    assert results == HONEST | {"hangs": ("not graded", None)} and ran == 4
    assert reason == f"it took more than {SECONDS} s in all and was stopped (logs/adagrad/hangs.txt says where); --retry tries again"
    assert "in preprocess" in (course.course / "logs/adagrad/hangs.txt").read_text(encoding="utf-8")
    assert run() == (0, results, reason)
    with course.submission("hangs") as entry:
        assert sum(grade.auto_score or 0 for grade in entry.notebooks[0].grades) == 0
    course.hand_in("hangs", right())
    assert run()[:2] == (1, HONEST | {"hangs": ("partly graded", 21)})


def test_what_hangs_while_its_page_is_made_keeps_its_grade(class_with):
    course, run = class_with(ON_THE_PAGE)
    ran, results, reason = run()
    assert results == HONEST | {"hangs": ("partly graded", 21)} and ran == 4
    assert f"no feedback page: it took more than {SECONDS} s in all" in reason and not course.feedback("hangs").exists()
    assert run() == (0, results, reason)


def test_a_cluster_ends_it_as_well(class_with, cluster):
    _, run = class_with(IN_AUTOGRADING)
    ran, results, reason = run(scheduler=cluster.scheduler_address, workers=None)
    assert results == HONEST | {"hangs": ("not graded", None)} and ran == 4 and "took more than" in reason


def test_a_block_that_ends_in_time_leaves_nothing(tmp_path):
    note = tmp_path / "new/note"
    with at_most(60, note, "this"):
        assert note.is_file() and not overran(note, "this")
    with suppress(ZeroDivisionError), at_most(60, note, "this"):
        raise ZeroDivisionError
    assert not note.exists()


def test_the_note_is_about_one_work(tmp_path):
    script = f"""
import re
from pathlib import Path
from adaptive_lr.course.overrun import at_most
with at_most(1, Path({str(tmp_path / "note")!r}), "this"):
    re.match("(a|a)*b", "a" * 60)
"""
    begun = time.monotonic()
    assert subprocess.run([sys.executable, "-c", script]).returncode == 1 and time.monotonic() - begun < 60
    assert overran(tmp_path / "note", "this") and not overran(tmp_path / "note", "that") and not overran(tmp_path / "none", "this")


def test_the_limit_leaves_room_for_all_that_cells_may_take():
    def of(notebooks, **settings):
        return limit(SimpleNamespace(config=Config(settings)), notebooks)

    assert of(1) >= 60 + 10 + 400 and of(3) - of(1) >= 2 * (60 + 10)
    assert of(1, ExecuteWithinLimits={"notebook_timeout": 3600}) == of(1) + 3540
    assert of(1, ExecuteWithinLimits={"timeout": -1}) is None  # then cells have no limit, nor has all of it
    assert of(1, Submissions={"seconds": 7}) == 7
