"""nbgrader's formgrader on a course folder that `adaptive-lr grade` made: its settings and ours must not get in each other's way."""

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

COURSE = Path(__file__).parent.parent / "_build/course"
SHUTDOWN = 20  # seconds that the server may take to end


@pytest.fixture(scope="module")
def get():
    """get(path) → the text of a page of formgrader, from a Jupyter server in the graded sample class's course folder."""
    if not (COURSE / "gradebook.db").exists():
        pytest.fail("There is no graded class to open: run `make grades`, or `make test`, which does it first.", pytrace=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=secret"]
    with subprocess.Popen(command, cwd=COURSE, stderr=subprocess.DEVNULL) as server:

        def page(path):
            request = urllib.request.Request(f"http://127.0.0.1:{port}/formgrader/{path}", headers={"Authorization": "token secret"})
            for _ in range(240):  # until the server listens
                try:
                    return urllib.request.urlopen(request).read().decode()
                except urllib.error.HTTPError:
                    raise
                except urllib.error.URLError:
                    time.sleep(0.25)
            raise AssertionError("the Jupyter server did not start")

        yield page
        server.terminate()
        try:
            server.wait(timeout=SHUTDOWN)
        except subprocess.TimeoutExpired:
            server.kill()


def test_formgrader_lists_the_class_and_opens_a_written_answer(get):
    assert "Manage Assignments" in get("manage_assignments") and "adagrad" in get("api/assignments")
    submissions = get("api/submitted_notebooks/adagrad/adagrad")
    submission = re.search(r'"id": "(\w{32})"', submissions).group(1)
    page = get(f"submissions/{submission}/")
    assert "Ten times longer" in page and "task8_reflection" in page
