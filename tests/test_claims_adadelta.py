"""Claim 11 and the chapter on AdaDelta: its laws from arguments made another way, and the table that it reads from a file."""

import csv
import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

from adaptive_lr import AdaDelta, RMSprop, claims, minimize, problems
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN, adadelta
from adaptive_lr.claims.measures import LANDSCAPES, Given, Rescaled

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def found():
    return claims.try_claim(11)


def steps(gradients, rule):
    return np.diff(minimize(Given(np.asarray(gradients, float)), rule, steps=len(gradients)).x, axis=0)


# --------------------------------------------------------------------------------------------------------- the claim


def test_each_part_of_the_claim_has_its_own_verdict(found):
    assert [verdict for verdict, _ in found.numbers["parts"].values()] == [FAILS, HOLDS, FAILS]
    assert "No learning rate: fails. " in found.evidence and "Robust to β: holds. " in found.evidence


@pytest.mark.parametrize("name", ["ravine", "sparse logistic regression"])
def test_other_units_have_the_same_loss_and_their_own_gradient(name):
    problem, units = LANDSCAPES[name], np.array([0.1, 30.0])
    other = Rescaled(problem, length=units[:, None])
    x, towards = other.begin, np.random.default_rng(0).standard_normal(other.begin.shape)
    np.testing.assert_allclose(other.f(x), problem.f(np.asarray(problem.start)), rtol=1e-12)
    nudge = 1e-5 * units[:, None] * towards
    slope = (other.f(x + nudge) - other.f(x - nudge)) / 2
    np.testing.assert_allclose((other.grad(x) * nudge).sum(axis=-1), slope, rtol=1e-6)


def test_newtons_method_does_not_notice_the_unit():
    """x − g/f″ of ½(x₁² + 20 x₂²) written in units: the minimum in one step, whichever."""
    units = np.array([0.01, 1.0, 100.0])
    other = Rescaled(problems.ravine, length=units[:, None])
    np.testing.assert_allclose(other.begin - other.grad(other.begin) * units[:, None] ** 2 / [1, 20], 0, atol=1e-12)


def test_a_smaller_unit_is_a_smaller_epsilon(found):
    """c times the distance is a c² times smaller ε in the upper root, where the lower one's does not matter."""
    counts = found.numbers["in units"]["ravine"]["AdaDelta"]
    for unit, needed in zip(adadelta.UNITS, counts, strict=True):
        alone = adadelta.updates_needed(problems.ravine, AdaDelta(eps=1e-6 / unit**2)).item()
        assert alone == pytest.approx(needed, rel=0.02) or math.isinf(alone) and math.isinf(needed)


def test_the_fewest_updates_are_those_of_a_run_on_its_own(found):
    gap = minimize(problems.beale, AdaDelta(), steps=3000).gap
    fewest = int(found.numbers["fewest"]["Beale's valley"]["AdaDelta"])
    assert np.all(gap[fewest:] < gap[0] / 100) and gap[fewest - 1] >= gap[0] / 100


def test_rmsprop_needs_as_many_times_more_updates_as_the_way_is_longer(found):
    """Its steps keep the length η: far out, ten times the unit takes ten times the updates. AdaDelta's grow: fewer than that, but not as many as before."""
    ours, others = (found.numbers["in units"]["ravine"][rule] for rule in ("AdaDelta", "RMSprop"))
    assert others[14] / others[10] == pytest.approx(10, rel=0.05)
    assert 10 ** (2 / 3) < ours[9] / ours[5] < 10


def test_other_counts_would_have_led_to_other_verdicts():
    flat, steep, never = np.array([9.0, 10.0]), np.array([9.0, 90.0]), np.array([9.0, np.inf])

    def no_rate(counts, ours, others):
        return adadelta.judge_no_rate({"a": {"AdaDelta": counts}}, {"a": {"AdaDelta": ours, "RMSprop": others}})

    assert no_rate(flat, 1, 2) == (HOLDS, "")
    assert no_rate(steep, 2, 1)[0] == no_rate(never, 2, 1)[0] == HOLDS_WHEN
    assert no_rate(steep, 1, 1) == no_rate(never, 1, 2) == (FAILS, "")

    assert adadelta.judge_robust({"a": 1.1, "b": 2.9, "c": np.inf}) == (HOLDS, "")
    assert adadelta.judge_robust({"a": 1.1, "b": 3.1}) == (HOLDS_WHEN, "the problem is a")
    assert adadelta.judge_robust({"a": 3.1}) == adadelta.judge_robust({"a": np.inf}) == (FAILS, "")

    def fewer(ours, best):
        return adadelta.judge_fewer({"a": {"AdaDelta": ours, "AdaDelta, best ε": best, "gradient descent, best η": 20, "RMSprop, best η": 10}})

    assert fewer(9, 9) == (HOLDS, "") and fewer(11, 9)[0] == HOLDS_WHEN and fewer(11, 10) == fewer(np.inf, np.inf) == (FAILS, "")


def test_together_the_parts_hold_if_each_does():
    holds, when, fails = (HOLDS, ""), (HOLDS_WHEN, "it rains"), (FAILS, "")
    assert adadelta.judge_together({1: holds, 2: holds}) == holds
    assert adadelta.judge_together({1: holds, 2: when}) == when
    assert adadelta.judge_together({1: when, 2: (HOLDS_WHEN, "it is warm")}) == (HOLDS_WHEN, "it rains, and it is warm")
    assert adadelta.judge_together({1: when, 2: fails}) == fails


def test_a_smaller_budget_says_the_same_of_the_rate_and_of_the_iterations(found, monkeypatch):
    monkeypatch.setattr(adadelta, "WITHIN", 1000)
    for name in ("ravine", "saddle"):
        problem = LANDSCAPES[name]
        ours = adadelta.updates_needed(Rescaled(problem, length=adadelta.UNITS[:, None]), AdaDelta())
        others = adadelta.updates_needed(Rescaled(problem, length=adadelta.UNITS[:, None]), RMSprop(0.06))
        assert np.isfinite(ours).sum() < np.isfinite(others).sum()


# ------------------------------------------------------------------------------------------------ the chapter's equations


def zeiler(gradients, beta, eps):
    """Algorithm 1 of the paper in plain floats: the steps."""
    of_gradients = of_steps = 0.0
    made = []
    for g in gradients:
        of_gradients = beta * of_gradients + (1 - beta) * g * g
        made.append(-math.sqrt(of_steps + eps) / math.sqrt(of_gradients + eps) * g)
        of_steps = beta * of_steps + (1 - beta) * made[-1] ** 2
    return np.array(made)


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("size", [0.5, -300.0])
def test_under_steady_gradients_squared_steps_gain_a_known_amount(beta, size):
    made = zeiler([size] * 2000, beta, 1e-8) ** 2
    k = np.arange(2, 2001)
    assert made[0] == pytest.approx(1e-8 / (1 - beta), rel=1e-5)
    np.testing.assert_allclose(np.diff(made), (1 - beta) * 1e-8 / (1 - beta**k), rtol=1e-3)
    n = 1 / (1 - beta)
    assert abs(made[-1] / 1e-8 - (n + 2000 / n)) < 1 + math.log(n) + n * 1e-3


def test_signs_are_not_seen():
    alternating, steady = zeiler([1.0, -1.0] * 200, 0.95, 1e-6), zeiler([1.0] * 400, 0.95, 1e-6)
    np.testing.assert_allclose(abs(alternating), abs(steady), rtol=1e-12)


def test_with_the_new_u_the_first_step_would_be_the_gradient():
    """Δ = g solves Δ² = (u₁ + ε)/(v₁ + ε) g² with u₁ = (1 − β)Δ², whatever the gradient; half or twice of it does not."""
    for g in (1e-3, 1.0, 50.0):
        for share, solves in ((1.0, True), (0.5, False), (2.0, False)):
            step = share * g
            again = ((0.05 * step**2 + 1e-6) / (0.05 * g**2 + 1e-6)) ** 0.5 * g
            assert (again == pytest.approx(step, rel=1e-9)) == solves


@pytest.mark.parametrize("beta", [0.5, 0.95])
def test_no_cliff_lengthens_a_step_beyond_the_bound(beta):
    rng = np.random.default_rng(0)
    gradients = rng.standard_normal(3000) * np.exp(3 * rng.standard_normal(3000))
    made = zeiler(gradients, beta, 1e-6)
    mean = 0.0
    for step in made:
        assert abs(step) <= math.sqrt((mean + 1e-6) / (1 - beta)) * (1 + 1e-12)
        mean = beta * mean + (1 - beta) * step**2


def test_the_root_of_epsilon_is_the_learning_rate():
    gradients = 100 * np.random.default_rng(1).standard_normal((500, 3))
    once = steps(gradients, AdaDelta(eps=1e-8))
    np.testing.assert_allclose(steps(gradients, AdaDelta(eps=1e-6)), 10 * once, rtol=1e-2)
    np.testing.assert_allclose(steps(gradients, AdaDelta(lr=0.1, eps=1e-6)), once, rtol=1e-2)


def test_uneven_gradients_keep_the_steps_at_the_root_of_epsilon():
    """Normal gradients: no growth in 10,000 updates, where steady ones multiply the step by five."""
    drawn = abs(steps(np.random.default_rng(2).standard_normal((10_000, 50)), AdaDelta(eps=1e-8)))
    steady = abs(steps(np.ones((10_000, 1)), AdaDelta(eps=1e-8)))
    late, early = (np.sqrt(np.mean(part**2)) for part in (drawn[-2000:], drawn[:100]))
    assert 0.5 < late / early < 1 and steady[-1] > 5 * steady[0]


@pytest.mark.parametrize(("condition", "beta"), [(3.0, 0.95), (5.0, 0.8), (20.0, 0.95)])
def test_in_a_steep_valley_the_squared_swings_gain_the_same_at_every_update(condition, beta):
    run = minimize(problems.Ravine(condition), AdaDelta(beta=beta, eps=1e-4), [0.0, 0.3], steps=8000)
    squares = run.x[:, 1] ** 2
    assert (squares[8000] - squares[4000]) / 4000 == pytest.approx(1e-4 / 4 * (1 - 4 / condition**2), rel=0.02)
    assert run.rate[-1, 1] == pytest.approx(2 / condition, rel=0.01)


@pytest.mark.parametrize("size", [1e-3, 0.1])
def test_steady_sizes_pull_the_squared_rate_towards_one(size):
    rates = abs(zeiler([size] * 300, 0.95, 1e-4)) / size
    gradients, pulled = 0.0, [rates[0] ** 2]
    for _ in range(299):
        gradients = 0.95 * gradients + 0.05 * size**2
        weight, pull = 0.95 * (gradients + 1e-4) + 0.05 * size**2, 0.05 * 1e-4
        pulled.append((weight * pulled[-1] + pull * 1) / (weight + pull))
    np.testing.assert_allclose(rates**2, pulled, rtol=1e-10)


def test_in_a_flat_valley_the_rate_tends_to_one():
    run = minimize(problems.Ravine(1.5), AdaDelta(eps=1e-4), [0.3, 0.3], steps=3000)
    np.testing.assert_allclose(run.rate[-1], 1, rtol=1e-6)
    assert run.loss[-1] < 1e-30


# ----------------------------------------------------------------------------------------------------- the table in the file


@pytest.fixture(scope="module")
def table():
    with open(ROOT / "book/data/zeiler.csv", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("zeiler", ROOT / "benchmarks/zeiler.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cell_of(table, rule, seed, epochs):
    fields = {name: getattr(rule, name, "") for name in ("lr", "beta", "eps")}
    (row,) = [
        row for row in table
        if row["rule"] == type(rule).__name__ and (int(row["seed"]), int(row["epochs"])) == (seed, epochs) and all(row[k] == str(v) for k, v in fields.items())
    ]
    return float(row["test_error"])


def test_the_table_has_every_cell_once(table, script):
    cells = [cell_of(table, rule, seed, after) for seed, epochs in script.EPOCHS.items() for rule in script.RULES for after in epochs]
    assert len(cells) == len(table) == 27 * 4
    assert all(0 < error < 100 for error in cells)


@pytest.mark.parametrize("which", [2, -2])
def test_a_cell_run_again_says_the_same(table, script, which):
    """Gradient descent at 0.01, AdaDelta at β = 0.95 and ε = 10⁻⁸: settings that do not hang on rounding. Their neighbours are more than a point away."""
    rule = script.RULES[which]
    (again,) = script.errors_after(rule, 1, (6,))
    assert again == pytest.approx(cell_of(table, rule, 1, 6), abs=1.0)


def test_the_figures_descriptions_say_what_the_numbers_do(table, found):
    """Alt texts are typed, not computed."""
    text = (ROOT / "book/adadelta.md").read_text(encoding="utf-8")
    means = {}
    for row in table:
        if row["epochs"] == "6":
            means.setdefault((row["rule"], row["lr"], row["beta"], row["eps"]), []).append(float(row["test_error"]))
    others = [np.mean(seeds) for (rule, *_), seeds in means.items() if rule != "AdaDelta"]
    bowl = [np.mean(seeds) for (rule, _, beta, eps), seeds in means.items() if rule == "AdaDelta" and beta == "0.95" and float(eps) < 1e-2]
    assert "valleys, between about 9 and 90 per cent after six epochs" in text and (8.5 < min(others) < 9.5 and 85 < max(others) < 95)
    assert "a shallow bowl near 10 per cent" in text and (9 < min(bowl) and max(bowl) < 12)
    assert "AdaDelta's are the shorter ones, and lie higher." in text
    for name in ("ravine", "sparse logistic regression"):
        ours, theirs = (found.numbers["in units"][name][rule] for rule in ("AdaDelta", "RMSprop"))
        both = np.isfinite(ours) & np.isfinite(theirs)
        assert np.isfinite(ours).sum() < np.isfinite(theirs).sum() and np.all(ours[both] > theirs[both])
