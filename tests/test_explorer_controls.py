"""The explorer's pickers, schedules, player and panels, used as a reader uses them, in a real browser."""

from __future__ import annotations

import re

import numpy as np
import pytest
from explorer_page import copied_python, ends, pick, slide, spoken, titles, trajectory, type_in, words

from adaptive_lr import NAG, AdaGrad, AdaMax, CosineAnnealing, RMSprop, Warmup, minimize, problems
from adaptive_lr.explorer.catalogue import PROBLEMS, RULES, SCHEDULES, first

IMPORTS = "from adaptive_lr import *\nfrom adaptive_lr.explorer import Explorer"
DESCENT = "Explorer(AdaGrad(lr=0.5), problems.ravine, second=SGD(lr=0.05), name='descent')"
OWN = """import numpy as np
def mine(rule, t, lr, g, state):
    (v,) = state
    return g, lr / np.sqrt(v + g**2 + rule.eps), (v + abs(g),)

Explorer(AdaGrad(lr=0.5), problems.ravine, own=mine, steps=20)"""
FEW = """Explorer(AdaGrad(lr=0.5), problems.ravine, controls=["rule.lr", "problem.condition"], panels=("rate",), log_time=True,
    guides=[("rate", "η/(κ|x₂| √t)", lambda t, rule, problem: rule.lr / (problem.condition * 2 * t**0.5))])"""


@pytest.fixture(scope="module")
def site(publish):
    return publish({name: [IMPORTS, cell] for name, cell in {"index": DESCENT, "own": OWN, "few": FEW}.items()})


# ----------------------------------------------------------------------------------------------------------- pickers, boxes


def options(page, name):
    return page.get_by_role("combobox", name=name, exact=True).locator("option").evaluate_all("options => options.map((option) => option.value)")


def test_every_rule_schedule_and_problem_of_the_plane_can_be_picked(explorer):
    assert options(explorer, "rule") == list(RULES)
    assert options(explorer, "beside it") == options(explorer, "and") == ["none", *RULES]
    assert options(explorer, "problem") == [name for name in PROBLEMS if first(name).bounds]
    assert options(explorer, "AdaGrad: lr is") == ["a constant", *(name for name in SCHEDULES if name != "Constant")]


def test_a_picked_rule_brings_its_own_sliders_and_its_first_settings(explorer):
    pick(explorer, "rule", "AdaMax")
    assert words(explorer)[1] == ends("AdaMax", problems.ravine, first("AdaMax")) and isinstance(first("AdaMax"), AdaMax)
    assert slide(explorer, "AdaMax: decay β₂", 0.9) == 0.9
    assert explorer.get_by_role("slider", name="AdaGrad: constant ε").count() == 0


def test_a_rule_that_is_picked_again_has_kept_its_settings(explorer):
    slide(explorer, "AdaGrad: learning rate η", 0.2)
    pick(explorer, "rule", "Lion")
    pick(explorer, "rule", "AdaGrad")
    assert words(explorer)[1] == ends("AdaGrad", problems.ravine, AdaGrad(lr=0.2))


def test_a_third_rule_and_two_of_one_kind_are_told_apart(explorer):
    pick(explorer, "and", "AdaGrad")
    assert [line.split(" ends")[0] for line in words(explorer)[1:]] == ["AdaGrad", "SGD", "AdaGrad (third)"]
    dashes = [explorer.locator(f".plane .run-{k}:not(.dots, .end)").evaluate("path => getComputedStyle(path).strokeDasharray") for k in range(3)]
    assert len(set(dashes)) == 3


def test_a_picked_problem_has_its_own_start_frame_and_contours(explorer):
    pick(explorer, "problem", "problems.Beale")
    assert words(explorer)[:2] == ["Start (1, 1)", ends("AdaGrad", problems.beale, AdaGrad(lr=0.5))]
    assert "Beale" in explorer.locator(".plane").get_attribute("aria-label")


def test_any_number_can_be_typed_and_is_used_as_it_is_shown(explorer):
    type_in(explorer, "AdaGrad: learning rate η", "0.1234567")
    assert words(explorer)[1] == ends("AdaGrad", problems.ravine, AdaGrad(lr=0.1234567))
    type_in(explorer, "AdaGrad: learning rate η", "50")  # beyond the slider's end
    assert words(explorer)[1] == ends("AdaGrad", problems.ravine, AdaGrad(lr=50.0))
    assert explorer.get_by_role("slider", name="AdaGrad: learning rate η").get_attribute("aria-valuetext") == "50"


@pytest.mark.parametrize("text", ["-1", "much", "", "1e999", "NaN"])
def test_what_is_no_rate_is_marked_and_changes_nothing(explorer, text):
    before = words(explorer)
    type_in(explorer, "AdaGrad: learning rate η", text)
    box = explorer.get_by_role("textbox", name="AdaGrad: learning rate η, as a number")
    assert box.get_attribute("aria-invalid") == "true" and words(explorer) == before
    assert "takes a number" in box.evaluate("box => box.validationMessage")
    type_in(explorer, "AdaGrad: learning rate η", "0.2")
    assert box.get_attribute("aria-invalid") == "false" and words(explorer) != before


def test_a_learning_rate_can_follow_a_schedule_and_come_back(explorer):
    pick(explorer, "AdaGrad: lr is", "CosineAnnealing")
    assert words(explorer)[1] == ends("AdaGrad", problems.ravine, AdaGrad(lr=CosineAnnealing(0.005, 0.5, 60)))  # scaled to the rate that it replaces
    slide(explorer, "AdaGrad: schedule: over T updates", 30)
    assert words(explorer)[1] == ends("AdaGrad", problems.ravine, AdaGrad(lr=CosineAnnealing(0.005, 0.5, 30)))
    assert explorer.evaluate("document.activeElement.closest('[data-place]')?.dataset.place") == "lr"  # the picker kept the focus
    pick(explorer, "AdaGrad: lr is", "a constant")
    assert words(explorer)[1] == ends("AdaGrad", problems.ravine, AdaGrad(lr=0.5))


def test_schedules_within_schedules(explorer):
    pick(explorer, "AdaGrad: lr is", "Warmup")
    assert words(explorer)[1] == ends("AdaGrad", problems.ravine, AdaGrad(lr=Warmup(10, CosineAnnealing(0.005, 0.5, 50))))
    pick(explorer, "AdaGrad: lr.after is", "Constant")
    slide(explorer, "AdaGrad: schedule, after: learning rate η", 0.2)
    assert "lr=Warmup(steps=10, after=Constant(lr=0.2))" in copied_python(explorer)


def test_a_highest_rate_below_the_lowest_takes_it_along(explorer):
    pick(explorer, "AdaGrad: lr is", "Triangular")
    type_in(explorer, "AdaGrad: schedule: highest rate", "0.001")
    assert "lr_min=0.001, lr_max=0.001" in copied_python(explorer)
    type_in(explorer, "AdaGrad: schedule: lowest rate", "0.1")
    assert "lr_min=0.1, lr_max=0.1" in copied_python(explorer)


# ------------------------------------------------------------------------------------------------------------------ player


def test_a_step_and_the_slider_show_where_the_run_stands(explorer):
    trace = minimize(problems.ravine, AdaGrad(lr=0.5), steps=60)
    for key, update in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2)):
        explorer.get_by_role("slider", name="update shown").press(key)
        assert len(trajectory(explorer)) == update + 1
    explorer.get_by_role("button", name="one update on").click()
    assert len(trajectory(explorer)) == 4
    at, rates, v = ([spoken(value) for value in pair] for pair in (trace.x[3], trace.rate[2], (trace.grad[:3] ** 2).sum(axis=0)))
    said = f"AdaGrad after 3 updates: at ({at[0]}, {at[1]}), loss {spoken(trace.loss[3])}, rates {rates[0]} and {rates[1]}, v = ({v[0]}, {v[1]})"
    assert words(explorer)[1] == said
    assert explorer.locator(".plane .later").count() == 2  # what is still to come, faintly


def test_play_moves_the_iterate_to_the_end_and_can_pause(explorer):
    explorer.get_by_role("button", name="Play").click()
    explorer.wait_for_function("document.querySelectorAll('.plane .later').length === 2")
    explorer.wait_for_function("parseInt(document.querySelector('.player .at').textContent) >= 5")
    explorer.get_by_role("button", name="Pause").click()
    stood = explorer.locator(".player .at").inner_text()
    explorer.wait_for_timeout(200)
    assert explorer.locator(".player .at").inner_text() == stood != "60 of 60"
    explorer.get_by_role("button", name="Play").click()
    explorer.wait_for_function("document.querySelector('.player .at').textContent === '60 of 60'")
    assert explorer.get_by_role("button", name="Play").is_visible() and explorer.locator(".plane .later").count() == 0


def test_who_asked_for_less_motion_gets_a_few_leaps(visits):
    page = visits(reduced_motion="reduce")
    page.evaluate("""() => {
        window.stood = [];
        const at = document.querySelector(".player .at");
        new MutationObserver(() => stood.push(parseInt(at.textContent))).observe(at, { childList: true });
    }""")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(2500)
    stood = page.evaluate("stood")
    assert 3 <= len(set(stood)) <= 4 and set(np.diff(np.unique(stood))) == {8}


# ------------------------------------------------------------------------------------------------------------------- panels


def test_panels_are_switched_on_and_off(explorer):
    assert titles(explorer) == ["effective learning rate", "loss"]
    explorer.get_by_label("moments", exact=True).check()
    assert titles(explorer) == ["effective learning rate", "loss", "moments that are never negative"]
    pick(explorer, "and", "Adam")
    assert titles(explorer)[2:] == ["moments of both signs", "moments that are never negative"]
    explorer.get_by_label("rate", exact=True).uncheck()
    explorer.get_by_label("schedule", exact=True).check()
    assert titles(explorer)[0] == "loss" and titles(explorer)[-1] == "learning rate η"


def test_a_power_law_is_a_straight_line_in_logarithmic_time(visits):
    page = visits("few.html")
    guide = page.locator(".charts .guide").first
    x, y = np.array(re.findall(r"[ML](\S+) (\S+?)(?=[ML]|$)", guide.get_attribute("d")), float).T
    slope, start = np.polyfit(x, y, 1)
    assert len(x) > 20 and np.abs(slope * x + start - y).max() < 0.2
    assert page.locator(".charts").get_by_text("η/(κ|x₂| √t)").is_visible()


def test_only_the_controls_that_are_asked_for_are_there(visits):
    page = visits("few.html")
    names = page.locator(".groups input[type=range]").evaluate_all("inputs => inputs.map((input) => input.ariaLabel)")
    assert names == ["AdaGrad: learning rate η", "Ravine: condition κ"] and page.locator(".groups select").count() == 0
    slide(page, "AdaGrad: learning rate η", 0.2)
    assert words(page)[1] == ends("AdaGrad", problems.ravine, AdaGrad(lr=0.2))


def test_on_a_phone_the_picture_stays_in_sight_while_sliders_are_moved(visits):
    page = visits(viewport={"width": 360, "height": 740})
    page.get_by_role("slider", name="gradient noise σ").evaluate("slider => slider.scrollIntoView({ block: 'end' })")
    box = page.locator(".plane").bounding_box()
    assert 0 <= box["y"] and box["y"] + box["height"] < 740 / 2


# -------------------------------------------------------------------------------------------------------- a step of one's own


def test_a_step_of_ones_own_is_drawn_beside_the_rule_until_the_page_alone_moves_on(visits):
    page = visits("own.html")
    assert len(trajectory(page, 3)) == 21
    assert "mine parts from AdaGrad at update 2: x = (" in words(page)[2]
    slide(page, "AdaGrad: learning rate η", 0.1)  # without a kernel, nobody can run it
    assert page.locator(".plane .run-3").count() == 0 and len(words(page)) == 2


def test_what_is_drawn_is_the_reference(explorer):
    """NAG and RMSprop, picked by hand, point by point."""
    for rule, problem in ((NAG(lr=0.01), problems.ravine), (RMSprop(lr=0.1), problems.saddle)):
        pick(explorer, "problem", f"problems.{type(problem).__name__}")
        pick(explorer, "rule", type(rule).__name__)
        assert first(type(rule).__name__) == rule
        drawn, x = trajectory(explorer), minimize(problem, rule, steps=60).x
        scale, shift = zip(*(np.polyfit(x[:, k], drawn[:, k], 1) for k in (0, 1)))
        np.testing.assert_allclose(x * scale + shift, drawn, atol=0.11)
