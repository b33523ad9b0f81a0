"""The checker in the hands of a student: whatever is answered, in whatever order, it says kindly what is the matter, and nothing on stderr."""

import gc
import logging
import re
import warnings

import numpy as np
import pytest

from adaptive_lr import grading
from adaptive_lr.grading import check
from adaptive_lr.grading.check import Check
from adaptive_lr.grading.coding import UNKNOWN
from adaptive_lr.grading.known import ASSIGNMENTS, adam, descent
from adaptive_lr.grading.report import RECORD
from adaptive_lr.grading.task import Task

# ---------------------------------------------------------------------------------------------------- what comes of errors

LINES = {
    "def adam_step(*given): pass": "it returns nothing",
    "def adam_step(*given): raise NotImplementedError": "not done yet",
    "def adam_step(x, g): return x": "It is called as adam_step(x, g, m, v, t, lr, beta1, beta2, eps)",
    "def adam_step(*given): return given[0].no_such_thing": "AttributeError",
    "def adam_step(*given): return 'x', 'm', 'v'": "where numbers were expected",
    "def adam_step(*given): return given[0], None, given[3]": "None was given for the new m",
    "def adam_step(*given): return given[0] * 1j, given[2], given[3]": "a root taken of something negative",
    "def adam_step(*given): return given[0], given[1]": "it returns 2 things, where 3 were expected",
    "def adam_step(*given): return given[0].sum(), given[1], given[2]": "should have shape (3,); you have ()",
    "def adam_step(*given): return adam_step(*given)": "RecursionError",
    "adam_step = 3": "where a function was expected",
}


@pytest.mark.parametrize("line", LINES)
def test_an_answer_that_cannot_be_tried_is_told_why_and_scores_nothing(line):
    scope = {}
    exec(line, scope)
    report = check(scope["adam_step"], "adam_step")
    assert LINES[line] in repr(report)
    assert report.points(4) == 0


def test_a_changed_argument_is_told_and_costs_that_property_alone():
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        m *= beta1
        m += (1 - beta1) * g
        v[:] = beta2 * v + (1 - beta2) * g**2
        return x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v

    report = check(adam_step)
    assert report.score == 0.85 and "write into the array that was handed in" in repr(report) and UNKNOWN not in repr(report)
    assert not report.picture  # the two paths are the same


def test_of_a_call_that_fails_it_is_not_told_what_it_leaves():
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        return x + np.zeros(7), m, v

    assert "– the caller's arrays are left as they were" in repr(check(lambda *given: adam_step(*given) if given[4] > 1 else given[:1] + given[2:4], "adam_step"))


def test_a_report_says_what_it_earns_and_what_earns_nothing(capsys):
    assert check(lambda *given: (given[0], given[2], given[3]), "adam_step", points=3) == 0
    said = capsys.readouterr().out
    assert " properties hold. 0 of 3 points." in said and "✓ the caller's arrays are left as they were (earns nothing by itself)" in said

    def adagrad_step(x, g, v, lr, eps):
        v += g**2
        return x - lr * g / np.sqrt(v + eps), v

    assert 0 < check(adagrad_step, points=3) < 3
    assert re.search(r"hold\. [12]\.\d+ of 3 points\.", capsys.readouterr().out)


@pytest.mark.parametrize("graded", [False, True])
def test_an_answer_that_is_stopped_is_told_where_and_an_autograder_tells_it_itself(monkeypatch, graded):
    def steady_rate(t, g, lr):
        raise KeyboardInterrupt  # as Kernel, Interrupt does, wherever it is

    if graded:
        monkeypatch.setenv("ADAPTIVE_LR_STUDENT", "ada")
        with pytest.raises(KeyboardInterrupt):
            check(steady_rate, points=2)
    else:
        assert check(steady_rate, points=2) == 0
        assert repr(check(steady_rate)).startswith('steady_rate: stopped, in its line "raise KeyboardInterrupt')
        assert check.latest["steady_rate"][0].begun


@pytest.mark.parametrize(("answer", "meant"), [((0, 27), "0.27"), ((-1, 5), "-1.5"), ("0,27", "0.27"), (" 12,5 ", "12.5")])
def test_a_decimal_comma_is_told(answer, meant):
    assert f"Python writes a decimal point, {meant}" in repr(check(answer, "adam_uncorrected", student="ada"))


def test_other_pairs_and_texts_are_no_decimal_commas():
    for answer in ((0.5, 27), (1, 2, 3), (1, -2), "1,2,3", "x,y", (True, False)):
        assert "decimal" not in repr(check(answer, "adam_uncorrected", student="ada"))


@pytest.mark.parametrize(
    ("formula", "told"), [("(updates/hits)^0.5", "'(updates/hits)^0.5' is not understood (a power is **)"), ("sqrt(updates/hits", "(is a bracket not closed?)")]
)
def test_a_formula_is_told_of_as_it_was_written(formula, told):
    assert told in repr(check(formula, "rare_rate"))


def test_what_an_answer_logs_stays_out_of_the_cell_and_is_logged_again_afterwards(capfd):
    log, handler = logging.getLogger("mine"), logging.StreamHandler()  # bound to the stream of now
    log.addHandler(handler)

    def sgd_step(x, g, lr):
        log.warning("a step")
        return x - lr * g

    assert check(sgd_step).score == 1 and capfd.readouterr().err == ""
    sgd_step(0, 0, 0)
    log.removeHandler(handler)
    assert "a step" in capfd.readouterr().err


def test_a_coroutine_is_told_to_be_none_of_what_was_asked_for(capfd):
    async def sgd_step(x, g, lr):
        return x - lr * g

    report = check(sgd_step)
    gc.collect()
    assert report.score == 0 and "leave `async` out" in repr(report) and capfd.readouterr().err == ""


def test_what_an_answer_prints_and_warns_of_stays_out_of_the_cell(capfd):
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        import sys

        print("here")
        print("there", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return x / 0 * 0, m, v

    check(adam_step)
    assert capfd.readouterr() == ("", "")


# ----------------------------------------------------------------------------------------------------------- in a notebook


def test_a_report_says_the_same_to_people_and_to_programs():
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        return x - lr * m / (1 - beta1**t) / (np.sqrt(v) + eps), m, v

    shown = check(adam_step)._repr_mimebundle_()
    failed = ["the first step", "later steps, by the time index t", "ten steps, one after another", "sparse and zero gradients"]
    mistakes = ["the second moment is not bias-corrected"]
    assert shown[RECORD] == {"task": "adam_step", "score": 0.0, "begun": True, "mistakes": mistakes, "failed": failed}
    for form in ("text/plain", "text/html"):
        assert "the second moment is not bias-corrected" in shown[form] and "31.6 times the right one" in shown[form]
    assert "<svg" in shown["text/html"] and "<script" not in shown["text/html"]


@pytest.mark.parametrize(
    "answer, task, axes",
    [(lambda x, g, lr: x + lr * g, "sgd_step", ["x₁ →", "x₂ ↑"]), (lambda t, lr0, gamma, tau: lr0 * gamma**t, "step_decay", ["t →", "rate ↑"])],
)
def test_a_picture_names_its_axes_and_what_is_dashed(answer, task, axes):
    shown = check(answer, task)._repr_mimebundle_()["text/html"]
    assert re.findall(r"<text [^>]*>([^<]*)", shown) == ["the reference", "yours", *axes]
    assert re.findall(r'<(line|polyline) [^>]*dasharray="5 4"', shown) == ["polyline", "line"]


def test_what_a_student_wrote_cannot_become_part_of_the_page():
    def adam_step(*given):
        raise ValueError("<script>alert(1)</script>")

    assert "<script" not in check(adam_step)._repr_mimebundle_()["text/html"]


def test_a_report_shows_nothing_of_the_right_program():
    (slip,) = check(lambda x, g, lr: x + lr * g, "sgd_step").slips
    assert slip.changes and all(text not in repr(slip) for change in slip.changes for text in change)


def test_points_are_in_parts():
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        return x - lr * g / (np.abs(g) + eps), (1 - beta1) * g, (1 - beta2) * g**2  # right at the first update alone

    assert 0 < check(adam_step, points=4) < 4


def test_what_a_notebook_imports_hands_out_no_answer():
    """Nor does it lead to a task, which knows what is right."""
    assert grading.__all__ == ["Report", "check", "numbers"]
    report = check("b", "adam_half_life")
    assert report.task == "adam_half_life"
    for given, public in ((check, ["all", "assignments", "latest"]), (check.all(), ["lines", "total"])):
        assert [name for name in dir(given) if not name.startswith("_")] == public
    reachable = [*vars(grading).values(), report, *vars(report).values(), *check.latest.values(), *check.assignments]
    assert not any(isinstance(each, Task) for each in reachable)


def test_progress_is_told_task_by_task_as_it_stands():
    def sgd_step(x, g, lr):
        return x - lr * g

    def nag_step(x, g, u, lr, beta):
        raise NotImplementedError

    own = Check([assignment.TASKS for assignment in ASSIGNMENTS])
    assert "Nothing has been checked yet" in repr(own.all())
    own(lambda x, g, lr: x + lr * g, "sgd_step", points=2)
    own(nag_step, points=4)
    own("d", "adam_half_life")
    lines = repr(own.all()).splitlines()
    assert lines[:3] == ["sgd_step: not right yet, 0 of 2 points", "nag_step: not done yet, 0 of 4 points", "adam_half_life: not right yet"]
    others = [task.name for assignment in (descent, adam) for task in assignment.TASKS if task.name not in ("sgd_step", "nag_step", "adam_half_life")]
    assert lines[3:-1] == [f"{name}: not checked yet" for name in others]
    assert lines[-1] == f"0 of 6 points on what you can see, without the {len(others)} not checked yet"
    own(sgd_step, points=2)
    for name in others:
        own(..., name)
    assert repr(own.all()).splitlines()[-1] == "2 of 6 points on what you can see"


def test_an_unknown_task_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match="there is no task 'adm_step'.*adam_step"):
        check(lambda x: x, "adm_step")
