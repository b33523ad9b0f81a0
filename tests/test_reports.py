"""grades.csv as spreadsheets read it, and the overview's links."""

import csv
import re

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from adaptive_lr.course.reports import Result, write_reports

MARKS = {"grade_id": "task1", "grade": True, "points": 4}
RELEASED = new_notebook(cells=[new_code_cell(metadata={"nbgrader": MARKS})])


def reports(folder, *results):
    csv_path, index = write_reports(list(results), RELEASED, folder, "adagrad")
    with open(csv_path, newline="", encoding="utf-8-sig") as file:
        return csv_path, list(csv.DictReader(file)), index.read_text(encoding="utf-8")


def test_a_spreadsheet_sees_that_it_is_utf_8(tmp_path):
    path, (row,), _ = reports(tmp_path, Result("Zoë", "adagrad", "graded", "", 2.0, {"task1": 2.0}))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    whose, scores = {"student": "Zoë", "assignment": "adagrad", "status": "graded", "reason": ""}, {"score": "2.0", "to_mark": "0.0", "max_score": "4.0"}
    assert row == {**whose, **scores, "task1": "2.0"}


def test_a_score_that_waits_for_marks_does_not_look_final(tmp_path):
    _, rows, index = reports(
        tmp_path,
        Result("ada", "adagrad", "partly graded", "", 0.0, {"task1": None}),
        Result("bob", "adagrad", "graded", "", 3.0, {"task1": 3.0}),
        Result("cem", "adagrad", "missing"),
    )
    assert [(row["score"], row["to_mark"]) for row in rows] == [("0.0", "4.0"), ("3.0", "0.0"), ("", "")]
    assert re.findall(r'<td class="score">(.*)</td>', index) == ["0 so far", "3", "–"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1"])
def test_no_text_is_taken_for_a_formula(tmp_path, text):
    _, (row,), _ = reports(tmp_path, Result(text, "adagrad", "graded", text, 2.0))
    assert row["student"] == row["reason"] == f"'{text}"


def test_a_name_with_such_a_sign_inside_stays_as_it_is(tmp_path):
    _, (row,), _ = reports(tmp_path, Result("anne-marie", "adagrad", "graded", "2 = 1+1", 2.0))
    assert (row["student"], row["reason"]) == ("anne-marie", "2 = 1+1")


def test_there_is_a_link_exactly_where_there_is_a_page(tmp_path):
    page = tmp_path / "feedback/anne marie/adagrad/adagrad.html"
    page.parent.mkdir(parents=True)
    page.touch()
    _, _, index = reports(tmp_path, Result("anne marie", "adagrad", "missing", "was there"), Result("bob", "adagrad", "graded", "", 2.0))
    assert index.count("<a href=") == 2  # the CSV's, and
    assert "../../feedback/anne%20marie/adagrad/adagrad.html" in index
