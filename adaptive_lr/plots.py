"""Draw a Trace on matplotlib axes. One palette for the whole course, safe for colour-blind readers (Okabe & Ito 2008)."""

from __future__ import annotations

import numpy as np
from cycler import cycler
from matplotlib.axes import Axes

from .runner import Trace

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # rules, in the order of their appearance

STYLE = {  # of every figure in the book: plt.rcParams.update(plots.STYLE)
    "figure.figsize": (5.6, 3.6),
    "figure.constrained_layout.use": True,
    "font.size": 12,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "0.9",
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "adaptive_lr",  # the same figure, byte for byte, at every build
}


def loss(ax: Axes, trace: Trace, **style) -> None:
    """Loss above the problem's known minimum against the number of updates."""
    ax.plot(trace.gap, **style)
    ax.set(xlabel="updates", ylabel="loss above the minimum (dimensionless)", yscale="log")


def rate(ax: Axes, trace: Trace, coordinate: int, **style) -> None:
    """The effective learning rate of one coordinate against the number of updates, the first of which is update 1."""
    ax.plot(np.arange(1, len(trace.rate) + 1), trace.rate[..., coordinate], **style)
    ax.set(xlabel="updates", ylabel="effective learning rate (dimensionless)", yscale="log")
