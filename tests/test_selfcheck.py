"""The self-check's questions: what the directive makes of them, and which it refuses."""

import io

import pytest
from sphinx.application import Sphinx

GOOD = """:::{question} What is `2 + 2`, in $\\mathbb{Z}$?
- 3

  One too few.
- **4**

  Right: two and two.
- 22

  That is what text does.
:::"""


@pytest.fixture
def build(tmp_path):
    def built(text):
        (tmp_path / "conf.py").write_text('extensions = ["myst_parser", "adaptive_lr.course.selfcheck"]\nmyst_enable_extensions = ["colon_fence", "dollarmath"]\n')
        (tmp_path / "index.md").write_text(f"# Page\n\n{text}\n")
        said = io.StringIO()
        app = Sphinx(tmp_path, tmp_path, tmp_path / "out", tmp_path / "tree", "html", status=None, warning=said, freshenv=True)
        app.build()
        return (tmp_path / "out/index.html").read_text(), said.getvalue()

    return built


def test_every_answer_opens_to_its_reason(build, visit, serve, tmp_path):
    _, said = build(GOOD)
    assert said == ""
    page = visit(f"{serve(tmp_path / 'out')}/index.html", java_script_enabled=False).page
    question = page.locator(".question")
    assert question.locator(".asked code").inner_text() == "2 + 2"
    answers = question.locator("details.answer")
    assert answers.locator("summary").all_inner_texts() == ["3", "4", "22"]
    assert not page.get_by_text("Right: two and two.").is_visible()
    answers.nth(1).locator("summary").click()
    assert page.get_by_text("Right: two and two.").is_visible() and not page.get_by_text("One too few.").is_visible()


@pytest.mark.parametrize(
    "broken, why",
    [
        (GOOD.replace("Right: ", ""), "begins with “Right”, here of 0"),
        (GOOD.replace("One too", "Right: one too"), "begins with “Right”, here of 2"),
        (GOOD.replace("\n\n  That is what text does.", ""), "each with its reason"),
        (":::{question} What?\nNothing.\n:::", "two answers or more"),
    ],
)
def test_a_question_that_cannot_be_answered_fails_the_build(build, broken, why):
    assert why in build(broken)[1]
