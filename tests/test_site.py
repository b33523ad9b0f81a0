"""The built website, opened as its readers open it. `make test` builds it first, from the same files."""

import gzip
import io
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
import yaml
from explorer_page import slide, trajectory
from fontTools.ttLib import TTFont
from matplotlib.image import imread

from adaptive_lr import AdaGrad, minimize, problems
from adaptive_lr.course import execution, mending, onepage

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build/html"
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text())
FILES = [CONTENTS["root"], *(chapter["file"] for part in CONTENTS["parts"] for chapter in part["chapters"])]
PAGES = ["index.html", *(f"{file}.html" for file in FILES), "404.html", "prf-prf.html", "genindex.html", "search.html"]
CHAPTER = "book/adagrad.html"
PHONE, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def address(serve):
    if not (HTML / "index.html").exists():
        pytest.fail("There is no website to test: run `make site`, or `make test`, which does it first.", pytrace=False)
    return serve(HTML)


def test_the_list_of_pages_is_complete():
    assert sorted([*PAGES, f"{onepage.NAME}.html"]) == sorted(p.relative_to(HTML).as_posix() for p in HTML.rglob("*.html") if "_static" not in p.parts)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_other_host_and_complains_of_nothing(address, visit, name, look):
    visited = visit(f"{address}/{name}", color_scheme=look, viewport=WIDE)
    visited.page.wait_for_load_state("networkidle")
    assert visited.foreign == []
    assert visited.errors == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(address, visit, name):
    page = visit(f"{address}/{name}", viewport=PHONE).page
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_equations_open_at_their_beginning_with_their_number_beside_them(address, visit):
    page = visit(f"{address}/{CHAPTER}", viewport=PHONE).page
    page.wait_for_load_state("networkidle")
    places = page.locator("article div.math:has(.eqno)").evaluate_all("""equations => equations.map((equation) => {
        const formula = equation.querySelector(".katex-html"), place = formula.getBoundingClientRect();
        const [first, number] = [".base", ".eqno"].map((part) => equation.querySelector(part).getBoundingClientRect());
        const start = first.left - equation.getBoundingClientRect().left;
        return [start, formula.scrollWidth > formula.clientWidth, number.left - place.right, innerWidth - number.right];
    })""")
    starts, too_wide, beside, at_the_edge = zip(*places)
    assert len(places) >= 8 and any(too_wide)
    assert min(starts) >= 0 and min(beside) >= 0 and min(at_the_edge) >= 0


@pytest.mark.parametrize("look, darkens", [("light", 1), ("dark", -1)])
@pytest.mark.parametrize("name, wide", [(CHAPTER, "article span.katex-display"), (CHAPTER, "article div:has(> table)")], ids=["equation", "table"])
def test_on_a_phone_a_shadow_tells_on_which_side_there_is_more(address, visit, name, wide, look, darkens):
    page = visit(f"{address}/{name}", viewport=PHONE, color_scheme=look).page
    page.wait_for_load_state("networkidle")
    first = page.locator(wide).evaluate_all("them => them.findIndex((each) => each.scrollWidth > each.clientWidth + 50)")
    scrolled = page.locator(wide).nth(first)

    def edges(place):
        """The lightness of the outermost pixels on the left and on the right, below the upper edge."""
        scrolled.evaluate("(each, place) => { each.scrollLeft = place; }", place)
        shown = imread(io.BytesIO(scrolled.screenshot()))[:, :, :3].mean(axis=2)
        return shown[4, 2], shown[4, -3]

    begin, end = edges(0), edges(9999)
    assert darkens * (begin[1] - end[1]) < -0.1  # at the beginning there is more on the right, and nothing on the left
    assert darkens * (end[0] - begin[0]) < -0.1


@pytest.mark.parametrize("look", [WIDE, PHONE], ids=["wide", "phone"])
def test_code_beside_an_algorithm_is_not_cut(address, visit, look):
    code = visit(f"{address}/{CHAPTER}", viewport=look).page.locator("article .sd-col pre")
    assert code.count() >= 1
    assert code.evaluate_all("blocks => blocks.every((block) => block.scrollWidth <= block.clientWidth)")


def test_dark_mode_is_dark_and_its_text_light(address, visit):
    page = visit(f"{address}/{CHAPTER}", color_scheme="dark").page
    lightness = "(e, k) => getComputedStyle(document.querySelector(e))[k].match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 765"
    of = lambda element, key: page.evaluate(f"([e, k]) => ({lightness})(e, k)", [element, key])  # noqa: E731
    assert of("body", "backgroundColor") < 0.2 < 0.7 < of("article p", "color")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_page_has_its_colours_before_any_script_is_loaded(address, visit, look):
    page = visit(f"{address}/{CHAPTER}", color_scheme=look).page
    page.evaluate("localStorage.clear()")
    page.route("**/*.js*", lambda route: route.abort())
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 18, 18)"}[look]
    assert page.locator("html").get_attribute("data-theme") == look


def test_without_javascript_every_figure_and_every_formula_is_there(address, visit):
    page = visit(f"{address}/{CHAPTER}", java_script_enabled=False).page
    figures = page.locator("article img, article noscript svg, article svg[role=img]")
    assert figures.count() >= 6
    for k in range(figures.count()):
        assert figures.nth(k).is_visible()
    assert page.locator(".katex").count() > 50
    assert page.locator(".katex-error").count() == 0


def test_every_figure_says_what_it_shows(address, visit):
    page = visit(f"{address}/{CHAPTER}").page
    texts = page.locator("article img").evaluate_all("images => images.map(image => image.alt)")
    assert len(texts) >= 5
    assert min(map(len, texts)) > 80, "an alt text states the figure's message, not its file name"


def test_the_chapters_slider_moves_the_trajectory_to_what_minimize_computes(address, visit):
    page = visit(f"{address}/{CHAPTER}", viewport=WIDE).page
    page.wait_for_selector(".lr-explorer .words span")
    frame = np.array([float(page.locator(".plane .inside").get_attribute(side)) for side in ("width", "height")])
    unit = min(frame / (10, 6))  # of the ravine's bounds, −5 … 5 and −3 … 3
    shown = [0.5]
    for rate in (0.03, 0.2, 2.5):
        shown.append(slide(page, "AdaGrad: learning rate η", rate))
        x = minimize(problems.ravine, AdaGrad(lr=shown[-1]), [-4.0, 2.0], steps=60).x
        np.testing.assert_allclose(trajectory(page), frame / 2 + x * (unit, -unit), atol=0.051)  # pixels, printed to one decimal
    assert len(set(shown)) == 4


@pytest.mark.parametrize("name", PAGES)
def test_every_icon_is_drawn_by_a_font_of_a_few_kilobytes(address, visit, name):
    page = visit(f"{address}/{name}", viewport=PHONE).page
    page.wait_for_load_state("networkidle")
    drawn = page.evaluate("""() => [...document.querySelectorAll("*")].flatMap((element) => ["::before", "::after"].map((part) => {
        const style = getComputedStyle(element, part);
        return /Font Awesome/.test(style.fontFamily) && style.content !== "none" ? style.content : "";
    })).join("").replaceAll('"', "")""")
    loaded = [file for file in page.evaluate("performance.getEntriesByType('resource').map((file) => file.name)") if "awesome" in file.lower()]
    (font,) = {HTML / urlsplit(file).path[1:] for file in loaded}
    assert font.stat().st_size < 10_000
    assert len(set(drawn)) >= 5 and set(map(ord, drawn)) <= set(TTFont(font).getBestCmap())


def _first_load(page):
    """Of all files that an open page has fetched, by path: how many bytes they have, compressed as a web server would."""
    paths = {urlsplit(file).path[1:] for file in [page.url, *page.evaluate("performance.getEntriesByType('resource').map((file) => file.name)")]}
    return {path: len((HTML / path).read_bytes() if path.endswith(".woff2") else gzip.compress((HTML / path).read_bytes(), 6)) for path in paths}


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("book/")])
def test_a_chapters_first_load_is_light(address, visit, name):
    page = visit(f"{address}/{name}", viewport=WIDE).page
    page.wait_for_load_state("networkidle")
    sizes = _first_load(page)
    ours = [size for path, size in sizes.items() if re.search(r"_static/(explorer-|static_host|book\.)", path)]
    assert sum(sizes.values()) < 1_200_000
    assert sum(ours) < 40_000 and (name != CHAPTER or len(ours) == 4)


def test_nothing_is_painted_later_for_a_scripts_sake():
    for name in PAGES:
        scripts = re.findall(r"<script([^>]*\bsrc=[^>]*)>", (HTML / name).read_text(encoding="utf-8"))
        assert all("defer" in script for script in scripts), name


def _views(html):
    """The settings of every explorer of a page by its id, as they are saved in it."""
    states = re.findall(r'widget-state\+json">(.*?)</script>', html, re.DOTALL)
    return {name: model["state"] for state in states for name, model in json.loads(state)["state"].items() if "_esm" in model["state"]}


@pytest.mark.parametrize("name", PAGES)
def test_a_link_can_lead_to_every_explorer_of_a_page(name):
    html = (HTML / name).read_text(encoding="utf-8")
    shown = {json.loads(view)["model_id"] for view in re.findall(r'widget-view\+json">(.*?)</script>', html, re.DOTALL)}
    names = [view["name"] for model, view in _views(html).items() if model in shown]
    assert all(names) and len(set(names)) == len(names)


def test_explorers_share_one_module_and_no_page_carries_it(address, visit):
    modules = set()
    for name in PAGES:
        html = (HTML / name).read_text(encoding="utf-8")
        if views := _views(html):
            assert "export default" not in html and html.index("</article>") < html.index("widget-state+json")
            modules |= {(HTML / name).parent / view["_esm"] for view in views.values()}
    (module,) = {file.resolve() for file in modules}
    assert "export default" in module.read_text(encoding="utf-8")
    page = visit(f"{address}/{CHAPTER}").page
    page.wait_for_selector(".lr-explorer .words span")
    fetched = page.evaluate("performance.getEntriesByType('resource').map((file) => file.name)")
    assert sum(file.endswith(module.name) for file in fetched) == 1


def test_a_mended_page_stays_as_it_is(tmp_path):
    shutil.copytree(HTML, tmp_path / "html", ignore=shutil.ignore_patterns("*.map", "locales"))
    page, script = tmp_path / "html" / CHAPTER, '<script src="../_static/doctools.js"></script>'
    mended = page.read_text(encoding="utf-8")
    mending.mend(page, tmp_path / "html", ROOT / "node_modules/terser/bin/terser")
    assert page.read_text(encoding="utf-8") == mended
    page.write_text(mended.replace("</head>", f"{script}</head>"), encoding="utf-8")
    mending.mend(page, tmp_path / "html", ROOT / "node_modules/terser/bin/terser")
    assert page.read_text(encoding="utf-8") == mended.replace("</head>", f"{script.replace('src', 'defer src')}</head>")


def test_the_search_finds(address, visit):
    page = visit(f"{address}/search.html?q=hindsight", viewport=WIDE).page
    page.wait_for_selector("#search-results a[href*='adagrad']")


class _Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.targets, self.ids = [], set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("href", "src") and value:
                self.targets.append(value)
            if key == "id":
                self.ids.add(value)


def test_links_inside_the_site_lead_somewhere():
    read = {name: _Links(HTML / name) for name in PAGES}
    for name, links in read.items():
        for target in links.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            folder = HTML if parts.path.startswith("/") else (HTML / name).parent  # the page for lost addresses is shown at any depth
            file = folder / unquote(parts.path).lstrip("/") if parts.path else HTML / name
            assert file.exists(), f"{name} links to {target}"
            if parts.fragment and file.suffix == ".html":
                ids = read[file.resolve().relative_to(HTML).as_posix()].ids
                assert unquote(parts.fragment) in ids or parts.fragment == "top", f"{name} links to {target}"


def _build_book_of(cell, folder):
    """A book of a page with this one cell, and of two without any, built as ours is."""
    for shared in ("_config.yml", "book", "node_modules"):
        (folder / shared).symlink_to(ROOT / shared)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: page\nchapters: [{file: second}, {file: third}]\n")
    for name in ("second", "third"):
        (folder / f"{name}.md").write_text(f"# {name.capitalize()}\n")
    head = "---\nkernelspec: {name: python3, display_name: Python 3}\njupytext: {text_representation: {format_name: myst}}\n---\n"
    (folder / "page.md").write_text(f"{head}# Page\n\n```{{code-cell}} ipython3\n{cell}\n```\n")
    return _build(folder)


def _build(folder):
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "--warningiserror", "--nitpick", "--keep-going"]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
    return built.returncode, built.stdout + built.stderr


def test_a_page_whose_code_fails_or_warns_is_not_published(tmp_path):
    said = {}
    for cell in ("1 / 1", "1 / 0", "import sys; print('careful', file=sys.stderr)"):
        folder = tmp_path / str(len(said))
        folder.mkdir()
        said[cell] = _build_book_of(cell, folder)
    good, fails, warns = said.values()
    assert good[0] == 0, good[1]
    assert fails[0] != 0 and "ZeroDivisionError" in fails[1]
    assert warns[0] != 0 and "stderr was found in the cell outputs" in warns[1]


def test_only_the_page_that_changed_is_read_again_and_all_pages_show_its_title(tmp_path):
    _build_book_of("1", tmp_path)
    third = tmp_path / "_build/html/third.html"
    for text, seen in (("# Second\n\nMore.\n", "Second"), ("# Renamed\n", "Renamed")):
        (tmp_path / "second.md").write_text(text)
        failed, said = _build(tmp_path)
        assert not failed and "0 added, 1 changed, 0 removed" in said, said
        assert re.search(rf'href="second.html">\s*{seen}', third.read_text(encoding="utf-8"))


def test_a_change_of_the_package_or_of_data_renames_the_cache(tmp_path, monkeypatch):
    class App:
        outdir, confdir = tmp_path / "html", tmp_path

    class Config:
        nb_execution_cache_path = ""

    monkeypatch.setattr(execution, "PACKAGE", tmp_path / "package")
    files = [tmp_path / name for name in ("package/rule.py", "tests/oracles/recorded.npz", "package/course/grades.py")]
    names = []
    for texts in (("beta = 0.9", "1", ""), ("beta = 0.99", "1", ""), ("beta = 0.9", "2", ""), ("beta = 0.9", "1", "of no concern to a page")):
        for file, text in zip(files, texts):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        execution.name_cache_by_content(App, Config)
        names.append(Config.nb_execution_cache_path)
    assert names[3] == names[0] and len(set(names)) == 3
