"""Links that lead to a picture, and Python that computes it, used as a reader uses them, in a real browser."""

from __future__ import annotations

import contextlib
import io
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from explorer_page import copied_python, ends, pick, slide, spoken, titles, words

from adaptive_lr import SGD, AdaGrad, Adam, printed, problems
from adaptive_lr.explorer.catalogue import RULES, first
from adaptive_lr.problems import Ravine

IMPORTS = "from adaptive_lr import *\nfrom adaptive_lr.explorer import Explorer"
DESCENT = "Explorer(AdaGrad(lr=0.5), problems.ravine, second=SGD(lr=0.05), name='descent')"
BENT = "Explorer(SGD(lr=StepDecay(0.05, 0.5, 20)), problems.ravine, name='descent')"
STREAM = "Explorer(AdaGrad(lr=0.5), problems.Steady(), name='descent')"
NAMESAKE = """from dataclasses import dataclass

@dataclass(frozen=True)
class SGD(Momentum):
    def step(self, t, lr, g, state):
        return g, lr / 2, state

Explorer(SGD(lr=0.1), problems.ravine, name='descent')"""


@pytest.fixture(scope="module")
def site(publish):
    return publish({name: [IMPORTS, cell] for name, cell in {"index": DESCENT, "bent": BENT, "stream": STREAM, "own": NAMESAKE}.items()})


def changed(page):
    """A picture far from the first one."""
    pick(page, "problem", "problems.Rosenbrock")
    pick(page, "rule", "Adam")
    pick(page, "Adam: lr is", "Warmup")
    pick(page, "and", "printed.Adam")
    pick(page, "beside it", "none")
    slide(page, "gradient noise σ", 0.5)
    slide(page, "updates", 40)
    page.get_by_role("slider", name="start point").press("ArrowDown")
    page.get_by_label("moments", exact=True).check()
    page.get_by_role("slider", name="update shown").press("ArrowLeft")
    page.get_by_role("slider", name="start point").blur()


def picture(page):
    page.get_by_role("slider", name="start point").blur()
    return words(page), page.locator(".plane").inner_html(), page.locator(".charts").inner_html(), titles(page)


def test_the_address_leads_to_the_same_picture(explorer, visits):
    assert urlsplit(explorer.url).query == ""
    changed(explorer)
    explorer.wait_for_function("location.search.includes('descent.update=39')")
    again = visits(f"index.html?{urlsplit(explorer.url).query}")
    assert picture(again) == picture(explorer)
    explorer.get_by_role("button", name="Reset").click()
    explorer.wait_for_function("location.search === ''")


def test_copy_link_names_the_explorer_as_its_anchor_and_keeps_what_else_is_in_the_address(visits):
    page = visits("index.html?theme=dark")
    slide(page, "updates", 7)
    page.get_by_role("button", name="Copy link").click()
    address = urlsplit(page.locator(".said pre").inner_text())
    assert parse_qs(address.query) == {"theme": ["dark"], "descent.steps": ["7"]} and address.fragment == "descent"


def test_nonsense_in_an_address_is_named_and_the_rest_is_used(visits):
    asked = "rule=Adam rule.lr=fast rule.beta1=0.5 second=Sgd steps=7 noise=-1 start=1 panels=all"
    page = visits(f"index.html?{'&'.join(f'descent.{each}' for each in asked.split())}")
    said = words(page)
    assert said[1] == ends("Adam", problems.ravine, Adam(lr=first("Adam").lr, beta1=0.5), steps=7)
    complaints = ["rule.lr = fast", "second = Sgd", "start = 1", "noise = −1", "panels = all"]
    assert said[-5:] == [f"The link's {each} could not be used" for each in complaints]


@pytest.mark.parametrize("asked", ["rule=none", "problem=none", "log_time=constructor"])
def test_a_setting_that_cannot_be_is_refused(visits, asked):
    page = visits(f"index.html?descent.{asked}")
    assert words(page)[-1] == f"The link's {asked.replace('=', ' = ')} could not be used"
    slide(page, "updates", 7)
    page.wait_for_function("!document.querySelector('.words').textContent.includes('could not be used')")


def test_a_noisy_run_from_the_minimum_has_its_loss_drawn(visits):
    page = visits("index.html?descent.start=0,0&descent.noise=1")
    assert len(page.locator(".charts svg[aria-label='loss'] path.run").first.get_attribute("d")) > 100


def test_what_an_address_says_never_becomes_part_of_the_page(visits):
    asked = quote("<img src=x onerror=document.title='taken'>")
    page = visits(f"index.html?descent.rule={asked}&descent.rule.lr={asked}&descent.panels={asked}")
    page.wait_for_timeout(300)
    assert page.locator(".lr-explorer img").count() == 0 and page.title() != "taken"
    assert "rule = <img src=x onerror=document.title='taken'>" in words(page)[-2]


def test_rates_that_cross_in_an_address_are_refused(visits):
    page = visits("index.html?descent.rule=SGD&descent.rule.lr=Triangular&descent.rule.lr.lr_min=0.9&descent.rule.lr.lr_max=0.2")
    assert words(page)[-1] == "The link's rule.lr.lr_max = 0.2 could not be used"
    assert "lr_min=0.9, lr_max=0.9" in copied_python(page)


def run(code):
    """What the code computes: its traces, one a rule."""
    traces, seen = [], {}

    def told(rule, x, loss):
        traces.append((rule, x, loss))

    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, seen)
        exec(code.replace("print(", "told("), seen | {"told": told})
    return traces


def test_the_python_that_is_copied_gives_the_numbers_of_the_page(explorer):
    changed(explorer)
    slide(explorer, "updates", 39)
    code = copied_python(explorer)
    traces = run(code)
    assert [type(rule) for rule, *_ in traces] == [Adam, printed.Adam]
    for (_, x, loss), line in zip(traces, words(explorer)[1:], strict=True):
        assert f"ends at loss {spoken(loss)} after 39 updates" in line


@pytest.mark.parametrize("rule", RULES)
def test_python_can_be_copied_for_every_rule(explorer, rule):
    pick(explorer, "rule", rule)
    pick(explorer, "beside it", "none")
    ((made, _, loss),) = run(copied_python(explorer))
    assert made == first(rule) and f"loss {spoken(loss)} after" in words(explorer)[1]


def test_the_clipboard_holds_what_is_shown(visits):
    page = visits(permissions=["clipboard-read", "clipboard-write"])
    code = copied_python(page)
    assert page.evaluate("navigator.clipboard.readText()") == code and "Copied" in page.locator(".said").inner_text()


@pytest.mark.parametrize("start", ["-4.9997,2", "0.12345,-1.98765"])
def test_the_start_that_is_moved_never_leaves_the_frame(visits, start):
    page = visits(f"index.html?descent.start={start}", viewport={"width": 613, "height": 900})
    ring = page.get_by_role("slider", name="start point")
    for key in ("Home", "PageUp", "End", "PageDown", "ArrowRight", "ArrowDown", "Shift+ArrowDown"):
        ring.press(key)
        assert "outside" not in words(page)[0]


def test_settings_without_a_name_are_those_of_the_part_that_is_there(visits):
    assert words(visits("index.html?descent.rule.lr=0.25&descent.problem.condition=5"))[1] == ends("AdaGrad", Ravine(5.0), AdaGrad(lr=0.25))
    page = visits("bent.html?descent.rule.lr.tau=7")
    assert "lr=StepDecay(lr0=0.05, gamma=0.5, tau=7)" in copied_python(page) and len(words(page)) == 2


def test_what_nobody_reads_in_a_link_is_named(visits):
    page = visits(
        "index.html?descent.rul=Adam&descent.second=none&descent.second.lr=3&descent.rule.beta=0.5&descent.third=Nobody&descent.third.lr=1&other.rule=1"
    )
    unread = ["third = Nobody", "rul = Adam", "second.lr = 3", "rule.beta = 0.5"]
    assert words(page)[-4:] == [f"The link's {each} could not be used" for each in unread]


@pytest.mark.parametrize("panels", ["signed", "rate,rate", "loss"])
def test_panels_that_there_are_not_are_refused(visits, panels):
    assert words(visits(f"stream.html?descent.panels={panels}"))[-1] == f"The link's panels = {panels} could not be used"


def test_a_stream_of_gradients_has_no_loss_to_draw(visits):
    page = visits("stream.html")
    assert titles(page) == ["effective learning rate"] and page.get_by_label("loss", exact=True).count() == 0


def test_a_rule_of_ones_own_with_the_name_of_one_of_the_packages_is_told_apart(visits):
    page = visits("own.html")
    assert words(page)[1] == ends("SGD (own)", problems.ravine, SGD(lr=0.05))  # of half the rate
    code = copied_python(page)
    assert "SGD" not in code.splitlines()[0] and "# SGD is no class of the package" in code and "SGD(lr=0.1" in code
    pick(page, "rule", "SGD")
    assert words(page)[1] == ends("SGD", problems.ravine, first("SGD"))
