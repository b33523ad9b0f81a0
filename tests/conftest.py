"""A real browser and a web server for tests: `publish(pages)` and `serve(folder)` give an address, `visit(address)` an open page that keeps account."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adaptive_lr.course.onepage import chromium

# no sandbox: containers and CI run as root; the rest keeps the browser itself from calling home
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


# The files that take longest, begun first, so that no worker has one left when all else is done.
LONG = [
    f"test_{name}.py"
    for name in ("attacks", "runs", "autograde_trouble", "accessibility", "explorer_random", "autograde", "overrun", "any_course", "explorer_parity", "claims", "site")
]


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@dataclass
class Visit:
    """An open page, what it asked of other hosts (all of it refused), and what it complained of."""

    page: object
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    executable = chromium()
    if executable is None:
        pytest.fail("No Chromium found: the tests of the website need a real browser. `make chromium` installs it, or says what to install.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """visit(address, **options) → Visit. Options are those of a Playwright context: viewport, color_scheme, java_script_enabled, …"""
    with ExitStack() as cleanup:

        def open_page(address, **options):
            context = browser.new_context(**options)
            cleanup.callback(context.close)
            visit = Visit(context.new_page())

            def gate(route):
                target = urlsplit(route.request.url)
                if target.scheme in ("data", "blob") or target.hostname in ("127.0.0.1", "localhost"):
                    route.continue_()
                else:
                    visit.foreign.append(route.request.url)
                    route.abort()

            context.route("**/*", gate)
            visit.page.on("console", lambda message: visit.errors.append(message.text) if message.type == "error" else None)
            visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
            visit.page.goto(address)
            return visit

        yield open_page


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass


@contextmanager
def _server(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def serve():
    """serve(folder) → its address on the loopback interface; the server stops with the tests."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(_server(folder))


CONF = """
extensions = ["myst_nb"]
html_theme = "sphinx_book_theme"
html_context = {{"default_mode": "light"}}
nb_execution_raise_on_error = True
html_static_path = [{host!r}]
nb_ipywidgets_js = {{"static_host.js": {{"defer": "defer"}}}}
"""
PAGE = """---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
---
# {name}
"""


@pytest.fixture(scope="session")
def publish(tmp_path_factory, serve):
    """publish({"name": [cell, …]}) → the address of a small site, executed and built by MyST-NB with the explorer's static host."""
    import adaptive_lr.explorer

    host = str(Path(adaptive_lr.explorer.__file__).parent / "static_host.js")

    def build(pages):
        source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
        (source / "conf.py").write_text(CONF.format(host=host))
        for name, cells in pages.items():
            text = PAGE.format(name=name) + "".join(f"\n```{{code-cell}}\n{cell}\n```\n" for cell in cells)
            (source / f"{name}.md").write_text(text, encoding="utf-8")
        made = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-E", source, built], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        return serve(built)

    return build


@pytest.fixture
def visits(site, visit):
    """visits(page, **options) → an open page of the test file's own `site`, its explorer drawn. Whatever a test does there, the page complains of nothing."""
    opened = []

    def open_page(page="index.html", **options):
        opened.append(visit(f"{site}/{page}", **options))
        opened[-1].page.wait_for_selector(".lr-explorer .words > span")
        return opened[-1].page

    yield open_page
    assert [error for each in opened for error in each.errors] == []


@pytest.fixture
def explorer(visits):
    """The first page of the test file's own `site`."""
    return visits()
