"""A rule at work on x: blocks give what the whole gives, bit for bit, and need no more memory than a few blocks."""

import tracemalloc
from dataclasses import dataclass, replace

import numpy as np
import pytest
from test_optimizers import ALL_RULES

from adaptive_lr import SGD, Adam, CosineAnnealing, minimize, printed, updating
from adaptive_lr.problems import Problem

every_rule = pytest.mark.parametrize("rule", ALL_RULES, ids=repr)


@dataclass(frozen=True)
class Bowl(Problem):
    """½ Σ cᵢ xᵢ² in many dimensions, cᵢ from 0.1 to 1."""

    dimensions: int
    bounds = None

    @property
    def start(self):
        return np.linspace(-1, 1, self.dimensions)

    @property
    def minimum(self):
        return np.zeros(self.dimensions)

    def f(self, x):
        return (np.linspace(0.1, 1, self.dimensions, dtype=x.dtype) * x**2).sum(axis=-1) / 2

    def grad(self, x):
        return np.linspace(0.1, 1, self.dimensions, dtype=x.dtype) * x


def in_blocks_of(size, monkeypatch, *arguments, **settings):
    """minimize(…), where blocks hold `size` float64."""
    with monkeypatch.context() as context:
        context.setattr(updating, "BLOCK_BYTES", 8 * size)
        return minimize(*arguments, **settings)


def assert_same(one, other):
    for of in ("x", "loss", "grad", "rate"):
        assert getattr(one, of).dtype == getattr(other, of).dtype and np.array_equal(getattr(one, of), getattr(other, of), equal_nan=True), of
    assert len(one.state) == len(other.state) and all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one.state, other.state, strict=True))


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_blocks_equal_the_whole_bit_for_bit(rule, dtype, size, monkeypatch):
    """Of 1001 coordinates; the rule whose coordinates depend on one another is the same too."""
    start = np.linspace(-1, 1, 1001, dtype=dtype)
    arguments = (Bowl(1001), rule, start)
    assert_same(*(in_blocks_of(n, monkeypatch, *arguments, steps=4, weight_decay=0.1) for n in (size, 2000)))


@every_rule
@pytest.mark.parametrize("size", [2, 5, 12, 40])
def test_blocks_of_a_batch_equal_the_whole_bit_for_bit(rule, size, monkeypatch):
    """Array fields, and a schedule's, are cut along with x, whichever axes they run along: rates (3, 1, 1), decays (4, 1) or a value for each coordinate."""
    schedule = CosineAnnealing(0.01, np.array([0.1, 0.2, 0.3])[:, None, None], 4)
    batch = replace(rule, lr=schedule)
    if hasattr(rule, "beta2"):
        batch = replace(batch, beta2=np.array([0.9, 0.99, 0.5, 0.0])[:, None])
    if hasattr(rule, "eps"):
        batch = replace(batch, eps=np.linspace(0.1, 0.2, 5))
    x0 = np.random.default_rng(0).standard_normal((3, 4, 5))
    assert_same(*(in_blocks_of(n, monkeypatch, Bowl(5), batch, x0, steps=4, weight_decay=0.1) for n in (size, 1000)))


def test_blocks_cover_x_once_and_none_is_larger_than_told(monkeypatch):
    for shape in [(1,), (10,), (100,), (3, 100), (3, 4, 5), (100, 2), (2, 3, 50), (50, 50, 2)]:
        for size in (1, 8, 16, 1000):
            monkeypatch.setattr(updating, "BLOCK_BYTES", 8 * size)
            x = np.zeros(shape)
            for block in updating.blocks(SGD(), x):
                assert 0 < x[block.where].size <= size
                x[block.where] += 1
            assert np.all(x == 1)


def test_a_rule_whose_coordinates_depend_on_one_another_is_never_cut():
    assert [block.where for block in updating.blocks(printed.AdaMax(), np.zeros(10**5))] == [()]
    assert len(updating.blocks(Adam(), np.zeros(10**5))) == 13 and len(updating.blocks(Adam(), np.zeros(10**5, np.float32))) == 7


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if rule.elementwise], ids=repr)
def test_an_update_needs_memory_for_a_few_blocks_and_no_more(rule):
    """The state is there already; at its highest an update holds less than 16 blocks beside it, of the 123 that x is made of."""
    x, g = np.ones(10**6), np.ones(10**6)
    blocks = updating.blocks(rule, x)
    state = updating.split(rule.init(x), blocks)
    updating.update(blocks, 1, rule.lr, x, g, state, weight_decay=0.1, out=x)
    tracemalloc.start()
    updating.update(blocks, 2, rule.lr, x, g, state, weight_decay=0.1, out=x)
    _, highest = tracemalloc.get_traced_memory()
    held = sum(s.nbytes for part in state for s in part)
    tracemalloc.stop()
    assert highest - held < 16 * updating.BLOCK_BYTES


def test_a_trace_in_many_blocks_goes_on_identically(monkeypatch):
    whole = minimize(Bowl(1001), Adam(0.1), steps=6)
    half = in_blocks_of(100, monkeypatch, Bowl(1001), Adam(0.1), steps=3)
    assert_same(half.more(3), whole)
