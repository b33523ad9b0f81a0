"""What is drawn must be what the trace holds, at the updates to which it belongs."""

import numpy as np
import pytest
from cycler import cycler
from matplotlib.figure import Figure

from adaptive_lr import SGD, AdaGrad, minimize, plots, problems


@pytest.fixture
def ax():
    return Figure().subplots()


def test_the_loss_is_drawn_above_the_minimum_from_the_start_on(ax):
    """The saddle's minimum is −1/4, so the loss itself would vanish from a log axis."""
    trace = minimize(problems.saddle, AdaGrad(lr=0.5), steps=30)
    plots.loss(ax, trace, label="AdaGrad")
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_xdata(), range(31))
    np.testing.assert_array_equal(line.get_ydata(), trace.loss + 0.25)
    assert line.get_label() == "AdaGrad" and ax.get_yscale() == "log"
    assert np.all(trace.loss[-10:] < 0) and np.all(line.get_ydata() > 0)


def test_a_loss_above_an_unknown_minimum_is_not_drawn(ax):
    trace = minimize(problems.LogisticRegression(np.eye(2), [1, -1], l2=0.0), SGD(), steps=1)
    with pytest.raises(ValueError, match="minimum is not known"):
        plots.loss(ax, trace)


def test_the_rate_of_a_coordinate_is_drawn_at_the_update_that_it_made(ax):
    """At update 1, AdaGrad's rate on the ravine is η over the gradient, 20 · 2 in x₂; there is no rate at the start."""
    trace = minimize(problems.ravine, AdaGrad(lr=0.5), steps=30)
    plots.rate(ax, trace, 1, linestyle="--")
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_xdata(), range(1, 31))
    assert line.get_ydata()[0] == pytest.approx(0.5 / 40) and line.get_ydata()[-1] == trace.rate[29, 1]
    assert line.get_linestyle() == "--" and ax.get_yscale() == "log"


@pytest.mark.parametrize("draw", [plots.loss, lambda ax, trace: plots.rate(ax, trace, 0)])
def test_every_axis_says_what_it_shows_and_in_which_unit(ax, draw):
    draw(ax, minimize(problems.ravine, SGD(), steps=3))
    assert ax.get_xlabel() == "updates" and ax.get_ylabel().endswith("(dimensionless)")


def test_lines_take_the_palette_in_turn():
    assert plots.STYLE["axes.prop_cycle"] == cycler(color=plots.PALETTE)
    assert len(set(plots.PALETTE)) == len(plots.PALETTE)
