"""How the rules of an explorer are drawn, in the still picture and in the page: colour alone does not tell them apart."""

from __future__ import annotations

from dataclasses import dataclass

from ..plots import PALETTE


@dataclass(frozen=True)
class Look:
    """One rule's look, in the words of SVG, and what a caption calls it."""

    color: str
    dash: str  # stroke-dasharray of its line
    dot: str  # stroke-linecap of its dots
    words: str


LOOKS = (
    Look(PALETTE[0], "none", "round", "solid line, round dots"),
    Look(PALETTE[1], "5 3.5", "square", "dashed line, square dots"),
    Look(PALETTE[2], "1.5 3", "round", "dotted line, round dots"),
    Look(PALETTE[3], "9 3 2 3", "square", "dash-dotted line, square dots"),  # a reader's own step function
)
