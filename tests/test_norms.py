"""The norms against exact arithmetic, closed forms, and the last powers that float64 holds."""

from __future__ import annotations

import math
import warnings
from decimal import Decimal, localcontext

import numpy as np
import pytest

from adaptive_lr.norms import max_norm, power_sum, power_sum_norm, scaled_norm

INF = math.inf


def exactly(x, p):
    """‖x‖ₚ to 60 digits, of numbers with any exponent."""
    with localcontext(prec=60, Emin=-(10**9), Emax=10**9):
        total = sum(abs(Decimal(float(each))) ** Decimal(float(p)) for each in x)
        return float(total ** (1 / Decimal(float(p))))


def random_vectors(count, decades):
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield rng.normal(size=rng.integers(1, 6)) * 10.0 ** rng.uniform(-decades, decades), 10 ** rng.uniform(0, 2)


def test_both_forms_are_the_norm_where_the_powers_can_be_held():
    for x, p in random_vectors(200, 1):
        wanted = exactly(x, p)
        assert power_sum_norm(x, p) == pytest.approx(wanted, rel=1e-13)
        assert scaled_norm(x, p) == pytest.approx(wanted, rel=1e-13)


def test_the_scaled_form_is_the_norm_where_they_cannot():
    broken = 0
    for x, p in random_vectors(200, 300):
        assert scaled_norm(x, p) == pytest.approx(exactly(x, p), rel=1e-13)
        broken += power_sum_norm(x, p) in (0, INF)
    assert broken > 100


@pytest.mark.parametrize("norm", [power_sum_norm, scaled_norm])
def test_closed_forms(norm):
    assert norm([3, -4], 2) == 5 == math.hypot(3, -4)
    assert norm([3, -4, 5], 1) == 12
    assert norm([-7], 3.5) == pytest.approx(7)
    assert norm(np.full(16, -2.0), 4) == pytest.approx(2 * 16**0.25)  # d equal coordinates: d^(1/p) times as much
    assert norm([0.0, 0.0], 3) == 0


def test_the_sum_that_is_written_breaks_at_the_power_that_float64_cannot_hold():
    assert 3**646 + 2**646 < 2**1024 <= 3**647  # in whole numbers: the last power below the overflow, and the first above
    assert power_sum([3, 2], 646) == float(3**646 + 2**646) and power_sum_norm([3, 2], 646) == pytest.approx(3)
    assert power_sum([3, 2], 647) == power_sum_norm([3, 2], 647) == INF
    assert power_sum([0.25, 0], 537) == 2.0**-1074 == math.ulp(0)  # the least number above 0
    assert power_sum([0.25, 0], 538) == power_sum_norm([0.25, 0], 538) == 0
    assert scaled_norm([3, 2], 647) == scaled_norm([3, 2], 1e6) == 3 and scaled_norm([0.25, 0], 538) == 0.25


def test_the_sizes_at_which_it_breaks_are_as_stated():
    """10^(308/p) and 10^(−324/p), to two digits, and for p = 400 in numbers."""
    for p in (1.5, 2, 5, 50, 400):
        for size, works in [(10 ** (308 / p), True), (1.1 * 10 ** (308.3 / p), False), (10 ** (-323 / p), True), (0.9 * 10 ** (-324 / p), False)]:
            assert (0 < power_sum_norm([size, 0], p) < INF) == works
    assert [power_sum_norm([size, 0], 400) for size in (5.9, 0.15)] == [INF, 0]


def test_no_size_is_too_large_or_too_small_for_the_scaled_form():
    for size in (5e-324, 1e-320, 1e-160, 1e160, 1.7e308):
        for p in (1, 2, 3.7, 700, INF):
            assert scaled_norm([0, -size], p) == size
    assert scaled_norm([3e-200, 4e-200], 2) == pytest.approx(5e-200, rel=1e-15)
    assert scaled_norm([1.7e308, 1.7e308], 2) == INF  # the norm itself is beyond float64


def test_the_norm_falls_to_the_largest_coordinate():
    x = np.array([-3.0, 2.0, 2.9])
    falling = np.array([scaled_norm(x, p) for p in np.geomspace(1, 1000, 200)])
    assert (np.diff(falling) <= 0).all() and falling[0] == 7.9 and falling[-1] == scaled_norm(x, INF) == max_norm(x) == 3.0
    assert scaled_norm([2, 2, -2], INF) == 2  # however many share it


def test_norms_run_over_the_last_axis():
    x = np.random.default_rng(1).normal(size=(4, 1, 3))
    for norm in (lambda x: power_sum(x, 3), lambda x: power_sum_norm(x, 3), lambda x: scaled_norm(x, 3), max_norm):
        whole = norm(x)
        assert whole.shape == (4, 1) and all(whole[k, 0] == pytest.approx(norm(x[k, 0]), rel=1e-15) for k in range(4))


def test_the_precision_is_that_of_x():
    x = np.array([30.0, 2.0], dtype=np.float32)
    assert power_sum_norm(x, 27) == np.float32(INF) and scaled_norm(x, 27) == 30  # float32 ends at 3e38
    assert all(made.dtype == np.float32 for made in (power_sum(x, 2), power_sum_norm(x, 2), scaled_norm(x, 2), max_norm(x)))
    assert max_norm([1, -2]).dtype == float


def test_nothing_warns():
    with warnings.catch_warnings(action="error"):
        for x in ([1e300, 1.0], [1e-300, 0.0], [0.0, 0.0]):
            for p in (1, 2, 1000.0):
                power_sum(x, p), power_sum_norm(x, p), scaled_norm(x, p)
            scaled_norm(x, INF), max_norm(x)


@pytest.mark.parametrize("x", [1.0, [], [1.0, math.nan], [INF, 1.0], ["3", "2"], [True, False], None])
@pytest.mark.parametrize("norm", [lambda x: power_sum(x, 2), lambda x: power_sum_norm(x, 2), lambda x: scaled_norm(x, 2), max_norm])
def test_a_wrong_vector_is_named(norm, x):
    with pytest.raises(ValueError, match=r"^x = .*finite numbers along the last axis$"):
        norm(x)


@pytest.mark.parametrize("p", [0.5, 0, -1, math.nan, "2", None, True, [1, 2]])
@pytest.mark.parametrize("norm", [power_sum, power_sum_norm, scaled_norm])
def test_a_wrong_power_is_named(norm, p):
    with pytest.raises(ValueError, match=r"^p = .*number ≥ 1"):
        norm([3, 2], p)


@pytest.mark.parametrize("norm", [power_sum, power_sum_norm])
def test_no_power_is_infinite_and_the_limit_is_named(norm):
    with pytest.raises(ValueError, match=r"^p = inf: .*max_norm"):
        norm([3, 2], INF)
