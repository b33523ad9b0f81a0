"""An answer does its own work: what it calls of the package is told and not credited, in whatever way it came by it; what it was handed is free."""

from __future__ import annotations

import contextlib
import functools
import sys
import threading

import numpy as np
import pytest
from borrowing import BORROWED, HONEST

from adaptive_lr import AdaGrad, Adam, problems
from adaptive_lr.course.isolation.asking import Line, _called_back
from adaptive_lr.course.isolation.serving import serve
from adaptive_lr.grading import check, own_work
from adaptive_lr.grading.known import adam, gradients
from adaptive_lr.grading.own_work import watched


@pytest.mark.parametrize("name", BORROWED)
def test_what_the_package_offers_is_told_and_not_credited(name):
    task, calls, make = BORROWED[name]
    report = check(make(), task)
    assert report.score == 0 and f"calls {calls}" in repr(report), report
    assert own_work.HIDES in repr(report) or "of adaptive_lr." in repr(report)


@pytest.mark.parametrize("name", HONEST)
def test_imports_questions_of_type_and_what_the_test_hands_over_are_free(name):
    answer, task = HONEST[name]
    for seed in range(3):
        assert check(answer, task, seed=seed).score == 1


def test_what_is_handed_over_is_free_with_all_its_methods_and_nothing_else():
    def answer(problem, rule, again):
        return problem.f(np.ones(2)), problem.grad(np.ones(2)), repr(problem), rule.init(np.ones(2)), again(np.ones(2))

    given = problems.Ravine(20.0), AdaGrad(0.1), functools.partial(gradients.ravine)
    assert watched(lambda function: function(*given), answer)[1] == ""
    assert watched(lambda function: function(given[0], given[1], again=given[2]), answer)[1] == ""
    assert watched(lambda function: function(None), lambda given: gradients.bowl(1.0))[1]
    for further, called in ((lambda: gradients.bowl(1.0), "bowl"), (lambda: AdaGrad(0.2), "AdaGrad"), (lambda: Adam().init(np.ones(2)), "Adam")):
        assert watched(lambda function: function(*given), lambda *given: (answer(*given), further()))[1] == f"{called} of adaptive_lr"


def test_what_was_watching_before_goes_on():
    before = lambda *event: None  # noqa: E731
    sys.setprofile(before)
    threading.setprofile(before)
    try:
        with contextlib.suppress(ZeroDivisionError):
            watched(lambda function: function(), lambda: 1 / 0)
        assert sys.getprofile() is before and threading.getprofile() is before
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_an_answer_that_starts_with_work_not_done_is_told_so():
    def adam_step(*given):
        raise NotImplementedError

    assert not check(adam_step).begun


def test_recursion_without_an_end_is_a_mistake_of_another_kind():
    def adam_step(*given):
        return adam_step(*given)

    assert "RecursionError" in repr(check(adam_step))


# ------------------------------------------------------------------------------------------------------------ in a sandbox


@pytest.fixture
def seen(tmp_path, monkeypatch):
    """seen(answer) → what the tests' end sees of it. The student's kernel is a thread here, and this one that of the tests."""
    here, lines = threading.current_thread(), []

    class Where(type):
        is_so = property(lambda kind: threading.current_thread() is here)

    monkeypatch.setattr(own_work, "Elsewhere", Where("Elsewhere", (), {}))

    def bind(answer):
        lines.append(Line(str(tmp_path / "wire")))
        threading.Thread(target=serve, args=(str(tmp_path / "wire"), {"answer": answer}), daemon=True).start()
        names = {}
        lines[-1].bind(["answer"], names)
        return names["answer"]

    yield bind
    for line in lines:
        line.close()


@pytest.mark.parametrize("name", BORROWED)
def test_the_sandbox_tells_what_is_borrowed_there(seen, name):
    task, calls, make = BORROWED[name]
    report = check(seen(make()), task)
    assert report.score == 0 and f"calls {calls}" in repr(report), report


@pytest.mark.parametrize("name", [name for name in HONEST if name != "a formula"])
def test_and_nothing_else(seen, name):
    answer, task = HONEST[name]
    assert check(seen(answer), task).score == 1


@pytest.mark.parametrize("lazy", [lambda *given: map(adam.moving_average, *([each] for each in given)), lambda *given: Lazy(*given)])
def test_work_that_is_put_off_is_seen_there_too(seen, lazy):
    answer = seen(lazy)
    with pytest.MonkeyPatch.context() as patch:
        told = []
        patch.setattr(answer._wire, "serve", lambda operation, given: told.append((operation, *given)))
        given = answer(np.ones(3), 0.5)
        assert told == []
        list(given)
    assert told == [("borrows", "moving_average of adaptive_lr")]


class Lazy:
    def __init__(self, *given):
        self.given = given

    def __iter__(self):
        return iter(adam.moving_average(*self.given))


def test_what_a_sandbox_tells_is_kept_short():
    own_work.borrowed.clear()
    for _ in range(3):
        _called_back("borrows", ["x" * 10_000])
    assert len("".join(own_work.borrowed)) == 100
