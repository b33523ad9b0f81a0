"""Trace: how far a descent came, the table that it makes, and how it shows itself."""

import sys

import numpy as np
import pytest
from test_runner import X0, Flat

from adaptive_lr import SGD, AdaGrad, minimize, problems
from adaptive_lr.problems import Ravine


def test_gap_and_distance_on_a_ravine_are_those_of_its_formula():
    trace = minimize(Ravine(20.0), SGD(0.03), X0, steps=50)
    path = (1 - 0.03 * np.array([1.0, 20.0])) ** np.arange(51)[:, None] * X0
    assert np.allclose(trace.distance, np.sqrt(path[:, 0] ** 2 + path[:, 1] ** 2), rtol=1e-12, atol=0)
    assert np.allclose(trace.gap, (path[:, 0] ** 2 + 20 * path[:, 1] ** 2) / 2, rtol=1e-12, atol=0)


def test_the_gap_is_above_the_minimum_and_not_above_0():
    trace = minimize(problems.saddle, SGD(0.1), X0, steps=200)
    assert np.allclose(trace.gap, trace.loss + 0.25, rtol=1e-15) and 0 <= trace.gap[-1] < 1e-8


def test_updates_until_a_tolerance_is_the_first_update_below_it():
    """On a round bowl at η = ½ the gap is 5 · 4⁻ᵗ: below 0.1 from t = 3 on; never below −1; at the start below 6."""
    trace = minimize(Ravine(1.0), SGD(0.5), X0, steps=10)
    assert trace.updates_until(0.1) == 3 and trace.updates_until(6) == 0 and np.isnan(trace.updates_until(-1))
    assert trace.updates_until(5 / 4**4) == 5  # at t = 4 the gap is the tolerance, and not yet below


def test_updates_until_a_tolerance_are_counted_run_by_run_and_are_nan_for_runs_that_diverge():
    trace = minimize(Ravine(1.0), SGD(np.array([0.5, 0.0, 1.0, 3000.0])[:, None]), X0, steps=200)
    assert np.array_equal(trace.updates_until(0.1), [3, np.nan, 1, np.nan], equal_nan=True)
    assert np.array_equal(trace.updates_until([10.0, 0.1, 0.1, 6.0]), [0, np.nan, 1, 0], equal_nan=True)


@pytest.mark.parametrize("ask", [lambda trace: trace.gap, lambda trace: trace.distance, lambda trace: trace.updates_until(1)])
def test_without_a_known_minimum_nothing_is_above_it(ask):
    with pytest.raises(ValueError, match="^problem = .*Flat.*: its minimum is not known"):
        ask(minimize(Flat(), SGD(), steps=1))


def test_a_frame_has_a_row_for_each_run_and_iterate():
    trace = minimize(problems.saddle, AdaGrad(np.array([[0.1], [0.2], [0.3]])), X0, steps=4)
    frame = trace.to_frame()
    assert list(frame.columns) == ["update", "run0", "loss", "x1", "x2", "grad1", "grad2", "rate1", "rate2"] and len(frame) == 15
    row = frame[(frame["update"] == 3) & (frame["run0"] == 2)].iloc[0]
    assert row["loss"] == trace.loss[3, 2] and row["x2"] == trace.x[3, 2, 1] and row["grad1"] == trace.grad[2, 2, 0] and row["rate2"] == trace.rate[2, 2, 1]
    assert frame[frame["update"] == 0][["grad1", "rate2"]].isna().all(axis=None)
    assert list(minimize(problems.saddle, SGD(), steps=1).to_frame().columns[:2]) == ["update", "loss"]


def test_without_pandas_a_frame_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="^to_frame needs pandas, which is not installed: pip install pandas"):
        minimize(problems.ravine, SGD(), steps=1).to_frame()


@pytest.mark.parametrize(
    ("rates", "says"),
    [
        (0.5, "SGD(lr=0.5), 3 steps, loss 5 → 0.07812"),
        (3000.0, "SGD(lr=3000.0), 3 steps, loss 5 → 3.638e+21"),
        ([[0.5], [0.0]], "SGD(lr=array([[0.5], [0. ]])), 3 steps, runs (2,), loss 5 → 0.07812 … 5"),
        ([[0.5]], "SGD(lr=array([[0.5]])), 3 steps, runs (1,), loss 5 → 0.07812"),
        ([[[0.5]], [[1e200]]], "SGD(lr=array([[[5.e-001]], [[1.e+200]]])), 3 steps, runs (2, 1), 1 diverged, loss 5 → 0.07812"),
        (1e200, "SGD(lr=1e+200), 3 steps, diverged"),
        ([[1e200], [1e250]], "SGD(lr=array([[1.e+200], [1.e+250]])), 3 steps, runs (2,), 2 diverged"),
    ],
)
def test_a_trace_shows_its_rule_and_the_range_of_its_losses(rates, says):
    """On a round bowl from (−3, 1), where the gap is 5 (1 − η)²ᵗ."""
    assert repr(minimize(Ravine(1.0), SGD(rates), X0, steps=3)) == f"Trace({says})"


def test_of_many_runs_a_trace_shows_the_first_and_last_setting_in_one_line():
    shown = repr(minimize(problems.ravine, AdaGrad(np.logspace(-3, 0, 50)[:, None]), steps=10))
    assert shown.startswith("Trace(AdaGrad(lr=array([[0.001], ..., [1. ]]") and "runs (50,)" in shown and "\n" not in shown
