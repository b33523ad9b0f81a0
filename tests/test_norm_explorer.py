"""The norm explorer, used as a reader uses it, and what it computes in the page against Python."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import traitlets
from explorer_page import words

from adaptive_lr.explorer.norms import NormExplorer
from adaptive_lr.norms import max_norm, power_sum, power_sum_norm, scaled_norm

INF = math.inf


# ------------------------------------------------------------------------------------------------------------- in Python


def test_traits_are_read_and_set_from_python():
    explorer, heard = NormExplorer(x=[1, -2], p=5, scale=-3), []
    explorer.observe(lambda change: heard.append((change["name"], change["new"])), ["x", "p", "scale"])
    assert (explorer.x, explorer.p, explorer.scale) == ((1.0, -2.0), 5.0, -3) and explorer.vector.tolist() == [0.001, -0.002]
    explorer.x, explorer.p, explorer.scale = np.array([4.0, 0.5]), INF, np.int64(200)
    assert heard == [("x", (4.0, 0.5)), ("p", INF), ("scale", 200)]
    assert max_norm(explorer.vector) == 4e200


def test_the_page_and_python_tell_each_other_of_an_infinite_p_in_json():
    explorer = NormExplorer(p=INF)
    assert explorer.get_state("p") == {"p": None} and explorer.get_state("initial")["initial"]["p"] is None
    explorer.set_state({"p": 7.5, "x": [1, 2], "scale": -9})
    assert (explorer.p, explorer.x, explorer.scale) == (7.5, (1.0, 2.0), -9)
    explorer.set_state({"p": None})
    assert explorer.p == INF


@pytest.mark.parametrize(
    "name, value, would_do",
    [
        *(("p", value, "number ≥ 1") for value in (0.99, 0, -2.0)),
        *(("p", value, "finite number") for value in (math.nan, -INF, "2", None, True, [2.0], np.array([2.0, INF]))),
        ("p", 1001, "≤ 1000"),
        *(("x", value, "two numbers from −5 to 5") for value in ([1.0], [1, 2, 3], [6, 0], [math.nan, 1], 2.0, "ab", None, [[1], [2, 3]])),
        *(("scale", value, "whole number") for value in (1.5,)),
        *(("scale", value, "finite number") for value in (INF, "1", None)),
        *(("scale", value, "200") for value in (201, -201)),
    ],
)
def test_a_bad_value_is_refused_by_name_and_the_old_one_stays(name, value, would_do):
    explorer = NormExplorer()
    with pytest.raises(traitlets.TraitError) as refused:
        setattr(explorer, name, value)
    assert str(refused.value).startswith(f"{name} = {value!r}: ")
    refused.match(would_do)
    assert (explorer.x, explorer.p, explorer.scale) == ((3.0, 2.0), 2.0, 0)
    with pytest.raises(traitlets.TraitError, match=f"^{name} = "):
        NormExplorer(**{name: value})


def test_the_still_picture_says_where_the_sum_breaks():
    def said(**settings):
        return re.search("<figcaption>(.*)</figcaption>", NormExplorer(**settings).still())[1]

    assert "overflows to ∞ from p = 646 on" in said()
    assert "falls to 0 from p = 1.9" in said(x=(-1.0, 4.0), scale=-170)  # 4e-170^1.9 is 7e-323
    assert "falls from 2 at p = 1 to 1, summed as it is written and scaled" in said(x=(1.0, 1.0), p=INF)
    assert "every norm of 0 is 0" in said(x=(0.0, 0.0))


# ------------------------------------------------------------------------------------------------------------ in the page

IMPORT = "from adaptive_lr.explorer.norms import NormExplorer"
IN_PAGE = """async (cases) => {
    const models = Object.values(JSON.parse(document.querySelector('script[type$="widget-state+json"]').textContent).state);
    const { _esm, functions } = models.map(({ state }) => state).find((state) => state._esm);
    const module = await import(URL.createObjectURL(new Blob([_esm], { type: "text/javascript" })));
    const told = (numbers) => Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])); // JSON has no infinity
    return cases.map(([x, p]) => told({ ...module.normsOf(functions, x, p ?? Infinity), last: module.lastThatWorks(functions, x, 1000) }));
}"""


@pytest.fixture(scope="module")
def site(publish):
    return publish({"index": [IMPORT, "NormExplorer(name='norms')"], "zero": [IMPORT, "NormExplorer(x=(0.0, 0.0), p=float('inf'))"]})


@pytest.fixture
def page(site, visit):
    """The explorer, drawn. Whatever a test does there, the page complains of nothing."""
    visit = visit(f"{site}/index.html")
    visit.page.wait_for_selector(".lr-explorer .words > span")
    yield visit.page
    assert visit.errors == []


def put(page, name, value):
    """Type a number into a slider's box."""
    box = page.get_by_label(f"{name}, as a number")
    box.fill(str(value))
    box.press("Tab")


def path(page, selector):
    """The corners of a path, in pixels."""
    return np.array(re.findall(r"[ML](\S+) (\S+?)(?=[MLZ]|$)", page.locator(selector).get_attribute("d")), float)


def random_cases(count):
    rng = np.random.default_rng(0)
    for k in range(count):
        yield rng.uniform(-5, 5, 2) * 10.0 ** (rng.integers(-200, 201) if k % 2 else 0), INF if k % 50 == 0 else float(10 ** rng.uniform(0, 3))


def test_the_page_computes_what_python_computes(site, visit):
    cases, worst = list(random_cases(400)), 0.0
    answers = visit(f"{site}/index.html").page.evaluate(IN_PAGE, [[x.tolist(), None if p == INF else p] for x, p in cases])
    broken = 0
    for (x, p), told in zip(cases, answers):
        there = {name: float(value) for name, value in told.items()}
        here = {"scaled": scaled_norm(x, p), "largest": max_norm(x)}
        if p < INF:
            here |= {"sum": power_sum(x, p), "written": power_sum_norm(x, p)}
            here["decade"] = p * math.log10(here["largest"])
            broken += here["written"] in (0, INF)
        assert set(there) == {*here, "last"}  # at p = ∞ there is no sum
        for name, wanted in here.items():
            if wanted in (0, INF):
                assert there[name] == wanted
                continue
            few_digits = 1e-323 / (here.get("sum") or 1)  # of a sum so small that float64 has few for it
            off = abs(there[name] - wanted) / abs(wanted)
            assert off < 1e-12 + few_digits
            worst = max(worst, off if few_digits < 1e-16 else 0)
        last = there["last"]
        assert 0 < power_sum_norm(x, max(1, last * (1 - 1e-9))) < INF
        assert last == 1000 or power_sum_norm(x, last * (1 + 1e-9)) in (0, INF)
    print(f"{len(cases)} vectors and powers, {broken} of them beyond float64: worst relative difference {worst:.1e}")
    assert 50 < broken < 350


def test_the_words_give_the_norm_the_sum_and_the_limit(page):
    put(page, "power p", 5)
    assert words(page) == [
        "x = (3, 2): ‖x‖ₚ = 3.08 for p = 5, scaled by the largest |xᵢ|",
        "as it is written: Σ|xᵢ|ᵖ = 275, and its root 3.08",
        "max |xᵢ| = 3, the limit p → ∞: ‖x‖ₚ is 2.51\u00a0% above it",
    ]
    put(page, "power p", 700)
    assert words(page)[1] == (
        "as it is written: Σ|xᵢ|ᵖ overflows to ∞, and its root with it: 3 to the power 700 is about 1 × 10³³⁴, and float64 ends at 1.8 × 10³⁰⁸"
    )
    assert words(page)[0].startswith("x = (3, 2): ‖x‖ₚ = 3 for p = 700")
    put(page, "power p", 2)
    put(page, "scale, a power of ten", -200)
    assert words(page)[0].startswith("x = (3, 2) × 10⁻²⁰⁰: ‖x‖ₚ = 3.6 × 10⁻²⁰⁰ for p = 2")
    assert "falls to 0, and its root with it: 3.0 × 10⁻²⁰⁰ to the power 2 is about 1 × 10⁻³⁹⁹" in words(page)[1]
    put(page, "scale, a power of ten", -160)
    assert "so small a sum has lost its last digits" in words(page)[1]
    page.wait_for_function("document.querySelector('.lr-explorer .spoken').textContent.includes('lost its last digits')")


def test_every_point_of_the_balls_edge_has_the_norm_of_the_point_that_it_passes_through(page):
    side = float(page.locator(".norms .inside").get_attribute("width"))
    for p in (1, 1.5, 2, 5, 30):
        put(page, "power p", p)
        edge = (path(page, ".norms .run.ball") / side - 0.5) * (11, -11)  # the frame shows −5.5 … 5.5
        assert len(edge) == 720
        norms = (np.abs(edge) ** p).sum(axis=1) ** (1 / p)
        np.testing.assert_allclose(norms, (3**p + 2**p) ** (1 / p), rtol=3e-3)  # positions are printed to a tenth of a pixel
        bar = float(re.search(r"H(\S+)", page.locator(".norms .run.length").get_attribute("d"))[1])
        assert (bar / side - 0.5) * 11 == pytest.approx(norms.mean(), rel=3e-3)
    put(page, "power p", 1000)
    assert np.abs((path(page, ".norms .run.ball") / side - 0.5) * 11).max(axis=1) == pytest.approx(3, rel=3e-3)  # a square


def test_the_curve_that_is_written_ends_where_float64_does(page):
    frame = page.locator(".norms > svg").nth(1).locator(".frame")
    left, top, width, height = (float(frame.get_attribute(name)) for name in ("x", "y", "width", "height"))

    def broken():
        corners = path(page, ".norms .run.written")
        return 1000 ** ((corners[-1] - left)[0] / width), corners, page.locator(".norms .break").text_content()

    power, corners, said = broken()
    assert power == pytest.approx(308.2547 / math.log10(3), rel=0.01) and corners[-1][1] == pytest.approx(top, abs=0.11)
    assert said == "overflows to ∞ ↑ at p = 646"
    put(page, "scale, a power of ten", 200)
    power, _, said = broken()
    assert power == pytest.approx(308.2547 / math.log10(3e200), rel=0.01) and said.endswith("p = 1.54")
    put(page, "scale, a power of ten", -200)
    power, corners, said = broken()
    assert power == pytest.approx(1000) and (corners[-2:, 1] == pytest.approx(top + height, abs=0.11))  # it goes on along 0
    assert 1000 ** ((corners[-2] - left)[0] / width) == pytest.approx(323.6 / -math.log10(3e-200), rel=0.01) and said.startswith("falls to 0 ↓ at p = 1.6")


def test_sliders_keys_and_the_way_to_infinity(page):
    slider = page.get_by_role("slider", name="power p", exact=True)
    slider.focus()
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "1000" and "for p = 1000" in words(page)[0]
    slider.press("Home")
    assert "‖x‖ₚ = 5 for p = 1," in words(page)[0]
    page.get_by_label("p = ∞, the max norm").check()
    assert words(page)[0] == "x = (3, 2): ‖x‖ₚ = 3 for p = ∞" and slider.is_disabled()
    assert page.locator(".norms .run.ball").count() == 1
    page.get_by_label("p = ∞, the max norm").uncheck()
    assert "for p = 1," in words(page)[0] and slider.is_enabled()
    put(page, "power p", 0.5)
    assert "for p = 1," in words(page)[0] and page.get_by_label("power p, as a number").get_attribute("aria-invalid") == "true"


def test_arrow_keys_move_the_point(page):
    ring = page.get_by_role("slider", name="point x")
    ring.focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    assert words(page)[0].startswith("x = (2.9, 2.11): ")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    assert words(page)[0].startswith("x = (5, 2.11): ")  # it stays on the plane


@pytest.mark.parametrize("touch", [False, True])
def test_the_point_can_be_dragged_on_a_phone(site, visit, touch):
    visit = visit(f"{site}/index.html", has_touch=touch, viewport={"width": 360, "height": 1200})
    page, ring = visit.page, visit.page.locator(".start .ring")
    box = ring.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if touch:
        session = page.context.new_cdp_session(page)
        for kind, points in [("Start", [{"x": x, "y": y}]), ("Move", [{"x": x - 40, "y": y + 30}]), ("End", [])]:
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    else:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 40, y + 30, steps=5)
        page.mouse.up()
    moved = ring.bounding_box()
    assert moved["x"] - box["x"] == pytest.approx(-40, abs=1) and moved["y"] - box["y"] == pytest.approx(30, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.errors == []


def test_a_link_shows_the_same_picture_and_reset_what_python_asked_for(site, visit, page):
    first = words(page)
    put(page, "scale, a power of ten", 150)
    page.get_by_label("p = ∞, the max norm").check()
    page.get_by_role("slider", name="point x").press("ArrowDown")
    shown = words(page)
    page.wait_for_url("**?norms.*")
    linked = visit(page.url)
    linked.page.wait_for_selector(".lr-explorer .words > span")
    assert words(linked.page) == shown and linked.errors == []
    page.get_by_role("button", name="Reset").click()
    assert words(page) == first
    odd = visit(f"{site}/index.html?norms.p=0.2&norms.x=1,9&norms.scale=3")
    odd.page.wait_for_selector(".lr-explorer .words > span")
    assert words(odd.page)[0].startswith("x = (3, 2) × 10³: ")
    assert words(odd.page)[3:] == [f"The link's {each} could not be used" for each in ("x = 1,9", "p = 0.2")]


def test_python_to_copy_prints_the_norms_in_the_picture(page):
    page.get_by_role("button", name="Copy Python").click()
    code = page.locator(".said pre").inner_text()
    told = []
    exec(code, {"print": lambda *values: told.extend(map(float, values))})
    assert told == pytest.approx([13**0.5, 13**0.5, 3])


def test_no_setting_makes_the_page_complain(page):
    sliders = "['power p', 'scale, a power of ten'].map((name) => document.querySelector(`input[type=range][aria-label='${name}']`))"
    spoiled = page.evaluate(f"""async () => {{
        let seed = 1;
        const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647, spoiled = [];
        for (let k = 0; k < 200; k++) {{
            const input = {sliders}[k % 2], at = random() < 0.4 ? Math.round(random()) : random();
            input.value = Number(input.min) + at * (input.max - input.min);
            input.dispatchEvent(new Event("input"));
            const way = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"][Math.floor(random() * 4)];
            for (let j = 0; j < 20; j++) document.querySelector(".start").dispatchEvent(new KeyboardEvent("keydown", {{ key: way }}));
            await new Promise((done) => setTimeout(done));
            const html = document.querySelector(".lr-explorer").innerHTML;
            if (/NaN|undefined|Infinity/.test(html)) spoiled.push(html.match(/.{{50}}(NaN|undefined|Infinity).{{20}}/)[0]);
        }}
        return spoiled;
    }}""")
    assert spoiled == []


def test_zero_has_norm_zero_and_an_empty_chart(site, visit):
    visit = visit(f"{site}/zero.html")
    visit.page.wait_for_selector(".lr-explorer .words > span")
    assert words(visit.page) == ["x = (0, 0): the norm of 0 is 0, whatever p"]
    assert not re.search("NaN|undefined|Infinity", visit.page.locator(".lr-explorer").inner_html())
    visit.page.get_by_role("slider", name="point x").press("ArrowUp")
    assert words(visit.page)[0].startswith("x = (0, 0.1): ")
    assert visit.errors == []


def test_without_javascript_a_still_picture_says_what_it_shows(site, visit):
    page = visit(f"{site}/index.html", java_script_enabled=False).page
    picture = page.locator("figure svg[role=img]")
    assert picture.is_visible() and "overflows to ∞ from p = 646 on" in picture.get_attribute("aria-label")
    assert page.locator("figcaption").inner_text().startswith(picture.get_attribute("aria-label")[:60])
