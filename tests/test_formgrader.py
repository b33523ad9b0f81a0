"""nbgrader's formgrader on a course folder that `adaptive-lr grade` made: its settings and ours must not get in each other's way."""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

COURSE = Path(__file__).parent.parent / "_build/course"


@pytest.fixture(scope="module")
def get():
    """get(path) → the text of a page of formgrader, from a Jupyter server in the graded sample class's course folder."""
    if not (COURSE / "gradebook.db").exists():
        pytest.fail("There is no graded class to open: run `make grades`, or `make test`, which does it first.", pytrace=False)
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--port=0", "--IdentityProvider.token=secret"]
    with subprocess.Popen(command, cwd=COURSE, stderr=subprocess.PIPE, text=True) as server:
        told = next(line for line in server.stderr if "http://127.0.0.1:" in line)
        address = re.search(r"http://127.0.0.1:\d+", told).group()

        def page(path):
            request = urllib.request.Request(f"{address}/formgrader/{path}", headers={"Authorization": "token secret"})
            for _ in range(40):  # the extensions are loaded when the address is told, not always the first page
                try:
                    return urllib.request.urlopen(request).read().decode()
                except urllib.error.HTTPError as error:
                    if error.code != 404:
                        raise
                    time.sleep(0.25)
            raise AssertionError(f"formgrader has no page {path}")

        yield page
        server.terminate()
        server.stderr.close()


def test_formgrader_lists_the_class_and_opens_a_written_answer(get):
    assert "adagrad" in get("manage_assignments")
    submissions = get("api/submitted_notebooks/adagrad/adagrad")
    submission = re.search(r'"id": "(\w{32})"', submissions).group(1)
    page = get(f"submissions/{submission}/")
    assert "Ten times longer" in page and "task7_reflection" in page
