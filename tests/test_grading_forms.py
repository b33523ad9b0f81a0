"""Where a task leaves a form open, a mistake made in that form is named too, and its numbers are compared with the right ones of that form.

Numbers may be handed over in arrays, lists, tuples, or one after the other.
"""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from adaptive_lr.grading import check, own_work
from adaptive_lr.grading.coding import Coding, told, tried
from adaptive_lr.grading.known import TASKS
from adaptive_lr.grading.outcomes import Trouble, agree, as_numbers
from adaptive_lr.grading.report import in_brief

OPEN = [task for task in TASKS.values() if isinstance(task, Coding) and task.open_forms]
NO_EPSILON_UNDER_A_ROOT = {
    "rmsprop_step": {
        *("the root is missing", "ε is missing", "ε is added to the step, not to the denominator", "ε is added to the new x, not to the denominator"),
        *("ε multiplies the gradient, outside the denominator", "x is returned as it came"),
        *("**1/2 is taken for a root", "**1/2 is taken for a root, and halves the step"),
    },
    "repaired_rmsprop": {"the root is missing", "ε is missing"},
    "repaired_adagrad": {
        *("the root is missing", "ε is missing", "ε is still added to the weights", "nan is replaced, and ε is still added to the weights"),
        *("nan is replaced, and ε is gone", "ε is added to v at every update"),
    },
}


def in_an_open_form(task):
    """(place of the form among the right ones, mistake, function of someone who makes it in that form): all that can be written."""
    for place, form in enumerate(task.open_forms, start=1):
        for slip in task.slips:
            try:
                wrong = task.wrong(slip, form)
            except ValueError:  # nothing is left of what the form changes
                wrong = None
            if wrong and not alike(task, wrong, task.wrong(slip)):
                yield place, slip, wrong
            else:
                assert slip.name in NO_EPSILON_UNDER_A_ROOT[task.name]


def alike(task, one, other):
    cases = [case for part in task.parts(0) for case in part.cases]
    return all(map(agree, tried(one, cases), tried(other, cases)))


MADE = [(task, *made) for task in OPEN for made in in_an_open_form(task)]


def test_there_are_tasks_that_leave_a_form_open():
    assert {task.name for task in OPEN} == set(NO_EPSILON_UNDER_A_ROOT) and len(MADE) >= 30


@pytest.mark.parametrize(("task", "place", "slip", "wrong"), MADE, ids=lambda each: getattr(each, "name", ""))
def test_a_mistake_in_an_open_form_has_its_name_and_is_compared_with_that_form(task, place, slip, wrong, monkeypatch):
    monkeypatch.setattr(own_work, "ANSWERS", set())  # a wrong rule is a changed rule of the package
    for seed in (0, 1, 2):
        report, parts = task.examine(wrong, seed), task.parts(seed)
        cases = [case for part in parts for case in part.cases]
        assert report.slips == (slip,) and report.score < 1
        assert report.parts[: len(parts)] == told(parts, list(tried(wrong, cases)), list(tried(task.right()[place], cases)))


def rmsprop(root, x, g, v, lr, beta, eps):
    v = (1 - beta) * v + beta * g**2
    return x - lr * g / root(v, eps), v


def inside(v, eps):
    return np.sqrt(v + eps)


def outside(v, eps):
    return np.sqrt(v) + eps


@pytest.mark.parametrize(("root", "other"), [(inside, outside), (outside, inside)])
def test_what_should_be_is_what_it_would_be_in_the_form_that_was_chosen(root, other):
    report = check(lambda *given: rmsprop(root, *given), "rmsprop_step")
    (slip,) = report.slips
    assert slip.name == "β and 1 − β are swapped"

    def right(root):
        return check(lambda x, g, v, lr, beta, eps: rmsprop(root, x, g, v, lr, 1 - beta, eps), "rmsprop_step")

    assert right(root).score == right(other).score == 1
    x, g, v, lr, beta, eps = TASKS["rmsprop_step"].parts(0)[0].cases[0].run(lambda *given: given)
    assert f"should be {in_brief(rmsprop(root, x, g, v, lr, 1 - beta, eps)[0])}" in repr(report)


def test_two_mistakes_in_an_open_form_are_told_both():
    def rmsprop_step(x, g, v, lr, beta, eps):
        v = (1 - beta) * v + beta * g**2
        return x + lr * g / (np.sqrt(v) + eps), v

    assert {slip.name for slip in check(rmsprop_step).slips} == {"the step leads uphill", "β and 1 − β are swapped"}


def test_a_form_that_is_not_open_is_still_a_mistake():
    def adagrad_step(x, g, v, lr, eps):
        return x - lr * g / (np.sqrt(v + g**2) + eps), v + g**2

    (slip,) = check(adagrad_step).slips
    assert slip.name == "ε is outside the root"


def test_outcomes_of_another_shape_do_not_agree():
    assert not agree((np.zeros(2),), (np.zeros((2, 1)),)) and not agree(Trouble("x"), Trouble("x"))


def test_several_numbers_may_come_in_one_array_and_one_in_an_array_of_its_own():
    x, v = np.arange(3.0), np.ones(3)
    assert agree(as_numbers(np.array([x, v]), ("x", "v")), (x, v))
    assert agree(as_numbers(np.array([2.5]), ("the rate",)), as_numbers(2.5, ("the rate",)))
    assert "1 thing, where 3" in as_numbers(x, ("x", "m", "v")).why and not agree((np.array([[2.5]]),), (np.array(2.5),))


@pytest.mark.parametrize("alone", [lambda rate: [rate], lambda rate: (rate,), lambda rate: np.array([rate]), lambda rate: iter([rate])])
def test_a_rate_may_come_in_brackets(alone):
    assert check(lambda t, lr0, gamma, tau: alone(lr0 * gamma ** (t // tau)), "step_decay").score == 1


@pytest.mark.parametrize("kind", [list, np.array])
def test_several_rates_in_the_place_of_one_are_told_for_which_t(kind):
    report = check(lambda t, lr0, gamma, tau: kind([lr0 * gamma ** (k // tau) for k in range(t + 1)]), "step_decay")
    assert re.search(r"at t = 1 it returns \[.*, .*\], where one number was expected, the rate at this t", repr(report)) and "(1," not in repr(report)


def test_a_tuple_of_one_is_a_commas_or_a_row_as_was_asked_for():
    given = as_numbers((np.arange(3.0),), ("x",))
    assert agree(given, (np.arange(3.0),)) and agree(given, (np.arange(3.0)[None],)) and not agree(given, (np.arange(4.0),))
    assert not agree(as_numbers(np.arange(3.0)[None], ("x",)), (np.arange(3.0),))


def test_what_yields_its_numbers_counts_as_their_list_and_need_have_no_end():
    (values,) = as_numbers((n * n for n in range(3)), ("the squares",))
    assert np.array_equal(values, [0, 1, 4])
    assert agree(as_numbers(map(np.ones, (2, 3)), ("x", "v")), (np.ones(2), np.ones(3)))
    assert as_numbers(itertools.count(), ("the numbers",))[0].shape == (100_000,)


@pytest.mark.parametrize("text", ["0.5", ["1", "2"], [1.0, "2"], np.array(["1", "2"]), ""])
def test_numbers_in_quotes_are_text(text):
    assert "that is text" in as_numbers(text, ("the rates",)).why
