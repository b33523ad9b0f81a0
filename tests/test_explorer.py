"""The explorer, used as a reader uses it: a page built by MyST-NB with the static host, in a real browser."""

from __future__ import annotations

import re

import numpy as np
import pytest
from explorer_page import pick, slide, trajectory, type_in, words

from adaptive_lr import SGD, AdaGrad, minimize, problems
from adaptive_lr.problems import Ravine

IMPORTS = "from adaptive_lr import *\nfrom adaptive_lr.explorer import Explorer\nimport ipywidgets as W"
EXPLORER = "Explorer(AdaGrad(lr=0.5), problems.ravine, second=SGD(lr=0.05), name='descent')"
OUTSIDE = "Explorer(AdaGrad(lr=0.5), problems.saddle, x0=[40.0, -7.0])"
MOVING = """from dataclasses import dataclass
import numpy as np
from adaptive_lr.problems import Problem

@dataclass(frozen=True)
class Moving(Problem):
    width: float = 1.0
    start = (-4.0, 2.0)
    bounds = (-5.0, 5.0, -3.0, 3.0)

    @property
    def minimum(self):
        return (np.sqrt(self.width), -1.0)

    def f(self, x):
        return (x[..., 0] - np.sqrt(self.width)) ** 2 + (x[..., 1] + 1) ** 2 - 7 * self.width

    def grad(self, x):
        return np.stack([2 * (x[..., 0] - np.sqrt(self.width)), 2 * (x[..., 1] + 1)], axis=-1)

Explorer(SGD(lr=0.25), Moving())"""
OTHERS = """one, two = Explorer(AdaGrad(lr=0.5), problems.ravine), Explorer(SGD(lr=0.05), problems.beale)
W.jsdlink((one, "steps"), (two, "steps"))
W.VBox([one, two, W.Label("a label"), W.Play()])"""


@pytest.fixture(scope="module")
def site(publish):
    """Pages: an explorer, one that starts outside its frame, one whose minimum moves, and other widgets."""
    return publish({name: [IMPORTS, cell] for name, cell in {"index": EXPLORER, "outside": OUTSIDE, "moving": MOVING, "others": OTHERS}.items()})


def test_the_picture_shows_the_run_of_minimize(explorer):
    traces = [minimize(problems.ravine, rule, steps=60) for rule in (AdaGrad(lr=0.5), SGD(lr=0.05))]
    for index, trace in enumerate(traces):
        drawn = trajectory(explorer, index)
        assert drawn.shape == trace.x.shape
        scale, shift = zip(*(np.polyfit(trace.x[:, k], drawn[:, k], 1) for k in (0, 1)))
        np.testing.assert_allclose(trace.x * scale + shift, drawn, atol=0.11)  # pixels, printed to one decimal
        assert scale[0] == pytest.approx(-scale[1], rel=1e-2)  # one unit is as long along x₁ as along x₂
    assert words(explorer) == [
        "Start (−4, 2)",
        f"AdaGrad ends at loss {traces[0].loss[-1]:.3g} after 60 updates",
        f"SGD ends at loss {traces[1].loss[-1]:.3g} after 60 updates",
    ]


def test_a_slider_moves_the_trajectory_to_the_value_that_it_shows(explorer):
    before = trajectory(explorer)
    assert slide(explorer, "AdaGrad: learning rate η", 0.05) == 0.05
    assert explorer.get_by_role("textbox", name="AdaGrad: learning rate η, as a number").input_value() == "0.05"
    assert words(explorer)[1] == f"AdaGrad ends at loss {minimize(problems.ravine, AdaGrad(lr=0.05), steps=60).loss[-1]:.3g} after 60 updates"
    assert not np.array_equal(before, trajectory(explorer))


def test_a_steeper_ravine_has_other_contours(explorer):
    contours = explorer.locator(".contours")
    before = contours.get_attribute("d")
    slide(explorer, "Ravine: condition κ", 100)
    assert contours.get_attribute("d") != before
    assert "SGD diverges at update" in words(explorer)[2]
    trace = minimize(Ravine(100), AdaGrad(lr=0.5), steps=60)
    assert f"{trace.loss[-1]:.3g}" in words(explorer)[1]


def test_the_number_of_updates_is_the_number_of_dots(explorer):
    slide(explorer, "updates", 7)
    assert len(trajectory(explorer)) == 8
    assert words(explorer)[1].endswith("after 7 updates")


def test_arrow_keys_move_the_start(explorer):
    start = explorer.get_by_role("slider", name="start point")
    start.focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown"):
        explorer.keyboard.press(key)
    assert start.get_attribute("aria-valuetext") == "x1 = -4.1, x2 = 1.91"
    assert words(explorer)[0] == "Start (−4.1, 1.91)"
    assert explorer.locator(".start .focus").evaluate("circle => getComputedStyle(circle).stroke") != "none"


@pytest.mark.parametrize("touch", [False, True])
def test_the_start_can_be_dragged_and_stays_in_the_frame(site, visit, touch):
    visit = visit(f"{site}/index.html", has_touch=touch, viewport={"width": 360, "height": 1200})
    visit.page.evaluate("document.body.style.paddingBottom = '3000px'")  # there is somewhere to scroll to
    ring = visit.page.locator(".start .ring")
    box = ring.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(dx, dy):
        if touch:
            session = visit.page.context.new_cdp_session(visit.page)
            way = [{"x": x + dx * k / 10, "y": y + dy * k / 10} for k in range(11)]
            for kind, points in [("Start", way[:1]), *(("Move", [point]) for point in way[1:]), ("End", [])]:
                session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        else:
            visit.page.mouse.move(x, y)
            visit.page.mouse.down()
            visit.page.mouse.move(x + dx, y + dy, steps=5)
            visit.page.mouse.up()

    drag(40, 30)
    moved = ring.bounding_box()
    assert moved["x"] - box["x"] == pytest.approx(40, abs=1) and moved["y"] - box["y"] == pytest.approx(30, abs=1)
    x, y = x + 40, y + 30
    drag(-2000, 5)
    outermost = ring.bounding_box()
    assert outermost["x"] > 0 and "outside" not in words(visit.page)[0]
    assert visit.page.evaluate("scrollY") == 0
    assert visit.errors == []


def test_reset_returns_to_what_python_asked_for(explorer):
    picture, said = explorer.locator(".plane").inner_html(), words(explorer)
    for name, value in [("AdaGrad: constant ε", 0.1), ("SGD: learning rate η", 0.001), ("Ravine: condition κ", 10), ("updates", 33), ("gradient noise σ", 1)]:
        slide(explorer, name, value)
    pick(explorer, "beside it", "none")
    pick(explorer, "and", "Lion")
    pick(explorer, "rule", "Adam")
    explorer.get_by_label("coordinates").check()
    explorer.get_by_role("slider", name="start point").press("ArrowDown")
    assert words(explorer) != said
    explorer.get_by_role("button", name="Reset").click()
    explorer.get_by_role("slider", name="start point").blur()
    assert words(explorer) == said
    assert explorer.locator(".plane").inner_html() == picture
    assert explorer.get_by_role("slider", name="updates", exact=True).get_attribute("aria-valuetext") == "60"


def test_the_second_rule_can_be_taken_away(explorer):
    pick(explorer, "beside it", "none")
    assert explorer.locator(".run-1").count() == 0
    assert len(words(explorer)) == 2


def test_a_diverging_run_is_said_to_diverge_when_its_numbers_end(explorer):
    slide(explorer, "SGD: learning rate η", 10)
    slide(explorer, "updates", 500)
    trace = minimize(problems.ravine, SGD(lr=10.0), steps=500)
    first = int(np.argmin(np.isfinite(trace.loss)))
    assert words(explorer)[2] == f"SGD diverges at update {first}: its numbers overflow"


def test_the_spoken_words_wait_until_things_have_come_to_rest(explorer):
    explorer.wait_for_timeout(700)
    assert explorer.locator(".lr-explorer .spoken").inner_text() == ""  # nobody asked yet
    explorer.evaluate("""() => {
        window.spoken = [];
        const status = document.querySelector(".lr-explorer [role=status]");
        new MutationObserver(() => spoken.push(status.textContent)).observe(status, { childList: true });
    }""")
    for value in (0.001, 0.003, 0.01, 0.1):
        slide(explorer, "AdaGrad: learning rate η", value)
    explorer.wait_for_function("spoken.length > 0")
    explorer.wait_for_timeout(700)
    (said,) = explorer.evaluate("spoken")
    assert "Start (-4, 2). AdaGrad ends at loss" in said and "SGD ends at loss" in said


@pytest.mark.parametrize("width", [360, 700, 1400])
def test_nothing_is_wider_than_the_page(site, visit, width):
    visit = visit(f"{site}/index.html", viewport={"width": width, "height": 900})
    visit.page.wait_for_selector(".lr-explorer .words > span")
    view = visit.page.locator(".lr-explorer").bounding_box()
    for svg in visit.page.locator(".lr-explorer > svg, .charts > svg").all():
        box = svg.bounding_box()
        assert box["x"] >= view["x"] - 1 and box["x"] + box["width"] <= view["x"] + view["width"] + 1
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_control_has_a_name_and_can_be_reached_by_keyboard(explorer):
    controls = explorer.locator(".host-view :is(input, select, button, [tabindex])")
    sliders = 2 + 1 + 1 + 2  # of the rules, of the problem, updates and noise; each has a box for its number
    assert controls.count() == 1 + 3 + 2 * sliders + 4 + 2 + 7 + 3  # start; player; pickers of parts and of schedules; switches; buttons
    controls.first.focus()
    reached = []
    for _ in range(controls.count()):
        name = "(e) => e.closest('.host-view') && (e.ariaLabel || e.textContent || e.parentElement.textContent)"
        reached.append(explorer.evaluate(f"({name})(document.activeElement)"))
        explorer.keyboard.press("Tab")
    assert all(reached) and len(set(reached)) == controls.count()
    assert not explorer.evaluate("document.activeElement.closest('.host-view')")


def test_without_javascript_a_still_picture_says_what_it_shows(site, visit):
    page = visit(f"{site}/index.html", java_script_enabled=False).page
    picture = page.locator("figure svg[role=img]")
    assert picture.is_visible()
    said = picture.get_attribute("aria-label")
    trace = minimize(problems.ravine, AdaGrad(lr=0.5), steps=60)
    assert "AdaGrad with lr = 0.5" in said and f"ends at loss {trace.loss[-1]:.3g}" in said
    assert page.locator("figcaption").inner_text().startswith(said[:40])


def test_with_javascript_the_still_picture_takes_no_place(explorer):
    still = explorer.locator(".output:has(> noscript)")
    assert still.count() == 1 and not still.is_visible()


def test_a_start_outside_the_frame_is_said_to_be_there_and_can_be_fetched(visits):
    page = visits("outside.html")
    assert words(page)[0] == "Start (40, −7), outside the frame"
    page.get_by_role("slider", name="start point").press("ArrowUp")
    assert "outside" not in words(page)[0]


def test_a_run_that_diverges_is_drawn_until_it_is_far_away(explorer):
    """Its steps between distant points all cross the frame: drawn, they would fill it."""
    type_in(explorer, "SGD: learning rate η", "0.105")
    slide(explorer, "updates", 500)
    x = minimize(problems.ravine, SGD(lr=0.105), steps=500).x
    bounded = minimize(problems.ravine, AdaGrad(lr=0.5), steps=500).x
    unit = -np.polyfit(bounded[:, 1], trajectory(explorer)[:, 1], 1)[0]
    height = float(explorer.locator(".plane .inside").get_attribute("height"))
    near = int((np.abs(x[:, 1]) * unit < 1.5 * height).sum())  # not more than the frame's height away from it
    assert np.abs(x[-1, 1]) > 1e9 and near < 40
    line = explorer.locator(".plane .run-1:not(.dots, .end)").first
    drawn = np.array(re.findall(r"[ML](\S+) (\S+?)(?=[ML]|$)", line.get_attribute("d")), float)
    assert len(drawn) == near + 1 and len(trajectory(explorer, 1)) == near
    assert np.abs(drawn).max() < 10_000
    assert line.evaluate("path => getComputedStyle(path).strokeDasharray") == "5px, 3.5px"


def test_a_run_that_comes_in_from_far_away_is_drawn_from_there(site, visit):
    page = visit(f"{site}/outside.html").page
    x = minimize(problems.saddle, AdaGrad(lr=slide(page, "AdaGrad: learning rate η", 10)), [40.0, -7.0], steps=60).x
    width, height = (float(page.locator(".plane .inside").get_attribute(side)) for side in ("width", "height"))
    unit = min(width / 4, height / 3.2)  # of the saddle's bounds, −2 … 2 and −1.6 … 1.6
    near = (np.abs(x) * unit <= (1.5 * width, 1.5 * height)).all(axis=1)
    assert not near[:5].any() and near[-40:].all()
    assert len(trajectory(page)) == near.sum()
    (x1, y1), (x2, y2) = np.array(re.findall(r"[ML](\S+) (\S+?)(?=[ML]|$)", page.locator(".plane .run-0:not(.dots, .end)").first.get_attribute("d"))[:2], float)
    entry = near.argmax()
    came, drawn = x[entry] - x[entry - 1], np.array([x2 - x1, y1 - y2])
    np.testing.assert_allclose(drawn / np.hypot(*drawn), came / np.hypot(*came), atol=1e-3)


def test_star_and_loss_follow_a_minimum_that_a_field_moves(site, visit):
    visit = visit(f"{site}/moving.html")
    page = visit.page
    for wanted in (0.1, 10):
        width = slide(page, "Moving: width w", wanted)
        star, end = page.locator(".plane .minimum").bounding_box(), page.locator(".plane .run.end").bounding_box()
        assert star["x"] + star["width"] / 2 == pytest.approx(end["x"] + end["width"] / 2, abs=1)
        assert star["y"] + star["height"] / 2 == pytest.approx(end["y"] + end["height"] / 2, abs=4)  # of a letter, with what lies below its line
        assert words(page)[1] == f"SGD ends at loss −{7 * width:g} after 60 updates"
        heights = np.array(re.findall(r"[ML]\S+ (\S+?)(?=[ML]|$)", page.locator(".charts > svg").nth(1).locator(".run").get_attribute("d")), float)
        assert (np.diff(heights)[:20] > 2).all()  # the loss above the minimum is a quarter of what it was, at every update
    assert visit.errors == []


def test_names_of_curves_stand_apart_each_beside_a_sample_of_its_curve(explorer):
    chart = explorer.locator(".charts > svg").first
    samples = chart.locator(":scope > path.run")
    at = np.array([re.fullmatch(r"M(\S+) (\S+)h11", path.get_attribute("d")).groups() for path in samples.all()], float)  # level: no part of a curve
    names = [text for text in chart.locator("text").all_text_contents() if text.startswith("x")]
    assert names == ["x₁, x₂", "x₁", "x₂"] and len(at) == len(names) == chart.locator(".leader").count()
    assert (np.diff(at[:, 1]) >= 14).all()
    frame = chart.locator(".frame").bounding_box()
    assert min(sample.bounding_box()["x"] for sample in samples.all()) > frame["x"] + frame["width"] + 5


def test_explorers_can_be_linked_and_a_widget_that_is_unknown_is_named(site, visit):
    visit = visit(f"{site}/others.html")
    page = visit.page
    page.wait_for_selector(".lr-explorer .words > span")
    first, second = page.locator(".lr-explorer").all()
    first.get_by_role("textbox", name="updates, as a number").fill("7")
    first.get_by_role("textbox", name="updates, as a number").press("Tab")
    assert "after 7 updates" in second.locator(".words").inner_text()
    assert page.locator(".host-view").get_by_text("a label", exact=True).is_visible()
    assert page.locator(".host-missing").inner_text() == "This part of the page cannot be shown here: static_host.js has no view for PlayModel."
    assert any("PlayModel" in error for error in visit.errors)


def test_a_printed_page_has_the_picture_its_words_and_its_settings_and_no_controls(explorer):
    explorer.emulate_media(media="print")
    assert explorer.locator(".plane").is_visible() and explorer.locator(".words").is_visible() and explorer.locator(".charts").is_visible()
    for control in explorer.locator(".lr-explorer :is(button, input[type=range], input[type=checkbox])").all():
        assert not control.is_visible()
    for number in explorer.locator(".lr-explorer .setting input[type=text]").all():
        assert number.is_visible()
