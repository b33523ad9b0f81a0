"""nbgrader's formgrader in a real browser, on a course folder that `adaptive-lr grade` made: a person marks a written answer there."""

import nbformat
import pytest
from graded_class import GradedClass, right
from running_jupyter import TOKEN, jupyter

ANSWER = """I would keep **AdaGrad** where $g_i < 1$ is rare: $x<y$.

![a plot](attachment:plot.png)

# task8_reflection
"""
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    graded = GradedClass(tmp_path_factory.mktemp("formgrader"))
    notebook = nbformat.reads(right(task8_reflection=ANSWER, task1_answer="adagrad_step = None"), as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "task8_reflection"]
    cell.attachments = {"plot.png": {"image/png": PIXEL}}
    graded.hand_in("ada", nbformat.writes(notebook))
    graded.hand_in("bob", right())
    assert {student: result.status for student, result in graded.grade().items()} == {"ada": "partly graded", "bob": "partly graded"}
    return graded


@pytest.fixture(scope="module")
def address(graded):
    with jupyter(graded.course) as address:
        yield f"{address}/formgrader"


@pytest.fixture
def marking(address, visit):
    """The page of ada's notebook, reached as an instructor does: from the list of assignments, by the notebook, to the submission."""
    page = visit(f"{address}/gradebook?token={TOKEN}").page
    for _ in ("the assignment", "its notebook"):
        page.locator("td.name a", has_text="adagrad").click()
        page.wait_for_load_state()
    page.locator("td.name a.name-shown", has_text="ada").wait_for(state="attached")
    page.goto(page.locator("td.name a.name-shown:text-is('ada')").evaluate("link => link.href"))
    for field in ("input.score", "#task8_reflection-comment"):
        page.locator(f"{field}[placeholder]").first.wait_for()  # the page's own scripts save what is entered from then on
    return page


def test_the_answer_can_be_read_with_its_formula_and_its_picture(marking):
    answer = marking.locator(".nbgrader_cell", has=marking.locator("input#task8_reflection")).locator(".text_cell_render")
    assert answer.locator("strong").inner_text() == "AdaGrad" and "$g_i < 1$" in answer.inner_text() and "$x< y$" in answer.inner_text()
    assert answer.locator("img").evaluate("image => image.naturalWidth") == 1
    assert marking.locator("#task8_reflection").evaluate("element => element.tagName") == "INPUT"  # and not the student's heading


def test_the_checkers_verdict_can_be_read(marking):
    verdict = marking.locator(".output_html div[style]", has_text="adagrad_step").first
    assert verdict.evaluate("box => getComputedStyle(box).borderLeftColor") == "rgb(213, 94, 0)"


def test_a_mark_that_is_given_there_counts(graded, marking):
    with marking.expect_response(lambda response: "/api/grade/" in response.url and response.request.method == "PUT"):
        marking.locator("input#task8_reflection").fill("3")
        marking.keyboard.press("Tab")
    with marking.expect_response(lambda response: "/api/comment/" in response.url and response.request.method == "PUT"):
        marking.locator("#task8_reflection-comment").fill("Why?")
        marking.keyboard.press("Tab")
    marking.reload()
    marking.wait_for_function("document.querySelector('input#task8_reflection').value === '3'")
    results = graded.grade()
    assert (results["ada"].status, results["ada"].tasks["task8_reflection"], results["bob"].status) == ("graded", 3, "partly graded")
    assert "Why?" in graded.feedback("ada").read_text(encoding="utf-8")
