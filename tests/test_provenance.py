"""Code runs again after a change of what can touch a score, and after no other: penalties and pages are brought in without."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from graded_class import GradedClass
from sample_class.write import CHECKOUT

from adaptive_lr.course import provenance
from adaptive_lr.course.notebooks import nbgrader_api, write_sources
from adaptive_lr.course.provenance import PACKAGE, software, what_scores, what_shows

OWN_STEP = """
from nbgrader.preprocessors import NbGraderPreprocessor
class Own(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        return nb, resources
c.Autograde.autograde_preprocessors = [*c.Autograde.autograde_preprocessors, Own]
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    write_sources(CHECKOUT, folder)
    return folder


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the package's files."""
    return shutil.copytree(PACKAGE, tmp_path_factory.mktemp("copied") / "adaptive_lr", ignore=shutil.ignore_patterns("__pycache__"))


TOUCHES = ["optimizers.py", "grading/check.py", "grading/known/adam.py", "course/isolation/execute.py", "course/staging.py", "course/limits.py"]
TOUCHES += ["course/submission.py", "course/regrading.py", "new.py"]
TOUCHES_NOT = ["course/deadlines.py", "course/exports.py", "course/feedback.py", "course/templates/report.html.j2", "cli.py", "explorer/view.py"]


@pytest.mark.parametrize("changed", [*TOUCHES, *TOUCHES_NOT])
def test_which_code_can_touch_a_score(course, package, changed):
    api, file = nbgrader_api(course), package / changed
    before, seen = what_scores(api, package), software(package)
    old = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text(f"{old or ''}\n", encoding="utf-8")
    assert (what_scores(api, package) != before) == (changed in TOUCHES)
    assert software(package) != seen
    file.unlink() if old is None else file.write_text(old, encoding="utf-8")
    assert (what_scores(api, package), software(package)) == (before, seen)


def test_what_grading_imports_is_among_it():
    """All that a kernel has at hand, and all that runs and checks cells."""
    names = ["grading", "course.staging", *(f"course.isolation.{path.stem}" for path in (PACKAGE / "course/isolation").glob("[!_]*.py"))]
    script = f"import sys; [__import__(f'adaptive_lr.{{name}}') for name in {names}]; print(*(m for m in sys.modules if m.startswith('adaptive_lr')))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    files = {Path(sys.modules.get(name, __import__(name, fromlist=["x"])).__file__).relative_to(PACKAGE) for name in loaded}
    assert len(files) > 30 and [file for file in files if not provenance._can_touch_a_score(file)] == []


@pytest.mark.parametrize(
    ("line", "touches"),
    [
        ("c.ExecuteWithinLimits.notebook_timeout = 30", True),
        ("c.ExecuteIsolated.timeout = 9", True),
        ("c.LimitOutput.max_lines = 9", True),
        ("c.Autograde.autograde_preprocessors = c.Autograde.autograde_preprocessors[1:] + [ExecuteIsolated]", True),
        (OWN_STEP, True),
        ("c.AssignLatePenalties.plugin_class = 'adaptive_lr.course.deadlines.PerDay'", False),
        ("c.PerDay.fraction = 0.5", False),
        ("c.Submissions.seconds = 9", False),
        ("c.FeedbackExporter.exclude_input = True", False),
        ("c.CourseDirectory.db_url = 'sqlite:////tmp/other.db'", False),
        ("# nothing", False),
    ],
)
def test_which_settings_can_touch_a_score(course, tmp_path, line, touches):
    config, before = tmp_path / "nbgrader_config.py", nbgrader_api(course)
    more = f"from adaptive_lr.course.settings import ExecuteIsolated\n{line}\n"
    config.write_text((course / config.name).read_text(encoding="utf-8") + more, encoding="utf-8")
    after = nbgrader_api(tmp_path)
    assert (what_scores(before) != what_scores(after)) == touches
    assert what_shows(before, course / config.name) != what_shows(after, config)


def test_what_a_step_of_the_instructors_own_does_touches_a_score(course, tmp_path):
    digests = set()
    for body in ("return nb, resources", "nb.cells.clear(); return nb, resources"):
        config = (course / "nbgrader_config.py").read_text(encoding="utf-8") + OWN_STEP.replace("return nb, resources", body)
        (tmp_path / "nbgrader_config.py").write_text(config, encoding="utf-8")
        digests.add(what_scores(nbgrader_api(tmp_path)))
    assert len(digests) == 2


def test_every_process_says_the_same(course, tmp_path):
    more = f"{OWN_STEP}\nc.LimitOutput.sets = {{'a', 'b', 'c', 'd'}}\nc.LimitOutput.function = lambda: 1\n"
    (tmp_path / "nbgrader_config.py").write_text((course / "nbgrader_config.py").read_text(encoding="utf-8") + more, encoding="utf-8")
    script = f"""
from pathlib import Path
from adaptive_lr.course import provenance
from adaptive_lr.course.notebooks import nbgrader_api
from adaptive_lr.course.provenance import what_scores
print(what_scores(nbgrader_api(Path({str(tmp_path)!r}))))
"""
    said = {subprocess.check_output([sys.executable, "-c", script], env=os.environ | {"PYTHONHASHSEED": seed}) for seed in "123"}
    assert len(said) == 1


def test_the_log_has_a_digest_of_the_package(tmp_path):
    graded = GradedClass(tmp_path)
    (graded.folder / "ada").mkdir(parents=True)
    graded.grade()
    assert json.loads((graded.course / "logs/adagrad.jsonl").read_text(encoding="utf-8"))["software"] == software()
