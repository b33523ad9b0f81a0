"""The student notebooks: made from solutions/ by nbgrader, the same on every run, and kind to who has just opened them."""

import re

import nbformat
import pytest
from nbclient import NotebookClient
from sample_class.write import CHECKOUT

from adaptive_lr.course import CourseError
from adaptive_lr.course.notebooks import assignments, find_checkout, prepare, source_notebook, write_exercises

ASSIGNMENTS = assignments(CHECKOUT)


@pytest.fixture(scope="session")
def regenerated(tmp_path_factory):
    """exercises/, made anew. With nothing on PATH: nbgrader's helper `alembic` has to be found all the same."""
    destination = tmp_path_factory.mktemp("exercises")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        write_exercises(CHECKOUT, destination)
    return destination


@pytest.fixture(params=ASSIGNMENTS)
def handed_out(request):
    return nbformat.read(CHECKOUT / "exercises" / request.param / f"{request.param}.ipynb", as_version=4)


def marks(cell):
    return cell.metadata.get("nbgrader", {})


def test_exercises_are_what_solutions_give(regenerated):
    def contents(folder):
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts}

    assert contents(CHECKOUT / "exercises") == contents(regenerated), "run `adaptive-lr notebooks` and commit exercises/"


def test_a_handed_out_notebook_is_whole_and_clean(handed_out):
    nbformat.validate(handed_out)
    text = nbformat.writes(handed_out)
    assert "HIDDEN" not in text and "SOLUTION" not in text
    assert all(cell.outputs == [] and cell.execution_count is None for cell in handed_out.cells if cell.cell_type == "code")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_handed_out_notebook_gives_no_solution_away(assignment, regenerated):
    """No line of code of a solution, and no line of its reasoning, stands in the answer cells that students get."""
    released = nbformat.read(regenerated / assignment / f"{assignment}.ipynb", as_version=4)
    answers = {marks(cell)["grade_id"]: cell.source for cell in released.cells if marks(cell).get("solution") and cell.cell_type == "code"}
    sources = [cell for cell in source_notebook(CHECKOUT, assignment).cells if marks(cell).get("grade_id") in answers]
    assert len(sources) == len(answers) >= 6
    for cell in sources:
        solution = re.search(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL).group(1)
        lines = [line.strip() for line in solution.splitlines() if line.strip()]
        handed_out = answers[marks(cell)["grade_id"]].splitlines()
        assert lines and not set(lines) & {line.strip() for line in handed_out}


def test_there_are_six_autograded_tasks_and_a_reflection(handed_out):
    graded = [cell for cell in handed_out.cells if marks(cell).get("grade")]
    assert sum(cell.cell_type == "code" for cell in graded) >= 6
    assert sum(cell.cell_type == "markdown" for cell in graded) >= 1


def test_each_task_states_goal_points_and_time(handed_out):
    texts = [cell.source for cell in handed_out.cells if cell.source.startswith("## Task")]
    graded = [cell for cell in handed_out.cells if marks(cell).get("grade")]
    overview = re.findall(r"^\| (\d) \| .* \| (\d+) \| (\d+) \|$", handed_out.cells[0].source, re.MULTILINE)
    assert len(texts) == len(graded) == len(overview)
    for text, cell, (number, points, minutes) in zip(texts, graded, overview):
        assert text.startswith(f"## Task {number}") and marks(cell).grade_id.startswith(f"task{number}_")
        assert re.search(rf"\*Goal: .* {points} points, .*about {minutes} minutes", text)
        assert marks(cell).points == int(points)


def test_a_handed_out_notebook_runs_from_top_to_bottom(handed_out):
    """Nothing filled in: each task says so in its own words, without a wall of traceback, and nothing else goes wrong."""
    NotebookClient(handed_out, timeout=60, allow_errors=True, resources={"metadata": {"path": "."}}).execute()
    for cell in handed_out.cells:
        outputs = cell.get("outputs", [])
        assert not [output for output in outputs if output.output_type == "stream" and output.name == "stderr"]
        errors = [output for output in outputs if output.output_type == "error"]
        if cell.cell_type == "code" and marks(cell).get("grade"):
            (error,) = errors
            number = re.match(r"task(\d+)_", marks(cell).grade_id).group(1)
            assert (error.ename, error.evalue) == ("NotImplementedError", f"Task {number} is not done yet")
            assert "\n".join(error.traceback).strip().count("\n") <= 2
        else:
            assert errors == []


def test_preparing_a_course_again_writes_nothing(tmp_path):
    prepare(CHECKOUT, tmp_path, "adagrad")
    release, gradebook = tmp_path / "release/adagrad/adagrad.ipynb", tmp_path / "gradebook.db"
    before = release.stat().st_mtime_ns, gradebook.read_bytes()
    prepare(CHECKOUT, tmp_path, "adagrad")
    assert (release.stat().st_mtime_ns, gradebook.read_bytes()) == before


def test_an_unknown_assignment_names_those_that_exist(tmp_path):
    with pytest.raises(CourseError, match="no assignment 'adam'.*\n.*adagrad"):
        prepare(CHECKOUT, tmp_path, "adam")


def test_the_checkout_is_found_from_within(tmp_path):
    assert find_checkout(CHECKOUT / "tests" / "sample_class") == CHECKOUT
    with pytest.raises(CourseError, match="not inside a checkout"):
        find_checkout(tmp_path)
