"""The class report's figures: what a class of known make looks like in class.json and mistakes.csv."""

import csv
import json

import pytest
from graded_notebooks import ANSWER, RELEASED, STUB, TEST, graded, record
from nbformat.v4 import new_code_cell, new_output

from adaptive_lr.course.reports import Result, write_reports
from adaptive_lr.grading.report import RECORD

UPHILL, NO_ROOT = "the step leads uphill", "the root is missing"


def report(course, *results):
    write_reports(list(results), RELEASED, course, "adagrad")
    return json.loads((course / "reports/adagrad/class.json").read_text(encoding="utf-8"))


def who_made(found):
    return [(mistake["name"], mistake["students"]) for mistake in found]


def test_mistakes_are_ranked_by_how_many_made_them(tmp_path):
    ada = graded(tmp_path, "ada", record(NO_ROOT), record(NO_ROOT))  # checked twice, with other numbers: one mistake
    others = [graded(tmp_path, name, record(UPHILL)) for name in ("bob", "cem")]
    both = graded(tmp_path, "dan", record(UPHILL, NO_ROOT))
    found = report(tmp_path, ada, *others, both, graded(tmp_path, "eve", record()))
    assert who_made(found["mistakes"]) == [(UPHILL, ["bob", "cem", "dan"]), (NO_ROOT, ["ada", "dan"])]
    assert found["mistakes"][0]["task"] == "task1" and "Which sign takes you the other way?" in found["mistakes"][0]["explanation"]


def test_what_fails_without_a_known_mistake_is_told_apart(tmp_path):
    named = graded(tmp_path, "ada", record(UPHILL, failed=["a later step"]))
    unnamed = graded(tmp_path, "bob", record(failed=["a later step"]))
    untouched = graded(tmp_path, "cem", record(begun=False, failed=["an answer that can be tried"]))
    found = report(tmp_path, named, unnamed, untouched)
    assert (who_made(found["mistakes"]), who_made(found["unnamed"])) == ([(UPHILL, ["ada"])], [("a later step", ["bob"])])


def test_what_a_student_prints_in_cells_of_their_own_does_not_count(tmp_path):
    forged = [record(UPHILL)]
    own = new_code_cell(outputs=forged)
    answer = new_code_cell(STUB, metadata={"nbgrader": ANSWER}, outputs=forged)
    never_handed_out = new_code_cell(metadata={"nbgrader": TEST | {"grade_id": "task2"}}, outputs=forged)
    unlocked = new_code_cell(metadata={"nbgrader": TEST | {"locked": False}}, outputs=forged)
    found = report(tmp_path, graded(tmp_path, "eve", record(), others=[own, answer, never_handed_out, unlocked]))
    assert found["mistakes"] == found["unnamed"] == []


@pytest.mark.parametrize("nonsense", [None, [], "x", {"task": 1, "begun": True}, {"task": "adagrad_step"}, {"task": "adagrad_step", "begun": "no"}, {"task": "adagrad_step", "begun": True, "mistakes": 5}])
def test_a_record_that_is_none_is_passed_over(tmp_path, nonsense):
    output = record()
    output.data[RECORD] = nonsense
    found = report(tmp_path, graded(tmp_path, "ada", output))
    assert (found["recorded"], found["mistakes"]) == (False, [])


def test_where_the_tests_keep_no_record_there_is_all_the_rest(tmp_path):
    untouched = new_output("error", ename="NotImplementedError", evalue="", traceback=[])
    found = report(tmp_path, graded(tmp_path, "ada", score=4.0), graded(tmp_path, "bob", untouched), graded(tmp_path, "cem"))
    assert (found["mistakes"], found["mean"], found["median"]) == ([], 4 / 3, 0.0)
    assert found["tasks"][0]["standings"] == {"full": 1, "partial": 0, "none": 1, "not begun": 1, "to mark": 0}


def test_scores_and_statuses_are_counted(tmp_path):
    found = report(
        tmp_path,
        graded(tmp_path, "ada", record(), score=4.0),
        graded(tmp_path, "bob", record(UPHILL), score=1.0),
        graded(tmp_path, "cem", record(begun=False)),
        Result("dan", "adagrad", "partly graded", "", 0.0, {"task1": None}),
        Result("eve", "adagrad", "missing", "there is no adagrad.ipynb"),
        Result("fay", "adagrad", "unreadable", "adagrad.ipynb is empty", 0.0),  # its points say nothing about what the class can do
    )
    assert (found["students"], found["mean"], found["median"], found["so_far"]) == (6, 1.25, 0.5, True)
    assert found["statuses"] == {"graded": 3, "partly graded": 1, "not graded": 0, "unreadable": 1, "missing": 1}
    assert found["tasks"][0]["standings"] == {"full": 1, "partial": 1, "none": 0, "not begun": 1, "to mark": 1}
    assert found["histogram"] == [2, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert [(each["reason"], each["score"]) for each in found["results"][4:]] == [("there is no adagrad.ipynb", None), ("adagrad.ipynb is empty", 0)]
    assert "Nothing to grade" in (tmp_path / "reports/adagrad/index.html").read_text(encoding="utf-8").partition("adagrad.ipynb is empty")[0]


def test_mistakes_csv_has_them_for_spreadsheets(tmp_path):
    results = [graded(tmp_path, name, record(UPHILL)) for name in ("=1+1", "bob")]
    report(tmp_path, *results, graded(tmp_path, "cem", record(failed=["a later step"])))
    with open(tmp_path / "reports/adagrad/mistakes.csv", newline="", encoding="utf-8-sig") as file:
        uphill, later = csv.DictReader(file)
    assert (uphill["mistake"], uphill["named"], uphill["students"], uphill["who"]) == (UPHILL, "yes", "2", "'=1+1, bob")
    assert (later["mistake"], later["named"], later["students"], later["who"]) == ("a later step", "no", "1", "cem")


@pytest.mark.parametrize("text", ["", '{"cells": [{"cell'])
def test_a_notebook_that_is_gone_or_cut_short_costs_the_report_nothing(tmp_path, text):
    broken = graded(tmp_path, "ada")
    (tmp_path / "autograded/ada/adagrad/adagrad.ipynb").write_text(text, encoding="utf-8")
    assert report(tmp_path, broken, Result("bob", "adagrad", "graded", "", 4.0, {"task1": 4.0}))["mean"] == 2.0
