"""The explorer in JupyterLab, with a kernel: what the reader moves reaches Python, and what Python sets reaches the picture."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

SOURCE = """from pathlib import Path
from adaptive_lr import SGD, AdaGrad, problems
from adaptive_lr.explorer import Explorer

def mine(rule, t, lr, g, state):
    (v,) = state
    return g, lr / (v + g**2 + rule.eps) ** 0.5, (v + g**2,)

explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, second=SGD(lr=0.05), own=mine)

def heard(change):
    Path("heard").write_text(f"{change['name']} {change['new']}")
    if change["name"] == "rule":
        explorer.steps = 7
        explorer.second = SGD(lr=0.03)

explorer.observe(heard, ["rule", "start"])
explorer"""


@pytest.fixture
def notebook(tmp_path):
    """The address of a notebook with one cell in a JupyterLab of its own, which keeps nothing and asks no token."""
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "execution_count": None, "outputs": [], "source": SOURCE}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (tmp_path / "try.ipynb").write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")} | {"IPYTHONDIR": str(tmp_path / "ipython")}
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    options += ["--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={tmp_path}"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=os.environ | own, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not _answers(f"{address}/api"):
            assert server.poll() is None and time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.1)
        yield f"{address}/lab/tree/try.ipynb"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def _answers(address):
    try:
        return urllib.request.urlopen(address, timeout=5).status == 200
    except (urllib.error.URLError, OSError):
        return False


def test_sliders_and_the_start_reach_python_and_python_reaches_the_picture(notebook, visit, tmp_path):
    page = visit(notebook).page
    page.set_default_timeout(60_000)
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    words = page.locator(".lr-explorer .words")
    words.get_by_text("AdaGrad ends at loss 0.0119 after 60 updates").wait_for()
    assert not (tmp_path / "heard").exists()  # to show a value is not to change it

    words.get_by_text("mine takes the steps of AdaGrad").wait_for()

    page.get_by_role("slider", name="AdaGrad: learning rate η", exact=True).press("ArrowRight")
    words.get_by_text("after 7 updates").first.wait_for()  # Python heard of it, and answered
    assert (tmp_path / "heard").read_text() == "rule AdaGrad(lr=0.55, eps=1e-10)"
    page.wait_for_function("document.querySelector('input[aria-label=\"SGD: learning rate η, as a number\"]').value === '0.03'")
    words.get_by_text("mine takes the steps of AdaGrad").wait_for()  # the student's function was run again, with the new rate

    page.locator(".lr-explorer .start").press("ArrowDown")
    words.get_by_text("Start (−4, 1.9)").wait_for()
    words.get_by_text("mine takes the steps of AdaGrad").wait_for()
    assert (tmp_path / "heard").read_text() == "start (-4.0, 1.9)"

    page.get_by_role("combobox", name="rule", exact=True).select_option("Adam")
    words.get_by_text("mine raises ValueError at update 1").wait_for()
