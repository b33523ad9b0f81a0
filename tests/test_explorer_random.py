"""10,000 random settings in a real browser, extreme ones among them: the picture says in words what happens, and nothing breaks."""

from __future__ import annotations

import re

import pytest

CHANGES = 10_000
AT_A_TIME = 500
EXTREMES = ["0", "1e-300", "1e300", "5e-324", "1.7976931348623157e308", "-1e9", "1e9", "0.999999999999", "500", "1"]
AT_RANDOM = """async ([many, seed, extremes]) => {
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647, any = (list) => list[Math.floor(random() * list.length)];
    const root = document.querySelector(".lr-explorer"), bad = new Set();
    let longest = 0, changed = 0;
    for (let k = 0; k < many; k++) {
        const control = any([...root.querySelectorAll(".groups :is(input, select), .player input, .panels input, .start, .plane")]);
        const before = root.querySelector(".words").textContent, begun = performance.now();
        if (control.type === "range") control.value = Math.round(control.max * (random() < 0.3 ? Math.round(random()) : random()));
        else if (control.type === "checkbox") control.checked = !control.checked;
        else if (control.type === "text") control.value = random() < 0.5 ? any(extremes) : String(10 ** (8 * random() - 5));
        else if (control.tagName === "SELECT") control.value = any([...control.options]).value;
        if (control.matches(".start, .plane")) {
            const key = any(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);
            for (let n = 0; n < 40; n++) root.querySelector(".start")?.dispatchEvent(new KeyboardEvent("keydown", { key }));
        } else control.dispatchEvent(new Event(control.type === "range" ? "input" : "change"));
        await null;
        root.getBoundingClientRect();
        longest = Math.max(longest, performance.now() - begun);
        changed += root.querySelector(".words").textContent !== before;
        if (k % 5) continue; // to read all that is drawn takes longer than to draw it
        for (const nonsense of root.innerHTML.match(/.{0,40}(NaN|undefined|Infinity|\\[object).{0,40}/g) ?? []) bad.add(nonsense);
        if (!/after|diverges|outside|overflowed/.test(root.querySelector(".words").textContent)) bad.add(`no words: ${root.querySelector(".words").textContent}`);
    }
    return [longest, changed, [...bad]];
}"""
EXPLORERS = {
    "plane": "Explorer(AdaGrad(lr=0.5), problems.ravine, second=SGD(lr=0.05), third=Adam(lr=0.1))",
    "stream": "Explorer(AdaGrad(lr=0.5), problems.Steady(), second=Adam(lr=0.1), panels=('rate', 'way'))",
}


@pytest.fixture(scope="module")
def site(publish):
    return publish({"index": []} | {name: [f"from adaptive_lr import *\nfrom adaptive_lr.explorer import Explorer\n{cell}"] for name, cell in EXPLORERS.items()})


@pytest.mark.parametrize("name", EXPLORERS)
def test_no_setting_makes_the_page_complain(site, visit, name):
    visit = visit(f"{site}/{name}.html", viewport={"width": 720, "height": 900})
    visit.page.wait_for_selector(".lr-explorer .words > span")
    longest, changed = 0.0, 0
    for some in range(CHANGES // len(EXPLORERS) // AT_A_TIME):
        took, altered, bad = visit.page.evaluate(AT_RANDOM, [AT_A_TIME, 1 + some, EXTREMES])
        longest, changed = max(longest, took), changed + altered
        assert not bad, visit.page.locator(".words").inner_text()
    print(f"{CHANGES // len(EXPLORERS)} changes, {changed} of them told in other words, the longest took {longest:.0f} ms")
    assert visit.errors == [] and changed > CHANGES / 10
    assert not re.search("NaN|undefined", visit.page.url)
