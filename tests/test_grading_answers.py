"""Answers that are no functions: numbers of one's own, letters, settings, formulas. What is right in any form passes, and what is wrong is told kindly."""

import itertools
import json
import math
import unicodedata

import numpy as np
import pytest

from adaptive_lr.grading import check, numbers
from adaptive_lr.grading.answers import Choice, Number
from adaptive_lr.grading.functions import as_function
from adaptive_lr.grading.known import TASKS

NUMBERS = [task for task in TASKS.values() if isinstance(task, Number)]
CHOICES = [task for task in TASKS.values() if isinstance(task, Choice)]


def named(value):
    return getattr(value, "name", None)


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


def test_a_name_may_be_of_any_letters():
    assert len({repr(numbers("adam_uncorrected", name)) for name in ("\ud800", "\x00", "ß" * 9999, "🙂")}) == 4


def test_a_number_of_seeds_may_be_rounded_up():
    for student in map(str, range(300)):
        assert check(math.ceil(TASKS["choosing_seeds"].reference(**numbers("choosing_seeds", student))), "choosing_seeds", student=student).score == 1


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


@pytest.mark.parametrize("lr", [0, 1e-10])
def test_a_rate_that_leads_nowhere_is_not_called_too_high(lr):
    assert "the rate is too low" in repr(check({"lr": lr, "beta": 0.9}, "choosing_tuned"))


def test_a_setting_that_is_missing_is_told():
    assert "lr is None, where a number was expected" in repr(check({"lr": None, "beta": 0.9}, "choosing_tuned"))


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
    "e**(2*log(β)) - exp(0)": 3,
    "beta² + 3·β³ − √(beta + 2)": 26,
    "expm1(log(beta)) + math.log1p(0)": 1,
    "np.cosh(0) * sinh(β) / tanh(beta) - cosh(beta)": 0,
}


@pytest.mark.parametrize("text", SAID_OTHERWISE)
def test_a_formula_may_use_the_names_that_people_know(text):
    assert as_function(text, ["beta"])(2.0) == pytest.approx(SAID_OTHERWISE[text])


def test_a_formula_may_be_set_as_in_a_book():
    assert as_function("η·σ²/(1 − β₁ᵗ)", ["lr", "sigma", "beta1", "t"])(0.5, 2.0, 0.5, 2.0) == pytest.approx(8 / 3)


NOT_SO_BUT = {
    "factor = 1 - beta**t": "the right-hand side alone is wanted",
    "|beta| * t": r"the size of x is abs\(x\)",
    "√beta": r"the root of x is sqrt\(x\)",
    "2(t - 1)": r"a product is written with \*",
    "(1 - beta)(t)": r"a product is written with \*",
    "beta t": r"a product is written with \*",
    "2√(beta)": r"a product is written with \*",
    "2β": r"a product is written with \*",
    "t² beta": r"a product is written with \*",
    "2beta": r"a product is written with \*",
    "1 - beta^t": r"a power is \*\*",
    "(1 - beta": "is a bracket not closed?",
}


@pytest.mark.parametrize("text", NOT_SO_BUT)
def test_a_formula_in_another_notation_is_told_how_it_is_written_here(text):
    with pytest.raises(ValueError, match=rf"\({NOT_SO_BUT[text]}"):
        as_function(text, ["beta", "t"])


@pytest.mark.parametrize("text", ["beta == t", "beta >= 0", "max(beta, axis=0)", "beta if t > 0 else t", "beta and t", "not beta", "lambda x: x", "beta | t"])
def test_what_is_no_formula_at_all_gets_no_hint(text):
    with pytest.raises(ValueError, match="It may use beta, t") as told:
        as_function(text, ["beta", "t"])
    assert "the right-hand side" not in str(told.value) and "is written with" not in str(told.value) and "abs(x)" not in str(told.value)


@pytest.mark.parametrize("text", ["sqrt(1, beta)", "exp(1, 2)", "log(1, 2, 3)", "max(beta)", "pow(2)"])
def test_a_function_in_a_formula_with_too_many_or_too_few_arguments_is_told_how_many_it_takes(text):
    with pytest.raises(ValueError, match=r"takes (1|2|1 or 2|2 or more)\. It may use beta"):
        as_function(text, ["beta"])
