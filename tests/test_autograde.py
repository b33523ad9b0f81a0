"""Autograding with the real nbgrader, gradebook and kernels, on the sample class in tests/sample_class."""

import csv
import os
import shutil

import nbformat
import pytest
from graded_class import GradedClass, right
from sample_class import write as sample
from traitlets.config import Config

from adaptive_lr.course import CourseError
from adaptive_lr.course.autograde import grade
from adaptive_lr.course.reading import FILE_LIMIT, Refused
from adaptive_lr.course.staging import stage

FULL = {
    "task1_step": 4,
    "task2_descent": 3,
    "task3_steady_rate": 3,
    "task4_rare_rate": 2,
    "task5_rare_way": 3,
    "task6_epsilon": 3,
    "task7_bug": 3,
    "task8_reflection": None,
}
NOTHING = {task: 0 for task in FULL}
WAITS = "partly graded"  # the reflection has an answer, which a person has yet to mark

# What each student deserves: status, points of each task, and something that the reason or the task's output must say.
# Reasoned from the mistake that opens the student's file, not recorded from a run.
DESERVED = {
    # right, in different styles
    "vectorised": (WAITS, FULL, ""),
    "loops": (WAITS, FULL, ""),
    "in_place": (WAITS, FULL, ""),
    "own_names": (WAITS, FULL, ""),
    "terse": (WAITS, FULL, ""),
    "warns_but_is_right": (WAITS, FULL, ""),
    # one mistake each: only that task loses points, since none uses another's code, and it keeps those of the properties that hold all the same:
    # a first step needs no memory, where g = 0 its sign is no matter, and then what leaves the caller's arrays alone earns that as well
    "eps_outside_root": (WAITS, FULL | {"task1_step": 0}, "It looks as if ε is outside the root."),
    "forgot_square": (WAITS, FULL | {"task1_step": 0}, "It looks as if the size of the gradient is summed, not its square."),
    "forgot_to_accumulate": (WAITS, FULL | {"task1_step": 1.6}, "It looks as if the memory is emptied at every update."),
    "wrong_sign": (WAITS, FULL | {"task1_step": 0}, "It looks as if the step leads uphill."),
    "dropped_root": (WAITS, FULL | {"task1_step": 0}, "It looks as if the root is missing."),
    "changes_its_arguments": (WAITS, FULL | {"task1_step": 3.4}, "After a call as before it: the caller's x should be"),
    "forgot_to_return_v": (WAITS, FULL | {"task1_step": 0}, "it returns 1 thing, where 2 were expected: the new x, the new v"),
    "swapped_the_results": (WAITS, FULL | {"task1_step": 0}, "It looks as if x and the memory are returned in the wrong order."),
    "one_memory_for_all": (WAITS, FULL | {"task1_step": 0}, "It looks as if every memory takes in the squares of all coordinates."),
    "memory_starts_at_one": (WAITS, FULL | {"task2_descent": 0}, "It looks as if the memory starts at 1."),
    "forgot_the_start": (WAITS, FULL | {"task2_descent": 0}, "It looks as if the start is missing."),
    "one_array_for_all_points": (WAITS, FULL | {"task2_descent": 0}, "It looks as if one array is recorded at every update, and all its records change with it."),
    "gradient_taken_once": (WAITS, FULL | {"task2_descent": 0.98}, "It looks as if the gradient is taken once, at the start."),
    "drops_the_memory": (WAITS, FULL | {"task2_descent": 0.98}, "It looks as if v is not handed on: each step starts with v = 0."),
    "off_by_one": (WAITS, FULL | {"task3_steady_rate": 0}, "It looks as if update t is taken to have seen t − 1 gradients."),
    "exponential_decay": (WAITS, FULL | {"task3_steady_rate": 0}, "It looks as if the rate decays exponentially."),
    "prints_and_returns_nothing": (WAITS, FULL | {"task3_steady_rate": 0}, "it returns nothing: is a `return` missing?"),
    "counts_to_a_trillion": (WAITS, FULL | {"task3_steady_rate": 0}, "task3_steady_rate: stopped after 5 s"),
    "ratio_upside_down": (WAITS, FULL | {"task4_rare_rate": 0}, "It looks as if it is the other way round."),
    "second_answer_missing": (WAITS, FULL | {"task5_rare_way": 0}, "it returns nothing: is a `return` missing?"),
    "one_answer_only": (WAITS, FULL | {"task5_rare_way": 0}, "It looks as if that is the answer to task 4."),
    "knows_only_what_is_shown": (WAITS, FULL | {"task5_rare_way": 0}, "rare_way with other numbers: 0 of 2 properties hold."),
    "same_eps": (WAITS, FULL | {"task6_epsilon": 0}, "It looks as if the same number is taken over."),
    "sign_of_the_gradient": (WAITS, FULL | {"task6_epsilon": 1}, "It looks as if the sign of g is kept."),
    "hid_the_nan": (WAITS, FULL | {"task7_bug": 0}, "It looks as if nan is replaced, and ε is still added to the weights."),
    "eps_piles_up": (WAITS, FULL | {"task7_bug": 0}, "It looks as if ε is added to v at every update."),
    "shows_a_picture_from_elsewhere": (WAITS, FULL, ""),
    # unfinished: no answer to the reflection, so no person need look
    "first_two_tasks": ("graded", NOTHING | {"task1_step": 4, "task2_descent": 3}, "steady_rate: not done yet"),
    "handed_in_as_it_was": ("graded", NOTHING, "handed in as it was handed out"),
    "syntax_error": ("graded", NOTHING, "task1_answer: SyntaxError: "),
    # code that will not end, or ends too much: what had run before keeps its points, and what still can run does
    "endless_loop": (WAITS, FULL | {"task2_descent": 0}, "task2_descent: stopped after 5 s"),
    "endless_output": (WAITS, FULL | {"task3_steady_rate": 0}, "task3_steady_rate: a call was stopped after too much output"),
    "unstoppable_loop": (WAITS, FULL | {"task6_epsilon": 0, "task7_bug": 0}, "an earlier cell could not be stopped"),
    "kills_the_kernel": (WAITS, FULL | {"task5_rare_way": 0, "task6_epsilon": 0, "task7_bug": 0}, "task5_rare_way: this cell ended the Python process"),
    # notebooks that came to harm
    "renamed": (WAITS, FULL, "the only notebook, adagrad (1) final.ipynb, was graded"),
    "deleted_a_test": (WAITS, FULL, "put back as handed out: task2_descent"),
    "deleted_a_task": (WAITS, FULL | {"task2_descent": 0}, "put back as handed out: task2_answer, task2_descent"),
    "copied_a_test": (WAITS, FULL, "the last one counts: task1_step"),
    "skips_the_tests": (WAITS, FULL | {"task1_step": 0}, "tags were taken off: "),
    "cut_short_in_the_upload": ("unreadable", {}, "not valid JSON"),
    "empty_file": ("unreadable", {}, "adagrad.ipynb is empty"),
    "not_a_notebook": ("unreadable", {}, "not a Jupyter notebook"),
    "empty_folder": ("missing", {}, "no adagrad.ipynb"),
    "another_notebook": ("missing", {}, "the only notebook, shopping.ipynb, is of something else"),
}


@pytest.fixture(scope="session")
def sample_class(tmp_path_factory):
    graded = GradedClass(tmp_path_factory.mktemp("sample"))
    sample.write(graded.folder)
    graded.results = graded.grade()
    return graded


@pytest.fixture
def small_class(tmp_path):
    return GradedClass(tmp_path)


def test_the_table_is_the_class(sample_class):
    assert set(DESERVED) == set(sample_class.results)


@pytest.mark.parametrize("student", DESERVED)
def test_each_submission_gets_what_it_deserves(sample_class, student):
    status, points, says = DESERVED[student]
    result = sample_class.results[student]
    executed = sample_class.course / "autograded" / student / "adagrad" / "adagrad.ipynb"
    cells = nbformat.read(executed, as_version=4).cells if executed.exists() else []
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    said = [f"{output.ename}: {output.evalue}" if output.output_type == "error" else output.get("text", "") for output in outputs]
    said += [output.data.get("text/plain", "") for output in outputs if "data" in output]
    assert (result.status, result.tasks) == (status, points)
    assert result.score == (None if status == "missing" else sum(filter(None, points.values())))
    assert says in result.reason or any(says in text for text in said)


def test_the_csv_says_the_same(sample_class):
    with open(sample_class.outcome.csv, newline="", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(DESERVED)
    for student, (status, points, _) in DESERVED.items():
        row = rows[student]
        assert (row["assignment"], row["status"], float(row["max_score"])) == ("adagrad", status, 25)
        assert {task: row[task] for task in FULL} == {task: "" if points.get(task) is None else f"{float(points[task])}" for task in FULL}
        assert row["score"] == ("" if status == "missing" else f"{float(sum(filter(None, points.values())))}")
        assert row["reason"] == sample_class.results[student].reason


def test_the_gradebook_says_the_same(sample_class):
    for student, (status, points, _) in DESERVED.items():
        if points:
            with sample_class.submission(student) as submission:
                assert submission.score == sum(filter(None, points.values()))
                assert submission.needs_manual_grade == (status == WAITS)


def test_bad_neighbours_change_nothing(sample_class, small_class):
    for student in ("loops", "ratio_upside_down"):
        shutil.copytree(sample_class.folder / student, small_class.folder / student)
    alone = small_class.grade()
    assert alone == {student: sample_class.results[student] for student in alone}


def test_a_second_run_redoes_nothing(sample_class):
    def written():
        steps = ("submitted", "autograded", "feedback", "records", "release")
        return {path: path.stat().st_mtime_ns for step in steps for path in (sample_class.course / step).rglob("*") if path.is_file()}

    before = written()
    assert sample_class.grade() == sample_class.results
    assert sample_class.outcome.regraded == 0
    assert written() == before


@pytest.mark.parametrize("resubmission", ["", None], ids=["empty file", "deleted file"])
def test_a_failing_resubmission_leaves_no_stale_grade(small_class, resubmission):
    small_class.hand_in("ada", right())
    assert small_class.grade()["ada"].score == 21
    if resubmission is None:
        (small_class.folder / "ada" / "adagrad.ipynb").unlink()
    else:
        small_class.hand_in("ada", resubmission)
    result = small_class.grade()["ada"]
    assert (result.status, result.score) == (("missing", None) if resubmission is None else ("unreadable", 0))
    assert not small_class.feedback("ada").exists()
    assert "feedback/ada" not in small_class.outcome.index.read_text(encoding="utf-8")
    with small_class.submission("ada") as submission:
        assert submission.score == 0


def test_when_nbgrader_fails_there_is_a_reason_and_the_next_run_tries_again(small_class):
    small_class.hand_in("ada", right())
    failed = small_class.grade(Config({"Submissions": {"trusted": True}, "ExecuteWithinLimits": {"kernel_name": "no-such-kernel"}}))["ada"]
    assert failed.status == "not graded" and "no-such-kernel" in failed.reason and failed.score is None
    assert small_class.outcome.failed == [failed]
    assert small_class.grade()["ada"].score == 21 and not small_class.outcome.failed


def test_feedback_hides_the_hidden_tests_and_shows_formulas_and_notes(sample_class):
    for student, (_, points, _) in DESERVED.items():
        assert sample_class.feedback(student).exists() == bool(points)
        if points:
            page = sample_class.feedback(student).read_text(encoding="utf-8")
            assert "HIDDEN" not in page and "default_rng" not in page and str(sample.CHECKOUT) not in page and str(sample_class.course) not in page
            assert "<mfrac>" in page and "$$" not in page
    assert "was graded" in sample_class.feedback("renamed").read_text(encoding="utf-8")


def test_pages_ask_no_other_host_and_run_no_script(sample_class, serve, visit):
    address = serve(sample_class.course)
    for page in ("reports/adagrad/index.html", "feedback/loops/adagrad/adagrad.html", "feedback/shows_a_picture_from_elsewhere/adagrad/adagrad.html"):
        opened = visit(f"{address}/{page}", viewport={"width": 390, "height": 800}, color_scheme="dark")
        assert opened.foreign == []
        assert opened.page.title() in ("adagrad: the class", "adagrad: feedback")
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    link = visit(f"{address}/reports/adagrad/index.html").page
    link.get_by_label("Feedback for loops").click()
    assert "21 of 25 points so far" in link.inner_text("h1")


def test_an_answer_that_does_not_run_is_named_once_with_its_line(small_class):
    small_class.hand_in("unbalanced", right(task1_answer="def adagrad_step(x, g, v, lr, eps):\n    return x), v"))
    small_class.hand_in("misspelt", right(task3_answer="import nunpy"))
    small_class.hand_in("endless", right(task3_answer="while True: pass"))
    reasons = {student: result.reason.partition("; to be marked")[0] for student, result in small_class.grade().items()}
    assert reasons == {
        "unbalanced": "task1_answer: SyntaxError: unmatched ')', line 2",
        "misspelt": "task3_answer: ModuleNotFoundError: No module named 'nunpy'",
        "endless": "task3_answer: stopped after 5 s: is there a loop that never ends?",
    }


REFUSED = {
    "a link": (lambda folder: (folder / "adagrad.ipynb").symlink_to(sample.CHECKOUT / "exercises/adagrad/adagrad.ipynb"), "unreadable", "is a link"),
    "a pipe": (lambda folder: os.mkfifo(folder / "adagrad.ipynb"), "unreadable", "not a plain file"),
    "a huge file": (lambda folder: os.truncate(new_file(folder / "adagrad.ipynb"), FILE_LIMIT + 1), "unreadable", "larger than 40 MB"),
    "deep nesting": (lambda folder: (folder / "adagrad.ipynb").write_text("[" * 100_000), "unreadable", "not a Jupyter notebook"),
    "no text": (lambda folder: (folder / "adagrad.ipynb").write_bytes(b"\xff\xfe\x00"), "unreadable", "not a Jupyter notebook"),
    "two of the name": (lambda folder: [new_file(folder / name / "adagrad.ipynb") for name in ("old", "new")], "unreadable", "2 notebooks.*whole class"),
    "two of other names": (lambda folder: [new_file(folder / name) for name in ("a.ipynb", "b.ipynb")], "missing", "none of the 2 notebooks"),
}


def new_file(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def released():
    return nbformat.read(sample.CHECKOUT / "exercises/adagrad/adagrad.ipynb", as_version=4)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_graded_is_refused_with_a_reason(tmp_path, case):
    make, status, reason = REFUSED[case]
    make(tmp_path)
    with pytest.raises(Refused, match=reason) as refusal:
        stage(tmp_path, "adagrad", {"adagrad": released()})
    assert refusal.value.status == status


@pytest.mark.parametrize("name", ["ada[1]", "ada ", "a\nb", "a\x1b[2J", os.fsdecode(b"ad\xff"), "<img src=x>", 'ada" onclick="x', "a\\", "a" * 201, "å" * 101], ids=ascii)
def test_a_folder_name_that_no_file_or_page_can_have_is_refused(tmp_path, name):
    """nbgrader takes some for patterns, formgrader's pages have them as they are, and what is made of a submission has longer names."""
    (tmp_path / name).mkdir()
    with pytest.raises(Refused, match="rename the folder") as refusal:
        stage(tmp_path / name, "adagrad", {"adagrad": released()})
    assert refusal.value.status == "not graded"


@pytest.mark.parametrize("name", ["Zoë O'Brien & Co. (2)", "山田\u3000太郎", "a" * 200, "علی\u200cرضا"], ids=ascii)
def test_other_names_are_none_of_a_graders_business(tmp_path, name):
    new_file(tmp_path / name / "adagrad.ipynb").write_text(nbformat.writes(released()), encoding="utf-8")
    stage(tmp_path / name, "adagrad", {"adagrad": released()})


def test_only_the_text_of_a_submission_is_taken_over(tmp_path):
    """Points, locks, tags and kernel are those of the released notebook; pictures in a written answer stay."""
    submitted = sample.notebook(sample.worked_solution())
    picture = {"plot.png": {"image/png": "aGVsbG8="}}
    submitted.metadata.kernelspec.name = "another"
    for cell in submitted.cells:
        cell.metadata.tags = ["remove-cell"]
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.points = 1000
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "task8_reflection":
            cell.attachments = picture
    new_file(tmp_path / "upload" / "adagrad.ipynb").write_text(nbformat.writes(submitted), encoding="utf-8")
    found = stage(tmp_path, "adagrad", {"adagrad": released()})
    staged = found.notebooks["adagrad"]
    points, tags = found.notes
    assert "task8_reflection" in points and points.startswith("type, points or lock of cells differed from those handed out, and were put back: task1_step, ")
    assert tags.startswith("tags were taken off: ") and staged.metadata == released().metadata
    graded = [cell.metadata for cell in staged.cells if "nbgrader" in cell.metadata]
    assert graded == [cell.metadata for cell in released().cells if "nbgrader" in cell.metadata]
    assert [cell.attachments for cell in staged.cells if "attachments" in cell] == [picture]
    assert [cell.source for cell in staged.cells[1:]] == [cell.source for cell in submitted.cells]  # the first is the grader's note


def test_the_folder_must_hold_submissions(tmp_path):
    with pytest.raises(CourseError, match="does not exist"):
        grade(tmp_path / "nowhere", "adagrad", tmp_path / "course", sample.CHECKOUT)
    with pytest.raises(CourseError, match="no sub-folders"):
        grade(tmp_path, "adagrad", tmp_path / "course", sample.CHECKOUT)
    archive = new_file(tmp_path / "class.zip")
    with pytest.raises(CourseError, match="adaptive-lr collect .*class.zip NEW_FOLDER"):
        grade(archive, "adagrad", tmp_path / "course", sample.CHECKOUT)


def test_the_course_folder_must_be_one(tmp_path):
    new_file(tmp_path / "class/ada/adagrad.ipynb")
    with pytest.raises(CourseError, match="is a file.\nGive a folder"):
        grade(tmp_path / "class", "adagrad", new_file(tmp_path / "grades.csv"), sample.CHECKOUT)
