"""Whatever is answered, and in whatever order a notebook is run: the checker says in one breath what is the matter, on any ground."""

import ast
import re
import warnings

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from sample_class.write import CHECKOUT

from adaptive_lr.course.notebooks import assignments, source_notebook
from adaptive_lr.grading import check, numbers
from adaptive_lr.grading.coding import UNKNOWN
from adaptive_lr.grading.known import TASKS
from adaptive_lr.grading.outcomes import contains_itself


class Stubborn:
    """Not even its name is to be had."""

    def __array__(self, *given, **settings):
        raise RuntimeError

    def __repr__(self):
        raise RuntimeError


def odd_answers():
    yield from ("1or 2", r"'\d'", "math.e", (1 / number for number in range(3)))
    yield from ("abc", "", "1/0", "9**9**9", "-1**0.5", "+1" * 9999, "1" * 4000, np.nan, np.inf, 1j, np.array([1j]), True, 10**400, Stubborn())
    yield from ([], {}, {1, 2}, ["a", "b"], [[1, 2], [3]], [None, 1], {"lr": [1, 2], "beta": "much"}, (number for number in range(3)))
    yield from (np.zeros((7, 2, 3)), np.array([None, 1]), np.array(["1", "2"]), plt.figure(), float, np, len)


ONE_OF_EACH_KIND = ["adam_step", "cosine_annealing", "moving_average", "sparse_adagrad", "shortfall", "adam_uncorrected", "adam_half_life", "choosing_tuned"]


@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_whatever_is_answered_is_told_in_one_breath_and_earns_next_to_nothing(name, capfd):
    for answer in odd_answers():
        for given in (answer, lambda *_, answer=answer: answer, lambda *_, answer=answer: (answer, answer, answer)):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                report = check(given, name, student="ada")
            told = report._repr_mimebundle_()
            assert report.begun and report.score == 0 and name in told["text/plain"] and len(told["text/plain"]) < 1500
            assert "Traceback" not in told["text/plain"] and "??" not in told["text/plain"] and "?." not in told["text/plain"]
    plt.close("all")
    assert capfd.readouterr() == ("", "")


HALF_DONE = {
    "import sys; sys.exit()": "it stops with SystemExit",
    "exit()": "it stops with",
    "assert values is None, 'not there yet'": "not there yet",
    "values.upper()": "AttributeError",
    "print('m' * 10**6)": "it returns nothing",
    "import warnings; warnings.warn('careful'); return None": "it returns nothing",
    "input('which? ')": "it stops with",
    "return np.zeros(10**15)": "it stops with",
}


@pytest.mark.parametrize("line", HALF_DONE)
def test_a_task_left_half_done_is_told_why(line, capfd):
    scope = {"np": np}
    exec(f"def moving_average(values, beta):\n    {line}", scope)
    report = check(scope["moving_average"])
    assert report.score == 0 and HALF_DONE[line] in repr(report) and len(repr(report)) < 1000 and UNKNOWN not in repr(report)
    assert capfd.readouterr() == ("", "")


def test_figures_that_an_answer_draws_are_closed_and_those_of_the_student_stay():
    def moving_average(values, beta):
        plt.plot(values)
        plt.show()
        return plt.figure()

    mine = plt.figure()
    check(moving_average)
    assert plt.get_fignums() == [mine.number]
    plt.close(mine)


def test_an_argument_is_named_that_was_written_into():
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        x -= lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        return x, m, v

    assert "the caller's x should be" in repr(check(adam_step)) and "`x += …`" in repr(check(adam_step)) and "`v += …`" not in repr(check(adam_step))


def test_a_function_leaves_the_callers_arrays_alone():
    def best_of(losses, k):
        losses.sort()
        chances = (np.arange(len(losses), -1, -1) / len(losses)) ** k
        return losses @ -np.diff(chances)

    report = check(best_of)
    assert report.score == 0.9 and "the caller's losses should be" in repr(report) and "`losses += …`" in repr(report)


@pytest.mark.parametrize("student", ["", "  ", "...", None])
def test_nobodys_numbers_are_not_taken_for_ones_own(student):
    task = TASKS["adam_uncorrected"]
    report = check(task.reference(**numbers(task.name, student)), task.name, student=student)
    assert report.score == 0 and "Put your id into the cell at the top" in repr(report)


@pytest.mark.parametrize("letter", ["c", " C ", "(c)", "c)", "c."])
def test_a_letter_is_a_letter_however_it_is_set(letter):
    assert check(letter, "adam_half_life").score == 1


def test_a_notebook_is_kind_whatever_the_order_of_its_cells():
    """Out of order, a function renamed, a cell run again: one sentence each, points only where they are due, and all other errors as they were."""
    right = "def sgd_step(x, g, lr):\n    return x - lr * g"
    cells = {
        "from adaptive_lr.grading import check, numbers": None,
        "check(sgd_step, points=2)": "sgd_step is not there yet",
        "numbers('adam_uncorrected', STUDENT)": "STUDENT is not there yet",
        right.replace("sgd_step", "my_step"): None,
        "check(sgd_step, points=2) ": "sgd_step is not there yet",
        "check(my_step, 'sgd_step', points=2)": "2.0",
        right: None,
        "check(sgd_step, points=2)  ": "2.0",
        right.replace("return", "raise ValueError("): "incomplete input",
        "check(sgd_step, points=2)   ": "2.0",
        "sgd_stp": "name 'sgd_stp' is not defined",
        right.replace("x - lr * g", "x - lr * gradient"): None,
        "check(sgd_step, points=2)    ": "name 'gradient' is not defined",
        "check.all()": "sgd_step: not right yet, 0 of 2 points",
    }
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(notebook, timeout=60, allow_errors=True, resources={"metadata": {"path": str(CHECKOUT)}}).execute()
    for cell, says in zip(notebook.cells, cells.values()):
        assert not [output for output in cell.outputs if output.get("name") == "stderr"]
        told = "".join(output.get("evalue", "") + output.get("data", {}).get("text/plain", "") for output in cell.outputs)
        assert (says or "") in told and bool(told) == bool(says), (cell.source, told)
        for output in cell.outputs:
            if "is not there yet" in told:
                assert output.output_type == "error" and "\n" not in "\n".join(output.traceback).strip()


@pytest.mark.parametrize("assignment", assignments(CHECKOUT))
def test_a_notebook_asks_for_nothing_before_it_has_installed_the_checker(assignment):
    """A fresh environment has not even NumPy: it comes with the checker."""
    setup = next(cell.source for cell in source_notebook(CHECKOUT, assignment).cells if cell.id == "setup")
    first = ast.parse(TransformerManager().transform_cell(setup)).body[0]
    assert "adaptive_lr" not in setup or isinstance(first, ast.Try) and "adaptive_lr.grading" in ast.unparse(first.body)


def test_the_checker_knows_the_tasks_of_the_notebooks_and_no_others():
    """`check.all` names those of an assignment that have not been checked yet."""
    sources = "\n".join(path.read_text() for path in (CHECKOUT / "solutions").glob("*.py"))
    assert set(re.findall(r'^check\(\w+, "(\w+)"', sources, re.MULTILINE)) == set(TASKS)


GROUNDS = {"paper": "#ffffff", "JupyterLab": "#111111", "VS Code": "#1e1e1e", "Colab": "#383838"}


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_report_is_readable_on_light_and_dark_grounds(ground):
    """Text has the colour that the notebook gives it; lines part from any ground. All style is inline, since not every notebook keeps style sheets."""
    wrong, right = check(lambda x, g, lr: x - lr * g**3, "sgd_step"), check(lambda x, g, lr: x - lr * g, "sgd_step")
    shown = wrong._repr_mimebundle_()["text/html"] + right._repr_mimebundle_()["text/html"]
    assert "<svg" in shown and "<style" not in shown and "class=" not in shown
    assert not re.search(r"(?<![-\w])(color|background[-\w]*):", shown) and set(re.findall(r'<text [^>]*fill="([^"]+)"', shown)) == {"currentColor"}
    colours = set(re.findall(r"#[0-9a-f]{6}", shown))
    assert len(colours) == 3 and min(contrast(colour, GROUNDS[ground]) for colour in colours) >= 3  # WCAG 1.4.11


def contrast(one, other):
    def luminance(colour):
        parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
        return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_a_list_within_itself_is_told_and_not_unfolded():
    def moving_average(values, beta):
        averages = [0.0]
        averages.append(averages)
        return averages

    assert "a list that contains itself" in repr(check(moving_average))


def test_a_list_that_stands_in_many_places_is_soon_known_to_be_none_such():
    nested = [1.0]
    for _ in range(60):
        nested = [nested, nested]
    assert not contains_itself(nested)
