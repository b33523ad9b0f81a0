"""The grader is graded: it names every known mistake, refuses no right answer, and lets no mutant pass that is not explained."""

import ast
import math

import numpy as np
import pytest
from grader_graded import EXPLAINED, asked, graded, measured, worked
from mutation import Endless, mutants, runnable
from wide_probes import ARGUMENTS, CURVES, behaves_as, behaviour, calls

from adaptive_lr.grading.coding import Coding
from adaptive_lr.grading.known import TASKS
from adaptive_lr.grading.outcomes import Trouble
from adaptive_lr.grading.report import PartReport, Report
from adaptive_lr.grading.steps import Step

CODING = [name for name, task in TASKS.items() if isinstance(task, Coding)]


@pytest.mark.parametrize("task", TASKS)
def test_every_known_mistake_costs_points_and_is_told_by_its_name(task):
    found = graded(task)
    assert len(found.mistakes) >= 2 and found.misnamed == []


@pytest.mark.parametrize("task", TASKS)
def test_no_right_answer_loses_a_point(task):
    found = graded(task)
    assert len(found.right) >= (5 if task in CODING else 3) and found.refused == []


@pytest.mark.parametrize("task", CODING)
def test_mutants_that_behave_differently_are_denied_full_marks_or_explained(task):
    found = graded(task)
    assert len(found.mutants) >= 6
    assert found.survivors == [mutant for name, mutant in EXPLAINED if name == task]


def test_98_in_100_mutants_are_denied_full_marks():
    found = [graded(task) for task in CODING]
    assert sum(len(each.survivors) for each in found) <= 0.02 * sum(len(each.mutants) for each in found)


def test_the_tasks_are_those_of_the_notebooks():
    assert set(asked()) == set(TASKS)
    assert all(len(set(asked()[task].seeds)) >= 2 and asked()[task].worked for task in CODING)


@pytest.mark.parametrize("passes", [True, False])
def test_a_checker_that_says_the_same_of_all_answers_is_found_out(passes, monkeypatch):
    monkeypatch.setattr(Coding, "verdict", lambda task, answer, seed: (Report(task.name, [PartReport("all", 1.0, ["" if passes else "wrong"])]), []))
    mistakes, misnamed, right, refused, differing, survivors = measured("weight_after")
    assert misnamed == mistakes
    assert (survivors, refused) == ((differing, []) if passes else ([], right))


def test_what_is_kept_of_a_run_is_what_a_run_of_now_finds():
    found = graded("weight_after")
    assert [found.mistakes, found.misnamed, found.right, found.refused, found.mutants, found.survivors] == list(measured("weight_after"))


# ---------------------------------------------------------------------------------------------------------------- mutants


SAMPLE = """
def sample(values, beta):
    total = 0.0
    for value in values:
        total *= beta
        total += (1 - beta) * abs(value)
    return total
"""
KINDS = {
    "an operator": "(1 - beta) * abs(value): another operator",
    "a dropped term": "1 - beta: only its left",
    "a constant": "1 → 2",
    "a dropped function": "abs(value): its argument alone",
    "a name off by one": "value → value − 1",
    "an argument for another": "beta → values",
    "a local variable for another": "value → total",
    "an assignment's operator": "total *= beta: another operator",
    "an assignment for an update": "total += (1 - beta) * abs(value): = in its place",
    "a statement left out": "without `total *= beta`",
}


@pytest.mark.parametrize("what", KINDS.values(), ids=KINDS)
def test_a_mutant_changes_one_thing(what):
    made = [mutant for told, mutant in mutants(SAMPLE) if told.partition(": ")[2] == what]
    assert made and all(ast.unparse(mutant) != SAMPLE.strip() for mutant in made)


def test_mutants_are_told_apart_by_what_was_changed_where():
    told = [what for what, _ in mutants(SAMPLE)]
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "for value in values: values.append(value)",
        "return [values.append(value) for value in values]",
        "values.append(values); return values",
    ],
)
def test_a_mutant_without_an_end_is_stopped(body):
    endless = runnable(ast.parse(f"def endless(values):\n    {body}").body[0], {})
    with pytest.raises(Endless):
        endless([1.0, 2.0])


# ----------------------------------------------------------------------------------------------------------------- probes


def rights_of(task, put_to):
    return [list(behaviour(task, form, put_to)) for form in task.right()]


@pytest.mark.parametrize("task", CODING)
def test_what_tells_mutants_apart_is_within_what_the_task_asks_for(task):
    put_to = calls(TASKS[task])
    assert len(put_to) >= 40 and not any(isinstance(gave, Trouble) for right in rights_of(TASKS[task], put_to) for gave in right)


@pytest.mark.parametrize("task", CODING)
def test_the_worked_answers_behave_right_in_these_calls(task):
    put_to = calls(TASKS[task])
    assert behaves_as(TASKS[task], worked(task), rights_of(TASKS[task], put_to), put_to)


def test_every_coding_task_has_calls_of_its_own():
    assert {*ARGUMENTS, *CURVES} == {task for task in CODING if not isinstance(TASKS[task], Step)}


def restarts_by_a_logarithm(t, lr_min, lr_max, first, factor):
    """Right but for rounding: where a cycle begins, the logarithm of a whole power comes out just below the whole number."""
    cycle = int(math.log(t * (factor - 1) / first + 1, factor)) if factor > 1 else t // first
    began = first * ((factor**cycle - 1) / (factor - 1) if factor > 1 else cycle)
    return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * (t - began) / (first * factor**cycle))) / 2


def restarts_for_growing_cycles(t, lr_min, lr_max, first, factor):
    began, length = 0, first
    while t >= began + length:
        began, length = first * (factor * length // first - 1) // (factor - 1), length * factor
    return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * (t - began) / length)) / 2


def sgd_of_three(x, g, lr):
    return np.array([x[i] - lr * g[i] for i in range(min(3, len(x)))])


def look_ahead_of_two(grad, theta0, lr, beta, steps):
    theta, u = np.array(theta0, dtype=float), np.zeros(2)
    points = [theta]
    for _ in range(steps):
        u = beta * u + grad(theta - lr * beta * u)
        theta = theta - lr * u
        points.append(theta)
    return np.array(points)


def profile_of_costs_from_0(costs, factor):
    return ((costs - 1) / costs.min(axis=0) <= factor).mean(axis=1)


def adagrad_into_the_callers_memory(x, g, v, lr, eps):
    v += g**2
    return x - lr * g / np.sqrt(v + eps), v


NARROW = {
    restarts_by_a_logarithm: "warm_restarts",
    restarts_for_growing_cycles: "warm_restarts",
    sgd_of_three: "sgd_step",
    look_ahead_of_two: "nag_by_looking_ahead",
    profile_of_costs_from_0: "performance_profile",
    adagrad_into_the_callers_memory: "adagrad_step",
}


@pytest.mark.parametrize(("answer", "task"), NARROW.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_an_answer_that_is_right_in_most_calls_is_seen_to_behave_differently(answer, task):
    put_to = calls(TASKS[task])
    assert not behaves_as(TASKS[task], answer, rights_of(TASKS[task], put_to), put_to)
