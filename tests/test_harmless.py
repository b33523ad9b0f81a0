"""What a student wrote and showed, as it reaches a page: readable, and nothing in it runs or takes long. Attacks in a browser are in test_attacks.py."""

import random
from html.parser import HTMLParser
from time import monotonic

import numpy as np
import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from adaptive_lr.course.harmless import LONGEST, MakeHarmless, harmless_html, harmless_text
from adaptive_lr.grading.pictures import paths

PIECES = [*"<>[]()!:`*_$\\#|&;\"'\n -~x", "<script>", "<img src=x onerror=run>", "javascript:run", "attachment:x", "https://a.b", "](", "]:", "![", "&#106;", "\\(", "\n\n"]


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.attributes = set(), [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.addresses += [(tag, value) for name, value in attributes if name in ("href", "src")]


def as_formgrader_shows(text, pictures):
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=pictures)).render(text)


@pytest.mark.parametrize("seed", range(8))
def test_no_text_makes_formgraders_markdown_run_or_fetch_anything(seed):
    made, pictures = random.Random(seed), {"x": {"image/png": "aGVsbG8="}}
    for _ in range(400):
        text = harmless_text("".join(made.choices(PIECES, k=made.randint(3, 25))), pictures)
        page = Page(as_formgrader_shows(text, pictures))
        assert not page.tags & {"script", "iframe"} and not any(name.startswith("on") for name in page.attributes), text
        for tag, address in page.addresses:
            allowed = ("data:image/png;base64,aGVsbG8=",) if tag == "img" else ("https://", "mailto:", "#", "attachment:")
            assert address.startswith(allowed), text


def test_a_text_stays_what_it_is():
    text = "# A\n\nFor $x > 1$ **see** [here](https://a.b), `v < 1`:\n\n- one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![](attachment:a.png)"
    assert harmless_text(text, {"a.png": {}}) == text


def test_tables_and_the_checkers_pictures_stay():
    table = '<div><style scoped>td { color: red }</style><table border="1" class="dataframe"><tr><th>a</th></tr><tr><td>1 &lt; 2</td></tr></table></div>'
    assert harmless_html(table) == "<div><table><tbody><tr><th>a</th></tr><tr><td>1 &lt; 2</td></tr></tbody></table></div>"


@pytest.fixture
def made_harmless(tmp_path):
    """made_harmless(*cells) → the cells as they come out, of a course folder without a release."""

    def run(*cells):
        resources = {"nbgrader": {"assignment": "a", "notebook": "a"}, "metadata": {"path": str(tmp_path / "autograded/ada/a")}}
        return MakeHarmless().preprocess(new_notebook(cells=list(cells)), resources)[0].cells

    return run


def test_a_picture_in_html_becomes_an_image(made_harmless):
    svg = paths(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 0.0], [2.0, 1.0]]), ("t", "rate"))
    cell = new_code_cell(outputs=[new_output("display_data", {"text/html": f"<div>{svg}</div>", "text/plain": "x"})])
    (made,) = made_harmless(cell)
    assert made.outputs[0].data["text/html"].startswith('<div><img alt="a picture" src="data:image/svg+xml;base64,')


def test_a_tag_whose_name_begins_alike_is_another_one():
    assert harmless_html("<scripted>one</scripted><script>two</script>three") == "onethree"


def test_what_takes_too_long_to_set_is_shown_as_typed_and_what_takes_too_long_to_clean_as_plain_text(made_harmless):
    began = monotonic()
    cells = [new_markdown_cell("\\(" * 20_000) for _ in range(5)]
    hostile = "".join(f"<b title={number}>" for number in range(10_000)) + "<p>" * 10_000
    cells += [new_code_cell(outputs=[new_output("display_data", {"text/html": hostile, "text/plain": "plain"})]) for _ in range(5)]
    made = made_harmless(*cells)
    for cell in made[:5]:
        as_formgrader_shows(cell.source, {})
    assert made[0].source.startswith("```\n\\(") and made[5].outputs[0].data == {"text/plain": "plain"}
    assert monotonic() - began < 5


def test_a_text_that_is_too_long_is_cut_and_says_how_much_is_left_out(made_harmless):
    (made,) = made_harmless(new_code_cell(outputs=[new_output("stream", text="x" * LONGEST), new_output("stream", text="x" * (LONGEST + 7))]))
    assert [output.text for output in made.outputs] == ["x" * LONGEST, "x" * LONGEST + " … and 7 more characters"]
