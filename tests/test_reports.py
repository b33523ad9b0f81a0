"""grades.csv as spreadsheets read it, the page's links, and the page itself in a browser."""

import csv
import errno
import re

import pytest
from graded_notebooks import RELEASED, graded, record
from test_accessibility import complaints
from test_site import PHONE, WIDE

from adaptive_lr.course import class_report
from adaptive_lr.course.reports import Result, write_reports


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
    everyone = index.partition("<h2>Everyone</h2>")[2]
    assert re.findall(r'<td class="score">(.*)</td>', everyone) == ["0 so far", "3", "–"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1"])
def test_no_text_is_taken_for_a_formula(tmp_path, text):
    _, (row,), _ = reports(tmp_path, Result(text, "adagrad", "graded", text, 2.0))
    assert row["student"] == row["reason"] == f"'{text.replace(text[0], ' ') if text[0].isspace() else text}"


def test_a_name_with_such_a_sign_inside_stays_as_it_is(tmp_path):
    _, (row,), _ = reports(tmp_path, Result("anne-marie", "adagrad", "graded", "2 = 1+1", 2.0))
    assert (row["student"], row["reason"]) == ("anne-marie", "2 = 1+1")


def test_there_is_a_link_exactly_where_there_is_a_page(tmp_path):
    page = tmp_path / "feedback/anne marie/adagrad/adagrad.html"
    page.parent.mkdir(parents=True)
    page.touch()
    _, _, index = reports(tmp_path, Result("anne marie", "adagrad", "missing", "was there"), Result("bob", "adagrad", "graded", "", 2.0))
    tables = ["grades.csv", "mistakes.csv", "canvas.csv", "moodle.csv", "class.json"]
    assert re.findall('<a href="(.*?)"', index) == [*tables, "../../feedback/anne%20marie/adagrad/adagrad.html"]
    assert all((tmp_path / "reports/adagrad" / table).is_file() for table in tables)


def test_a_full_disk_leaves_the_reports_as_they_were(tmp_path, monkeypatch):
    path, *_ = reports(tmp_path, Result("ada", "adagrad", "missing"))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}

    def full(whole, folder):
        (folder / "class.json").write_text("{", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError):
        patched.setattr(class_report, "write", full)
        reports(tmp_path, Result("ada", "adagrad", "graded", "", 1.0, {"task1": 1.0}))
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    assert reports(tmp_path, Result("ada", "adagrad", "graded", "", 1.0, {"task1": 1.0}))[1][0]["score"] == "1.0"
    assert [folder.name for folder in path.parent.parent.iterdir()] == ["adagrad"]


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_everyone_can_read_the_page_and_nothing_in_it_runs(tmp_path, serve, visit, look, window):
    hostile = '<script>document.title = "caught"</script><img src="https://example.org/x.png">'
    results = [graded(tmp_path, f"student {number}", record("the step leads uphill", hostile, failed=[hostile])) for number in range(6)]
    results.append(Result(hostile, "adagrad", "unreadable", hostile))
    write_reports(results, RELEASED, tmp_path, "adagrad")
    visited = visit(f"{serve(tmp_path)}/reports/adagrad/index.html", color_scheme=look, viewport=window, bypass_csp=True)
    assert (visited.page.title(), visited.foreign, visited.page.locator("img, script").count()) == ("adagrad: the class", [], 0)
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= window["width"]
    assert complaints(visited.page) == []
    visited.page.get_by_text("6 students").first.click()
    assert visited.page.locator("details[open]").inner_text().endswith("student 4, student 5")


def test_the_page_names_the_task_in_which_most_was_lost(tmp_path, serve, visit):
    write_reports([graded(tmp_path, "ada", record(), score=4.0), graded(tmp_path, "bob", record(begun=False))], RELEASED, tmp_path, "adagrad")
    text = visit(f"{serve(tmp_path)}/reports/adagrad/index.html").page.inner_text("main")
    assert "Most was lost in task1: the mean is 2.0 of 4 points, 1 earned them all, 1 did not begin." in text


def test_a_task_that_waits_for_a_person_is_not_the_one_in_which_most_was_lost(tmp_path):
    results = [Result(name, "adagrad", "partly graded", "", points or 0.0, {"task1": points}) for name, points in (("ada", None), ("bob", 0.0))]
    assert "Most was lost" not in reports(tmp_path, *results)[2]
    assert "Most was lost" in reports(tmp_path, *results[1:])[2]


def test_the_page_forbids_itself_all_that_could_run(tmp_path, serve, visit):
    write_reports([], RELEASED, tmp_path, "adagrad")
    visited = visit(f"{serve(tmp_path)}/reports/adagrad/index.html")
    with pytest.raises(Exception, match="Content Security Policy"):
        visited.page.add_script_tag(content="document.title = 'caught'")
