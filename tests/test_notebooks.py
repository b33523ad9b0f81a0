"""The student notebooks: made from solutions/ by nbgrader, the same on every run, and kind to who has just opened them."""

import ast
import re

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from nbgrader.validator import Validator
from sample_class.write import CHECKOUT, filled_in

from adaptive_lr.course import CourseError
from adaptive_lr.course.notebooks import assignments, find_checkout, prepare, source_notebook, write_exercises
from adaptive_lr.grading.report import KEPT_BACK

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
            shown, points = outputs
            assert errors == [] and "not done yet" in shown.data["text/plain"] and points.data["text/plain"] in ("0", "0.0")
        else:
            assert errors == []


def test_a_test_cell_leaves_the_students_names_alone(handed_out):
    """It is one call of `check`: a student's own `rate` or `x` is still there for the next task."""
    for cell in handed_out.cells:
        if cell.cell_type == "code" and marks(cell).get("grade"):
            (call,) = ast.parse(cell.source).body
            assert ast.unparse(call.value.func) == "check" and f"points={marks(cell).points}" in cell.source


RIGHT_X, RIGHT_V = "x - lr * g / np.sqrt(v + g**2 + eps)", "v + g**2"
WALK = "accumulate(range(steps), lambda xv, _: step(xv[0], grad(xv[0]), xv[1], lr, eps), initial=(x0, 0 * x0))"
NOTHING = "it returns nothing: is a `return` missing?"
NO_NUMBERS = "where numbers were expected"

# Wrong answers that could end in an obscure error, or in none, and what the check says of each.
SLIPS = {
    ("task1_step", "adagrad_step = lambda x, g, v, lr, eps: "): {
        "None": NOTHING,
        RIGHT_X: "it returns 1 thing, where 2 were expected: the new x, the new v",
        f"({RIGHT_X}, None)": "None was given for the new v",
        f"({RIGHT_X}, sum(g**2))": "the new v should have shape (3,); you have ()",
        f"dict(x={RIGHT_X}, v={RIGHT_V})": "it returns 1 thing, where 2 were expected",
        f"({RIGHT_X}, 'v')": "'v' was given for the new v, or in it: that is text",
        f"(({RIGHT_X}).astype(int), {RIGHT_V})": "the new x should be",
        f"({RIGHT_X}, np.add(v, g**2, out=v))": "the caller's v should be",
        f"(x - lr * g / np.sqrt(v + g**2) + eps, {RIGHT_V})": "ε is added to the new x, not to the denominator",
        f"({RIGHT_X}, {RIGHT_V} + eps)": "ε stays in the memory",
    },
    ("task2_descent", "from itertools import accumulate; descend = lambda step, grad, x0, lr, eps, steps: "): {
        "None": NOTHING,
        f"list({WALK})": "the points should have shape (2, 2); you have (2, 2, 2)",
        f"[x for x, _ in {WALK}][-1]": "only the last point is returned",
        f"np.transpose([x for x, _ in {WALK}])": "the points are in columns",
        f"[x for x, _ in {WALK}][1:]": "the start is missing",
        f"np.array([x for x, _ in {WALK}], dtype=int)": "the points should be",
        "[x0] * (steps + 1)": "what the step returns is not kept",
        "[x0, step(x0, grad(x0), 0, lr, eps)[0]]": "the loop ends after its first round",
        f"[x for x, _ in {WALK.replace('lr, eps', 'eps, lr')}]": "η and ε change places",
    },
    ("task3_steady_rate", "steady_rate = lambda t, g, lr: "): {
        "print(lr)": NOTHING,
        "[lr / abs(g)] * min(t, 100)": "the rate should have shape (); you have (2,)",
        "f'about {lr}'": "'about 1.0' was given for the rate, or in it: that is text",
        "lr / (g * t**0.5)": "A rate is positive",
        "lr / (g**2 * t)": "the root is missing",
        "lr / (abs(g) * t)": "the rate falls like 1/t",
        "lr / abs(g) * 0.5 ** (t - 1)": "the rate is halved at every update",
        "lr / t**0.5": "the size of g is missing",
    },
    ("task4_rare_rate", "rare_rate = "): {
        "None": "not done yet",
        "2.0": "text was expected, in quotes",
        "'updates / hits'": "that is the ratio of the memories",
        "'sqrt(updates / hit)'": "'hit' is not understood",
        "'hits / updates'": "that is the share of the hits",
    },
    ("task5_rare_way", "way = lambda n: sum(k**-0.5 for k in range(1, n + 1)); rare_way = lambda hits, updates: "): {
        "None": NOTHING,
        "'0.46'": "that is text, where numbers were expected",
        "(way(hits), way(updates))": "the share should have shape (); you have (2,)",
        "hits / updates": "that is the share of the hits",
        "(hits / updates) ** 0.5": "that is the estimate for many hits",
        "(updates / hits) ** 0.5": "that is the answer to task 4",
        "way(updates) / way(hits)": "it is the other way round",
    },
    ("task6_epsilon", "eps_inside = lambda eps_outside, g: "): {
        "None": NOTHING,
        "eps_outside**2": "that is right for g = 0 alone",
        "2 * abs(g) * eps_outside": "a small term is missing",
        "(abs(g) + eps_outside) ** 2": "g² stands there already",
        "eps_outside * (2 * abs(g) + eps_outside) if g else eps_outside": "For eps_outside = 0.5, g = 0: the ε inside should be 0.25; you have 0.5.",
    },
    ("task7_bug", "repaired_adagrad = lambda grad, x0, lr, eps, steps: "): {
        "None": NOTHING,
        "colleagues_adagrad(grad, x0, lr, eps, steps)": "ε is still added to the weights",
        "(x0 / 2, x0)": "x should have shape (2,); you have (2, 2)",
        "x0 - lr * grad(x0) / (abs(grad(x0)) + eps)": "the loop ends after its first round",
    },
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("task", "answer", "says"), [(task, opening + rest, says) for (task, opening), slips in SLIPS.items() for rest, says in slips.items()])
def test_a_slip_is_told_what_it_is(task, answer, says, capsys):
    notebook = nbformat.read(CHECKOUT / "exercises/adagrad/adagrad.ipynb", as_version=4)
    cells = {marks(cell).get("grade_id"): cell for cell in notebook.cells}
    kernel = {}
    for source in (cells["setup"].source, cells["colleague"].source, answer):
        exec(TransformerManager().transform_cell(source), kernel)
    capsys.readouterr()
    earned = eval(cells[task].source, kernel)
    said = capsys.readouterr().out
    assert earned < marks(cells[task]).points
    assert says in said and len(said) < 1000


def test_a_hidden_test_tells_which_properties_fail_and_none_of_its_numbers():
    notebook = source_notebook(CHECKOUT, "adagrad")
    answer = filled_in(CHECKOUT / "tests/sample_class/mistakes/knows_only_what_is_shown.py")["task5_answer"]
    cells = {marks(cell).get("grade_id"): cell for cell in notebook.cells}
    cells["task5_answer"].source = answer
    NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    shown, hidden, points = cells["task5_rare_way"].outputs
    assert "is right" in shown.data["text/plain"] and float(points.data["text/plain"]) == 0
    assert hidden.data["text/plain"] == f"rare_way with other numbers: 0 of 2 properties hold. 0 of 3 points.\n  ✗ few hits\n  ✗ more hits\n{KEPT_BACK}"


def test_preparing_a_course_again_writes_nothing(tmp_path):
    prepare(CHECKOUT, tmp_path, "adagrad")
    release, gradebook = tmp_path / "release/adagrad/adagrad.ipynb", tmp_path / "gradebook.db"
    before = release.stat().st_mtime_ns, gradebook.read_bytes()
    prepare(CHECKOUT, tmp_path, "adagrad")
    assert (release.stat().st_mtime_ns, gradebook.read_bytes()) == before


# One wrong answer in each worked notebook, and the task in which it shows; in Adam's notebook three.
WRONG = {
    "descent": ({'2 / mine["steep"]': '1 / mine["steep"]'}, ["largest"]),
    "sparse": ({'because = "c"': 'because = "a"'}, ["because"]),
    "adagrad": ({'"sqrt(updates / hits)"': '"updates / hits"'}, ["rare_rate"]),
    "rmsprop": ({"np.sqrt(v + eps)\n    return x, v": "(v + eps)\n    return x, v"}, ["rmsprop_step"]),
    "adadelta": ({"way + abs(delta)": "way + delta"}, ["way_gone"]),
    "adam": ({"m_hat = m / (1 - beta1**t)": "m_hat = m", 'half_life = "c"': 'half_life = "d"'}, ["adam_step", "half_life", "repaired_adam"]),
    "adamax": ({"max(beta2 * u, abs(g))": "max(beta2 * u, g)"}, ["faded_maximum"]),
    "nadam": ({"grad(theta - lr * beta * u)": "grad(theta)"}, ["nag_by_looking_ahead"]),
    "schedules": ({"began + length, length * factor": "began + length, length + factor"}, ["warm_restarts"]),
    "choosing": ({'{"lr": 0.0025': '{"lr": 0.01'}, ["settings"]),
}


def released(assignment):
    return nbformat.read(CHECKOUT / "exercises" / assignment / f"{assignment}.ipynb", as_version=4)


def worked(assignment):
    """The handed-out notebook, filled in with the worked solution."""
    solved = {marks(cell)["grade_id"]: cell.source for cell in source_notebook(CHECKOUT, assignment).cells if marks(cell)}
    notebook = released(assignment)
    for cell in notebook.cells:
        if marks(cell).get("solution"):
            cell.source = solved[marks(cell)["grade_id"]]
    return notebook


def fails_to_validate(notebook, path):
    """The sources of the cells that nbgrader's Validate finds wanting."""
    nbformat.write(notebook, path)
    found = Validator().validate(str(path))
    assert set(found) <= {"failed"}
    return [cell["source"].strip() for cell in found.get("failed", [])]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nbgraders_validate_passes_the_worked_solution(assignment, tmp_path):
    assert fails_to_validate(worked(assignment), tmp_path / "worked.ipynb") == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nbgraders_validate_fails_every_task_of_an_unfilled_notebook(assignment, tmp_path):
    """Also those that a person marks: nothing has been written there."""
    notebook = released(assignment)
    tasks = [cell.source.strip() for cell in notebook.cells if marks(cell).get("grade")]
    assert len(tasks) >= 7 and fails_to_validate(notebook, tmp_path / "unfilled.ipynb") == tasks


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nbgraders_validate_fails_a_wrong_answer_in_its_task_alone(assignment, tmp_path):
    notebook, (changes, fails) = worked(assignment), WRONG[assignment]
    for cell in notebook.cells:
        if marks(cell).get("solution"):
            for right, wrong in changes.items():
                cell.source = cell.source.replace(right, wrong)
    assert [re.search(r"check\((\w+)", source).group(1) for source in fails_to_validate(notebook, tmp_path / "wrong.ipynb")] == fails


def test_a_notebook_installs_the_checker_from_the_repository_that_is_named(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions/adam.py").write_text((CHECKOUT / "solutions/adam.py").read_text(encoding="utf-8"), encoding="utf-8")
    said = {}
    for url in ("", "https://example.org/course"):
        (tmp_path / "_config.yml").write_text(f'repository: {{url: "{url}", branch: main}}\n')
        said[url] = next(cell.source for cell in source_notebook(tmp_path, "adam").cells if marks(cell).get("grade_id") == "setup")
    assert '%pip install --quiet "{near[0]}"\n' in said[""] and "%pip install --quiet git+https://example.org/course\n" in said["https://example.org/course"]


def test_an_unknown_assignment_names_those_that_exist(tmp_path):
    with pytest.raises(CourseError, match="no assignment 'adagard'.*\n.*adagrad"):
        prepare(CHECKOUT, tmp_path, "adagard")


def test_the_checkout_is_found_from_within(tmp_path):
    assert find_checkout(CHECKOUT / "tests" / "sample_class") == CHECKOUT
    with pytest.raises(CourseError, match="not inside a checkout"):
        find_checkout(tmp_path)
