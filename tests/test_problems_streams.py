"""Streams: gradients that depend on the time alone. When they come is counted in whole numbers, and what rules make of them is known in closed form."""

import json
from dataclasses import FrozenInstanceError, fields, replace
from fractions import Fraction
from math import fsum, inf, log, nan, sqrt

import numpy as np
import pytest
from test_tracer import in_javascript

from adaptive_lr import SGD, AdaGrad, Adam, ExponentialDecay, Momentum, Trace, minimize, problems
from adaptive_lr.explorer.tracer import problem_to_js
from adaptive_lr.problems import Alternating, Sparse, Steady, Stream

STREAMS = [
    *(Steady(), Steady(-2.0, 0.0), Steady(3, 1), Steady(1.0, 0.1, -0.05), Steady(1.0, 1e-3, 0.02)),
    *(Sparse(), Sparse(-4.0, 0.29), Sparse(1, 1), Sparse(2.0, 1 / 3)),
    *(Alternating(), Alternating(1, 0, 7), Alternating(0.5, -3.0, 0)),
]
every_stream = pytest.mark.parametrize("stream", STREAMS, ids=repr)
X = np.array([[0.0, 0.0], [3.0, -1e6], [-2.0, 1e-9]])


def test_the_table_holds_every_stream():
    kinds = {kind for kind in vars(problems).values() if isinstance(kind, type) and issubclass(kind, Stream)}
    assert {type(stream) for stream in STREAMS} | {Stream} == kinds


# -------------------------------------------------------------------------------------------------------- what comes when


def test_steady_gradients_stay_double_or_halve():
    t = np.arange(1, 8)
    assert Steady(0.7, -3.0).gradient(t).tolist() == [[0.7, -3.0]] * 7
    assert np.allclose(Steady(1.0, 0.0, log(2)).gradient(t), np.column_stack([[1, 2, 4, 8, 16, 32, 64], np.zeros(7)]), rtol=1e-14, atol=0)
    assert np.allclose(Steady(64.0, -128.0, -log(2)).gradient(t), np.array([64, 32, 16, 8, 4, 2, 1])[:, None] * [1, -2], rtol=1e-14)


def came(share, updates):
    """How many gradients of the rare feature came up to each update."""
    rare = Sparse(2.0, float(share)).gradient(np.arange(1, updates + 1))[:, 1]
    assert set(np.unique(rare)) <= {0.0, 2.0}
    return np.cumsum(rare != 0)


SHARES = [*(Fraction(1, k) for k in range(1, 401)), *(Fraction(k, 100) for k in range(1, 101)), *(Fraction(k, 7) for k in range(1, 7))]


def test_a_rare_feature_comes_exactly_in_its_share_of_the_updates():
    """⌊t a / b⌋ of the first t, in whole numbers, at every update."""
    t = np.arange(1, 20_001)
    for share in SHARES:
        assert np.array_equal(came(share, 20_000), t * share.numerator // share.denominator), share


@pytest.mark.parametrize("share", [Fraction(29, 100), Fraction(123_457, 10**6), Fraction(1, 10**6), Fraction(1, 333_333), Fraction(999_999, 10**6)], ids=str)
def test_it_does_so_for_a_million_updates(share):
    t = np.arange(1, 10**6 + 1)
    assert np.array_equal(came(share, 10**6), t * share.numerator // share.denominator)


def test_a_tenth_is_every_tenth_update_and_the_dense_feature_is_always_there():
    g = Sparse(3.0, 0.1).gradient(np.arange(1, 1001))
    assert np.flatnonzero(g[:, 1]).tolist() == list(range(9, 1000, 10)) and np.all(g[:, 0] == 3.0)


@pytest.mark.parametrize("share", [0.03, 0.2345, 1 / sqrt(2), 0.9])
def test_the_gaps_between_its_gradients_differ_by_one_update_at_most(share):
    assert np.ptp(np.diff(np.flatnonzero(Sparse(1.0, share).gradient(np.arange(1, 5001))[:, 1]))) <= 1


def test_alternating_gradients_are_high_and_low_in_turn_and_then_over():
    assert Alternating(5.0, -1.0, 4).gradient(np.arange(1, 8)).tolist() == [[5, 5], [-1, 5], [5, 5], [-1, 5], [0, 0], [0, 0], [0, 0]]
    assert not Alternating(until=0).gradient(np.arange(1, 100)).any()


@every_stream
def test_any_update_can_be_looked_at_alone_and_in_any_order(stream):
    """Up to the last bit of the exponential, which NumPy takes of many numbers at once by other instructions."""
    together = stream.gradient(np.arange(1, 201))
    assert together.shape == (200, 2) and stream.gradient(np.ones((3, 4), int)).shape == (3, 4, 2)
    assert all(np.allclose(stream.gradient(t), together[t - 1], rtol=1e-15, atol=0) for t in range(200, 0, -1))


# --------------------------------------------------------------------------------------------------------- as a problem


@every_stream
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_update_sees_the_same_slope_wherever_x_is(stream, dtype):
    x = X.astype(dtype)
    for t in (1, 2, 10, 61):
        seen = stream.at(t).grad(x)
        assert seen.dtype == dtype and np.array_equal(seen, np.tile(stream.gradient(t).astype(dtype), (3, 1)))
        assert seen.flags.writeable and stream.at(t).grad(x[0]).shape == (2,)


@every_stream
def test_it_is_the_slope_of_what_the_update_sees(stream):
    """f_t is a plane: a difference over any distance is its slope."""
    for t in (1, 10):
        f, origin = stream.at(t).f, np.zeros(2)
        assert np.allclose([f(unit) - f(origin) for unit in np.eye(2)], stream.gradient(t), rtol=1e-15)


@every_stream
def test_a_stream_has_no_loss_of_its_own_and_nothing_to_draw(stream):
    assert stream.bounds is None and stream.minimum is None
    assert np.array_equal(stream.f(X), np.zeros(3)) and np.array_equal(stream.grad(X), np.zeros((3, 2))) and stream.f(X.astype(np.float32)).dtype == np.float32
    trace = minimize(stream, Momentum(0.1), steps=20)
    assert not trace.loss.any() and not trace.diverged and np.array_equal(trace.x[0], [0.0, 0.0])
    assert np.allclose(trace.grad, stream.gradient(np.arange(1, 21)), rtol=1e-15, atol=0)
    with pytest.raises(ValueError, match="its minimum is not known"):
        _ = trace.gap


@every_stream
def test_a_saved_descent_goes_on_in_the_stream_where_it_was(stream, tmp_path):
    minimize(stream, Adam(0.1), [1.0, 2.0], steps=9).save(tmp_path / "run")
    loaded = Trace.load(tmp_path / "run")
    assert loaded.problem == stream and np.array_equal(loaded.more(6).x, minimize(stream, Adam(0.1), [1.0, 2.0], steps=15).x)


@every_stream
def test_rates_and_starts_side_by_side_meet_the_same_stream(stream):
    rates = np.array([0.01, 0.1, 1.0])
    batch = minimize(stream, AdaGrad(rates[:, None]), X, steps=15)
    assert all(np.array_equal(batch.x[:, i], minimize(stream, AdaGrad(lr), X[i], steps=15).x) for i, lr in enumerate(rates.tolist()))


@every_stream
def test_single_precision_is_kept(stream):
    trace = minimize(stream, AdaGrad(0.1), np.ones(2, np.float32), steps=5)
    assert {a.dtype for a in (trace.x, trace.grad, trace.rate, trace.loss)} == {np.dtype(np.float32)}


# ------------------------------------------------------------------------------------------------ what rules make of them


@every_stream
def test_gradient_descent_travels_by_the_sum_of_the_gradients(stream):
    trace = minimize(stream, SGD(0.03), steps=100)
    sums = [fsum(column) for column in stream.gradient(np.arange(1, 101)).T]
    assert np.allclose(trace.x[-1], -0.03 * np.array(sums), rtol=1e-13, atol=1e-15)


def test_under_a_schedule_each_gradient_counts_by_the_rate_of_its_time():
    """Growth and decay that cancel make equal steps."""
    trace = minimize(Steady(2.0, -5.0, 0.03), SGD(ExponentialDecay(0.1, 0.03)), steps=80)
    assert np.allclose(np.diff(trace.x, axis=0), [-0.2, 0.5], rtol=1e-12)


@pytest.mark.parametrize("sizes", [(1.0, 0.1), (-30.0, 1e-5)])
def test_adagrads_rate_on_a_steady_stream_falls_as_one_over_root_t(sizes):
    trace = minimize(Steady(*sizes), AdaGrad(0.5, eps=0), steps=200)
    assert np.allclose(trace.rate * np.sqrt(np.arange(1, 201))[:, None], 0.5 / np.abs(sizes), rtol=1e-13)


def test_adagrad_takes_a_rare_feature_as_far_by_its_kth_gradient_as_a_dense_one_by_its_own_kth():
    x = minimize(Sparse(7.0, 0.05), AdaGrad(0.3, eps=1e-30), steps=400).x
    assert np.allclose(x[20::20, 1], x[1:21, 0], rtol=1e-13) and np.isclose(x[20, 0], -0.3 * fsum(1 / sqrt(k) for k in range(1, 21)), rtol=1e-13)


def test_once_an_alternating_stream_is_over_momentum_coasts_on():
    """u fades by β an update: what is left of the way is u β / (1 − β)."""
    trace = minimize(Alternating(1.0, 0.2, until=30), Momentum(0.1, 0.8), steps=400)
    (u,) = minimize(Alternating(1.0, 0.2, until=30), Momentum(0.1, 0.8), steps=30).state
    assert np.allclose(trace.x[30] - trace.x[-1], 0.1 * u * 0.8 / 0.2, rtol=1e-12)


# ------------------------------------------------------------------------------------------------------- in the page


@every_stream
def test_the_page_runs_it_from_its_own_code(stream):
    """The printed gradient, run by node, wherever x is; f is 0 there too, and no minimum is known."""
    got = in_javascript(
        f"(() => {{ const stream = {problem_to_js(type(stream))}, h = {json.dumps(vars(stream))}, times = Array.from({{length: 300}}, (_, k) => k + 1);"
        "return [Number(stream.minimum === null), stream.f([1, 2], h), ...times.flatMap((t) => stream.grad([t, NaN], h, t))]; })()"
    )
    assert got[:2].tolist() == [1, 0]
    np.testing.assert_allclose(got[2:].reshape(-1, 2), stream.gradient(np.arange(1, 301)), rtol=1e-14)


# ------------------------------------------------------------------------------------------------------- wrong input

TWO = np.array([0.1, 0.2])
BAD = {  # kind, field: values that it does not take
    (Steady, "first"): [nan, inf, "1", None, TWO],
    (Steady, "second"): [nan, -inf, TWO],
    (Steady, "growth"): [nan, inf, "0", TWO],
    (Sparse, "size"): [nan, inf, None, TWO],
    (Sparse, "share"): [0.0, -0.1, 1.0001, nan, inf, "0.1", TWO],
    (Alternating, "high"): [nan, inf, TWO],
    (Alternating, "low"): [nan, -inf, "0", TWO],
    (Alternating, "until"): [-1, 2.0, nan, None, True, TWO],
}


@pytest.mark.parametrize(("kind", "field"), BAD, ids=str)
def test_a_bad_field_is_named_with_its_value(kind, field):
    for value in BAD[kind, field]:
        with pytest.raises(ValueError) as error:
            kind(**{field: value})
        assert str(error.value).startswith(f"{field} = {value!r}: ")


@every_stream
def test_all_its_fields_are_checked_and_it_stays_as_it_is(stream):
    assert {field.name for field in fields(stream)} == {field for kind, field in BAD if kind is type(stream)}
    with pytest.raises(FrozenInstanceError):
        setattr(stream, fields(stream)[0].name, 1.0)
    assert replace(stream) == stream


@every_stream
@pytest.mark.parametrize("t", [0, -3, 1.5])
def test_updates_are_counted_from_1(stream, t):
    with pytest.raises(ValueError, match=f"^t = {t}: a whole number ≥ 1"):
        stream.at(t)
