"""Sensitivity maps as a reader uses them, in a real browser, and the explorer that runs the cell that is picked."""

from __future__ import annotations

import re

import numpy as np
import pytest
from explorer_page import slide, spoken
from test_sensitivity import PLANE, single

from adaptive_lr import SGD, AdaGrad, Adam, Momentum, minimize, problems
from adaptive_lr.explorer.sensitivity import SensitivityMap

IMPORTS = "from adaptive_lr import *\nfrom adaptive_lr.explorer import Explorer\nfrom adaptive_lr.explorer.sensitivity import SensitivityMap"
HALF = """from dataclasses import dataclass

@dataclass(frozen=True)
class Half(SGD):
    lr: float = 0.25

    def step(self, t, lr, g, state):
        return g, lr / 2, ()"""
EXPLORER = "explorer = Explorer(AdaGrad(lr=0.5), problems.ravine, noise=0.5, name='descent')\nexplorer"
MAP = "SensitivityMap([Adam(), Half()], explorer=explorer, name='map')"
OWN = """SensitivityMap([Momentum(), Half(), Adam(beta1=0.5), Adam()], problems=[problems.ravine, problems.Ravine(condition=100.0)], steps=100)"""


@pytest.fixture(scope="module")
def site(publish):
    return publish({"index": [IMPORTS, HALF, EXPLORER, MAP], "own": [IMPORTS, HALF, OWN]})


@pytest.fixture
def visits(site, visit):
    """visits(page, **options) → an open page whose map is drawn. Whatever a test does there, the page complains of nothing."""
    opened = []

    def open_page(page="index.html", **options):
        opened.append(visit(f"{site}/{page}", **options))
        opened[-1].page.wait_for_selector(".map .cells", state="attached")
        return opened[-1].page

    yield open_page
    assert [error for each in opened for error in each.errors] == []


@pytest.fixture
def page(visits):
    return visits()


def said(page):
    """The words of the map, line by line."""
    return page.locator(".lr-explorer:has(.map) .words").inner_text().splitlines()


def ran(page):
    """The words of the explorer."""
    return page.locator("#descent .words").inner_text().splitlines()


def cursor(page):
    return page.get_by_role("slider", name="cell of the map")


def press(page, *keys):
    for key in keys:
        cursor(page).press(key)


def pick(page, name, text):
    page.locator(".lr-explorer:has(.map)").get_by_role("combobox", name=name, exact=True).select_option(label=text)


def two_digits(gap):
    """A gap as it is written in the page."""
    return spoken(float(f"{gap:.1e}"))


def line(rule, problem, lr, beta2, steps=100):
    gap, start = single(rule, problem, lr, "beta2", beta2, steps), minimize(problem, rule, steps=0).gap[0]
    end = "diverges" if gap == np.inf else "ends above the loss at the start" if gap > start else f"loss {two_digits(gap)} above the minimum"
    return f"{type(rule).__name__} on {type(problem).__name__}, η = {lr:g}, β₂ = {beta2:g}, {steps} updates: {end}"


def cell_centre(page, row, column):
    """Where on the screen a cell of Adam's map is: 51 rates, 31 decays."""
    box = page.locator(".map .area").bounding_box()
    return box["x"] + (column + 0.5) * box["width"] / 51, box["y"] + box["height"] - (row + 0.5) * box["height"] / 31


def test_colours_follow_the_gaps_and_marks_stand_where_runs_diverge(visits):
    page = visits("own.html")
    pick(page, "problem", "Ravine, condition = 20")
    shown = SensitivityMap(Momentum(), problems.ravine, steps=100)
    ((found,),), start = shown.table, minimize(problems.ravine, Momentum(), steps=0).gap[0]
    w, h = (page.locator(".map .area").evaluate(f"area => area.{side}.baseVal.value") / n for side, n in (("width", 51), ("height", 31)))

    def places(path, pattern, left, up):
        return {(round(30.5 - (float(y) - up * h) / h), round((float(x) - left * w) / w - 0.5)) for x, y in re.findall(pattern, path)}

    paths = page.locator(".map path.cells").evaluate_all("paths => paths.map((path) => [path.getAttribute('fill'), path.getAttribute('d')])")
    drawn = {cell: colour for colour, d in paths for cell in places(d, r"M(\S+) (\S+?)h", -0.5, -0.5)}
    hatched = places(page.locator(".map .diverges").get_attribute("d"), r"M(\S+) (\S+?)l", -0.5, 0.5)
    dotted = places(page.locator(".map .worse").get_attribute("d"), r"M(\S+) (\S+?)h0", 0, 0)
    cells = {tuple(map(int, cell)): gap for cell, gap in np.ndenumerate(found.gaps)}
    assert hatched == {cell for cell, gap in cells.items() if gap == np.inf} and hatched
    assert dotted == {cell for cell, gap in cells.items() if start < gap < np.inf} and dotted
    assert set(drawn) == set(cells) - hatched - dotted
    brightness = [sum(int(drawn[cell][k : k + 2], 16) * weight for k, weight in ((1, 0.21), (3, 0.72), (5, 0.07))) for cell in sorted(drawn, key=cells.get)]
    assert np.diff(brightness).max() < 1e-9 and len(set(brightness)) > 20  # the nearer to the minimum, the brighter


def test_to_open_the_page_changes_nothing(page):
    trace = minimize(problems.Noisy(problems.ravine, 0.5), AdaGrad(lr=0.5), steps=60)
    assert ran(page)[1] == f"AdaGrad ends at loss {spoken(trace.loss[-1])} after 60 updates"
    page.wait_for_timeout(700)
    assert "?" not in page.url


def test_the_cursor_begins_at_the_rules_own_settings_and_moves_by_keys(page):
    assert said(page)[0] == line(Adam(), problems.ravine, 0.001, 0.999)
    press(page, "ArrowRight", "ArrowDown")
    assert said(page)[0] == line(Adam(), problems.ravine, 0.00125, 0.99875)
    assert cursor(page).get_attribute("aria-valuetext") == "η = 0.00125, β₂ = 0.99875"
    press(page, "End", "ArrowRight", "PageDown")
    assert said(page)[0] == line(Adam(), problems.ravine, 10.0, 0.0) and "ends above" in said(page)[0]
    press(page, "Shift+ArrowLeft", "Shift+ArrowUp", "Shift+ArrowUp")
    assert said(page)[0] == line(Adam(), problems.ravine, 3.2, 0.9)
    press(page, "Home", "ArrowLeft", "PageUp", "ArrowUp")
    assert said(page)[0] == line(Adam(), problems.ravine, 0.0001, 0.999).replace("0.0001", "1 × 10⁻⁴")
    page.locator(".lr-explorer:has(.map) [role=status]").filter(has_text="Adam on Ravine, η = 1e-4, β₂ = 0.999").wait_for(state="attached")


def test_the_pointer_names_the_cell_under_it(page):
    before = said(page)[0]
    page.locator(".map").scroll_into_view_if_needed()
    page.mouse.move(*cell_centre(page, 10, 30))
    assert said(page)[0] == line(Adam(), problems.ravine, 0.1, 0.9)
    page.mouse.move(5, 5)
    assert said(page)[0] == before
    page.mouse.move(*cell_centre(page, 0, 0))
    page.mouse.down()
    page.mouse.move(*cell_centre(page, 20, 40))
    page.mouse.up()
    page.mouse.move(5, 5)
    assert said(page)[0] == line(Adam(), problems.ravine, 1.0, 0.99)


def test_keys_move_the_cursor_from_where_it_is_not_from_where_the_pointer_is(page):
    press(page, "Home")
    page.locator(".map .area").hover(position={"x": 300, "y": 60})
    page.keyboard.press("ArrowRight")
    assert cursor(page).get_attribute("aria-valuetext").startswith("η = 1.25e-4,")


def test_an_address_that_names_the_map_leads_to_it(visits):
    page = visits("index.html#map", viewport={"width": 800, "height": 500})
    page.wait_for_timeout(200)
    assert 0 <= page.locator("#map").bounding_box()["y"] < 100


def test_the_best_cell_is_named_and_starred(page):
    pick(page, "problem", "Beale")
    shown = SensitivityMap(Adam(), problems.beale)
    gaps, rates, decays = shown.table[0][0].gaps, shown.maps["rates"]["values"], shown.axes[0].values
    row, column = np.unravel_index(gaps.argmin(), gaps.shape)
    near = np.mean(gaps < 1e-3 * minimize(problems.beale, Adam(), steps=0).gap[0])
    assert said(page)[1] == "★ Best cell: " + line(Adam(), problems.beale, rates[column], decays[row]).partition(", ")[2]
    assert f"({near:.0%}".replace("%", "\u00a0%") in said(page)[2]
    star, (x, y) = page.locator(".map .best").bounding_box(), cell_centre(page, row, column)
    assert star["x"] < x < star["x"] + star["width"] and star["y"] < y < star["y"] + star["height"]


@pytest.mark.parametrize("by", ["click", "Enter", "button", "tap"])
def test_a_picked_cell_is_run_by_the_explorer(visits, by):
    page = visits(has_touch=True)
    page.get_by_role("slider", name="update shown").press("ArrowLeft")
    slide(page, "updates", 20)
    pick(page, "problem", "Saddle")
    assert ran(page)[1].startswith("AdaGrad")  # a problem that is looked at is not yet run
    page.locator(".map").scroll_into_view_if_needed()
    if by in ("click", "tap"):
        (page.mouse.click if by == "click" else page.touchscreen.tap)(*cell_centre(page, 10, 30))
    else:
        press(page, *["Shift+ArrowRight"] * 4, "PageDown", *["Shift+ArrowUp"] * 2)
        press(page, "Enter") if by == "Enter" else page.get_by_role("button", name="Show this run in the explorer").click()
    assert said(page)[0] == line(Adam(), problems.saddle, 0.1, 0.9)
    trace = minimize(problems.saddle, Adam(lr=0.1, beta2=0.9), steps=100)
    assert ran(page)[:2] == ["Start (−1.5, 0.01)", f"Adam ends at loss {spoken(trace.loss[-1])} after 100 updates"]


def test_a_rule_of_ones_own_is_run_by_the_explorer_too(page):
    pick(page, "rule", "Half")
    press(page, "End", *["ArrowLeft"] * 20, "PageUp", "Enter")
    assert ran(page)[1] == f"Half ends at loss {spoken(minimize(problems.ravine, SGD(lr=0.05), steps=100).loss[-1])} after 100 updates"


def test_the_button_says_whether_the_explorer_shows_the_run_and_brings_it_back(page):
    button = page.locator(".lr-explorer:has(.map) button")
    assert button.inner_text() == "Show this run in the explorer"
    button.click()
    assert button.inner_text() == "The explorer shows this run"
    slide(page, "updates", 20)  # in the explorer
    assert button.inner_text() == "Show this run in the explorer"
    button.click()
    assert ran(page)[1] == f"Adam ends at loss {spoken(minimize(problems.ravine, Adam(), steps=100).loss[-1])} after 100 updates"


def test_a_link_that_leads_to_the_run_of_a_cell_is_recognised(visits):
    page = visits("index.html?descent.rule=Adam&descent.rule.lr=0.2&descent.noise=0&descent.steps=100")
    assert said(page)[0].startswith("Adam on Ravine, η = 0.2, β₂ = 0.999")
    assert page.get_by_role("button", name="The explorer shows this run").is_visible()


def test_rules_of_ones_own_two_of_a_kind_and_two_ravines_are_told_apart(visits):
    page = visits("own.html")
    options = page.get_by_role("combobox", name="rule", exact=True).locator("option").all_inner_texts()
    assert options == ["Momentum", "Half", "Adam, β₁ = 0.5, ε = 1e-8", "Adam, β₁ = 0.9, ε = 1e-8"]
    pick(page, "problem", "Ravine, condition = 100")
    pick(page, "rule", options[2])
    gap = minimize(problems.Ravine(condition=100), Adam(lr=0.01, beta1=0.5), steps=100).gap[-1]
    press(page, "End", *["Shift+ArrowLeft"] * 6)
    where = "Adam, β₁ = 0.5, ε = 1 × 10⁻⁸ on Ravine, condition = 100, η = 0.01, β₂ = 0.999, 100 updates"
    assert said(page)[0] == f"{where}: loss {two_digits(gap)} above the minimum"
    pick(page, "rule", "Half")
    press(page, "PageDown", "ArrowUp", "ArrowUp")
    gap = minimize(problems.Ravine(condition=100), SGD(lr=0.005), steps=3).gap[-1]
    assert said(page)[0] == f"Half on Ravine, condition = 100, η = 0.01, 3 updates: loss {two_digits(gap)} above the minimum"
    assert page.locator(".map").get_by_text("updates", exact=True).is_visible() and page.locator("button:has-text('explorer')").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_fits_a_telephone_and_its_marks_stand_out(visits, scheme):
    page = visits(viewport={"width": 360, "height": 800})
    page.evaluate("scheme => { document.documentElement.dataset.theme = scheme; }", scheme)
    root = page.locator(".lr-explorer:has(.map)")
    assert root.evaluate("root => [...root.querySelectorAll('*')].every((part) => part.getBoundingClientRect().right <= innerWidth)")
    colours = page.evaluate("""() => [getComputedStyle(document.querySelector(".map .worse")).stroke, getComputedStyle(document.body).backgroundColor]""")
    marks, ground = (np.mean(list(map(float, re.findall(r"[\d.]+", colour)[:3]))) for colour in colours)
    assert abs(marks - ground) > 120
    assert page.locator(".map .area").bounding_box()["width"] > 240


def test_without_javascript_there_is_a_picture_of_all_problems(visit, site):
    page = visit(f"{site}/index.html", java_script_enabled=False).page
    still = page.locator("noscript.lr-explorer-still figure").last
    assert still.is_visible() and still.locator("svg").bounding_box()["height"] > 200
    assert all(type(problem).__name__ in still.locator("figcaption").inner_text() for problem in PLANE)
