"""The reference describes every public name, once, by its own docstring, with the lines of its formulas kept; the glossary is used as it says."""

import re
from importlib import import_module
from inspect import isclass, ismodule, isroutine
from pathlib import Path

import pytest
from test_publishing import read
from test_site import HTML

from adaptive_lr.course.docstrings import ELSEWHERE, PUBLIC, described, marked_up, public

BOOK = Path(__file__).parent.parent / "book"
MODULES = [import_module(f"adaptive_lr{suffix}") for suffix in PUBLIC]
OFFERED = {id(value): (f"{module.__name__}.{name}", value) for module in reversed(MODULES) for name, value in public(module).items()}.values()
DOCUMENTED = [(place, value) for place, value in OFFERED if isclass(value) or isroutine(value)]
OF_NO_ALL = {  # data of modules without __all__, and what signatures lead to
    *("adaptive_lr.network.ACTIVATIONS", "adaptive_lr.network.OBJECTIVES", "adaptive_lr.plots.PALETTE", "adaptive_lr.plots.STYLE"),
    *("adaptive_lr.rule.Rate", "adaptive_lr.rule.Schedule", "adaptive_lr.course.reports.Result", "adaptive_lr.course.CourseError"),
}


@pytest.fixture(scope="module")
def page():
    return read(HTML / "book/reference.html").select_one("article")


@pytest.fixture(scope="module")
def lines(page):
    """The text of each line, paragraph, item and code block."""
    return {squeezed(part.get_text()) for part in page.select("dd p, dd div.line, dd li, section > p, pre")}


def squeezed(text, gap=" "):
    """With one kind of quotes and of gaps."""
    return re.sub(r"\s+", gap, text.translate(str.maketrans("’“”", "'\"\""))).strip()


@pytest.mark.parametrize(("place", "value"), OFFERED, ids=[place for place, _ in OFFERED])
def test_every_public_name_is_described_exactly_once(page, place, value):
    assert len(page.find_all(id=f"module-{place}" if ismodule(value) else place)) == 1


def test_what_is_described_is_public_or_a_part_of_it(page):
    signs = [sign["id"] for sign in page.select("dt.sig[id]")]
    public_or_part = {sign for sign in signs for place, _ in OFFERED if sign == place or sign.startswith(f"{place}.")}
    assert set(signs) - public_or_part == OF_NO_ALL and len(set(signs)) == len(signs)


@pytest.mark.parametrize(("place", "value"), DOCUMENTED, ids=[place for place, _ in DOCUMENTED])
def test_every_docstring_is_there_letter_by_letter_and_each_update_on_a_line_of_its_own(page, lines, place, value):
    shown = squeezed(page.find(id=place).find_next_sibling("dd").get_text(), gap="")
    for sentence in re.split(r"(?<=[.:])\s+|\n", value.__doc__):
        assert squeezed(re.sub(r"[*`]|^\s*- ", "", sentence), gap="") in shown.replace("*", "")
    for line in value.__doc__.split("\n"):
        if " ← " in line and not line.endswith("."):
            assert squeezed(line) in lines


def test_nothing_is_garbled(page):
    text = page.get_text()
    assert not page.select(".system-message, .problematic") and "System Message" not in text
    prose = " ".join(part.get_text() for part in page.select("dd p, dd li, dd div.line"))
    assert not re.search(r"``|:py:|\.\. |\|_|\\", prose)


def test_each_kind_of_paragraph_gets_its_markup():
    docstring = "A rule.\n\n    x = f(1)\n\nu ← β u,   x ← x − u\nû = u_t\n\nSees `Trace`, *old* u.\n- One:\n  more.\n\nlr: η.  a, b: two.\nRaises."
    assert "\n".join(marked_up(docstring, {"Trace": "adaptive_lr.Trace"})) == "\n".join([
        "A rule.", "",
        "::", "", "        x = f(1)", "",
        "| u ← β u,\u2003x ← x − u", "| û = u_t", "",
        "Sees :py:obj:`Trace <adaptive_lr.Trace>`, *old* u.", "", "- One:", "  more.", "",
        "", "- **lr**: η.", "- **a, b**: two.", "", "Raises.", "",
    ])  # fmt: skip


def test_names_in_docstrings_lead_to_what_they_name():
    places = described()
    assert places["Trace"] == "adaptive_lr.Trace" and places["Adam"] == "adaptive_lr.Adam"
    assert places["printed.Adam"] == "adaptive_lr.printed.Adam" and places["problems.Noisy"] == "adaptive_lr.problems.Noisy"


def test_types_of_other_packages_lead_to_their_documentation(page):
    leads = {link["href"] for link in page.select('dt a[href^="http"], dd a[href^="http"]')}
    assert leads <= set(ELSEWHERE.values())
    assert {ELSEWHERE["numpy.ndarray"], ELSEWHERE["matplotlib.axes.Axes"]} <= leads


# -------------------------------------------------------------------------------------------------------------- glossary


def test_each_term_is_explained_and_leads_to_where_it_comes_from():
    glossary = read(HTML / "book/glossary.html").select_one("dl.glossary")
    explained = glossary.select("dd")
    assert 35 <= len(explained) and len({term["id"] for term in glossary.select("dt")}) == len(glossary.select("dt"))
    assert [entry.get_text() for entry in explained if not entry.select('a:not([href^="#"])')] == []
    assert [entry.get_text() for entry in explained if entry.get_text().count(". ") > 4] == []


CHAPTERS = [BOOK / f"{name}.md" for name in "descent sparse adagrad rmsprop adadelta adam adamax nadam schedules choosing beyond".split()]


def terms_linked(page):
    return {re.sub(r".*<(.*)>$", r"\1", shown).lower() for shown in re.findall(r"\{term\}`([^`]+)`", page.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_a_chapter_leads_to_the_glossary(page):
    assert len(terms_linked(page)) >= 10


def test_every_term_of_the_glossary_is_met_in_a_chapter():
    terms = re.findall(r"^(\S.*)\n  ", (BOOK / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(terms) > 50 and {term.lower() for term in terms} <= set().union(*map(terms_linked, CHAPTERS))
