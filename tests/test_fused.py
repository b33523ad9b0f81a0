"""The compiled loop for large arrays is the rule itself: NumPy's numbers bit for bit, and no array of their size beside them."""

import functools
import sys
import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest
from test_optimizers import ALL_RULES

from adaptive_lr import SGD, Adam, CosineAnnealing, Network, Rule, fused, minimize, printed, train, updating
from adaptive_lr.problems import Problem

SIZE = fused.FROM_SIZE + 13  # no multiple of anything that a processor takes at once
LOOPED = pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if rule.elementwise], ids=repr)


def step_of(rule):
    """What the runner gives to the loop: the equation without the checks of its input."""
    return functools.partial(type(rule).step.__wrapped__, rule)


def available(rule, x):
    return isinstance(updating.blocks(rule, x)[0], updating.LoopedBlock)


def gradients(dtype, updates):
    """Of all sizes that a float holds, zeros (some of them for ever), and what is no number."""
    rng = np.random.default_rng(0)
    for _ in range(updates):
        g = rng.normal(size=SIZE) * 10.0 ** rng.uniform(-30, 30, SIZE)
        g[:100] = 0
        g[100:200] *= rng.random(100) < 0.1
        g[200:203] = np.nan, np.inf, -np.inf
        yield g.astype(dtype)


@LOOPED
@pytest.mark.parametrize(("dtype", "weight_decay"), [(np.float64, 0.01), (np.float32, 0.0)], ids=["float64, decay", "float32"])
def test_the_loop_gives_numpys_numbers_to_the_last_bit(rule, dtype, weight_decay):
    x = np.random.default_rng(1).normal(size=SIZE).astype(dtype)
    assert available(rule, x)
    state, whole = [s.copy() for s in rule.init(x)], rule.init(x)
    ours, rate = x.copy(), np.empty_like(x)
    for t, g in enumerate(gradients(dtype, 6), start=1):
        with np.errstate(all="ignore"):
            direction, expected, whole = step_of(rule)(t, 0.01, g, whole)
            x = x - expected * direction - (0.01 * weight_decay * x if weight_decay else 0)
        fused.update(step_of(rule), t, 0.01, ours, g, state, weight_decay, out=ours, rate_out=rate)
        assert np.array_equal(ours, x, equal_nan=True)
        assert np.array_equal(rate, np.full_like(x, expected), equal_nan=True)
        for kept, s in zip(state, whole, strict=True):
            assert np.array_equal(kept, s, equal_nan=True)


class Bowl(Problem):
    """Half the squared distance to the origin, in many dimensions; each coordinate's slope is another."""

    start = np.linspace(-3, 3, SIZE)
    bounds, minimum = None, np.zeros(SIZE)
    slopes = np.geomspace(1e-3, 1, SIZE)

    def f(self, x):
        return (self.slopes * x**2).sum(axis=-1) / 2

    def grad(self, x):
        return self.slopes * x


@pytest.mark.parametrize("rule", [Adam(CosineAnnealing(1e-3, 0.1, 5)), SGD(0.5)], ids=repr)
def test_a_descent_of_many_parameters_is_the_same_with_and_without_the_loop(rule, monkeypatch):
    looped = minimize(Bowl(), rule, steps=5, weight_decay=0.1)
    monkeypatch.setattr(fused, "FROM_SIZE", SIZE + 1)
    walked = minimize(Bowl(), rule, steps=5, weight_decay=0.1)
    for name in ("x", "rate", "grad", "loss"):
        assert np.array_equal(getattr(looped, name), getattr(walked, name)), name
    for one, other in zip(looped.state, walked.state, strict=True):
        assert np.array_equal(one, other)


def test_a_training_is_the_same_with_and_without_the_loop(monkeypatch):
    network, rng = Network((400, 400, 3)), np.random.default_rng(2)
    data = rng.normal(size=(64, 400)), rng.integers(0, 3, 64)
    assert network.init(0).size > fused.FROM_SIZE
    looped = train(network, Adam(), data, epochs=2, batch=16)
    monkeypatch.setattr(fused, "FROM_SIZE", 10**9)
    assert np.array_equal(train(network, Adam(), data, epochs=2, batch=16).loss, looped.loss)


@LOOPED
def test_beside_its_state_an_update_holds_next_to_nothing(rule):
    x, g = np.ones(10**6), np.linspace(-1, 1, 10**6)
    parts = updating.blocks(rule, x)
    state = updating.split(rule.init(x), parts)
    take = lambda t: updating.update(parts, t, 0.01, x, g, state, out=x)  # noqa: E731
    take(1)
    tracemalloc.start()
    take(2)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert highest < 8 * 64 * 1024  # an array is 8 MB


@dataclass(frozen=True)
class Sorting(Rule):
    """A rule that is no matter of single elements."""

    lr: float = 0.1
    elementwise = False

    def init(self, x):
        return ()

    def step(self, t, lr, g, state):
        return np.sort(g), lr, ()


@dataclass(frozen=True)
class Counting(Rule):
    """An elementwise rule that asks its gradient what a symbol cannot tell; `from_t` on."""

    from_t: int = 1
    lr: float = 0.1

    def init(self, x):
        return (np.zeros_like(x),)

    def step(self, t, lr, g, state):
        total = state[0] + g
        return (np.clip(total, -1, 1) if t >= self.from_t and len(g) else total), lr, (total,)


@pytest.mark.parametrize("from_t", [1, 3])
def test_a_rule_that_turns_out_not_to_be_traceable_goes_on_with_numpy(from_t, monkeypatch):
    looped = minimize(Bowl(), Counting(from_t), steps=5)
    monkeypatch.setattr(fused, "FROM_SIZE", SIZE + 1)
    assert np.array_equal(minimize(Bowl(), Counting(from_t), steps=5).x, looped.x)


def test_rates_in_a_schedule_are_walked_in_blocks():
    rates = CosineAnnealing(0.0, np.full(SIZE, 0.1), 10)
    assert len(updating.blocks(Adam(rates), np.ones(SIZE))) > 1


@pytest.mark.parametrize("rule", [printed.AdaMax(), Sorting(), Adam(lr=np.full(SIZE, 0.1))], ids=["printed", "sorting", "an array of rates"])
def test_what_cannot_be_one_loop_is_left_to_numpy(rule):
    assert not available(rule, np.ones(SIZE))
    assert np.isfinite(minimize(Bowl(), rule, steps=1).x).all()


@pytest.mark.parametrize("x", [np.ones(fused.FROM_SIZE - 1), np.ones(SIZE, np.longdouble), np.ones((SIZE, 2))[:, 0]], ids=["small", "long double", "strided"])
def test_an_array_that_is_small_or_unusual_is_left_to_numpy(x):
    assert not available(Adam(), x)


def test_without_numba_numpy_does_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not available(Adam(), np.ones(SIZE))
    assert np.isfinite(minimize(Bowl(), Adam(), steps=1).x).all()


def test_a_wrong_operation_would_be_seen(monkeypatch):
    """The comparison above can fail: with a root that is off in the last bit it does."""
    monkeypatch.setitem(fused.Loop.templates, np.sqrt, "(1 + 2e-16) * np.sqrt({})")
    fused._compiled.cache_clear()
    with pytest.raises(AssertionError):
        test_the_loop_gives_numpys_numbers_to_the_last_bit(Adam(), np.float64, 0.0)
    fused._compiled.cache_clear()
