"""Lines of equal loss: where the rule for their levels puts them, and where the page and the still picture draw them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from test_tracer import in_javascript

from adaptive_lr import SGD, explorer, problems
from adaptive_lr.explorer import Explorer
from adaptive_lr.explorer.still import WIDTH
from adaptive_lr.problems import Plateau, Ravine, Rosenbrock, RotatedRavine
from adaptive_lr.problems.levels import contour_levels

LANDSCAPES = [
    *(Ravine(1.0), Ravine(20.0), Ravine(957.0), RotatedRavine(957.0, 30.0), problems.saddle, problems.beale),
    *(Rosenbrock(1.0), Rosenbrock(1000.0), Plateau(0.1), Plateau(10.0)),
]


@pytest.fixture(scope="module")
def site(publish):
    """A page for each problem, with its own fields."""
    cell = "from adaptive_lr.explorer import Explorer\nfrom adaptive_lr import *\nfrom adaptive_lr.problems import *\nExplorer(SGD(lr=1e-4), {}, steps=9)"
    return publish({"index": []} | {f"page{k}": [cell.format(problem)] for k, problem in enumerate(LANDSCAPES)})


def pieces(path):
    """The straight pieces of a path made of M and L: an array (n, 2 ends, 2 coordinates)."""
    lines = [np.array(line.replace("L", " ").split(), float).reshape(-1, 2) for line in path.split("M")[1:]]
    return np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in lines])


def in_the_page(site, visit, problem, width=1280):
    """The pieces in pixels of the plane, and the plane's points as a function of such pixels."""
    page = visit(f"{site}/page{LANDSCAPES.index(problem)}.html", viewport={"width": width, "height": 900}).page
    page.wait_for_selector(".lr-explorer .words span")
    frame = np.array([float(page.locator(".plane .inside").get_attribute(side)) for side in ("width", "height")])
    left, right, low, high = problem.bounds
    unit = min(frame / (right - left, high - low))  # as much as fits of a unit of the plane, the bounds' middle in the middle
    point = lambda at: ((at - frame / 2) / unit) * (1, -1) + ((left + right) / 2, (low + high) / 2)  # noqa: E731
    start = page.locator(".plane .run-0.dots").get_attribute("d").split("h")[0].removeprefix("M").split()
    np.testing.assert_allclose(point(np.array(start, float)), problem.start, atol=0.06 / unit)
    return pieces(page.locator(".contours").get_attribute("d")) / 10, point, frame


def passes_a_level(problem, points, around):
    """Whether the loss takes the value of a level within a pixel: it lies on both sides of it among places around each point."""
    angle, radius = np.meshgrid(np.linspace(0, 2 * np.pi, 24, endpoint=False), [0.0, 0.4, 0.8])
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1).reshape(-1, 2)
    loss = problem.f(around(points[:, None] + ring))
    levels = contour_levels(problem)
    return ((loss.min(axis=1)[:, None] <= levels) & (levels <= loss.max(axis=1)[:, None])).any(axis=1)


@pytest.mark.parametrize("problem", LANDSCAPES, ids=repr)
def test_the_shares_of_the_frame_below_the_lines_rise_as_squares(problem):
    left, right, low, high = problem.bounds
    anywhere = np.random.default_rng(0).uniform((left, low), (right, high), (200_000, 2))
    levels = contour_levels(problem)
    below = (problem.f(anywhere)[:, None] < levels).mean(axis=0)
    assert len(levels) == 12 or problem == Plateau(0.1)  # most of which is flat to the last bit
    np.testing.assert_allclose(below, (np.arange(1, len(levels) + 1) / 13) ** 2, atol=0.01)


@pytest.mark.parametrize("problem", LANDSCAPES, ids=repr)
def test_every_line_of_the_page_lies_at_a_level(site, visit, problem):
    lines, point, _ = in_the_page(site, visit, problem)
    middles = lines.mean(axis=1)
    assert len(middles) > 200 and passes_a_level(problem, np.concatenate([lines[:, 0], middles]), point).all()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("problem", [Ravine(1.0), Ravine(20.0), Ravine(957.0)], ids=repr)
def test_no_line_of_the_page_is_missing_or_broken(site, visit, problem, width):
    """A ravine's lines are the ellipses x₁² + κ x₂² = 2 level: each column and each row of pixels meets just those that it should, where it should."""
    lines, point, frame = in_the_page(site, visit, problem, width)
    levels, met = contour_levels(problem), 0
    unit, factors = 1 / (point(np.ones(2)) - point(np.zeros(2)))[0], (1.0, problem.condition)
    for along, across in ((0, 1), (1, 0)):
        for place in np.arange(0.5, frame[along], 1):
            at = (place - frame[along] / 2) / unit
            if np.abs(np.abs(at) - np.sqrt(2 * levels / factors[along])).min() * unit < 1:
                continue  # through the tip of an ellipse
            found = np.sqrt((2 * levels[2 * levels > factors[along] * at**2] - factors[along] * at**2) / factors[across])
            found = np.concatenate([-found[::-1], found])  # from one side to the other
            slanted = 0.5 * np.hypot(1, factors[along] * at / (factors[across] * found))  # half a pixel across the line
            wanted = frame[across] / 2 + found * unit
            least, most = lines[:, :, along].min(axis=1), lines[:, :, along].max(axis=1)
            met_here = lines[(least - 0.1 <= place) & (place <= most + 0.1) & (least < most)]  # ends are printed to a tenth of a pixel
            (x, u), (y, v) = met_here[:, :, along].T, met_here[:, :, across].T
            drawn = y + np.clip((place - x) / (u - x), 0, 1) * (v - y)
            near = np.abs(drawn[:, None] - wanted) < slanted
            assert near.any(axis=1).all(), f"a line too many, {along, place}"
            assert near.any(axis=0)[(wanted > 0) & (wanted < frame[across])].all(), f"a line is missing, {along, place}"
            met += len(wanted)
    assert met > 1000


@pytest.mark.parametrize("level", [-0.5, 0.5])
def test_at_a_saddle_a_line_stays_on_its_side(level):
    """Of x y = level in a cell around the origin, which all four sides of it cross."""
    source = Path(explorer.__file__).with_name("contours.js").read_text(encoding="utf-8")
    (path,) = in_javascript(f"(() => {{ {source}; return [contourPath((x, y) => (x - 4) * (y - 4), 8, 8, [{level}])]; }})()", str)
    lines = pieces(path) / 10 - 4
    assert len(lines) == 2 and (np.sign(lines.mean(axis=1).prod(axis=1)) == np.sign(level)).all()


@pytest.mark.parametrize("problem", LANDSCAPES, ids=repr)
def test_the_still_picture_has_the_same_lines(problem):
    picture = Explorer(SGD(lr=1e-4), problem, steps=9).still()
    lines = pieces(re.search(r'<path d="(\S[^"]*)" fill="none" stroke="currentColor" stroke-opacity', picture)[1])
    left, right, _, high = problem.bounds
    unit = WIDTH / (right - left)
    around = lambda at: at / unit * (1, -1) + (left, high)  # noqa: E731
    assert passes_a_level(problem, np.concatenate([lines[:, 0], lines.mean(axis=1)]), around).all()
    assert len(picture) < 60_000


def test_the_still_picture_says_that_a_run_diverges_as_the_page_does():
    """At η = 0.15 the ravine's steep coordinate doubles at each step: its numbers are finite for long, and of no use."""
    fast, slow = (Explorer(SGD(rate), problems.ravine) for rate in (0.15, 0.05))
    assert not fast.traces[0].diverged and "diverges" in fast.still()
    assert "diverges" not in slow.still()
