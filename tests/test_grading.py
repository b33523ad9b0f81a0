"""The checker names every known mistake, passes every right answer however it is written, and lets no mutant through."""

import html
import importlib
import itertools
import json
import math
import re
import unicodedata

import numpy as np
import pytest

from adaptive_lr import Adam, RMSprop
from adaptive_lr.grading import check, numbers, own_work
from adaptive_lr.grading.answers import Choice, Number
from adaptive_lr.grading.coding import LEFT_ALONE, UNKNOWN, Coding, tried
from adaptive_lr.grading.functions import Formula, as_function
from adaptive_lr.grading.known import ASSIGNMENTS, TASKS
from adaptive_lr.grading.outcomes import Trouble, agree, as_numbers
from adaptive_lr.grading.report import ALONE, KEPT_BACK
from adaptive_lr.grading.slips import edited
from adaptive_lr.grading.steps import Step

CODING = [task for task in TASKS.values() if isinstance(task, Coding)]
SLIPS = [(task, slip) for task in CODING for slip in task.slips]
NUMBERS = [task for task in TASKS.values() if isinstance(task, Number)]
CHOICES = [task for task in TASKS.values() if isinstance(task, Choice)]
RIGHT = {}
for assignment in ASSIGNMENTS:
    RIGHT |= importlib.import_module(f"right_answers.{assignment.__name__.split('.')[-1]}").ANSWERS


def named(value):
    return getattr(value, "name", None)


def cases_of(task, seed=0):
    return [case for part in task.parts(seed) for case in part.cases]


# --------------------------------------------------------------------------------------------------------- known mistakes


@pytest.mark.parametrize("task", CODING, ids=named)
def test_known_mistakes_and_right_forms_part_by_more_than_rounding(task):
    cases = cases_of(task)
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


def test_two_mistakes_together_are_told_both():
    def adam_step(x, g, m, v, t, lr, beta1, beta2, eps):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        return x - lr * m / (1 - beta1**t) / (np.sqrt(v) + eps), v, m

    told = {slip.name for slip in check(adam_step).slips}
    assert told == {"the second moment is not bias-corrected", "m and v are returned in the wrong order"}


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


# ---------------------------------------------------------------------------------------------------------- right answers


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
    "warm_restarts": [restarts_by_a_logarithm, restarts_without_a_factor_of_one],
    "sgd_step": [sgd_of_three_numbers],
    "adam_step": [adam_of_three_numbers],
    "nag_by_looking_ahead": [descent_of_two_numbers],
    "descend": [started_at(v0, dtype) for v0 in (1e-10, 1e-7, 1e-4) for dtype in (np.float32, np.float64)],
}


@pytest.mark.parametrize("name", NEARLY_RIGHT)
def test_what_is_right_nearly_always_is_not_right(name):
    for answer, seed in itertools.product(NEARLY_RIGHT[name], range(5)):
        assert 0 < TASKS[name].examine(answer, seed).score < 1, (answer, seed)


def test_a_cycle_found_by_a_logarithm_is_told():
    assert "found by a logarithm that is rounded" in repr(check(restarts_by_a_logarithm, "warm_restarts"))


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


def test_shape_and_dtype_are_told_whatever_the_numbers():
    parts = {part.name: part for part in check(lambda x, g, u, lr, beta: (np.outer(x, g) * lr * beta, u), "momentum_step").parts}
    assert not parts["shape and dtype"].holds and "has shape (3, 3)" in parts["shape and dtype"].failures[0] and parts["hyperparameters used"].holds


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


# ---------------------------------------------------------------------------------------------------- numbers and choices


@pytest.mark.parametrize("task", NUMBERS, ids=named)
def test_a_number_is_each_students_own(task):
    given = {student: task.numbers(student) for student in ("ada", "bob", "cem", "dora")}
    assert len({json.dumps(drawn) for drawn in given.values()}) == 4 and task.numbers(" ada ") == given["ada"]
    assert check(task.reference(**given["ada"]), task.name, student="bob").score == 0


@pytest.mark.parametrize("task", NUMBERS, ids=named)
def test_no_students_numbers_let_a_known_mistake_pass_or_confuse_two(task):
    """Also where the answer is rounded by three quarters of what is tolerated."""
    for student, off in itertools.product(map("s{:03}".format, range(300)), (1 - 0.75 * task.within, 1 + 0.75 * task.within)):
        drawn = task.numbers(student)
        assert check(off * np.asarray(task.reference(**drawn)), task.name, student=student).score == 1
        for slip in task.slips:
            report = check(off * np.asarray(task.wrong(slip)(**drawn)), task.name, student=student)
            assert report.score == 0 and report.slips == (slip,), (student, drawn)


@pytest.mark.parametrize("task", NUMBERS, ids=named)
def test_a_number_may_come_in_an_array_or_a_list_of_its_own(task):
    right = task.reference(**task.numbers("ada"))
    for answer in (np.array([right]), np.array(right), [right], (right,), np.array([right], dtype=np.float32)):
        assert check(answer, task.name, student="ada").score == 1
    assert check(str(right), task.name, student="ada").score == 0 and check([right, right], task.name, student="ada").score == 0


def test_a_name_is_the_same_however_a_system_writes_its_letters():
    names = [unicodedata.normalize(form, "Jörg Müller") for form in ("NFC", "NFD")]
    assert names[0] != names[1] and numbers("adam_uncorrected", names[0]) == numbers("adam_uncorrected", names[1])


def test_a_name_is_the_same_in_small_letters_and_in_large_ones(monkeypatch):
    """Canvas calls likim what she spells LiKim."""
    drawn = numbers("adam_uncorrected", "LiKim")
    monkeypatch.setenv("ADAPTIVE_LR_STUDENT", "likim")  # so the grader calls her
    right = TASKS["adam_uncorrected"].reference(**drawn)
    assert numbers("adam_uncorrected", "likim") == drawn and check(right, "adam_uncorrected", student="LiKim").score == 1


def test_numbers_of_ones_own_are_many():
    for task in NUMBERS:
        assert len({json.dumps(task.numbers(f"s{n}")) for n in range(200)}) >= 90, task.name


@pytest.mark.parametrize("task", NUMBERS, ids=named)
def test_a_wrong_number_is_not_answered_with_the_right_one(task):
    drawn = task.numbers("ada")
    right = np.ravel(task.reference(**drawn))
    told = repr(check(np.full(np.shape(task.reference(**drawn)), 12345.0), task.name, student="ada"))
    given = {f"{value:g}" for value in drawn.values()}
    assert all(f"{number:.4g}" not in told or f"{number:.4g}" in given for number in right)


def test_the_autograder_says_whose_numbers_count(monkeypatch):
    (task, *_), right = NUMBERS, NUMBERS[0].reference(**NUMBERS[0].numbers("ada"))
    monkeypatch.setenv("ADAPTIVE_LR_STUDENT", "bob")
    assert check(right, task.name, student="ada").score == 0
    assert numbers(task.name, "ada") == task.numbers("bob")


@pytest.mark.parametrize("student", ["", "  ", "...", None])
def test_numbers_of_nobody_say_so(student, capsys):
    assert numbers(NUMBERS[0].name, student)
    assert "nobody's numbers" in capsys.readouterr().out
    numbers(NUMBERS[0].name, "ada")
    assert not capsys.readouterr().out


def test_only_a_task_with_numbers_of_ones_own_has_them():
    with pytest.raises(ValueError, match="the same numbers for everyone"):
        numbers("adam_step", "ada")


@pytest.mark.parametrize("task", CHOICES, ids=named)
def test_every_wrong_choice_says_why(task):
    assert len(task.why_not) >= 2
    assert check(f" {task.right.upper()} ", task.name).score == 1
    for letter, why in task.why_not.items():
        report = check(letter, task.name)
        assert report.score == 0 and report.slips == (why,) and f"'{task.right}'" not in repr(report)
    assert "one of" in repr(check("z", task.name)) and "one of" in repr(check(3, task.name))


def test_settings_may_come_in_arrays_of_their_own():
    assert check({"lr": np.array([0.0015]), "beta": [0.95]}, "choosing_tuned").score == 1


PAIRS = [(-1, 0.9), ("fast", 0.9), ("0.0015", 0.95), (0.1, 1.5), ([1, 2], 0.9)]
UNUSABLE = [{"lr": 0.1}, 0.1, *({"lr": lr, "beta": beta} for lr, beta in PAIRS)]


@pytest.mark.parametrize("settings", UNUSABLE)
def test_settings_that_are_none_are_told_what_was_wanted(settings):
    report = check(settings, "choosing_tuned")
    assert report.score == 0 and ("was expected" in repr(report) or "cannot be used" in repr(report))


@pytest.mark.parametrize("task", [*NUMBERS, *CHOICES, TASKS["choosing_tuned"]], ids=named)
def test_no_answer_yet_is_no_mistake(task):
    for nothing in (None, ...):
        assert not check(nothing, task.name, student="ada").begun


# --------------------------------------------------------------------------------------------------------- one's own work


# --------------------------------------------------------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "beta.__class__",
        "beta[0]",
        "(lambda: 1)()",
        "open",
        "t if t else 1",
        "exp(x=1)",
        "1 +",
        "",
        "'a' * 9",
        7,
        "beta ^ t",
        "exp()",
        "True",
    ],
)
def test_a_formula_is_arithmetic_and_nothing_else(text):
    with pytest.raises(ValueError, match="It may use beta, t|cannot be worked out"):
        as_function(text, ["beta", "t"])


def test_a_formula_is_worked_out_as_written():
    assert as_function("-2**2 + max(3, beta) / sqrt(4) * pi", ["beta"])(1.0) == pytest.approx(-4 + 1.5 * np.pi)


SAID_OTHERWISE = {
    "log(8, beta)": 3,
    "ln(exp(beta))": 2,
    "log2(8) + log10(100)": 5,
    "np.sqrt(2 * beta) + math.sqrt(4) + numpy.log(1)": 4,
    "pow(beta, 3) − np.power(beta, 2)": 4,
    "np.pi / pi · beta": 2,
    "max(1, beta, 3) - min(beta, 1, 0.5)": 2.5,
    "square(beta) + fabs(-beta)": 6,
}


@pytest.mark.parametrize("text", SAID_OTHERWISE)
def test_a_formula_may_use_the_names_that_people_know(text):
    assert as_function(text, ["beta"])(2.0) == pytest.approx(SAID_OTHERWISE[text])


@pytest.mark.parametrize("text", ["sqrt(1, beta)", "exp(1, 2)", "log(1, 2, 3)", "max(beta)", "pow(2)"])
def test_a_function_in_a_formula_with_too_many_or_too_few_arguments_is_told_how_many_it_takes(text):
    with pytest.raises(ValueError, match=r"takes (1|2|1 or 2|2 or more)\. It may use beta"):
        as_function(text, ["beta"])


def test_outcomes_of_another_shape_do_not_agree():
    assert not agree((np.zeros(2),), (np.zeros((2, 1)),)) and not agree(Trouble("x"), Trouble("x"))


def test_several_numbers_may_come_in_one_array_and_one_in_an_array_of_its_own():
    x, v = np.arange(3.0), np.ones(3)
    assert agree(as_numbers(np.array([x, v]), ("x", "v")), (x, v))
    assert agree(as_numbers(np.array([2.5]), ("the rate",)), as_numbers(2.5, ("the rate",)))
    assert "1 thing, where 3" in as_numbers(x, ("x", "m", "v")).why and not agree((np.array([[2.5]]),), (np.array(2.5),))


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


@pytest.mark.parametrize("idle", [lambda x, g, v, *rest: (x, v), lambda x, g, v, *rest: (0 * x, 0 * x), lambda x, g, v, *rest: (g, g)])
def test_who_only_leaves_the_callers_arrays_alone_earns_nothing(idle):
    report = check(idle, "adagrad_step")
    assert report.score == 0 and [part.holds for part in report.parts if part.name == LEFT_ALONE] == [True]
    partly = check(lambda x, g, v, lr, eps: (x - lr * g / np.sqrt(g * g + eps), v + g * g), "adagrad_step")
    assert [part.share for part in partly.parts if part.name == LEFT_ALONE] == [0.15]
