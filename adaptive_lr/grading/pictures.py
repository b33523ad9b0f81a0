"""Small pictures of an answer beside the reference, as SVG."""

from __future__ import annotations

import numpy as np

from ..rule import Array

WIDTH, HEIGHT, EDGE = 320, 150, 8
YOURS, RIGHT = "#d55e00", "#2e8bc9"  # to be told from white and from the dark grounds of Jupyter, VS Code and Colab alike


def paths(yours: Array, right: Array) -> str:
    """Two courses of points (n, 2), in one frame that shows all of the right one; nothing where they are the same."""
    if yours.shape == right.shape and np.allclose(yours, right, rtol=1e-3, equal_nan=True):
        return ""
    low, high = right.min(axis=0), right.max(axis=0)
    margin = 0.25 * (high - low) + 1e-12
    low, high = low - margin, high + margin

    def polyline(points: Array, colour: str, dashes: str) -> str:
        shown = points[np.all(np.isfinite(points), axis=1)]
        at = np.clip((shown - low) / (high - low), -1, 2) * [WIDTH - 2 * EDGE, -(HEIGHT - 2 * EDGE)] + [EDGE, HEIGHT - EDGE]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'

    legend = "".join(
        f'<line x1="{EDGE}" x2="{EDGE + 18}" y1="{10 + 15 * row}" y2="{10 + 15 * row}" stroke="{colour}" stroke-width="2"/>'
        f'<text x="{EDGE + 24}" y="{14 + 15 * row}" fill="currentColor" font-size="12" font-family="sans-serif">{name}</text>'
        for row, (name, colour) in enumerate((("the reference", RIGHT), ("yours, dashed", YOURS)))
    )
    return (
        f'<svg role="img" aria-label="The course of your answer, dashed, beside the reference" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{polyline(right, RIGHT, '')}{polyline(yours, YOURS, '5 4')}{legend}</svg>"
    )
