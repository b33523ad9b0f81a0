"""Due dates, extensions and penalties are nbgrader's; the times come from the instructor's own list."""

from datetime import datetime

import pytest
from graded_class import QUICK, GradedClass, right
from nbgrader.api import Gradebook
from sample_class.write import CHECKOUT
from traitlets.config import Config

from adaptive_lr.cli import main
from adaptive_lr.course import CourseError
from adaptive_lr.course.deadlines import PerDay, in_words, moment

PER_DAY = Config(QUICK)
PER_DAY.AssignLatePenalties.plugin_class, PER_DAY.PerDay.fraction = "adaptive_lr.course.deadlines.PerDay", 0.1


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Three who handed the same in: in time, after 25 hours, and nobody knows when. A fourth says so herself."""
    made = GradedClass(tmp_path_factory.mktemp("late"))
    for student in ("intime", "late", "unknown", "claims"):
        made.hand_in(student, right())
    (made.folder / "claims" / "timestamp.txt").write_text("2020-01-01 00:00 UTC", encoding="utf-8")
    list_of(made, late="2026-12-02 13:00 UTC", claims="2026-12-02 13:00 +0100")
    return made


def list_of(course, **late):
    rows = [f"intime,{'2026-12-01 11:59 UTC'},", *(f"{student},{time}," for student, time in late.items()), "unknown,,late"]
    (course.folder / "collected.csv").write_text("\n".join(["student,handed_in,late", *rows, ""]), encoding="utf-8")


def due(course, *arguments):
    return main(["due", *arguments, "--course", str(course.course)])


def scores(course):
    return {student: result.score for student, result in course.grade(settings=PER_DAY).items()}


@pytest.fixture(scope="module")
def late(course):
    """The four, graded with a deadline, and what came of changes in turn."""
    seen = {"nothing due": scores(course)}
    assert due(course, "2026-12-01 12:00 UTC") == 0
    seen["due"], seen["reasons"] = scores(course), {result.student: result.reason for result in course.outcome.results}
    seen["run again for it"] = course.outcome.regraded
    seen["page"] = course.feedback("late").read_text(encoding="utf-8")
    seen["again"], seen["run again for nothing"] = scores(course), course.outcome.regraded
    course.mark("late", 4.0)
    seen["marked"] = scores(course)
    assert due(course, "--extend", "late=24") == 0
    seen["extended"] = scores(course)
    assert due(course, "--extend", "late=0") == 0
    list_of(course, late="2026-12-30 00:00 UTC", claims="2026-12-01 11:00 UTC")
    seen["much later"] = scores(course)
    list_of(course, late="2026-12-02 13:00 UTC", claims="2026-12-02 13:00 +0100")
    dearer = Config(PER_DAY)
    dearer.PerDay.fraction = 0.5
    seen["dearer"] = {student: result.score for student, result in course.grade(settings=dearer).items()}
    seen["run again for a dearer day"] = course.outcome.regraded
    (course.folder / "collected.csv").rename(course.folder / "away")
    seen["no longer told"], seen["reasons then"] = scores(course), {result.student: result.reason for result in course.outcome.results}
    assert scores(course) == seen["no longer told"] and {result.student: result.reason for result in course.outcome.results} == seen["reasons then"]
    (course.folder / "away").rename(course.folder / "collected.csv")
    scores(course)
    list_of(course, late="2026-12-30 00:00 UTC", claims="2026-12-01 11:00 UTC")
    scores(course)
    return seen


def test_nobody_pays_where_nothing_is_due(late):
    assert late["nothing due"] == dict.fromkeys(("intime", "late", "unknown", "claims"), 21)


def test_each_day_begun_costs_a_tenth_and_no_code_runs_again(late):
    assert late["due"] == {"intime": 21, "late": pytest.approx(21 * 0.8), "unknown": 21, "claims": pytest.approx(21 * 0.9)}
    assert late["again"] == late["due"] and late["run again for nothing"] == 0


def test_another_penalty_is_taken_and_no_code_runs_again(late):
    assert late["dearer"] == {"intime": 21, "late": 0, "unknown": 21, "claims": pytest.approx(21 * 0.5)}
    assert late["run again for a dearer day"] == 0


def test_a_time_that_is_no_longer_told_costs_nothing_and_not_without_a_word(late):
    """As where a later archive was unpacked, which has no times."""
    assert late["no longer told"]["late"] == 25 and late["no longer told"]["claims"] == 21
    assert "so it costs nothing; an earlier run was told 2026-12-02 13:00 UTC: see collected.csv" in late["reasons then"]["late"]
    assert "no longer" not in late["reasons then"]["intime"] + late["reasons then"]["unknown"] and "no longer" not in late["reasons"]["late"]


def test_the_reason_and_the_students_page_say_it(late):
    assert "handed in 1 d 1 h late, which costs 4.2 points" in late["reasons"]["late"]
    assert "handed in late, as the platform says" in late["reasons"]["unknown"] and "late" not in late["reasons"]["intime"]
    assert "handed in late <span>−4.2</span>" in late["page"]


def test_a_mark_is_part_of_what_is_taken_from(late):
    assert late["marked"]["late"] == pytest.approx(25 * 0.8)


def test_an_extension_counts_for_one(late):
    assert late["extended"] == {"intime": 21, "late": pytest.approx(25 * 0.9), "unknown": 21, "claims": pytest.approx(21 * 0.9)}


def test_a_time_put_right_counts_and_nobody_owes_more_than_all(late):
    assert late["much later"] == {"intime": 21, "late": 0, "unknown": 21, "claims": 21}


def test_nbgraders_gradebook_has_it_all(late, course):
    with Gradebook(f"sqlite:///{course.course / 'gradebook.db'}", "adaptive_lr") as gradebook:
        entry = gradebook.find_submission("adagrad", "late")
        assert (entry.timestamp, entry.duedate, entry.late_submission_penalty) == (datetime(2026, 12, 30), datetime(2026, 12, 1, 12), 25)


@pytest.mark.parametrize("seconds, part", [(1, 0.25), (86400, 0.25), (86401, 0.5), (10**9, 1)])
def test_per_day(seconds, part):
    assert PerDay(fraction=0.25).late_submission_penalty("ada", 8.0, seconds) == 8 * part


@pytest.mark.parametrize("zone", [" +0100", "+01:00", " CET", " Europe/Berlin"])
def test_times_as_people_write_them(zone):
    assert moment(f"2026-12-01 23:59{zone}") == datetime(2026, 12, 1, 22, 59) == moment("2026-12-01T22:59:00")
    assert moment("2026-12-01 22:59:30.5 UTC") == datetime(2026, 12, 1, 22, 59, 30, 500_000) == moment("2026-12-01T22:59:30.5Z")


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "0 s"), (59.6, "1 min"), (3661, "1 h 1 min"), (90_000, "1 d 1 h"), (86_405, "1 d 5 s")])
def test_how_late_is_said_in_words(seconds, told):
    assert in_words(seconds) == told


NO_TIMES = ("tomorrow", "2026-12-01", "2026-13-01 10:00", "2026-12-01 10:00 Nowhere/Land", "2026-12-01 10:00 Europe", "0001-01-01 00:00 +0100")


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_said(text):
    with pytest.raises(CourseError, match="is no time"):
        moment(text)


def test_what_cannot_be_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(CHECKOUT)
    assert main(["due", "--course", str(tmp_path / "course"), "--extend", "ada=2"]) == 2
    err = capsys.readouterr().err
    assert "adagrad has no due date" in err and f"{tmp_path / 'course'} is a new course folder" in err
    assert main(["due", "never", "--course", str(tmp_path / "course")]) == 2
    assert "new course folder" not in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["due", "--course", str(tmp_path / "course"), "--extend", "ada"])
    assert "ada is not STUDENT=HOURS" in capsys.readouterr().err


def test_who_has_longer_and_hands_nothing_in_has_no_zero(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(CHECKOUT)
    course = GradedClass(tmp_path)
    assert due(course, "2026-12-01 12:00 +0100", "--extend", "ada=48") == 0
    said = capsys.readouterr()
    assert said.out == "adagrad is due 2026-12-01 11:00:00 UTC\nada has until 2026-12-03 11:00:00 UTC, and is new in the gradebook\n"
    assert "a slip of the pen" in said.err and "nbgrader db student remove --force NAME" in said.err
    assert due(course, "--extend", "ada=48") == 0 and "new in the gradebook" not in capsys.readouterr().out
    assert due(course, "--extend", "adda=0") == 2 and "The gradebook knows no adda, so there is nothing to take back" in capsys.readouterr().err
    (course.folder / "ada").mkdir(parents=True)
    course.hand_in("ben", right())
    results = course.grade()
    assert (results["ada"].status, results["ada"].score) == ("missing", None)
    course.hand_in("ada", right())
    assert course.grade()["ada"].score == 21
