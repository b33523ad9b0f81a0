"""Draw a Trace on matplotlib axes. One palette for the whole course, safe for colour-blind readers (Okabe & Ito 2008)."""

from __future__ import annotations

import numpy as np
from cycler import cycler
from matplotlib.axes import Axes

from .problems import Problem
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


def contours(ax: Axes, problem: Problem, levels: int = 12) -> None:
    """The problem's landscape over its bounds: lines of equal loss, closer together near the minimum; a star marks it."""
    x1_from, x1_to, x2_from, x2_to = problem.bounds
    x1, x2 = np.meshgrid(np.linspace(x1_from, x1_to, 200), np.linspace(x2_from, x2_to, 200))
    loss = problem.f(np.stack([x1, x2], axis=-1))
    lowest, highest = loss.min(), loss.max()
    ax.contour(x1, x2, loss, lowest + (highest - lowest) * np.linspace(0, 1, levels + 1)[1:] ** 2, colors="0.75", linewidths=0.8)
    if problem.minimum is not None:
        ax.plot(*problem.minimum, "*", color="0.3", markersize=9)
    ax.set(xlabel="$x_1$ (dimensionless)", ylabel="$x_2$ (dimensionless)", xlim=(x1_from, x1_to), ylim=(x2_from, x2_to))


def path(ax: Axes, trace: Trace, **style) -> None:
    """The iterates of a single run on the plane, one dot an iterate."""
    ax.plot(*trace.x.T, **({"marker": "o", "markersize": 3, "linewidth": 1.2} | style))


def loss(ax: Axes, trace: Trace, **style) -> None:
    """Loss above its known minimum (the loss itself where none is known) against the number of updates."""
    lowest = 0.0 if trace.problem.minimum is None else trace.problem.f(np.asarray(trace.problem.minimum))
    ax.plot(trace.loss - lowest, **style)
    ax.set(xlabel="updates", ylabel="loss above the minimum (dimensionless)", yscale="log")


def rate(ax: Axes, trace: Trace, coordinate: int, **style) -> None:
    """The effective learning rate of one coordinate against the number of updates."""
    ax.plot(np.arange(1, len(trace.rate) + 1), trace.rate[..., coordinate], **style)
    ax.set(xlabel="updates", ylabel="effective learning rate (dimensionless)", yscale="log")
