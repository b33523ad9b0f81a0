"""What `make course` serves at its end, and what it does not."""

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def address():
    if not (ROOT / "_build/html/index.html").exists():
        pytest.fail("There is no website to serve: run `make site`, or `make test`, which does it first.", pytrace=False)
    command = [sys.executable, "-m", "adaptive_lr", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        said = server.stdout.readline()
        found = re.search(r"http://localhost:\d+", said)
        assert found, f"the server did not say where it listens, but: {said!r}"
        yield found.group()
        server.terminate()


def status(address):
    try:
        return urllib.request.urlopen(address).status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    "path", ["/", "/book/adagrad.html", "/exercises/adagrad/adagrad.ipynb", "/grading/reports/adagrad/index.html", "/grading/feedback/loops/adagrad/adagrad.html"]
)
def test_each_thing_made_is_served(address, path):
    assert status(address + path) == 200


@pytest.mark.parametrize("path", ["/grading/gradebook.db", "/grading/../gradebook.db", "/grading/reports/%2e%2e/gradebook.db", "/../README.md", "/exercises/", "/nothing.html"])
def test_nothing_else_is(address, path):
    assert status(address + path) == 404


@pytest.mark.parametrize("target", ["/%00", "/book/%00.html", "?no-path", "book/intro.html", "http://[", "/" + "a" * 5000])
def test_a_strange_address_is_answered(address, target):
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        assert connection.makefile().readline() == "HTTP/1.1 404 File not found\n"


def test_a_taken_port_is_named_with_a_way_out(address):
    port = address.rsplit(":", 1)[1]
    told = subprocess.run([sys.executable, "-m", "adaptive_lr", "serve", "--port", port], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 2
    assert f"port {port} cannot be served on" in told.stderr and f"PORT={int(port) + 1} make course" in told.stderr
    assert "Traceback" not in told.stderr
