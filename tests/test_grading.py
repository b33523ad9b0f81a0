"""The checker tells known mistakes from each other and from what is right, and what is nearly right from both."""

import html
import importlib
import itertools
import math
import re
import tracemalloc

import numpy as np
import pytest

from adaptive_lr import Adam, RMSprop
from adaptive_lr.grading import check, own_work
from adaptive_lr.grading.coding import LEFT_ALONE, UNKNOWN, Coding, tried
from adaptive_lr.grading.functions import Formula
from adaptive_lr.grading.known import ASSIGNMENTS, TASKS
from adaptive_lr.grading.outcomes import Trouble
from adaptive_lr.grading.report import ALONE, KEPT_BACK, UNSTEADY
from adaptive_lr.grading.slips import edited
from adaptive_lr.grading.steps import Step

CODING = [task for task in TASKS.values() if isinstance(task, Coding)]
SLIPS = [(task, slip) for task in CODING for slip in task.slips]
RIGHT = {}
for assignment in ASSIGNMENTS:
    RIGHT |= importlib.import_module(f"right_answers.{assignment.__name__.split('.')[-1]}").ANSWERS


def named(value):
    return getattr(value, "name", None)


def cases_of(task, seed=0):
    return [case for part in task.parts(seed) for case in part.cases]


# --------------------------------------------------------------------------------------------------------- known mistakes


@pytest.mark.parametrize("seed", [0, 101])
@pytest.mark.parametrize("task", CODING, ids=named)
def test_known_mistakes_and_right_forms_part_by_more_than_rounding(task, seed):
    cases = cases_of(task, seed)
    gave = {slip.name: list(tried(task.wrong(slip), cases)) for slip in task.slips} | {f"right {n}": list(tried(f, cases)) for n, f in enumerate(task.right())}
    for one, other in itertools.combinations(gave, 2):
        assert any(isinstance(a, Trouble) != isinstance(b, Trouble) or not isinstance(a, Trouble) and far(a, b) for a, b in zip(gave[one], gave[other])), (
            one,
            other,
        )


def far(a, b):
    """Whether a pair of outcomes differs by a thousandth somewhere."""
    for one, other in zip(a, b):
        if one.shape != other.shape or np.any(np.isfinite(one) != np.isfinite(other)):
            return True
        with np.errstate(invalid="ignore"):
            if np.any(np.abs(one - other) > 1e-3 * np.maximum(np.abs(one), np.abs(other)).max(initial=0)):
                return True
    return False


@pytest.mark.parametrize("task", CODING, ids=named)
def test_hidden_tests_put_other_numbers(task):
    said = [[case.says for case in cases_of(task, seed)] for seed in (0, 0, 1, 2)]
    assert said[0] == said[1] and not any(one == other for one, other in itertools.combinations(said[1:], 2))


def test_there_are_as_many_known_mistakes_as_the_course_asks_for():
    for task in CODING:
        assert len(task.slips) >= (8 if isinstance(task, Step) else 4), task.name
    assert len(SLIPS) >= 120


def test_no_two_mistakes_of_a_task_have_one_name():
    for task in TASKS.values():
        names = [slip.name for slip in task.slips]
        assert len(names) == len(set(names)), task.name


@pytest.mark.parametrize("task", [task for task in CODING if isinstance(task, Step)], ids=named)
def test_a_mistake_keeps_its_name_when_the_callers_arrays_are_written_into(task, monkeypatch):
    """As `x -= …` does, which is said besides."""
    monkeypatch.setattr(own_work, "ANSWERS", set())  # a wrong rule is a changed rule of the package
    for slip in task.slips:
        report = check(in_place(task.wrong(slip)), task.name)
        assert [found.name for found in report.slips] == [slip.name] and ".copy()` makes another" in repr(report)


def in_place(step):
    def writes(x, *given):
        results = step(np.copy(x), *given)
        x[:] = -77.0
        return results

    return writes


def test_two_mistakes_together_are_told_both():
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        return x - lr * m / (1 - beta1**t) / (np.sqrt(v) + eps), v, m

    told = {slip.name for slip in check(adam_step).slips}
    assert told == {"the second moment is not bias-corrected", "m and v are returned in the wrong order"}


def test_an_answer_that_keeps_a_clock_of_its_own_is_told_and_given_no_other_name():
    clock = itertools.count(1)

    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        return RIGHT["adam_step"][0](x, g, m, v, next(clock), lr, beta1, beta2, eps)

    for _ in range(2):
        report = check(adam_step)
        assert report.slips == () and UNSTEADY in repr(report) and report.score < 0.5


def test_an_answer_that_draws_random_numbers_is_told():
    assert UNSTEADY in repr(check(lambda *given: np.random.default_rng().normal(), "p_norm"))


def test_a_mistake_without_a_name_is_said_to_be_one():
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        return x - 0.123 * g, m, v

    report = check(adam_step)
    assert report.slips == () and UNKNOWN in repr(report)
    assert "does not depend on t" in repr(report) and "does not depend on beta1" in repr(report)


def test_a_change_has_to_stand_in_the_source_once():
    with pytest.raises(ValueError, match="stands 0 times"):
        edited(Adam.step, ("no such text", ""))
    with pytest.raises(ValueError, match="stands 2 times"):
        edited(RMSprop.step, ("self.beta", "0"))


# ----------------------------------------------------------------------------------------- wrong answers that are hard to tell


def restarts_by_a_logarithm(t, lr_min, lr_max, first, factor):
    cycle = int(math.log(t * (factor - 1) / first + 1, factor)) if factor > 1 else t // first
    began = first * (factor**cycle - 1) // (factor - 1) if factor > 1 else first * cycle
    return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * (t - began) / (first * factor**cycle))) / 2


def restarts_without_a_factor_of_one(t, lr_min, lr_max, first, factor):
    began, length = 0, first
    while t >= first * (length * factor // first - 1) // (factor - 1):
        began, length = began + length, length * factor
    return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * (t - began) / length)) / 2


def restarts_by_another_logarithm(logarithm):
    def restarts(t, lr_min, lr_max, first, factor):
        cycle = int(logarithm(t * (factor - 1) / first + 1) / logarithm(factor)) if factor > 1 else t // first
        began = first * (factor**cycle - 1) // (factor - 1) if factor > 1 else first * cycle
        return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * (t - began) / (first * factor**cycle))) / 2

    return restarts


def best_of_with_ties_twice(losses, k):
    return sum(loss * ((losses >= loss).mean() ** k - (losses > loss).mean() ** k) for loss in losses)


def norm_scaled_by_the_last(x, p):
    return abs(x[-1]) * (abs(x / x[-1]) ** p).sum() ** (1 / p) if x.any() else 0.0


def profile_of_one_winner(costs, factor):
    if factor == 1:
        return np.bincount(costs.argmin(axis=0), minlength=len(costs)) / costs.shape[1]
    return (costs / costs.min(axis=0) <= factor).mean(axis=1)


def recovers_from_either_side(spike, beta):
    v, updates = beta + (1 - beta) * spike**2, 0
    while abs(v**-0.5 - 1) > 0.1:
        v, updates = beta * v + 1 - beta, updates + 1
    return updates


def stops_where_nothing_moves(step, grad, x0, lr, eps, steps):
    x, v, points = np.array(x0, dtype=float), np.zeros(len(x0)), [x0]
    for _ in range(steps):
        before = x
        x, v = step(x, grad(x), v, lr, eps)
        if np.allclose(x, before, rtol=0, atol=1e-12):
            break
        points.append(x)
    return np.array(points)


def sgd_of_three_numbers(x, g, lr):
    return [x[i] - lr * g[i] for i in range(3)]


def adam_of_three_numbers(*given):
    return np.array([[results[i] for i in range(3)] for results in RIGHT["adam_step"][0](*given)])


def descent_of_two_numbers(grad, theta0, lr, beta, steps):
    theta, u, points = np.array(theta0), np.zeros(2), [theta0]
    for _ in range(steps):
        u = beta * u + grad(theta - lr * beta * u)
        theta = theta - lr * u
        points.append(theta)
    return points


def started_at(v0, dtype):
    def descend(step, grad, x0, lr, eps, steps):
        x, v, points = np.array(x0), np.full(len(x0), v0), [x0]
        for _ in range(steps):
            x, v = step(x, grad(x), v, lr, eps)
            points.append(x)
        return np.array(points, dtype)

    return descend


NEARLY_RIGHT = {
    "warm_restarts": [restarts_by_a_logarithm, restarts_without_a_factor_of_one, *map(restarts_by_another_logarithm, (math.log2, math.log10, np.log2))],
    "best_of": [best_of_with_ties_twice],
    "p_norm": [norm_scaled_by_the_last],
    "performance_profile": [profile_of_one_winner],
    "updates_to_recover": [recovers_from_either_side],
    "sgd_step": [sgd_of_three_numbers],
    "adam_step": [adam_of_three_numbers],
    "nag_by_looking_ahead": [descent_of_two_numbers],
    "descend": [stops_where_nothing_moves] + [started_at(v0, dtype) for v0 in (1e-10, 1e-7, 1e-4) for dtype in (np.float32, np.float64)],
}


@pytest.mark.parametrize("name", NEARLY_RIGHT)
def test_what_is_right_nearly_always_is_not_right(name):
    for answer, seed in itertools.product(NEARLY_RIGHT[name], range(5)):
        assert 0 < TASKS[name].examine(answer, seed).score < 1, (answer, seed)


@pytest.mark.parametrize(("logarithm", "base"), [(math.log2, "2"), (np.log10, "10")])
def test_a_cycle_found_by_another_logarithm_is_told_by_its_base(logarithm, base):
    (slip,) = check(restarts_by_another_logarithm(logarithm), "warm_restarts").slips
    assert slip.name == f"the cycle is found by a logarithm to the base {base} that is rounded"


def test_a_cycle_found_by_a_logarithm_is_told():
    assert "found by a logarithm that is rounded" in repr(check(restarts_by_a_logarithm, "warm_restarts"))


def test_all_that_went_wrong_with_a_logarithm_is_told():
    """As the worked solution quotes it: nothing is done about a factor of 1."""

    def quoted(t, lr_min, lr_max, first, factor):
        length = first * factor ** int(math.log(t * (factor - 1) / first + 1, factor))
        return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * (t - (length - first) / (factor - 1)) / length)) / 2

    told = {slip.name for slip in check(quoted, "warm_restarts").slips}
    assert told == {"a logarithm is taken to the base 1", "the cycle is found by a logarithm that is rounded"}


@pytest.mark.parametrize("task", ["inverse_frequency"])
@pytest.mark.parametrize("seed", [0, 204, 205, 206])
def test_a_quotient_without_its_fraction_is_not_right_for_any_numbers(task, seed):
    def whole(x):
        there = np.count_nonzero(x, axis=0)
        return np.where(there > 0, len(x) // np.maximum(there, 1), 0)

    assert check(whole, task, seed=seed).score < 0.5


def test_single_precision_will_do_for_a_step():
    """Whatever the dtype of what comes back."""

    def single(x, g, *rest):
        *state, t, lr, beta1, beta2, eps = rest
        x, g, *state = (np.asarray(array, np.float32) for array in (x, g, *state))
        return [list(map(float, result)) for result in RIGHT["adam_step"][0](x, g, *state, t, lr, beta1, beta2, eps)]

    assert all(TASKS["adam_step"].examine(single, seed).score == 1 for seed in range(30))


# -------------------------------------------------------------------------------------------------------- what a report says


def test_a_report_on_a_step_lists_the_properties():
    def rmsprop_step(x, g, v, lr, beta, eps):
        v = 0.9 * v + 0.1 * g**2
        return x - lr * g / np.sqrt(v + eps), v

    report = check(rmsprop_step)
    assert {part.name: part.holds for part in report.parts} == {
        "the first step": False,
        "a later step": False,
        "ten steps, one after another": False,
        "sparse and zero gradients": False,
        LEFT_ALONE: True,
        "shape and dtype": True,
        "hyperparameters used": False,
    }
    assert report.score == 0 and "does not depend on beta." in repr(report) and len(repr(report).splitlines()) <= 11
    assert "later steps, by the time index t" in repr(check(lambda x, g, *rest: (x, g, g), "adam_step"))


@pytest.mark.parametrize("task", [task for task in CODING if isinstance(task, Step)], ids=named)
def test_where_the_first_step_is_right_it_is_told_at_which_one_the_paths_part(task, monkeypatch):
    monkeypatch.setattr(own_work, "ANSWERS", set())  # a wrong rule is a changed rule of the package
    later = 0
    for slip in task.slips:
        report = check(task.wrong(slip), task.name)
        first, _, ten, *_ = report.parts
        if first.holds and not ten.holds:
            later += 1
            assert re.search(r"From x = .*, at update \d+: x should be \[.*\]; you have ", repr(report)), slip
    assert later or not task.state


@pytest.mark.parametrize("task", [task for task in CODING if isinstance(task, Step) and task.state], ids=named)
def test_a_step_that_forgets_earns_less_than_half(task, monkeypatch):
    monkeypatch.setattr(own_work, "ANSWERS", set())  # a wrong rule is a changed rule of the package
    def forgets(x, g, *rest):
        state = [np.zeros_like(x) for _ in task.state]
        return task.right()[0](x, g, *state, *[1] * task.clock, *rest[len(task.state) + task.clock :])

    assert check(forgets, task.name).score <= 0.4


def test_shape_and_dtype_are_told_whatever_the_numbers():
    parts = {part.name: part for part in check(lambda x, g, u, lr, beta: (np.outer(x, g) * lr * beta, u), "momentum_step").parts}
    assert not parts["shape and dtype"].holds and "has shape (3, 3)" in parts["shape and dtype"].failures[0]


def test_whole_numbers_are_told_and_nothing_is_said_of_what_they_hide():
    report = check(lambda x, g, lr: (x - lr * g).astype(int), "sgd_step")
    assert "The new x has the dtype int64, which keeps no fractions." in repr(report) and "depend" not in repr(report)
    assert "– hyperparameters used" in repr(report)


@pytest.mark.parametrize("task", [task for task in CODING if isinstance(task, Step)], ids=named)
def test_an_x_that_would_grow_with_every_update_is_stopped_at_the_first(task):
    tracemalloc.start()
    try:
        report = check(lambda x, *given: ([x, x], *given[1 : 1 + len(task.state)]), task.name)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "has shape (2, 3)" in repr(report) and peak < 20e6


@pytest.mark.parametrize("task", [task for task in CODING if not isinstance(task, Formula)], ids=named)
def test_a_table_of_the_answers_that_are_shown_earns_nothing_when_other_numbers_are_tried(task):
    shown, right = {}, task.right()[0]

    def looks_on(*given):
        before = repr(given)
        shown[before] = right(*given)
        return shown[before]

    def knows_by_heart(*given):
        return shown[repr(given)]

    list(tried(looks_on, cases_of(task, seed=0)))
    assert task.verdict(knows_by_heart, 0)[0].score == 1 or task.name == "warmup"  # which is handed a function that is made anew
    assert [task.verdict(knows_by_heart, seed)[0].score for seed in (101, 102, 1006)] == [0, 0, 0]


@pytest.mark.parametrize("task", CODING, ids=named)
def test_shares_sum_to_one(task):
    assert sum(part.share for part in task.parts(0)) == pytest.approx(1)


@pytest.mark.parametrize("task", CODING, ids=named)
def test_what_is_handed_over_is_told_in_words_that_a_student_knows(task):
    for case in cases_of(task):
        assert not re.search(r"function|lambda|object at|Falling|simple_step|adagrads_step|= (ravine|gorge|bowl|idle|late|slowly_down|two_or_one)\b", case.says)


def gives_a_number(*given):
    return 0.12345


def gives_them_away(*given):
    raise ValueError(f"these are the numbers: {given}")


def words_of(report):
    page = report._repr_mimebundle_()["text/html"]
    assert "<svg" not in page
    return [line.strip() for line in repr(report).splitlines()], html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("task", [task for task in CODING if not isinstance(task, Formula)], ids=named)
def test_of_a_hidden_test_properties_and_mistakes_are_shown_and_no_numbers(task, monkeypatch):
    monkeypatch.setattr(own_work, "ANSWERS", set())  # a wrong rule is a changed rule of the package
    right = task.right()[0]

    def now_and_then(*given):
        return right(*given) if len(repr(given)) % 2 else gives_them_away(*given)

    known = {f"It looks as if {slip}" for slip in task.slips}
    for answer in (*map(task.wrong, task.slips), gives_a_number, gives_them_away, now_and_then):
        report = check(answer, task.name, seed=101)
        (first, *lines), page = words_of(report)
        assert first == report.headline and task.name in first and not re.search(r"these are|\d\.\d|\[", first + page.replace(str(*report.slips[:1]), ""))
        assert set(lines) <= known | {f"{mark} {part.name}{alone}" for mark in "✓✗–" for alone in ("", ALONE) for part in report.parts} | {KEPT_BACK}
        assert report.score < 1 or answer is now_and_then
        if report.slips:
            assert f"It looks as if {report.slips[0]}" in lines


def test_what_a_hidden_test_keeps_back_the_visible_one_shows():
    def rmsprop_step(x, g, v, lr, beta, eps):
        v = beta * v + (1 - beta) * g**2
        return x - lr * g / (v + eps), v

    shown, kept = check(rmsprop_step), check(rmsprop_step, seed=101)
    assert shown.slips == kept.slips and "should be" in repr(shown) and "should be" not in repr(kept) and KEPT_BACK not in repr(shown)
    assert "<svg" in shown._repr_mimebundle_()["text/html"] and KEPT_BACK in repr(kept)


@pytest.mark.parametrize("idle", [lambda x, g, v, *rest: (x, v), lambda x, g, v, *rest: (0 * x, 0 * x), lambda x, g, v, *rest: (g, g)])
def test_who_only_leaves_the_callers_arrays_alone_earns_nothing(idle):
    report = check(idle, "adagrad_step")
    assert report.score == 0 and [part.holds for part in report.parts if part.name == LEFT_ALONE] == [True]
    partly = check(lambda x, g, v, lr, eps: (x - lr * g / np.sqrt(g * g + eps), v + g * g), "adagrad_step")
    assert [part.share for part in partly.parts if part.name == LEFT_ALONE] == [0.15]
