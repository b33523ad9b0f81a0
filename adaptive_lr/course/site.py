"""Sphinx extension of the book: what its pages need lies beside them, so that they ask no other host for anything."""

from __future__ import annotations

import copy
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from fontTools import subset
from sphinxcontrib import katex

import adaptive_lr

from .mending import NODE, mend

katex.NODEJS_BINARY = str(NODE)
katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds

PACKAGE = Path(adaptive_lr.__file__).parent
ICON = re.compile(r'(?:\.fa-[a-z0-9-]+:before,?)+\{content:"[^"]*"\}')  # in the theme's sheet, which writes a rule without a space
FONT = re.compile(r'url\(([^)]*/fa-solid-900)\.woff2\) format\("woff2"\),url\([^)]*\) format\("truetype"\)')


def start_katex(cls, rundir, timeout):
    """Node, rendering formulas behind a socket in `rundir`. The extension's own start connects once, and too early on a busy machine;
    its start for other systems uses TCP, where every formula waits 40 ms for an acknowledgement."""
    path, end = str(rundir / "katex.sock"), time.monotonic() + timeout
    process = subprocess.Popen(cls.build_command(socket=path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=rundir)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    while connection.connect_ex(path):
        if time.monotonic() > end:
            raise cls.timeout_error(timeout)
        time.sleep(0.01)
    return process, connection


def from_npm(app, name):
    path = Path(app.confdir, "node_modules", name)
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run `npm ci` in {app.confdir} (`make setup` does it)")
    return path


def copy_assets(app):
    """KaTeX's style sheet and fonts (from npm), and the explorers' host (from the package)."""
    if app.builder.format != "html":
        return
    dist = from_npm(app, "katex/dist")
    static = Path(app.outdir, "_static")
    (static / "katex/fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy(dist / "katex.min.css", static / "katex")
    for font in dist.glob("fonts/*.woff2"):
        shutil.copy(font, static / "katex/fonts")
    shutil.copy(PACKAGE / "explorer/static_host.js", static)


def finish(app, error):
    if error or app.builder.format != "html":
        return
    site, terser = Path(app.outdir), from_npm(app, "terser/bin/terser")
    pages = [page for page in site.rglob("*.html") if "_static" not in page.parts]
    for page in pages:
        mend(page, site, terser)
    keep_icons_in_use(site / "_static", pages)


def keep_icons_in_use(static, pages):
    """The theme brings two thousand icons: of its sheet and its font we keep those that a page or a script of the theme names."""
    for script in static.glob("scripts/fontawesome.js*"):
        script.unlink()
    sheet = static / "styles/pydata-sphinx-theme.css"
    users = [*pages, *static.glob("scripts/*.js")]
    used = set().union(*(re.findall(r"\bfa-[a-z0-9-]+", user.read_text(encoding="utf-8")) for user in users))
    css = ICON.sub(lambda rule: rule[0] if used & set(re.findall(r"fa-[a-z0-9-]+", rule[0])) else "", sheet.read_text(encoding="utf-8"))
    sheet.write_text(FONT.sub(r'url(\1.woff) format("woff")', css), encoding="utf-8")

    font = static / "vendor/fontawesome/webfonts/fa-solid-900"
    drawn = {ord(sign) for sign in re.sub(r"\\([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), css) if "\ue000" <= sign <= "\uf8ff"}  # private use
    options = subset.Options(flavor="woff", layout_features=[])
    with subset.load_font(font.with_suffix(".ttf"), options) as whole:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=drawn)
        subsetter.subset(whole)
        subset.save_font(whole, font.with_suffix(".woff"), options)


def _seen_elsewhere(env):
    """What other pages show of a page: its title, numbers of what is numbered, citations."""
    titles = {name: title.astext() for name, title in env.titles.items()}
    cited = {target.key for reference in env.get_domain("cite").citation_refs for target in reference.targets}
    return copy.deepcopy((titles, env.toc_secnumbers, env.toc_fignumbers, cited))


def remember(app, env, docnames):
    app.seen_before = _seen_elsewhere(env)


def pages_to_write(app, env):
    """Beside the pages that changed: all of them, if something changed that others show. Sphinx alone would leave their sidebars as they were."""
    return sorted(env.all_docs) if _seen_elsewhere(env) != app.seen_before else []


def setup(app):
    katex.KaTeXServer.start_server_process = classmethod(start_katex)
    app.connect("builder-inited", copy_assets)
    app.connect("env-before-read-docs", remember)
    app.connect("env-updated", pages_to_write)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
