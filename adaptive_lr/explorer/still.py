"""The still picture of an explorer, for a page without JavaScript: contours, trajectories, caption, as one SVG figure."""

from __future__ import annotations

import re
from html import escape

import numpy as np
from contourpy import contour_generator

from ..problems.levels import contour_levels
from ..runner import Trace
from .looks import LOOKS

WIDTH = 640.0
GRID = 1.0  # of the landscape, in pixels, so that a steep valley is resolved
TOLERANCE = 0.2  # in pixels, of a line's points that are left out


def still(traces: dict[str, Trace]) -> str:
    """HTML that shows the runs (by the name of their rule, all on one problem) only where JavaScript is off."""
    problem = next(iter(traces.values())).problem
    left, right, low, high = problem.bounds
    unit = WIDTH / (right - left)
    height = unit * (high - low)

    def pixels(points):
        return np.clip((np.asarray(points) - (left, high)) * (unit, -unit), -9999, 9999)

    x1, x2 = np.linspace(left, right, round(WIDTH / GRID) + 1), np.linspace(low, high, round(height / GRID) + 1)
    lines = contour_generator(x1, x2, problem.f(np.stack(np.meshgrid(x1, x2), axis=-1)))
    contours = "".join(_path(_thinned(pixels(line))) for level in contour_levels(problem) for line in lines.lines(level))

    drawn = []
    for trace, look in zip(traces.values(), LOOKS):
        middle, size = np.array([left + right, low + high]) / 2, np.array([right - left, high - low])
        near = np.flatnonzero((np.abs(trace.x - middle) <= 1.5 * size).all(axis=-1))  # a run that diverges ends with the step that leads far away
        points = _path(pixels(trace.x[: near.max(initial=0) + 2]))
        ends = points.replace("L", "h0M") + "h0"
        drawn.append(
            f'<path d="{points}" fill="none" stroke="{look.color}" stroke-width="1.75" stroke-dasharray="{look.dash}"/>'
            f'<path d="{ends}" fill="none" stroke="{look.color}" stroke-width="4" stroke-linecap="{look.dot}"/>'
        )
    x, y = pixels(trace.x[0])
    marks = f'<circle r="7" cx="{x:.1f}" cy="{y:.1f}" fill="none" stroke="currentColor" stroke-width="2.5"/>'
    if problem.minimum is not None:
        x, y = pixels(problem.minimum)
        marks += f'<text x="{x:.1f}" y="{y + 6:.1f}" font-size="18" text-anchor="middle" fill="currentColor">★</text>'

    caption = _caption(traces)
    return (
        '<noscript class="lr-explorer-still"><figure style="margin: 0">'
        f'<svg viewBox="-1 -1 {WIDTH + 2:.0f} {height + 2:.0f}" style="width: 100%; height: auto" role="img" aria-label="{escape(caption)}">'
        f'<path d="{contours}" fill="none" stroke="currentColor" stroke-opacity="0.3"/>{"".join(reversed(drawn))}{marks}'
        f'<rect width="{WIDTH:.0f}" height="{height:.0f}" fill="none" stroke="currentColor" stroke-opacity="0.45"/></svg>'
        f"<figcaption>{escape(caption)} With JavaScript on, sliders change all of this.</figcaption></figure></noscript>"
    )


def _path(points) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _thinned(line):
    """The points of a line that its shape needs: the farthest from the straight way, as long as any is far (Douglas & Peucker 1973)."""
    (x, y), (u, v) = line[-1] - line[0], line[1:-1].T - line[0][:, None]
    length = np.hypot(x, y)
    off = np.abs(x * v - y * u) / length if length else np.hypot(u, v)
    if not off.size or off.max() < TOLERANCE:
        return line[[0, -1]]
    k = off.argmax() + 1
    return np.concatenate([_thinned(line[: k + 1])[:-1], _thinned(line[k:])])


def _caption(traces: dict[str, Trace]) -> str:
    trace = next(iter(traces.values()))
    runs = [f"{_rule(name, trace)} ({look.words}) {_ending(trace)}" for (name, trace), look in zip(traces.items(), LOOKS)]
    start = ", ".join(f"{x:g}" for x in trace.x[0])
    settings = "".join(f", {name} = {value:g}" for name, value in vars(trace.problem).items())
    where = "star at the minimum" if trace.problem.minimum is not None else "no minimum marked"
    text = (
        f"Descent on lines of equal loss, {type(trace.problem).__name__}{settings}, x₁ from left to right, x₂ upwards, {where}. "
        f"From the ring at ({start}), in {len(trace.grad)} updates: {'; '.join(runs)}."
    )
    return re.sub(r"(?<![\w.])-(?=\d)", "−", text)  # a true minus sign, but not in 1e-10


def _rule(name, trace) -> str:
    return f"{name} with {', '.join(f'{field} = {value:g}' for field, value in vars(trace.rule).items())}"


def _ending(trace) -> str:
    (left, right, low, high), (x1, x2) = trace.problem.bounds, trace.x[-1]
    gone = not (left <= x1 <= right and low <= x2 <= high) and trace.loss[-1] > max(trace.loss[0], trace.loss[len(trace.loss) // 2])
    if trace.diverged or gone:
        return "diverges"
    return f"goes from loss {trace.loss[0]:.3g} to {trace.loss[-1]:.3g}"
