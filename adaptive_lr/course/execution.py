"""Sphinx extension of the book: its pages are run as many at a time as there are cores, once for each state of the code and data that they use."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.metadata import version
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from sphinx.util.display import status_iterator

import adaptive_lr

from . import ONE_THREAD

PACKAGE = Path(adaptive_lr.__file__).parent
EXECUTED_WITH = ("numpy", "matplotlib", "ipywidgets", "anywidget", "mlxtend", "nbclient")
GRADER = ("tests/grader_graded.py", "tests/mutation.py", "tests/wide_probes.py")
READ = ("tests/oracles/*.*", "tests/right_answers/*.py", *GRADER, "solutions/*.py", "book/data/*.*")  # by pages


def pages_use(file):
    return file.suffix in (".py", ".js", ".css") and (file.parent.name != "course" or file.name == "page.py")


def name_cache_by_content(app, config):
    """jupyter-cache knows a page by its own cells alone: a change of the package, or of data that pages read, has to rename the cache."""
    digest = hashlib.sha256(sys.version.encode())
    for name in EXECUTED_WITH:
        digest.update(f"{name} {version(name)}\n".encode())
    builds = Path(app.outdir).parent
    package = [file for file in PACKAGE.rglob("*") if pages_use(file)]
    data = [file for pattern in READ for file in Path(app.confdir).glob(pattern)]
    for file in sorted([*package, *data, *builds.glob("bench/speed.md")]):
        digest.update(f"{file.parent.name}/{file.name}".encode() + file.read_bytes())
    cache = builds / f"jupyter-cache-{digest.hexdigest()[:12]}"
    for stale in set(builds.glob("jupyter-cache-*")) - {cache}:
        shutil.rmtree(stale)
    config.nb_execution_cache_path = str(cache)


def run_ahead(app, env, docnames):
    """Run what the parser would run one page after the other. A page that fails is left to the parser, which runs it again and reports it."""
    config = env.mystnb_config
    cache = get_cache(config.execution_cache_path)
    pages = {}
    for path in sorted(Path(env.doc2path(name)) for name in docnames):
        text = path.read_text(encoding="utf-8")
        if reader := create_nb_reader(str(path), env.myst_config, config, text):
            pages[path] = reader.read(text)
    known = {record.hashkey for record in cache.list_cache_records()}
    missing = {path: page for path, page in pages.items() if cache.create_hashed_notebook(page)[1] not in known}

    def run(path):
        quiet = ["--log-level=CRITICAL"]  # kernels warn of their unencrypted loopback sockets, and of those that close as they end
        return path, single_nb_execution(missing[path], cwd=str(path.parent), timeout=config.execution_timeout, allow_errors=False, extra_arguments=quiet)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = as_completed([pool.submit(run, path) for path in missing])
        done = status_iterator(runs, "running pages... ", "green", len(missing), app.verbosity, stringify_func=lambda future: future.result()[0].stem)
        for path, result in (future.result() for future in done):
            if result.err is None:
                bundle = CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def setup(app):
    os.environ.update(ONE_THREAD)  # the pages' kernels inherit it
    app.connect("config-inited", name_cache_by_content)
    app.connect("env-before-read-docs", run_ahead)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
