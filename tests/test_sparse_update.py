"""Sparse updates against the dense rules with their zeros, and what laziness leaves out, by closed forms."""

from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_optimizers import ALL_RULES

from adaptive_lr import SGD, AdaGrad, Adam, ExponentialDecay, RMSprop, WarmRestarts, printed, sparse

ELEMENTWISE = [rule for rule in ALL_RULES if rule.elementwise]
EXACT = [SGD(0.1), AdaGrad(0.1), AdaGrad(0.1, 1e-2), SGD(ExponentialDecay(0.1, 0.3)), AdaGrad(WarmRestarts(0.01, 0.1, 2, 3))]
every_elementwise_rule = pytest.mark.parametrize("rule", ELEMENTWISE, ids=repr)
every_exact_rule = pytest.mark.parametrize("rule", EXACT, ids=repr)


def start(rule, shape, dtype=float, seed=0):
    x = np.random.default_rng(seed).standard_normal(shape).astype(dtype)
    return x, rule.init(x)


def dense_update(rule, t, x, state, indices, values):
    """The rule's own step on the whole gradient: x and state after it."""
    g = np.zeros_like(x)
    np.add.at(g, (..., indices), values)
    lr = rule.lr(t - 1) if callable(rule.lr) else rule.lr
    direction, rate, state = rule.step(t, lr, g, state)
    return x - rate * direction, state


VALUE = st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6) | st.just(0.0)
SPARSE_GRADIENTS = st.lists(st.lists(st.tuples(st.integers(0, 7), VALUE), max_size=12), min_size=1, max_size=10)


@every_exact_rule
@given(gradients=SPARSE_GRADIENTS)
def test_exact_rules_equal_the_dense_rule_bit_for_bit(rule, gradients):
    """x and state, with unsorted, repeated and missing indices, and updates without any."""
    (x, state), (dense_x, dense_state) = start(rule, 8), start(rule, 8)
    for t, entries in enumerate(gradients, start=1):
        indices, values = [j for j, _ in entries], np.array([g for _, g in entries])
        sparse.update(rule, t, x, state, indices, values)
        dense_x, dense_state = dense_update(rule, t, dense_x, dense_state, np.array(indices, int), values)
        assert np.array_equal(x, dense_x) and all(map(np.array_equal, state, dense_state))


@every_elementwise_rule
@settings(max_examples=30)
@given(gradients=SPARSE_GRADIENTS)
def test_every_rule_is_its_dense_self_on_the_coordinates_touched(rule, gradients):
    """The dense step on those coordinates alone, as they were; the others stay as they were."""
    x, state = start(rule, 8)
    for t, entries in enumerate(gradients, start=1):
        indices, values = np.array([j for j, _ in entries], int), np.array([g for _, g in entries])
        before, touched = (x.copy(), [s.copy() for s in state]), np.unique(indices)
        returned, rate = sparse.update(rule, t, x, state, indices, values)
        expected, expected_state = dense_update(rule, t, before[0][touched], tuple(s[touched] for s in before[1]), np.searchsorted(touched, indices), values)
        assert np.array_equal(returned, touched) and np.broadcast_shapes(np.shape(rate), touched.shape) == touched.shape
        assert np.array_equal(x[touched], expected) and all(np.array_equal(s[touched], e) for s, e in zip(state, expected_state))
        for now, then in zip((x, *state), (before[0], *before[1])):
            assert np.array_equal(np.delete(now, touched), np.delete(then, touched))


@every_elementwise_rule
def test_with_every_coordinate_touched_each_time_it_is_the_dense_rule_bit_for_bit(rule):
    (x, state), (dense_x, dense_state) = start(rule, (2, 5)), start(rule, (2, 5))
    for t, g in enumerate(np.random.default_rng(3).standard_normal((10, 2, 5)), start=1):
        sparse.update(rule, t, x, state, np.arange(5), g)
        dense_x, dense_state = dense_update(rule, t, dense_x, dense_state, np.arange(5), g)
    assert np.array_equal(x, dense_x) and all(map(np.array_equal, state, dense_state))


class Watched(np.ndarray):
    """An array that notes which part of it is read or written, and refuses whole-array arithmetic."""

    def __getitem__(self, key):
        self.log.append(key)
        return np.asarray(super().__getitem__(key))

    def __setitem__(self, key, value):
        self.log.append(key)
        super().__setitem__(key, value)

    def __array_ufunc__(self, *arguments, **options):
        raise AssertionError("arithmetic on all coordinates")

    def __array_function__(self, function, *arguments):
        assert function is np.shape
        return self.shape


@pytest.mark.parametrize("rule", [AdaGrad(0.1), RMSprop(0.1), Adam(0.1)], ids=repr)
def test_of_a_million_features_fifty_are_touched(rule):
    rng = np.random.default_rng(4)
    x, state = start(rule, 10**6)
    indices, values = rng.choice(10**6, 50, replace=False), rng.standard_normal(50)
    before = [a.copy() for a in (x, *state)]
    watched = [a.view(Watched) for a in (x, *state)]
    for a in watched:
        a.log = []
    sparse.update(rule, 1, watched[0], tuple(watched[1:]), indices, values)
    assert all(len(a.log) == 2 and all(np.array_equal(key[-1], np.sort(indices)) for key in a.log) for a in watched)
    for now, then in zip((x, *state), before):
        assert np.array_equal(np.flatnonzero(now != then), np.sort(indices))


def test_training_on_a_million_features_from_non_zero_entries_equals_dense_adagrad_on_those_that_occur():
    """Logistic regression on samples with ten features each of 10⁶; the dense run knows only the columns that occur."""
    rng, rule, d = np.random.default_rng(5), AdaGrad(0.1), 10**6
    feature = np.minimum(d * rng.random((60, 10)) ** 6, d - 1).astype(int)  # some are frequent, most come once
    y, columns = rng.choice([-1.0, 1.0], 60), np.unique(feature)
    x = np.zeros((60, len(columns)))
    np.add.at(x, (np.arange(60)[:, None], np.searchsorted(columns, feature)), 1.0)
    w, small = np.zeros(d), np.zeros(len(columns))
    state, small_state = rule.init(w), rule.init(small)
    for t, rows in enumerate(np.tile(np.arange(60).reshape(6, 10), (3, 1)), start=1):
        delta = -y[rows] / (1 + np.exp(y[rows] * w[feature[rows]].sum(axis=1))) / 10
        entries = sparse.sparse_weight_gradient(delta, np.repeat(np.arange(10), 10), feature[rows].ravel(), np.ones(100))
        sparse.update(rule, t, w, state, *entries)
        delta = -y[rows] / (1 + np.exp(y[rows] * (x[rows] @ small))) / 10
        direction, rate, small_state = rule.step(t, rule.lr, sparse.weight_gradient(delta, x[rows]), small_state)
        small = small - rate * direction
    assert np.allclose(w[columns], small, rtol=1e-9, atol=1e-12) and np.count_nonzero(w) == np.count_nonzero(small)
    assert len(columns) > 300 and np.ptp(small) > 0.1


def visits(rule, period, count):
    """A feature whose gradient is 1 at every period-th update and 0 in between: how far it goes from visit to visit, lazily and densely, at the end."""
    (x, state), (dense_x, dense_state) = (np.zeros(1), rule.init(np.zeros(1))), (np.zeros(1), rule.init(np.zeros(1)))
    seen = []
    for t in range(1, period * count + 1):
        if (t - 1) % period == 0:
            seen.append((-x[0], -dense_x[0]))
            _, lazy = sparse.update(rule, t, x, state, [0], np.ones(1))
        present = np.array([float((t - 1) % period == 0)])
        direction, rate, dense_state = rule.step(t, rule.lr, present, dense_state)
        if present[0]:
            dense = rate
        dense_x = dense_x - rate * direction
    return np.diff(seen, axis=0)[-1], (lazy[0], dense[0])


@pytest.mark.parametrize("period", [1, 3, 10, 100])
def test_lazy_rmsprops_rate_is_smaller_by_the_factor_stated(period):
    beta = 0.9
    _, (lazy, dense) = visits(RMSprop(0.01, beta, eps=0), period, count=200)
    assert np.isclose(lazy / dense, sqrt((1 - beta) / (1 - beta**period)), rtol=1e-8)
    assert period < 100 or np.isclose(lazy / dense, 0.32, atol=0.005)  # as the docstring says


def coasting(rule, period):
    """Dense Adam's way from visit to visit, over η. The moments right after a visit are geometric sums; then m/√v shrinks by r = β₁/√β₂ an update."""
    (m, v), r = ((1 - b) / (1 - b**period) for b in (rule.beta1, rule.beta2)), rule.beta1 / sqrt(rule.beta2)
    return m / sqrt(v) * (1 - r**period) / (1 - r)


@pytest.mark.parametrize("period", [1, 2, 10, 50])
def test_lazy_adam_moves_by_lr_a_visit_where_dense_adam_coasts_on(period):
    rule = Adam(0.01, 0.9, 0.95, eps=0)
    (lazy, dense), _ = visits(rule, period, count=200)
    assert np.isclose(lazy, rule.lr, rtol=1e-3) and np.isclose(dense, rule.lr * coasting(rule, period), rtol=1e-3)


def test_dense_adam_goes_about_root_p_as_far_a_visit_as_lazy_adam():
    """As the docstring says, at the defaults."""
    assert all(np.isclose(coasting(Adam(), period), sqrt(period), rtol=0.03) for period in range(1, 101))


def test_a_lone_gradient_moves_lazy_adam_a_tenth_of_the_way_that_dense_adam_coasts():
    """Late in a run, when the bias corrections are over."""
    rule, x, dense_x = Adam(0.01), np.zeros(1), np.zeros(1)
    state, dense_state = rule.init(x), rule.init(x)
    sparse.update(rule, 50_000, x, state, [0], np.ones(1))
    for t in range(50_000, 50_400):
        direction, rate, dense_state = rule.step(t, rule.lr, np.array([float(t == 50_000)]), dense_state)
        dense_x = dense_x - rate * direction
    assert np.isclose(x[0] / dense_x[0], 0.1, rtol=0.02)


@pytest.mark.filterwarnings("error")
def test_without_eps_a_first_gradient_of_0_is_0_over_0_and_nobody_warns():
    """As it is for the dense rule."""
    rule = AdaGrad(0.1, eps=0.0)
    x, state = start(rule, 8)
    sparse.update(rule, 1, x, state, [2, 5], np.array([0.0, 1.0]))
    assert np.array_equal(np.flatnonzero(np.isnan(x)), [2]) and np.flatnonzero(state[0]).tolist() == [5]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", [AdaGrad(0.1), Adam(np.full((2, 1), 0.1)), RMSprop(lambda t: np.float64(0.1))], ids=["number", "array", "schedule"])
def test_precision_is_kept_as_given_and_arrays_stay_the_callers(rule, dtype):
    x, state = start(rule, (2, 9), dtype)
    ids = [id(a) for a in (x, *state)]
    sparse.update(rule, 1, x, state, [3, 1], np.ones((2, 2), dtype))
    assert [id(a) for a in (x, *state)] == ids and {a.dtype for a in (x, *state)} == {np.dtype(dtype)}


@pytest.mark.parametrize("shape", [(8,), (3, 1), (3, 8)], ids=["each feature", "each run", "both"])
@pytest.mark.parametrize("scheduled", [False, True])
def test_rates_of_each_feature_and_of_each_run_side_by_side(shape, scheduled):
    lr = np.linspace(0.1, 1, np.prod(shape)).reshape(shape)
    rule = AdaGrad((lambda t: lr / (1 + t)) if scheduled else lr)
    (x, state), (dense_x, dense_state) = start(rule, (3, 8)), start(rule, (3, 8))
    for t, g in enumerate(np.random.default_rng(6).standard_normal((4, 3, 5)), start=1):
        _, rate = sparse.update(rule, t, x, state, [7, 0, 2, 0, 4], g)
        dense_x, dense_state = dense_update(rule, t, dense_x, dense_state, np.array([7, 0, 2, 0, 4]), g)
        assert rate.shape == (3, 4)
    assert np.array_equal(x, dense_x) and np.array_equal(state[0], dense_state[0])


def test_other_fields_may_be_arrays_too():
    beta = np.linspace(0.1, 0.8, 8)
    x, state = start(RMSprop(0.1, beta), 8)
    sparse.update(RMSprop(0.1, beta), 1, x, state, [6, 2], np.ones(2))
    assert np.array_equal(state[0][[2, 6]], (1 - beta)[[2, 6]])


def test_the_gradient_is_left_alone():
    indices, values = np.array([5, 1, 5]), np.array([1.0, 2.0, 3.0])
    indices.flags.writeable = values.flags.writeable = False
    x, state = start(AdaGrad(), 8)
    sparse.update(AdaGrad(), 1, x, state, indices, values)
    assert np.isclose(state[0][5], 16.0) and np.isclose(state[0][1], 4.0)


GOOD = {"rule": AdaGrad(0.1), "t": 1, "x": np.arange(8.0), "state": (np.zeros(8),), "indices": [1, 5], "values": np.ones(2)}
READ_ONLY = np.zeros(8)
READ_ONLY.flags.writeable = False
BAD = {
    "a class for a rule": ({"rule": AdaGrad}, TypeError, "rule = <class .*AdaGrad'>: "),
    "a rule of all coordinates": ({"rule": printed.AdaMax(0.1)}, TypeError, r"rule = AdaMax\(lr=0.1.*: its coordinates depend on one another"),
    "t = 0": ({"t": 0}, ValueError, "t = 0: "),
    "a list for x": ({"x": [0.0] * 8}, TypeError, r"x = \[0.0, .*in place"),
    "integers for x": ({"x": np.arange(8)}, TypeError, r"x = array\(\[0, 1.*floating-point"),
    "x read-only": ({"x": READ_ONLY}, ValueError, "x is read-only: "),
    "state read-only": ({"state": (READ_ONLY,)}, ValueError, r"state\[0\] is read-only: "),
    "state of another shape": ({"state": (np.zeros(7),)}, ValueError, r"state\[0\] has shape \(7,\) but x has \(8,\): "),
    "index too large": ({"indices": [1, 8]}, ValueError, r"indices\[1\] = 8: there are 8 coordinates"),
    "index negative": ({"indices": [-1, 5]}, ValueError, r"indices\[0\] = -1: "),
    "indices floats": ({"indices": [1.0, 5.0]}, TypeError, "indices has dtype float64 "),
    "indices a mask": ({"indices": np.arange(2) > 0}, TypeError, "indices has dtype bool "),
    "indices of two axes": ({"indices": [[1, 5]]}, TypeError, r"indices has dtype int64 and shape \(1, 2\): "),
    "too few values": ({"values": np.ones(1)}, ValueError, r"values has shape \(1,\): one for each index, here \(2,\)"),
    "values integers": ({"values": np.array([1, 2])}, TypeError, "values has dtype int64: "),
    "values NaN": ({"values": np.array([1.0, nan])}, ValueError, r"values\[1\] = nan: "),
    "values infinite": ({"values": np.array([-inf, 1.0])}, ValueError, r"values\[0\] = -inf: "),
    "rates of another shape": ({"rule": AdaGrad(np.ones(3))}, ValueError, r"lr has shape \(3,\): it broadcasts against x, here \(8,\)"),
    "decay rates of too many axes": ({"rule": RMSprop(0.1, np.full((2, 8), 0.5))}, ValueError, r"beta has shape \(2, 8\): "),
    "a negative rate from a schedule": ({"rule": AdaGrad(lambda t: -0.5)}, ValueError, r"lr\(0\) = -0.5: "),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_its_value_and_nothing_is_changed(case):
    change, error, says = BAD[case]
    arguments = {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in GOOD.items()} | {"state": (np.zeros(8),)} | change
    with pytest.raises(error, match="^" + says):
        sparse.update(**arguments)
    assert np.array_equal(arguments["x"], change.get("x", GOOD["x"])) and not arguments["state"][0].any()
