"""Small pictures of an answer beside the reference, as SVG."""

from __future__ import annotations

import numpy as np

from ..rule import Array

WIDTH, HEIGHT, EDGE, TOP = 320, 160, 8, 24
DASHES = "5 4"
YOURS, RIGHT = "#d55e00", "#2e8bc9"  # to be told from white and from the dark grounds of Jupyter, VS Code and Colab alike


def paths(yours: Array, right: Array, axes: tuple[str, str]) -> str:
    """Two courses of points (n, 2), in one frame that shows all of the right one; nothing where they are the same. axes: what is drawn to the right and up."""
    if yours.shape == right.shape and np.allclose(yours, right, rtol=1e-3, equal_nan=True):
        return ""
    low, high = right.min(axis=0), right.max(axis=0)
    margin = 0.25 * (high - low) + 1e-12
    low, high = low - margin, high + margin

    def placed(points: Array) -> Array:
        return np.clip((points - low) / (high - low), -1, 2) * [WIDTH - 2 * EDGE, -(HEIGHT - TOP - EDGE)] + [EDGE, HEIGHT - EDGE]

    def polyline(points: Array, colour: str, dashes: str) -> str:
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed(points[np.all(np.isfinite(points), axis=1)]))
        return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'

    def words(x: float, y: float, anchor: str, text: str) -> str:
        return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="currentColor" font-size="12" font-family="sans-serif">{text}</text>'

    legend = "".join(
        f'<line x1="{left}" x2="{left + 18}" y1="10" y2="10" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>{words(left + 24, 14, "start", name)}'
        for left, name, colour, dashes in ((EDGE, "the reference", RIGHT, ""), (EDGE + 120, "yours", YOURS, DASHES))
    )
    along, up = axes
    named = words(WIDTH - EDGE, HEIGHT - 4, "end", f"{along} →") + words(WIDTH - EDGE, 14, "end", f"{up} ↑")
    x, y = placed(right[0])
    start = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{RIGHT}"><title>the start</title></circle>'
    return (
        f'<svg role="img" aria-label="The course of your answer, dashed, beside the reference: {up} over {along}" '
        f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{polyline(right, RIGHT, '')}{polyline(yours, YOURS, DASHES)}{start}{legend}{named}</svg>"
    )
