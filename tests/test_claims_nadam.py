"""Claims 17 and 18 and the chapter on NAdam: its equations from arguments made another way."""

import math
from pathlib import Path

import numpy as np
import pytest

from adaptive_lr import NAG, Adam, Constant, CosineAnnealing, Momentum, NAdam, RMSprop, ScheduledNAdam, SimplifiedNAdam, claims, minimize, printed, problems
from adaptive_lr.claims import FAILS, HOLDS, HOLDS_WHEN, nadam
from adaptive_lr.claims.measures import Given


@pytest.fixture(scope="module")
def found():
    return {number: claims.try_claim(number) for number in (17, 18)}


def lengths(rule, updates, gradient=3.0):
    """Of the steps under a steady gradient, in units of η."""
    return -np.diff(minimize(Given(np.full((updates, 1), gradient)), rule, steps=updates).x[:, 0]) / rule.lr


def look_ahead(problem, rate, beta, updates):
    """NAG as printed, in plain floats one coordinate at a time: the points at which it takes its gradients."""
    theta, u, places = list(problem.start), [0.0] * len(problem.start), []
    for t in range(updates + 1):
        places.append([x - beta * each for x, each in zip(theta, u)])
        g = problem.grad(np.array(places[-1]))
        u = [beta * each + rate(t) * float(slope) for each, slope in zip(u, g)]
        theta = [x - each for x, each in zip(theta, u)]
    return np.array(places)


# ------------------------------------------------------------------------------------------------------- both verdicts


def test_the_verdicts_that_the_book_prints_still_follow(found):
    assert {number: finding.verdict for number, finding in found.items()} == {17: HOLDS_WHEN, 18: HOLDS_WHEN}


# ------------------------------------------------------------------------------------------------------------- claim 17


def test_17_where_the_look_ahead_form_looks_is_got_from_its_path():
    trace = minimize(problems.saddle, printed.NAG(0.05, 0.8), steps=50)
    np.testing.assert_allclose(nadam.looked_at(trace), look_ahead(problems.saddle, Constant(0.05), 0.8, 50), rtol=0, atol=1e-14)
    np.testing.assert_allclose(problems.saddle.grad(nadam.looked_at(trace)[:-1]), trace.grad, rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", nadam.SETTINGS)
def test_17_the_descents_compared_converge(name):
    """So that the differences found are neither hidden nor blown up."""
    problem, lr, beta = nadam.SETTINGS[name]
    loss = minimize(problem, NAG(lr, beta), steps=200).loss
    assert loss[-1] < loss[0] and np.isfinite(loss).all()


def test_17_with_the_rate_inside_every_gradient_keeps_the_rate_of_its_time():
    """The derivation in the dropdown, under a schedule."""
    schedule = CosineAnnealing(0.0, 0.03, 60)
    x = minimize(problems.ravine, nadam.RateInside(schedule, 0.9), steps=60).x
    np.testing.assert_allclose(x, look_ahead(problems.ravine, schedule, 0.9, 60), rtol=0, atol=1e-13)
    assert np.abs(x - minimize(problems.ravine, NAG(schedule, 0.9), steps=60).x).max() > 0.01


def test_17_another_beta_or_none_would_be_seen():
    for other in (NAG(0.02, 0.9 + 1e-7), Momentum(0.02, 0.9)):
        assert nadam.how_far_apart(problems.ravine, printed.NAG(0.02, 0.9), other) > 1e-9


def test_17_gradients_are_counted(found):
    assert found[17].numbers["gradients"] == {"look-ahead": 1, "rewritten": 1, "notes": 2}


def test_17_other_measurements_would_have_led_to_other_verdicts():
    same, apart = 1e-15, 0.01

    def judge(constant, annealed, inside, *gradients):
        differences = dict(zip((nadam.CONSTANT, nadam.ANNEALED, nadam.INSIDE), (constant, annealed, inside), strict=True))
        return nadam.judge_rewriting(differences, dict(zip(("look-ahead", "rewritten", "notes"), gradients, strict=True)))

    assert judge(same, same, same, 2, 1, 2) == (HOLDS, "")
    assert judge(apart, apart, same, 2, 1, 2) == judge(same, same, same, 1, 1, 1) == (FAILS, "")
    assert judge(same, apart, apart, 2, 1, 2) == (HOLDS_WHEN, "the rate is constant")
    assert judge(same, apart, same, 2, 1, 2) == (HOLDS_WHEN, "the rate is constant or stays inside the velocity")
    verdict, condition = judge(same, same, same, 1, 1, 2)
    assert verdict == HOLDS_WHEN and condition.startswith("the redundant work is that of the notes")


def test_the_notes_nadam_with_both_gradients_in_plain_floats():
    lr, beta1, beta2, eps = 0.05, 0.9, 0.999, 1e-8
    found = nadam.nadam_of_two_gradients(problems.ravine, 40, printed.NAdam(lr, beta1, beta2, eps))
    for k, (theta, curvature) in enumerate(zip(problems.ravine.start, (1.0, 20.0))):
        u = v = 0.0
        for t in range(1, 41):
            ahead, here = curvature * (theta - beta1 * u), curvature * theta
            u, v = beta1 * u + lr * ahead, beta2 * v + (1 - beta2) * here * here
            theta -= lr / (math.sqrt(v) + eps) * (beta1 * u + (1 - beta1) * here)
            assert found[t, k] == pytest.approx(theta, rel=1e-12)


# ------------------------------------------------------------------------------------------------------------- claim 18


def test_18_the_fewest_updates_are_those_of_a_run_on_its_own(found):
    """NAdam in Beale's valley at β₁ = 0.9: at some rate below the goal from that update on, and at none before."""
    fewest = int(found[18].numbers["nadam"]["Beale's valley"][list(nadam.MOMENTA).index(0.9), 0])
    last_above = [np.flatnonzero(gap >= gap[0] / 10_000)[-1] for gap in (minimize(problems.beale, NAdam(lr), steps=1000).gap for lr in nadam.RATES)]
    assert min(last_above) == fewest - 1


def test_18_updates_in_which_a_heavy_ball_forgets():
    """Far from its limits on either side, a swinging heavy ball takes as many whatever the rate."""
    for beta, expected in zip(nadam.MOMENTA, nadam.MEMORY, strict=True):
        for q in (0.5, 1.0):
            first, last = round(2 * expected), round(22 * expected)
            x = minimize(problems.Ravine(condition=1.0), Momentum(q, beta), [1.0, 1.0], steps=last + 1).x[:, 0]
            gap = x[1:] ** 2 + x[:-1] ** 2
            assert (last - first) / math.log(gap[first] / gap[last]) * math.log(1e4) == pytest.approx(expected, rel=0.03)


def test_18_the_prediction_holds_from_other_starts_and_in_longer_runs():
    pace, ratio = [], []
    for problem in (problems.RotatedRavine(60, 45), problems.RotatedRavine(60, 0), problems.saddle):
        starts = np.asarray(problem.start) * [[1.2, 0.8], [0.9, 1.1]]
        adam, ahead = (nadam.fewest(problem, starts, rule, 1500) for rule in (Adam, NAdam))
        pace.append(adam / nadam.MEMORY[:, None])
        ratio.append(ahead / adam)
    by_momentum, ratio = np.ravel(pace) <= 1, np.ravel(ratio)
    assert by_momentum.sum() >= 5 and (~by_momentum).sum() >= 5
    assert nadam.judge_look_ahead(by_momentum, ratio)[0] == HOLDS_WHEN


def test_18_the_price_in_a_turned_valley(found):
    """(1 + 2β₁)^⅔, a rough argument: within a fifth where the rate sets the pace from every start."""
    numbers = found[18].numbers
    for beta, pace, ratio in zip(nadam.MOMENTA, numbers["pace"][nadam.ACROSS], numbers["ratio"][nadam.ACROSS], strict=True):
        if np.all(pace > 1):
            assert np.median(ratio) == pytest.approx((1 + 2 * beta) ** (2 / 3), rel=0.2)
    assert np.all(numbers["pace"][nadam.ACROSS][:3] > 1)


def test_18_other_counts_would_have_led_to_other_verdicts():
    left = np.array([True] * 4 + [False] * 4)
    better, worse = np.full(4, 0.7), np.full(4, 1.5)
    assert nadam.judge_look_ahead(left, np.concatenate([better, better])) == (HOLDS, "")
    assert nadam.judge_look_ahead(left, np.concatenate([better, worse]))[0] == HOLDS_WHEN
    for first, second in ((worse, worse), (worse, better), (better, [0.7, 0.7, 1.5, 1.5]), ([0.7, 0.7, 1.5, 1.5], worse)):
        assert nadam.judge_look_ahead(left, np.concatenate([first, second])) == (FAILS, "")


def test_18_a_run_that_never_arrives_is_no_setting_of_its_own():
    never = np.array([[np.inf, 10.0, np.inf]])
    ratio = nadam._ratio(np.array([[np.inf, np.inf, 10.0]]), never)
    by_momentum, decided = nadam._decided({"a": never / 20}, {"a": ratio})
    assert by_momentum.tolist() == [True, False] and decided.tolist() == [np.inf, 0]


# ----------------------------------------------------------------------------------------------- the chapter's equations


@pytest.mark.parametrize("beta", [0.3, 0.8, 0.95])
@pytest.mark.parametrize("rule", [Momentum, NAG])
def test_the_roots_say_how_fast_a_bowl_is_descended_and_where_no_longer(rule, beta):
    """eq-nadam-decay and eq-nadam-stable."""
    limit = 2 * (1 + beta) / (1 + 2 * beta if rule is NAG else 1)
    q = np.array([0.7, 0.99 * limit, 1.01 * limit])
    x = minimize(problems.Ravine(condition=1.0), rule(q[:, None], beta), [1.0, 1.0], steps=2400).x[..., 0]
    size = np.hypot(x[1:], x[:-1])
    assert size[2000, 1] < size[400, 1] and size[2000, 2] > size[400, 2]
    swings = (1 + beta) ** 2 * (1 - 0.7) < 4 * beta if rule is NAG else (1 + beta - 0.7) ** 2 < 4 * beta
    assert swings or (rule, beta) == (NAG, 0.3)
    if swings:
        expected = math.sqrt(beta * (1 - 0.7) if rule is NAG else beta)
        assert (size[240, 0] / size[40, 0]) ** (1 / 200) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
def test_the_lead_of_nadam_telescopes(beta):
    """eq-nadam-lead: after t updates η (1 − (1 − β₁)/(1 − β₁ᵗ⁺¹)), in the end ηβ₁."""
    surplus = np.cumsum(lengths(NAdam(0.1, beta1=beta, eps=0.0), 3000) - 1)
    for t in (1, 2, 10, 100):
        assert surplus[t - 1] == pytest.approx(1 - (1 - beta) / (1 - beta ** (t + 1)), rel=1e-9)
    assert surplus[-1] == pytest.approx(beta, rel=1e-9)


def test_the_first_steps_are_the_closed_forms():
    """eq-nadam-first; to two digits 1.47, 1.90, 1.06 and 1.06."""

    def scheduled(psi):
        mu1, mu2 = (0.9 * (1 - 0.5 * 0.96 ** (t * psi)) for t in (1, 2))
        return 1 + mu2 * 0.1 / (1 - mu1 * mu2)

    expected = {NAdam(): 28 / 19, SimplifiedNAdam(): 1.9, ScheduledNAdam(): scheduled(0.004), ScheduledNAdam(psi=1.0): scheduled(1.0)}
    for rule, first in expected.items():
        assert lengths(rule, 1)[0] == pytest.approx(first, rel=1e-7)
    assert [f"{first:.2f}" for first in expected.values()] == ["1.47", "1.90", "1.06", "1.06"]


def test_without_momentum_nadam_is_adam_and_both_are_rmsprop_corrected():
    ours, adam = (minimize(problems.ravine, rule(0.1, beta1=0.0), steps=50).x for rule in (NAdam, Adam))
    np.testing.assert_array_equal(ours, adam)
    plain = minimize(problems.ravine, RMSprop(lambda t: 0.1 * math.sqrt(1 - 0.999 ** (t + 1)), 0.999, eps=0.0), steps=50).x
    np.testing.assert_allclose(ours, plain, rtol=1e-6)


def test_in_a_bowl_of_the_right_curvature_nag_arrives_after_two_updates():
    """The exercise. The heavy ball passes the minimum after one, and swings on."""
    bowl = problems.Ravine(condition=1.0)
    x, heavy = (minimize(bowl, rule(1.0, 0.9), [1.0, 1.0], steps=40).x[:, 0] for rule in (NAG, Momentum))
    np.testing.assert_allclose(x[:3], [1, -0.9, 0], atol=1e-15)
    assert abs(heavy[1]) < 1e-15 and np.abs(heavy[-10:]).max() > 0.05


@pytest.mark.parametrize("lr", [0.001, 0.1, 1.0])
def test_the_printed_step_has_one_part_in_eta_and_one_in_its_square(lr):
    assert lengths(printed.NAdam(lr), 20_000)[-1] == pytest.approx(9 * lr + 0.1, rel=1e-6)
    assert lengths(printed.NAdam(lr), 1)[0] == pytest.approx((0.9 * lr + 0.1) / math.sqrt(0.001), rel=1e-4)


def test_the_corrected_exercise_gives_steps_of_eta():
    """Both terms over 1 − β₁ᵗ⁺¹: from the state of a run, without the rule's own corrections."""
    m = 0.0
    for t in range(1, 30):
        m = 0.9 * m + 0.1 * 5.0
        assert (0.9 * m + 0.1 * 5.0) / (1 - 0.9 ** (t + 1)) == pytest.approx(5.0, rel=1e-12)


def test_the_figures_description_gives_its_numbers(found):
    """An alt text is typed, not computed."""
    chapter = (Path(__file__).parent.parent / "book" / "nadam.md").read_text(encoding="utf-8")
    assert "passes one at 3.8." in chapter and "passes one at 1.36." in chapter
    pace, ratio = (np.concatenate([values.ravel() for values in found[18].numbers[what].values()]) for what in ("pace", "ratio"))
    drawn = np.isfinite(pace) & np.isfinite(ratio) & (ratio > 0)
    assert 0.6 < pace[drawn].min() < 0.75 and 35 < pace[drawn].max() < 45 and 0.07 < ratio[drawn].min() < 0.12
    differences = found[17].numbers["apart"]
    assert max(*differences[nadam.CONSTANT].values(), *differences[nadam.INSIDE].values()) < 1e-14
    assert 5e-4 < min(differences[nadam.ANNEALED].values()) and max(differences[nadam.ANNEALED].values()) < 0.08
