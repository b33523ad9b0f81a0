"""Everyone can use the website: axe-core finds nothing in the way, and the keyboard reaches all, visibly."""

import pytest
import test_site
from test_site import CHAPTER, PAGES, PHONE, ROOT, WIDE

address = test_site.address  # the fixture
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex='0']"


def complaints(page):
    """What axe-core objects to, as "rule: element" lines. Its minor remarks are left out: it takes a heading that is a formula for empty."""
    page.add_script_tag(path=AXE)
    violations = page.evaluate("axe.run({ resultTypes: ['violations'] }).then((result) => result.violations)")
    return [f"{v['id']}: {node['html'][:200]}" for v in violations if v["impact"] != "minor" for node in v["nodes"]]


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_any_page(address, visit, name, window):
    page = visit(f"{address}/{name}", viewport=window, reduced_motion="reduce").page
    page.wait_for_load_state("networkidle")
    for look in ("light", "dark"):
        page.emulate_media(color_scheme=look)
        page.wait_for_selector(f"html[data-theme={look}]")
        assert (look, complaints(page)) == (look, [])


def test_axe_finds_a_button_without_a_name(address, visit):
    page = visit(f"{address}/{CHAPTER}", viewport=WIDE).page
    page.evaluate("document.querySelector('article').append(document.createElement('button'))")
    assert complaints(page) == ["button-name: <button></button>"]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_where_all_is_unfolded(address, visit, look):
    page = visit(f"{address}/{CHAPTER}", color_scheme=look, viewport=PHONE, reduced_motion="reduce").page
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert complaints(page) == []


@pytest.mark.parametrize("side, shows", [("primary", "References"), ("secondary", "Claims on trial")])
def test_on_a_phone_the_two_menus_open_and_close_by_keyboard(address, visit, side, shows):
    page = visit(f"{address}/{CHAPTER}", viewport=PHONE, reduced_motion="reduce").page
    button, menu = page.locator(f"button.{side}-toggle"), page.locator(f"#pst-{side}-sidebar-modal")
    button.focus()
    page.keyboard.press("Enter")
    menu.get_by_text(shows).wait_for()
    assert complaints(page) == []
    page.keyboard.press("Escape")
    menu.wait_for(state="hidden")


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", [CHAPTER, "search.html"])
def test_the_tab_key_reaches_every_control_and_shows_where_it_is(address, visit, name, window):
    page = visit(f"{address}/{name}", viewport=window, reduced_motion="reduce").page
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    seen = "{ visibilityProperty: true, opacityProperty: true }"
    page.evaluate(f"window.missed = new Set([...document.querySelectorAll(\"{CONTROLS}\")].filter((control) => control.checkVisibility({seen})))")
    assert page.evaluate("missed.size") >= 5
    unseen = []
    for _ in range(300):
        page.keyboard.press("Tab")
        control = page.evaluate_handle("document.activeElement")
        if control.evaluate("(control) => control === document.body"):
            break
        page.evaluate("missed.delete(document.activeElement)")
        place = around(page, control)
        focused = page.screenshot(clip=place, animations="disabled")
        control.evaluate("(control) => control.blur()")
        if page.screenshot(clip=place, animations="disabled") == focused:
            unseen.append(control.evaluate("(control) => control.outerHTML.slice(0, 200)"))
    assert page.evaluate("[...missed].map((control) => control.outerHTML.slice(0, 200))") == []
    assert unseen == []


def around(page, control):
    """Where a control is shown, and a little around it, when it has stopped moving."""
    page.evaluate("document.getAnimations().forEach((motion) => motion.finish())")
    box = control.bounding_box()
    left, top = max(0, box["x"] - 6), max(0, box["y"] - 6)
    return {"x": left, "y": top, "width": box["x"] + box["width"] + 6 - left, "height": box["y"] + box["height"] + 6 - top}
