"""The whole book as one page, and as one PDF, made from the finished website: the same text and numbers, static figures in place of sliders."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from bs4 import BeautifulSoup, Tag

from . import CourseError

NAME = "adaptive-learning-rates"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
# What only a screen can use: folded code, links to a heading itself, what scripts would bring to life, the frame of a widget.
ON_SCREEN = "script, style, a.headerlink, details.hide.above-input, .lr-explorer, .tocwrapper"
ABOUT = "<p>Made from the website, whose figures have sliders. Text CC BY 4.0, code BSD-3-Clause.</p>"
SHEET = Path(__file__).with_name("onepage.css")


def write(book: Path, site: Path) -> list[Path]:
    """The page and the PDF, in the folder `site` of the built website of the sources `book`."""
    files = chapters(yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8")))
    page = site / f"{NAME}.html"
    page.write_text(one_page(site, files), encoding="utf-8")
    return [page, printed(page)]


def chapters(contents: dict) -> list[str]:
    """The files of a table of contents, in its order."""
    return [contents["root"], *(chapter["file"] for part in contents["parts"] for chapter in part["chapters"])]


def one_page(site: Path, files: list[str]) -> str:
    pages = {file: BeautifulSoup((site / f"{file}.html").read_text(encoding="utf-8"), "html.parser") for file in files}
    first = pages[files[0]]
    sheets = [str(link) for link in first.select('link[rel="stylesheet"]')]
    sections, listed = [], []
    for number, (file, page) in enumerate(pages.items(), 1):
        article = page.select_one("article.bd-article")
        title = article.h1.get_text().removesuffix("#").strip()
        listed.append(f'<li><a href="#{anchor(file)}">{title}</a></li>')
        sections.append(f'<section class="whole-chapter" id="{anchor(file)}"><p>{number}</p>{for_paper(article, file, files)}</section>')
    head = "".join(sheets).replace('href="../', 'href="')
    return (
        f'<!DOCTYPE html>\n<html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8"><title>{first.title.get_text()}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}<style>{SHEET.read_text(encoding="utf-8")}</style></head>'
        f'<body><main class="bd-article"><nav aria-label="Contents"><h2>The whole book</h2>{ABOUT}<ol>{"".join(listed)}</ol></nav>'
        f"{''.join(sections)}</main></body></html>\n"
    )


def for_paper(article: Tag, file: str, files: list[str]) -> str:
    """A chapter's text without what needs a screen, everything unfolded, its anchors and links those of the one page."""
    for still in article.select("noscript"):
        still.unwrap()
    for element in article.select(ON_SCREEN):
        element.decompose()
    for fold in article.select("details"):
        fold["open"] = ""
    for element in article.select("[id]:not(svg *)"):
        element["id"] = anchor(file, element["id"])
    for element in article.select("a[href], img[src]"):
        for key in {"href", "src"} & set(element.attrs):
            element[key] = moved(element[key], file, files)
    return "".join(map(str, article.contents))


def anchor(file: str, inside: str = "") -> str:
    return "--".join(filter(None, [Path(file).name, inside]))


def moved(link: str, file: str, files: list[str]) -> str:
    """A link of the page `file`, as seen from the one page, which stands at the root of the website."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return link
    if not parts.path:
        return f"#{anchor(file, parts.fragment)}"
    target = posixpath.normpath(posixpath.join(posixpath.dirname(file), parts.path))
    page = re.sub(r"\.html$", "", target)
    return f"#{anchor(page, parts.fragment)}" if page in files else parts._replace(path=target).geturl()


def chromium() -> str | None:
    """The browser's program, if there is one on this machine."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def printed(page: Path) -> Path:
    """The page as PDF, beside it."""
    program = chromium()
    if not program:
        raise CourseError("The PDF is printed by Chromium, and none was found: install it (on Debian or Ubuntu: apt-get install chromium).")
    pdf = page.with_suffix(".pdf")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    command = [program, *options, f"--print-to-pdf={pdf}", page.resolve().as_uri()]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    if done.returncode or not pdf.exists():
        raise CourseError(f"Chromium did not print {page}:\n{done.stdout}")
    return pdf
