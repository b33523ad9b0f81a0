"""The pages for students and instructors say what the commands, the grader and the notebooks say."""

import re
import shlex

import nbformat
import pytest
from sample_class.write import CHECKOUT
from traitlets.config import PyFileConfigLoader

from adaptive_lr.cli import _parser
from adaptive_lr.course.isolation.sandbox import Limits
from adaptive_lr.course.notebooks import CONFIG, nbgrader_api
from adaptive_lr.course.reading import CELL_LIMIT
from adaptive_lr.course.reports import STATUSES

STUDENTS, INSTRUCTORS = ((CHECKOUT / "book" / f"{page}.md").read_text(encoding="utf-8") for page in ("students", "instructors"))
COMMANDS = re.findall(r"^adaptive-lr .+$", INSTRUCTORS, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_one(command):
    assert callable(_parser().parse_args(shlex.split(command)[1:]).run)


def test_the_page_has_commands():
    assert {command.split()[1] for command in COMMANDS} == {"collect", "due", "grade", "notebooks"}


def test_every_status_is_explained():
    table = INSTRUCTORS.partition("| status | meaning | score |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| ([a-z ]+) \|", table, re.MULTILINE) == list(STATUSES)


def test_the_limits_are_those_of_the_grader():
    limits = PyFileConfigLoader(CONFIG, str(CHECKOUT)).load_config().ExecuteWithinLimits
    assert (limits.timeout, limits.notebook_timeout, limits.output_limit) == (10, 60, 10**6)
    sandbox = Limits()
    assert f"a process may take {sandbox.memory >> 30} GB of memory, all of them together {sandbox.together >> 30} GB; there may be {sandbox.processes} of them" in INSTRUCTORS
    assert f"with {sandbox.cpu} seconds of processor time, {sandbox.open_files} open files and files of {sandbox.file >> 20} MB each" in INSTRUCTORS
    assert f"more than {CELL_LIMIT:,} cells" in INSTRUCTORS
    for page in (STUDENTS, INSTRUCTORS):
        assert re.search(rf"cell may take {limits.timeout} seconds[^.]*notebook {limits.notebook_timeout}\b", page)


def test_what_a_student_may_see_is_what_notebooks_and_checker_say():
    """Each message in the table of troubles, but those of Python and Jupyter themselves, stands in the code that says it."""
    said = re.findall(r"^\| `([^`]+)` \|", STUDENTS, re.MULTILINE)
    assert len(said) == 5
    places = [*CHECKOUT.glob("solutions/*.py"), *CHECKOUT.glob("adaptive_lr/**/*.py")]
    code = re.sub(r"[`\\{}]", "", "\n".join(path.read_text(encoding="utf-8") for path in places))
    for message in said:
        words = re.sub(r"name '(\w+)' is not defined", r"def \1", message).removesuffix(" v")
        assert words in code, message


def test_every_notebook_asks_for_what_the_page_says():
    for path in CHECKOUT.glob("exercises/*/*.ipynb"):
        sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
        assert any("# YOUR CODE HERE\n    raise NotImplementedError" in source for source in sources), path
        assert sources.count("*Your answer here.*") >= 1, path


def test_the_example_of_an_assignment_is_one(tmp_path):
    """The two cells on the instructors' page, as nbgrader reads and releases them."""
    from adaptive_lr.course.notebooks import prepare

    (tmp_path / "solutions").mkdir()
    (tmp_path / CONFIG).write_text((CHECKOUT / CONFIG).read_text(encoding="utf-8"), encoding="utf-8")
    (example,) = re.findall(r"^```python\n(# %%.*?)^```", INSTRUCTORS, re.MULTILINE | re.DOTALL)
    (tmp_path / "solutions/mine.py").write_text(example, encoding="utf-8")
    answer, test = prepare(tmp_path, tmp_path / "course", "mine")["mine"].cells
    assert "beta * v + g" not in answer.source and "4.25" not in test.source and "HIDDEN" not in test.source
    assert nbgrader_api(tmp_path / "course").get_assignments()[0]["max_score"] == 3
