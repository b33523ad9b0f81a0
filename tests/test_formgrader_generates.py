"""nbgrader's formgrader in a real browser: an instructor generates an assignment by its button."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adaptive_lr.cli import main

ROOT = Path(__file__).parent.parent


@pytest.fixture
def formgrader(tmp_path, monkeypatch):
    """The address of formgrader, of a Jupyter server in a course folder that `adaptive-lr notebooks` filled."""
    monkeypatch.chdir(ROOT)
    assert main(["notebooks", "--course", str(tmp_path)]) == 0
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=secret"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as server:
        while server.poll() is None and not _listens(port):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/formgrader/manage_assignments?token=secret"
        server.kill()


def _listens(port):
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


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
