"""The still picture of an explorer, for a page without JavaScript: contours, trajectories, caption, as one SVG figure."""

from __future__ import annotations

import re
from html import escape

import numpy as np
from contourpy import contour_generator

from ..plots import PALETTE
from ..runner import Trace

WIDTH = 640.0
LEVELS = (np.arange(1, 13) / 13) ** 2  # quantiles of the loss over the frame: evenly spaced lines around a minimum
RULE_LINES = ("", ' stroke-dasharray="5 3.5"')  # the second rule is dashed: colour alone does not tell them apart
DOTS = ("round", "square")


def still(traces: dict[str, Trace]) -> str:
    """HTML that shows the runs (by the name of their rule, all on one problem) only where JavaScript is off."""
    problem = next(iter(traces.values())).problem
    left, right, low, high = problem.bounds
    unit = WIDTH / (right - left)
    height = unit * (high - low)

    def path(points):
        pixels = np.stack([(points[:, 0] - left) * unit, (high - points[:, 1]) * unit], axis=-1)
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in np.clip(pixels, -9999, 9999))

    x1, x2 = np.linspace(left, right, 81), np.linspace(low, high, 61)
    loss = problem.f(np.stack(np.meshgrid(x1, x2), axis=-1))
    lines = contour_generator(x1, x2, loss)
    contours = "".join(path(line) for level in np.quantile(loss, LEVELS) for line in lines.lines(level))

    drawn = []
    for trace, color, dash, dot in zip(traces.values(), PALETTE, RULE_LINES, DOTS):
        finite = np.isfinite(trace.x).all(axis=-1)
        points = path(trace.x[: len(finite) if finite.all() else finite.argmin()])
        ends = points.replace("L", "h0M") + "h0"
        drawn.append(
            f'<path d="{points}" fill="none" stroke="{color}" stroke-width="1.75"{dash}/>'
            f'<path d="{ends}" fill="none" stroke="{color}" stroke-width="4.5" stroke-linecap="{dot}"/>'
        )
    marks = f'<circle r="7" cx="{(trace.x[0, 0] - left) * unit:.1f}" cy="{(high - trace.x[0, 1]) * unit:.1f}" fill="none" stroke="currentColor" stroke-width="2.5"/>'
    if problem.minimum is not None:
        marks += f'<text x="{(problem.minimum[0] - left) * unit:.1f}" y="{(high - problem.minimum[1]) * unit + 6:.1f}" font-size="18" text-anchor="middle" fill="currentColor">★</text>'

    caption = _caption(traces)
    return (
        '<noscript class="lr-explorer-still"><figure style="margin: 0">'
        f'<svg viewBox="-1 -1 {WIDTH + 2:.0f} {height + 2:.0f}" style="width: 100%; height: auto" role="img" aria-label="{escape(caption)}">'
        f'<path d="{contours}" fill="none" stroke="currentColor" stroke-opacity="0.3"/>{"".join(reversed(drawn))}{marks}'
        f'<rect width="{WIDTH:.0f}" height="{height:.0f}" fill="none" stroke="currentColor" stroke-opacity="0.45"/></svg>'
        f"<figcaption>{escape(caption)} With JavaScript on, sliders change all of this.</figcaption></figure></noscript>"
    )


def _caption(traces: dict[str, Trace]) -> str:
    trace = next(iter(traces.values()))
    lines = ["solid line, round dots", "dashed line, square dots"]
    runs = [f"{_rule(name, trace)} ({line}) {_ending(trace)}" for (name, trace), line in zip(traces.items(), lines)]
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
    if trace.diverged:
        return "diverges"
    return f"goes from loss {trace.loss[0]:.3g} to {trace.loss[-1]:.3g}"
