"""The still picture of an explorer, for a page without JavaScript: contours, trajectories, caption, as one SVG figure."""

from __future__ import annotations

import io
import re
from html import escape

import numpy as np
from contourpy import contour_generator
from matplotlib import rc_context
from matplotlib.figure import Figure

from ..problems import Noisy
from ..problems.levels import contour_levels
from ..runner import Trace
from .looks import LOOKS

WIDTH = 640.0
GRID = 1.0  # of the landscape, in pixels, so that a steep valley is resolved
TOLERANCE = 0.2  # in pixels, of a line's points that are left out


def still(explorer) -> str:
    """HTML that shows an explorer's runs, on the plane or as curves, only where JavaScript is off."""
    names, traces = _names(explorer), explorer.traces
    caption = _caption(names, traces)
    picture = _plane(traces, caption) if explorer.problem.bounds else _curves(explorer, names, traces, caption)
    return in_noscript(picture, caption, "With JavaScript on, sliders change all of this.")


def _names(explorer) -> list[str]:
    rules = [rule for rule in (explorer.rule, explorer.second, explorer.third) if rule is not None]
    names = [type(rule).__name__ + (" as printed" if type(rule).__module__.endswith("printed") else "") for rule in rules]
    return [name if names.index(name) == k else f"{name} ({('', 'second', 'third')[k]})" for k, name in enumerate(names)]


def _plane(traces: tuple[Trace, ...], caption: str) -> str:
    """Contours and trajectories as SVG."""
    problem = traces[0].problem
    left, right, low, high = problem.bounds
    unit = WIDTH / (right - left)
    height = unit * (high - low)

    def pixels(points):
        return np.clip((np.asarray(points) - (left, high)) * (unit, -unit), -9999, 9999)

    x1, x2 = np.linspace(left, right, round(WIDTH / GRID) + 1), np.linspace(low, high, round(height / GRID) + 1)
    lines = contour_generator(x1, x2, problem.f(np.stack(np.meshgrid(x1, x2), axis=-1)))
    contours = "".join(_path(_thinned(pixels(line))) for level in contour_levels(problem) for line in lines.lines(level))

    drawn = []
    for trace, look in zip(traces, LOOKS):
        middle, size = np.array([left + right, low + high]) / 2, np.array([right - left, high - low])
        near = np.flatnonzero((np.abs(trace.x - middle) <= 1.5 * size).all(axis=-1))  # a run that diverges ends with the step that leads far away
        points = _path(pixels(trace.x[: near.max(initial=0) + 2]))
        ends = points.replace("L", "h0M") + "h0"
        drawn.append(
            f'<path d="{points}" fill="none" stroke="{look.color}" stroke-width="1.75" stroke-dasharray="{look.dash}"/>'
            f'<path d="{ends}" fill="none" stroke="{look.color}" stroke-width="4" stroke-linecap="{look.dot}"/>'
        )
    x, y = pixels(traces[0].x[0])
    marks = f'<circle r="7" cx="{x:.1f}" cy="{y:.1f}" fill="none" stroke="currentColor" stroke-width="2.5"/>'
    if problem.minimum is not None:
        x, y = pixels(problem.minimum)
        marks += f'<text x="{x:.1f}" y="{y + 6:.1f}" font-size="18" text-anchor="middle" fill="currentColor">★</text>'
    return (
        f'<svg viewBox="-1 -1 {WIDTH + 2:.0f} {height + 2:.0f}" style="width: 100%; height: auto" role="img" aria-label="{escape(caption)}">'
        f'<path d="{contours}" fill="none" stroke="currentColor" stroke-opacity="0.3"/>{"".join(reversed(drawn))}{marks}'
        f'<rect width="{WIDTH:.0f}" height="{height:.0f}" fill="none" stroke="currentColor" stroke-opacity="0.45"/></svg>'
    )


# What a panel plots of a trace: (values, coordinate by coordinate; the update of the first; whether its axis is logarithmic).
CURVES = {
    "rate": ("effective learning rate", lambda trace: trace.rate, 1, True),
    "way": ("way from the start", lambda trace: np.abs(trace.x - trace.x[0]), 0, True),
    "step": ("length of a step", lambda trace: np.abs(np.diff(trace.x, axis=0)), 1, True),
    "x": ("coordinates", lambda trace: trace.x, 0, False),
    "size": ("size of the coordinates", lambda trace: np.abs(trace.x), 0, True),
}


def _curves(explorer, names, traces, caption) -> str:
    """The panels that show coordinates, as SVG by matplotlib."""
    panels = [panel for panel in explorer.panels if panel in CURVES] or ["rate"]
    figure = Figure(figsize=(6.4, 2.6 * len(panels)), layout="constrained")
    for ax, panel in zip(np.atleast_1d(figure.subplots(len(panels))), panels):
        title, of, first, logarithmic = CURVES[panel]
        for name, trace, look in zip(names, traces, LOOKS):
            values = of(trace)
            for k, width in enumerate((2.2, 1.1)):
                dash = "solid" if look.dash == "none" else (0, tuple(map(float, look.dash.split())))
                ax.plot(np.arange(first, first + len(values)), values[:, k], color=look.color, linestyle=dash, linewidth=width, label=name if k == 0 else None)
        ax.set(xlabel="updates", ylabel=title, yscale="log" if logarithmic else "linear", xscale="log" if explorer.log_time else "linear")
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, fontsize=9)
    return as_svg(figure, caption)


def in_noscript(picture: str, caption: str, more: str) -> str:
    """A picture with its caption, shown only where JavaScript is off."""
    return f'<noscript class="lr-explorer-still"><figure style="margin: 0">{picture}<figcaption>{escape(caption)} {more}</figcaption></figure></noscript>'


def as_svg(figure: Figure, caption: str) -> str:
    """A figure as SVG that takes the page's colour for its text, and says what it shows. Several stand on one page: only names that it uses stay."""
    told = io.StringIO()
    with rc_context({"svg.hashsalt": "adaptive_lr", "svg.fonttype": "none"}):
        figure.savefig(told, format="svg", transparent=True, metadata={"Date": None})
    svg = told.getvalue()[told.getvalue().index("<svg") :].replace("#000000", "currentColor")
    used = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", svg)
    look = "width: 100%; height: auto; fill: currentColor; image-rendering: pixelated"
    return svg.replace("<svg", f'<svg role="img" style="{look}" aria-label="{escape(caption)}"', 1)


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


def _caption(names: list[str], traces: tuple[Trace, ...]) -> str:
    trace = traces[0]
    noise, problem = (trace.problem.noise, trace.problem.problem) if isinstance(trace.problem, Noisy) else (0, trace.problem)
    runs = [f"{_rule(name, each)} ({look.words}) {_ending(each)}" for name, each, look in zip(names, traces, LOOKS)]
    start = ", ".join(f"{x:g}" for x in trace.x[0])
    settings = "".join(f", {name} = {value:g}" for name, value in vars(problem).items()) + (f", noise σ = {noise:g}" if noise else "")
    if problem.bounds is None:
        text = f"What rules make of given gradients, {type(problem).__name__}{settings}, in {len(trace.grad)} updates: {'; '.join(runs)}."
        return re.sub(r"(?<![\w.])-(?=\d)", "−", text)
    left, right, low, high = problem.bounds
    where = "star at the minimum" if trace.problem.minimum is not None else "no minimum marked"
    text = (
        f"Descent on lines of equal loss, {type(problem).__name__}{settings}, x₁ from {left:g} at the left to {right:g} at the right, "
        f"x₂ from {low:g} at the bottom to {high:g} at the top, {where}. From the ring at ({start}), in {len(trace.grad)} updates: {'; '.join(runs)}."
    )
    return re.sub(r"(?<![\w.])-(?=\d)", "−", text)  # a true minus sign, but not in 1e-10


def _rule(name, trace) -> str:
    settings = (f"{field} = {value if callable(value) else format(value, 'g')}" for field, value in vars(trace.rule).items())
    return f"{name} with {', '.join(settings)}"


def _ending(trace) -> str:
    """As `outcome` of words.js has it, as far as a picture needs it."""
    if trace.problem.bounds is None:
        return f"moves by {trace.x[-1, 0] - trace.x[0, 0]:.3g} and {trace.x[-1, 1] - trace.x[0, 1]:.3g}"
    (left, right, low, high), (x1, x2) = trace.problem.bounds, trace.x[-1]
    if trace.diverged:
        return "diverges: its numbers overflow"
    loss = f"loss {trace.loss[-1]:.3g}"
    if left <= x1 <= right and low <= x2 <= high:
        return f"ends at {loss}"
    growing = trace.loss[-1] > max(trace.loss[0], trace.loss[len(trace.loss) // 2])
    return f"diverges: it leaves the frame for good, {loss}" if growing else f"is outside the frame at the end, {loss}"
