"""What a student reads on a feedback page, and what must not be on it."""

import html
import os
import re
import sys
import tracemalloc
from pathlib import Path
from time import monotonic

import nbformat
import pytest
from graded_class import GradedClass, right
from nbclient import NotebookClient
from nbconvert.filters import strip_ansi
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sample_class.write import CHECKOUT

from adaptive_lr.course.feedback import _paste_pictures, markdown_to_html
from adaptive_lr.course.notebooks import assignments, source_notebook
from adaptive_lr.course.private import KeepPrivate, without_folders
from adaptive_lr.grading.report import KEPT_BACK

ANSWER = """import os, traceback, numpy as np

def root(x):
    if x > 40:
        raise ValueError(f"too large: {x}")
    traceback.print_stack()
    print("working in", os.getcwd(), "with", np.__file__)
    return np.sqrt(x)"""
TEST = """assert root(9) == 3
### BEGIN HIDDEN TESTS
np.sqrt(-1 - root(25))
root(16); just_before = 42
root(just_before)
just_after = 43
### END HIDDEN TESTS"""
SPEAKS_FOR_ITSELF = """assert root(9) == 3
### BEGIN HIDDEN TESTS
assert root(4) == 5, "the root of 4 is 2"
### END HIDDEN TESTS"""
SECRETS = ("np.sqrt(-1 - root(25))", "just_before", "just_after", "root(4)", "HIDDEN")


def cell(source, grade_id, **marks):
    nbgrader = {"grade_id": grade_id, "grade": False, "solution": False, "locked": False, "schema_version": 3, **marks}
    return new_code_cell(source, id=grade_id, metadata={"nbgrader": nbgrader})


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook whose hidden tests warn, have the student's code print its callers, and fail; run in a folder of its own."""
    folder = tmp_path_factory.mktemp("course")
    tests = [cell(source, name, grade=True, points=1, locked=True) for name, source in (("test", TEST), ("speaks", SPEAKS_FOR_ITSELF))]
    broken = cell("def unfinished(:", "broken", solution=True)
    notebook = new_notebook(cells=[cell(ANSWER, "answer", solution=True), *tests, broken])
    NotebookClient(notebook, allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook, folder


def outputs(notebook):
    texts = ["\n".join(output.get("traceback", [])) or output.get("text", "") for cell in notebook.cells for output in cell.outputs]
    return strip_ansi("\n".join(texts))


def test_outputs_quote_no_hidden_test_and_no_folder(executed, monkeypatch):
    notebook, folder = executed
    before = outputs(notebook)
    assert all(secret in before for secret in SECRETS[:3]) and str(folder) in before and sys.prefix in before  # else this would prove nothing
    monkeypatch.chdir(folder)
    shown, _ = KeepPrivate().preprocess(nbformat.from_dict(notebook), {})
    after = outputs(shown)
    assert not [secret for secret in SECRETS if secret in after]
    assert not re.search(r"(?<![\w.…])/\w", after), "an absolute path is left"
    for kept in ('raise ValueError(f"too large: {x}")', "ValueError: too large: 42", "working in … with …/", "RuntimeWarning: invalid value", "cell:3"):
        assert kept in after
    assert "AssertionError: the root of 4 is 2" in after
    assert "def unfinished(:" in after and after.count("SyntaxError") == 1
    assert re.findall(r"Cell In\[(\d+)\]", after) == ["1", "4"]  # root in the answer, and the broken cell; of the test cell, no frame


def test_folders_are_cut_off_wherever_they_stand(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada lovelace")
    text = f"[Errno 2] No such file: '{tmp_path}/x.ipynb', /home/ada lovelace/notes, {CHECKOUT}/nbgrader_config.py, 3/4, a/b"
    assert without_folders(text, tmp_path) == "[Errno 2] No such file: '…/x.ipynb', …/notes, …/nbgrader_config.py, 3/4, a/b"
    assert without_folders(f"{tmp_path}s and {tmp_path}", tmp_path / "none", tmp_path).endswith("and …")
    monkeypatch.setenv("HOME", "/")
    assert without_folders("3 / 4 is a/b", Path("/")) == "3 / 4 is a/b"


@pytest.mark.parametrize("text", ["x" * 900_000, "/x'" * 300_000, "ipykernel_1" * 90_000, "ipykernel_" + "1" * 900_000])
def test_a_line_as_long_as_a_cell_may_print_is_cleaned_at_once(text):
    began = monotonic()
    notebook = new_notebook(cells=[cell("", "answer", solution=True)])
    notebook.cells[0].outputs = [new_output("stream", text=f"{text} /tmp/ipykernel_12/345.py:3")]
    KeepPrivate().preprocess(notebook, {})
    assert monotonic() - began < 2 and notebook.cells[0].outputs[0].text.endswith(" cell:3")


def test_what_is_kept_for_other_pages_is_short():
    """A class of long answers would fill every worker's memory with pages."""
    tracemalloc.start()
    for number in range(20):
        markdown_to_html(f"{number} " + "a " * 50_000)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000


def test_a_picture_that_was_pasted_into_an_answer_is_on_the_page():
    assert 'src="data:image/png;base64,aGVsbG8="' in markdown_to_html("![plot](attachment:plot.png)", {"plot.png": {"image/png": "aGVsbG8="}})


# ------------------------------------------------------------------------------------------------------------- formulas


@pytest.mark.parametrize("assignment", assignments(CHECKOUT))
def test_every_formula_of_an_assignment_is_set(assignment):
    texts = [cell.source for cell in source_notebook(CHECKOUT, assignment).cells if cell.cell_type == "markdown"]
    assert sum(text.count("$") for text in texts) > 10
    for text in texts:
        page = markdown_to_html(text)
        assert page.count("<math") == len(re.findall(r"\$\$.+?\$\$|\$.+?\$", text, re.DOTALL)), text
        assert "$" not in page and not re.search(r"\\[a-zA-Z]", page), text


UNKNOWN = {r"1, 2, \dots": "1,2,…", r"a \lt b": "a&lt;b", r"\frac12": "12", r"\bm{x}": "x", r"\big(x\big)": "(x)", r"p \iff q": "p⟺q", r"{\rm d}x": "dx"}


@pytest.mark.parametrize(("tex", "shows"), UNKNOWN.items())
def test_what_docutils_does_not_know_is_set_too(tex, shows):
    page = markdown_to_html(f"${tex}$")
    assert "<math" in page and re.sub(r"<[^>]+>|\s", "", page) == shows


@pytest.mark.parametrize("tex", [r"\limits", r"\nosuchmacro", r"\begin{array}x\end{array}"])
def test_what_is_no_formula_is_shown_as_written(tex):
    assert f"<code>{tex}</code>" in markdown_to_html(f"${tex}$")


def test_a_picture_comes_from_the_assignments_folder_alone(tmp_path):
    (tmp_path / "source").mkdir()
    for name in ("source/two words.png", "source/plot.PNG", "elsewhere.png", "source/secret.txt"):
        (tmp_path / name).write_bytes(b"as if")
    (tmp_path / "source/link.png").symlink_to(tmp_path / "elsewhere.png")
    inside, outside = ["two%20words.png", "plot.PNG"], ["../elsewhere.png", str(tmp_path / "elsewhere.png"), "link.png", "secret.txt", "none.png", ".", "%00.png", "a" * 5000 + ".png"]
    cell = new_markdown_cell("\n".join(f'![a picture]({name}) ![]({name} "with a title")' for name in (*inside, *outside)))
    _paste_pictures(cell, tmp_path / "source")
    assert sorted(cell.attachments) == sorted(inside)
    page = markdown_to_html(cell.source, cell.attachments)
    assert page.count("data:image/png;base64,YXMgaWY=") == 4 and page.count("data:") == 4


# ---------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """page(student) → the text of a feedback page, made by nbgrader from a graded submission."""
    graded = GradedClass(tmp_path_factory.mktemp("pages"))
    graded.hand_in("Åsa & Co", right())
    graded.hand_in("raises", right(task1_answer="def adagrad_step(x, g, v, lr, eps):\n    memory = {}\n    return memory['v'], v"))
    graded.hand_in("divides_by_v", right(task1_answer="def adagrad_step(x, g, v, lr, eps):\n    v = v + g**2\n    return x - lr * g / (v + eps), v"))
    graded.hand_in("raises_at_once", right(task1_answer="memory = {}\nmemory['v'] + 1"))
    graded.hand_in("hangs", right(task2_answer="def descend(*arguments, **options):\n    while True:\n        pass"))
    graded.grade()
    return lambda student: graded.feedback(student).read_text(encoding="utf-8")


def test_a_page_says_whose_it_is_and_when_it_was_made(page):
    shown = page("Åsa & Co")
    assert "adagrad: 21 of 25 points so far</h1>" in shown
    assert re.search(r'<p class="whose">Åsa &amp; Co, \d{1,2} [A-Z][a-z]+ 20\d\d</p>', shown)


@pytest.mark.parametrize(("student", "own", "told"), [("raises_at_once", "memory[", "KeyError"), ("hangs", "while", "CellTimedOut")])
def test_an_error_is_shown_where_the_student_can_mend_it(page, student, own, told):
    """The frame in the student's cell, the error's name and message; the test cell is on the page once, as a cell, without its hidden part."""
    shown = page(student)
    errors = re.findall(r'<div class="output error"><pre>(.*?)</pre>', shown, re.DOTALL)
    text = re.sub(r"<[^>]+>", "", "\n".join(errors))
    assert own in text and told in text
    assert "check(" not in text and "assert" not in text
    assert "HIDDEN" not in shown and os.fspath(CHECKOUT) not in shown and sys.prefix not in shown


def test_a_page_shows_the_numbers_of_the_visible_test_alone(page):
    text = html.unescape(re.sub(r"<[^>]+>", "", page("divides_by_v")))
    assert text.count("the new x should be") == text.count(KEPT_BACK) == text.count("adagrad_step with other numbers: ") == 1
    assert text.count("It looks as if the root is missing.") == 2


def test_an_error_that_the_check_meets_is_told_with_the_students_line(page):
    text = html.unescape(re.sub(r"<[^>]+>", "", page("raises")))
    assert "it stops with KeyError: 'v', in its line \"return memory['v'], v\"" in text and "Traceback (most" not in text
