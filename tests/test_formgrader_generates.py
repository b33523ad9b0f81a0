"""nbgrader's formgrader in a real browser: an instructor generates an assignment by its button."""

from pathlib import Path

import pytest
from running_jupyter import TOKEN, jupyter

from adaptive_lr.cli import main

ROOT = Path(__file__).parent.parent


@pytest.fixture
def formgrader(tmp_path, monkeypatch):
    """The address of formgrader, of a Jupyter server in a course folder that `adaptive-lr notebooks` filled."""
    monkeypatch.chdir(ROOT)
    assert main(["notebooks", "--course", str(tmp_path)]) == 0
    with jupyter(tmp_path) as address:
        yield f"{address}/formgrader/manage_assignments?token={TOKEN}"


def test_formgraders_button_makes_the_notebook_that_students_fetch(formgrader, browser, tmp_path):
    page = browser.new_page()
    page.goto(formgrader)
    row = page.locator("tr:has(a:text-is('rmsprop'))")
    row.wait_for()
    assert page.locator("td.name").all_inner_texts() == sorted(path.stem for path in (ROOT / "solutions").glob("*.py"))
    row.locator("td.assign a").click()
    page.locator(".modal-title", has_text="Success").wait_for()
    page.close()
    made, handed_out = tmp_path / "release/rmsprop/rmsprop.ipynb", ROOT / "exercises/rmsprop/rmsprop.ipynb"
    assert made.read_text(encoding="utf-8") == handed_out.read_text(encoding="utf-8")
