"""What tests do on an explorer's page as a reader does it, and what they read there."""

from __future__ import annotations

import re

import numpy as np

from adaptive_lr import minimize


def words(page):
    """What the explorer says below its picture, as soon as it has said anything."""
    page.locator(".lr-explorer .words > span").first.wait_for()
    return page.locator(".lr-explorer .words").inner_text().splitlines()


def trajectory(page, rule=0):
    """The iterates of a rule as the picture shows them: pixel positions, one a dot."""
    path = page.locator(f".plane .run-{rule}.dots").get_attribute("d")
    return np.array(re.findall(r"M(\S+) (\S+?)h0", path), float)


MOVE = """async (input, to) => {
    input.value = to;
    input.dispatchEvent(new Event("input"));
    await null; // all that changed at once is drawn once
    return Number(input.getAttribute("aria-valuetext"));
}"""


def slide(page, name, value):
    """Move a slider as a pointer does, to its highest notch that is not above the value. The number that it then shows."""
    slider = page.get_by_role("slider", name=name, exact=True)
    low, high = 0, int(slider.get_attribute("max"))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if slider.evaluate(MOVE, middle) <= value else (low, middle - 1)
    return slider.evaluate(MOVE, low)


def spoken(value):
    """A number as the page writes it: three digits, or two and a power of ten."""
    if value and not 1e-3 <= abs(value) < 1e5:
        digits, exponent = f"{value:.1e}".split("e")
        text = f"{digits} × 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    else:
        text = f"{float(f'{value:.3g}'):.10g}"
    return text.replace("-", "−")


def type_in(page, name, text):
    """Type a number into the box beside a slider."""
    box = page.get_by_role("textbox", name=f"{name}, as a number", exact=True)
    box.fill(text)
    box.press("Tab")


def pick(page, name, option):
    page.get_by_role("combobox", name=name, exact=True).select_option(option)


def titles(page):
    return page.locator(".charts > svg").evaluate_all("charts => charts.map((chart) => chart.ariaLabel)")


def ends(name, problem, rule, start=None, steps=60):
    return f"{name} ends at loss {spoken(minimize(problem, rule, start, steps).loss[-1])} after {steps} updates"


def copied_python(page):
    page.get_by_role("button", name="Copy Python").click()
    page.wait_for_selector(".said pre")
    return page.locator(".said pre").inner_text()
