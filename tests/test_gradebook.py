"""A person's marks through later hand-ins: they stand for the answers that they were given for, and for no others."""

import csv

import pytest
from graded_class import GradedClass, right

NEW_CODE = {"task6_answer": "def eps_inside(eps_outside, g):\n    return 0.5"}  # wrong: it costs the three points of task 6
NEW_ANSWER = {"task8_reflection": "I would keep it, because I always have."}
HAND_INS = {  # what each student hands in for the second and the third run; the first time, all hand in the worked solution
    "changes_other_code": (right(**NEW_CODE), right(**NEW_CODE)),
    "changes_the_answer": (right(**NEW_ANSWER), right(**NEW_ANSWER)),
    "takes_the_change_back": (right(**NEW_ANSWER), right()),
    "breaks_the_file_between": ("{", right()),
    "has_extra_credit": (right(**NEW_CODE), right()),
    "ends_its_python_with_extra_credit": (right(task6_answer="import os\nos._exit(0)"), right()),
    "has_a_test_overruled": (right(**NEW_ANSWER), right(**NEW_ANSWER, **NEW_CODE)),
}
OVERRULED = 1  # of 4 points, given by a person for task 1


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The class, and what each of four runs says of each student. All are marked after the first, one is marked anew after the third."""
    graded = GradedClass(tmp_path_factory.mktemp("marked"))
    graded.pages = []  # of each run but the first
    for student in HAND_INS:
        graded.hand_in(student, right())
    results = [graded.grade()]
    for student in HAND_INS:
        graded.mark(student, 3, comment="Which weights?")
    graded.mark("has_a_test_overruled", OVERRULED, task="task1_step")
    for student in ("has_extra_credit", "ends_its_python_with_extra_credit"):
        graded.mark(student, None, task="task6_epsilon", extra=2)
    for which in (0, 1):
        for student, texts in HAND_INS.items():
            graded.hand_in(student, texts[which])
        results.append(graded.grade())
        graded.pages.append(pages(graded))
    graded.mark("changes_the_answer", 2)
    results.append(graded.grade())
    graded.pages.append(pages(graded))
    return graded, results


def pages(graded):
    return {student: graded.feedback(student).read_text(encoding="utf-8") for student in HAND_INS if graded.feedback(student).exists()}


def ends(result):
    return result.status, result.score, result.tasks.get("task8_reflection")


def test_before_anyone_marks_the_answer_waits(runs):
    _, (first, *_) = runs
    assert {ends(result) for result in first.values()} == {("partly graded", 21, None)}
    assert {result.reason for result in first.values()} == {"to be marked by a person: task8_reflection"}


def test_an_answer_that_stays_keeps_its_mark_and_does_not_wait_again(runs):
    graded, (_, second, *_) = runs
    result = second["changes_other_code"]
    assert ends(result) == ("graded", 21, 3) and result.tasks["task6_epsilon"] == 0 and result.reason == ""
    assert "21 of 25 points</h1>" in graded.pages[0]["changes_other_code"]


def test_an_answer_that_changed_waits_and_its_old_mark_does_not_count(runs):
    graded, (_, second, *_) = runs
    result = second["changes_the_answer"]
    assert ends(result) == ("partly graded", 21, None)
    assert "the answer to task8_reflection has changed since it was marked with 3" in result.reason
    shown = graded.pages[0]["changes_the_answer"]
    assert "21 of 25 points so far</h1>" in shown and "to be marked: 4 points" in shown and "Which weights?" not in shown
    with graded.submission("takes_the_change_back") as submission:  # the mark itself is not lost
        assert 3 in [grade.manual_score for grade in submission.notebooks[0].grades]


def test_marked_anew_it_counts(runs):
    graded, (*_, last) = runs
    assert ends(last["changes_the_answer"]) == ("graded", 23, 2) and last["changes_the_answer"].reason == ""
    with open(graded.outcome.csv, newline="", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["changes_the_answer"]["score"], rows["changes_the_answer"]["task8_reflection"]) == ("23.0", "2.0")
    shown = graded.pages[2]["changes_the_answer"]
    assert "23 of 25 points</h1>" in shown and "Which weights?" in shown


@pytest.mark.parametrize("student", ["takes_the_change_back", "breaks_the_file_between"])
def test_the_answer_that_was_marked_has_its_mark_again_when_it_is_back(runs, student):
    _, (_, second, third, _) = runs
    assert second[student].tasks.get("task8_reflection") is None
    assert ends(third[student]) == ("graded", 24, 3)


def test_a_persons_mark_of_a_test_holds_until_the_code_changes(runs):
    _, (_, second, third, _) = runs
    assert second["has_a_test_overruled"].tasks["task1_step"] == OVERRULED
    assert third["has_a_test_overruled"].tasks["task1_step"] is None
    assert "the answer to task1_step has changed since it was marked with 1" in third["has_a_test_overruled"].reason


def test_extra_credit_waits_as_a_mark_does_when_what_it_was_given_for_has_changed(runs):
    _, (_, changed, back, _) = runs
    assert ends(changed["has_extra_credit"]) == ("partly graded", 21, 3) and changed["has_extra_credit"].tasks["task6_epsilon"] is None
    assert "the answer to task6_epsilon has changed since it was marked with 2" in changed["has_extra_credit"].reason
    ended = changed["ends_its_python_with_extra_credit"]  # run once more, by itself
    assert ended.status == "partly graded" and ended.tasks["task6_epsilon"] is None and "has changed since it was marked with 2" in ended.reason
    assert ends(back["ends_its_python_with_extra_credit"]) == ("graded", 26, 3)
    assert ends(back["has_extra_credit"]) == ("graded", 26, 3) and back["has_extra_credit"].reason == ""
