"""What the website has when it stands somewhere, and the whole book as one page and as a PDF."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup
from matplotlib.image import imread
from pypdf import PdfReader
from test_site import FILES, HTML, ROOT

from adaptive_lr.course import CourseError, onepage
from adaptive_lr.course.publishing import ARCHIVE

SITE, REPOSITORY = "https://example.org/course/", "https://github.com/somebody/course"
HEAD = "---\nkernelspec: {name: python3, display_name: Python 3}\njupytext: {text_representation: {format_name: myst}}\n---\n"


def build(folder, **addresses):
    """A website of two pages, built as ours is, under these addresses."""
    for shared in ("_config.yml", "node_modules", "exercises", "adaptive_lr", "pyproject.toml", "README.md", "LICENSE"):
        (folder / shared).symlink_to(ROOT / shared)
    (folder / "book").mkdir()
    for name in ("_static", "references.bib"):
        (folder / "book" / name).symlink_to(ROOT / "book" / name)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/first\nparts: [{chapters: [{file: book/second}]}]\n")
    (folder / "book/first.md").write_text(f"{HEAD}# First\n\nDo {{notebook}}`adagrad`.\n")
    (folder / "book/second.md").write_text(f"{HEAD}# Second\n\nWhat follows from the first.\n")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "--all", "--warningiserror", "--nitpick"]
    without = {key: value for key, value in os.environ.items() if key not in ("SITE_URL", "REPOSITORY_URL")}
    built = subprocess.run(command, cwd=folder, env=without | addresses, capture_output=True, text=True, timeout=240)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / "_build/html"


def read(page):
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return build(tmp_path_factory.mktemp("published"), SITE_URL=SITE.rstrip("/"), REPOSITORY_URL=REPOSITORY)


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    return build(tmp_path_factory.mktemp("local"))


def test_the_sitemap_names_every_page_and_robots_name_the_sitemap(published):
    found = ElementTree.parse(published / "sitemap.xml").findall(".//{*}loc")
    assert [loc.text for loc in found] == [f"{SITE}book/first.html", f"{SITE}book/second.html"]
    assert (published / "robots.txt").read_text() == f"User-agent: *\nAllow: /\nSitemap: {SITE}sitemap.xml\n"


def test_a_page_that_is_shared_shows_a_card(published):
    page = read(published / "book/second.html")
    told = {meta["property"]: meta["content"] for meta in page.select("meta[property^='og:']")}
    assert told["og:title"] == "Second" and told["og:url"] == f"{SITE}book/second.html"
    assert "What follows from the first." in told["og:description"]
    picture = published / told["og:image"].removeprefix(SITE)
    assert imread(picture).shape[:2] == (int(told["og:image:height"]), int(told["og:image:width"]))
    assert page.select_one("link[rel=canonical]")["href"] == f"{SITE}book/second.html"


def test_an_address_that_leads_nowhere_leads_to_a_page_that_knows_the_way(published):
    page = read(published / "404.html")
    assert page.select_one("article h1").get_text() == "This page is not here"
    links = [link["href"] for link in page.select("a[href], link[rel=stylesheet]")]
    assert "/course/" in links and "/course/book/second.html" in links
    assert all(link.startswith(("/course/", "#", "http")) for link in links)  # it is shown at any depth


def test_pages_lead_to_their_source_and_notebooks_open_where_they_run(published):
    links = [link["href"] for link in read(published / "book/first.html").select("a[href]")]
    assert f"{REPOSITORY}/edit/main/book/first.md" in links
    assert "https://colab.research.google.com/github/somebody/course/blob/main/exercises/adagrad/adagrad.ipynb" in links
    assert any(link.endswith("/adagrad.ipynb") and "_downloads" in link for link in links)


def test_all_notebooks_and_their_checker_hang_on_the_site_in_one_archive(published, tmp_path):
    with zipfile.ZipFile(published / ARCHIVE) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".ipynb"))
        assert names == sorted(f"{path.stem}/{path.stem}.ipynb" for path in (ROOT / "solutions").glob("*.py"))
        assert archive.read("adam/adam.ipynb") == (ROOT / "exercises/adam/adam.ipynb").read_bytes()
        assert {"pyproject.toml", "README.md", "LICENSE"} < set(archive.namelist())  # with which pip installs it
        assert not [name for name in archive.namelist() if "solutions" in name or "__pycache__" in name]
        archive.extractall(tmp_path)
    checks = "from adaptive_lr.grading import check; print(check(None, 'adam_half_life')); import adaptive_lr; print(adaptive_lr.__file__)"
    said = subprocess.run([sys.executable, "-c", checks], capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)})
    assert "not done yet" in said.stdout and str(tmp_path) in said.stdout, said.stderr


def test_without_addresses_nothing_claims_one(local):
    text = (local / "book/first.html").read_text(encoding="utf-8")
    assert "canonical" not in text and "og:image" not in text and "colab" not in text and "/edit/" not in text
    assert not (local / "sitemap.xml").exists()
    assert (local / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"
    assert (local / "404.html").exists()


def test_the_workflow_publishes_what_make_builds_under_the_addresses_that_pages_have():
    steps = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text())["jobs"]["publish"]["steps"]
    (made,) = [step for step in steps if "run" in step]
    assert set(made["env"]) == {"SITE_URL", "REPOSITORY_URL"}
    targets = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    assert made["run"].split()[0] == "make" and set(made["run"].split()[1:]) <= set(targets)
    (uploaded,) = [step["with"]["path"] for step in steps if "upload" in step.get("uses", "")]
    assert (ROOT / uploaded).resolve() == HTML.resolve()


# ------------------------------------------------------------------------------------------------------------ the whole book


@pytest.fixture(scope="module")
def whole():
    return read(HTML / f"{onepage.NAME}.html")


@pytest.fixture(scope="module")
def paper():
    return PdfReader(HTML / f"{onepage.NAME}.pdf")


def titles():
    return [read(HTML / f"{file}.html").select_one("article h1").get_text().removesuffix("#").strip() for file in FILES]


def test_the_one_page_holds_every_chapter_in_order(whole):
    assert [heading.get_text().strip() for heading in whole.select("section.whole-chapter h1")] == titles()


def test_its_links_lead_to_places_on_it_or_to_files_beside_it(whole):
    ids = [element["id"] for element in whole.select("[id]:not(svg *)")]
    assert len(ids) == len(set(ids))
    for link in whole.select("a[href]"):
        target = link["href"]
        if target.startswith("#"):
            assert target[1:] in ids, target
        elif not target.startswith(("http", "mailto")):
            assert (HTML / target.partition("#")[0]).exists(), target
    for picture in whole.select("img"):
        assert (HTML / picture["src"]).exists()


def test_every_explorer_is_there_as_a_figure_and_nothing_waits_for_a_script(whole):
    live = sum(len(read(HTML / f"{file}.html").select("noscript.lr-explorer-still")) for file in FILES)
    stills = [figure for figure in whole.select("figure") if figure.svg]
    assert len(stills) >= live > 10
    assert all(figure.figcaption for figure in stills)
    assert not whole.select("script, noscript, .lr-explorer")
    assert all(fold.has_attr("open") for fold in whole.select("details"))


def test_the_pdf_has_every_chapter_in_its_outline_and_its_text(paper):
    assert len(paper.pages) > 100
    outline, chapters = [item.title for item in paper.outline if not isinstance(item, list)], titles()
    assert [title for title in outline if title in chapters] == chapters
    last = "".join(page.extract_text() for page in paper.pages[-3:])
    assert "Duchi" in last  # of the references


def test_without_a_browser_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="apt-get install chromium"):
        onepage.printed(tmp_path / "page.html")
