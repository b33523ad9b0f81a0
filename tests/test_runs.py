"""Runs of `adaptive-lr grade` that are cut, repeated, narrowed, or spread over machines: nothing is lost, and each is graded once."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from graded_class import GradedClass, right
from postgres import server
from sample_class import write as sample
from traitlets.config import Config

from adaptive_lr.course import CourseError, provenance, workers
from adaptive_lr.course.autograde import grade

ROOT = Path(__file__).parent.parent
WRONG = {"task1_answer": "def adagrad_step(x, g, v, lr=0.1, eps=1e-7):\n    return x, v"}
SLOW = {"task1_answer": "import time\ntime.sleep(100)"}
SECOND_LIMIT = Config({"ExecuteIsolated": {"timeout": 3}})


@pytest.fixture
def course(tmp_path):
    return GradedClass(tmp_path)


def run(course, **options):
    options = {"workers": 2, "settings": SECOND_LIMIT} | options
    outcome = grade(course.folder, "adagrad", course.course, sample.CHECKOUT, **options)
    return outcome, {result.student: (result.status, result.score) for result in outcome.results}


def entries(course):
    return [json.loads(line) for line in (course.course / "logs/adagrad.jsonl").read_text(encoding="utf-8").splitlines()]


def test_only_those_named_are_graded_and_the_others_are_told_of(course):
    for student in ("ada", "ben", "cyd"):
        course.hand_in(student, right())
    _, first = run(course, only=("ben",))
    assert first == {"ada": ("not graded", None), "ben": ("partly graded", 21), "cyd": ("not graded", None)}
    course.hand_in("ben", right(**WRONG))
    outcome, second = run(course, only=("ada",))
    assert outcome.regraded == 1 and second["ada"] == ("partly graded", 21) and second["ben"] == ("not graded", None) and not outcome.failed
    with pytest.raises(CourseError, match="no folder of dora"):
        run(course, only=("dora",))


def test_those_not_named_stand_in_the_reports_as_they_are(course):
    for student, text in {"ada": right(), "slow": right(**SLOW), "marked": right()}.items():
        course.hand_in(student, text)
    _, before = run(course)
    assert "slow: partly graded 17, in " in (course.course / "logs/adagrad.log").read_text(encoding="utf-8")
    course.mark("marked", 3)
    outcome, after = run(course, only=("ada",), retry=True)
    assert outcome.regraded == 0 and after == before | {"marked": ("graded", 24)}
    outcome, after = run(course, only=("ada",), settings=Config({"ExecuteIsolated": {"timeout": 4}}))  # graded otherwise, and then again as before
    assert outcome.regraded == 1 and after == before | {"marked": ("graded", 24)}
    assert ["graded before, with other tests" in result.reason for result in outcome.results] == [False, True, True]
    outcome, after = run(course)
    assert outcome.regraded == 1 and after == before | {"marked": ("graded", 24)}


def test_a_grade_is_known_to_be_of_its_gradebook(course):
    other = Config(SECOND_LIMIT)
    other.CourseDirectory.db_url = f"sqlite:///{course.folder.parent / 'other.db'}"
    course.hand_in("ada", right())
    course.hand_in("breaks", right())
    _, first = run(course)
    saved = (course.course / "gradebook.db").read_bytes()
    course.hand_in("ada", right(**WRONG))
    course.hand_in("breaks", "{")
    wrong = {"ada": ("partly graded", 17), "breaks": ("unreadable", 0)}
    with pytest.raises(CourseError, match=r"began with the gradebook gradebook\.db, and this command would use sqlite:///.*other\.db\.\nGive --db"):
        run(course, settings=other)
    assert not (course.folder.parent / "other.db").exists()  # nothing is written there
    known = course.course / "records/.gradebook"
    known.unlink()
    assert first == dict.fromkeys(wrong, ("partly graded", 21)) and run(course, settings=other)[1] == wrong
    with pytest.raises(CourseError, match=r"began with the gradebook sqlite:///.*other\.db, and this command would use gradebook\.db"):
        run(course)
    known.unlink()
    for _ in range(2):  # the first gradebook again, which knows of no later hand-in, and then a copy of it from before
        assert run(course)[1] == wrong and run(course)[0].regraded == 0
        with course.submission("breaks") as entry:
            assert not any(grade.auto_score for grade in entry.notebooks[0].grades)
        (course.course / "gradebook.db").write_bytes(saved)
    assert run(course)[1] == wrong


def test_what_met_a_limit_is_graded_again_when_asked_for(course):
    course.hand_in("ada", right())
    course.hand_in("slow", right(**SLOW))
    course.hand_in("greedy", right(task3_answer="numbers = np.ones(1 << 40)"))
    _, first = run(course)
    assert run(course)[0].regraded == 0
    outcome, again = run(course, retry=True)
    assert outcome.regraded == 2 and again == first
    assert [len(entry["limits"]) for entry in entries(course) if entry["student"] == "greedy"] == [1, 0, 1]
    assert [(entry["student"], entry["ran"], len(entry["limits"])) for entry in entries(course) if entry["student"] == "slow"] == [
        ("slow", True, 1),
        ("slow", False, 0),
        ("slow", True, 1),
    ]


def test_the_log_says_who_what_when_and_with_what(course):
    course.hand_in("ada", right())
    (course.folder / "empty").mkdir()
    run(course)
    logged = {entry["student"]: entry for entry in entries(course)}
    ada = logged["ada"]
    assert (ada["assignment"], ada["status"], ada["score"], ada["ran"]) == ("adagrad", "partly graded", 21, True) and 0 < ada["seconds"] < 100
    assert {"python", "adaptive-lr", "nbgrader", "numpy", "ipykernel"} == set(ada["versions"]) and len(ada["submission"]) == len(ada["tests"]) == 64
    assert [logged["empty"][name] for name in ("status", "score", "ran", "submission")] == ["missing", None, False, None]
    text = (course.course / "logs/adagrad.log").read_text(encoding="utf-8")
    assert "a run over 2 submissions" in text and "ada: partly graded 21, in" in text and "empty: missing" in text
    course.hand_in("ada", right(**WRONG))
    run(course)
    assert entries(course)[-2]["submission"] != ada["submission"] and entries(course)[-2]["tests"] == ada["tests"]


def test_a_hand_in_that_ends_its_python_keeps_nothing_of_the_one_before(course):
    course.hand_in("ada", right())
    assert run(course)[1] == {"ada": ("partly graded", 21)}
    course.hand_in("ada", right(task1_answer="import os\nos._exit(0)"))
    outcome, results = run(course)
    assert results == {"ada": ("partly graded", 0)} and "task1_answer: this cell ended the Python process" in outcome.results[0].reason
    with course.submission("ada") as entry:
        assert not any(grade.auto_score for grade in entry.notebooks[0].grades)


def test_who_was_dropped_and_comes_back_is_graded(course):
    course.hand_in("ada", right())
    course.hand_in("bob", right())
    run(course)
    course.mark("bob", 3)
    shutil.move(course.folder / "bob", course.folder.parent / "away")
    outcome, results = run(course)
    assert results["bob"] == ("missing", None)
    (reason,) = [result.reason for result in outcome.results if result.student == "bob"]
    there = reason.partition("delete in the course folder ")[2].split(" and ")
    assert there == ["records/adagrad/bob.json", "submitted/bob/adagrad"]
    (course.course / there[0]).unlink()
    shutil.rmtree(course.course / there[1])
    assert list(run(course)[1]) == ["ada"]
    shutil.move(course.folder.parent / "away", course.folder / "bob")
    outcome, results = run(course)
    (reason,) = [result.reason for result in outcome.results if result.student == "bob"]
    assert results["bob"] == ("partly graded", 21) and "may have changed: no record tells which one was marked with 3" in reason


# ------------------------------------------------------------------------------------------------- cut, and gone on with


GRADER = "popen_loky"  # in the command line of joblib's processes, and not of what counts their resources


def graders(command):
    """The processes that grade for a run of the command: joblib's, below it."""
    found = subprocess.run(["pgrep", "-P", str(command.pid), "-f", GRADER], capture_output=True, text=True).stdout
    return [int(process) for process in found.split()]


def runs(process):
    """Also one that has ended is there until somebody has asked for how."""
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def start(course, *more):
    command = [sys.executable, "-m", "adaptive_lr", "grade", course.folder, "--assignment", "adagrad", "--course", course.course, "--workers", "2", *more]
    listens = partial(signal.signal, signal.SIGINT, signal.default_int_handler)  # also where the tests themselves run in the background, deaf to Ctrl-C
    return subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=listens)


def wait_for(course, graded):
    """Until so many stand in the log of a run that is at work."""
    log, ends = course.course / "logs/adagrad.jsonl", time.monotonic() + 120
    while (not log.exists() or log.read_text().count("\n") < graded) and time.monotonic() < ends:
        time.sleep(0.1)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A class of twelve, four of them wrong, and the results of a run that nothing disturbed."""
    course = GradedClass(tmp_path_factory.mktemp("undisturbed"))
    for number in range(12):
        course.hand_in(f"student{number:02}", right(**(WRONG if number % 3 == 0 else {})))
    return course, run(course)[1]


def copied(undisturbed, folder):
    course = GradedClass(folder)
    shutil.copytree(undisturbed[0].folder, course.folder)
    return course


def test_graders_that_are_killed_cost_nobody_a_grade(undisturbed, tmp_path):
    course, killed = copied(undisturbed, tmp_path), set()
    command = start(course)
    log = course.course / "logs/adagrad.jsonl"
    ends = time.monotonic() + 120
    while command.poll() is None and len(killed) < 3 and time.monotonic() < ends:
        time.sleep(0.1)
        if log.exists() and log.read_text().count("\n") > 2 * len(killed):
            for process in [process for process in graders(command) if process not in killed][:1]:
                os.kill(process, signal.SIGKILL)
                killed.add(process)
    assert command.wait(timeout=300) == 0 and len(killed) == 3, command.stderr.read()[-2000:]
    outcome, results = run(course, settings=None)
    assert results == undisturbed[1] and outcome.regraded == 0


def test_graders_do_not_outlive_a_command_that_is_killed(undisturbed, tmp_path):
    course = copied(undisturbed, tmp_path)
    command = start(course)
    wait_for(course, 2)
    orphans = graders(command)
    command.kill()
    command.wait()
    ends = time.monotonic() + 30
    while any(map(runs, orphans)) and time.monotonic() < ends:
        time.sleep(0.1)
    assert orphans and not any(map(runs, orphans))
    assert run(course, settings=None)[1] == undisturbed[1]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_a_run_that_was_interrupted_is_gone_on_with(undisturbed, tmp_path, ending):
    course = copied(undisturbed, tmp_path)
    command = start(course)
    wait_for(course, 3)
    command.send_signal(ending)
    assert command.wait(timeout=60) == 130 and "goes on from there" in command.stderr.read()
    done = len(entries(course))
    assert 3 <= done < 12
    outcome, results = run(course, settings=None)
    assert results == undisturbed[1] and outcome.regraded <= 12 - done + 2  # two may have been graded, and not yet be told of


# ---------------------------------------------------------------------------------------------- PostgreSQL and a Dask cluster


@pytest.fixture(scope="module")
def postgres():
    with server() as started:
        yield started


def test_a_gradebook_in_postgresql_that_starts_anew_in_the_midst_of_a_run(undisturbed, postgres, tmp_path):
    url, restart = postgres
    course = copied(undisturbed, tmp_path)
    settings = Config({"CourseDirectory": {"db_url": url}})
    log = course.course / "logs/adagrad.jsonl"

    def restart_in_the_midst():
        while not log.exists() or len(entries(course)) < 3:
            time.sleep(0.1)
        restart()

    again = threading.Thread(target=restart_in_the_midst, daemon=True)
    again.start()
    try:
        _, results = run(course, settings=settings)
    except CourseError as error:  # it was away when it was asked for what is there
        assert "The gradebook does not answer" in str(error)
        results = {}
    again.join(timeout=60)
    assert not again.is_alive()
    if not results or any(status == "not graded" for status, _ in results.values()):  # or for longer than was waited for
        _, results = run(course, settings=settings)
    assert results == undisturbed[1] and not (course.course / "gradebook.db").exists()
    assert run(course, settings=settings)[0].regraded == 0


@pytest.fixture
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as made:
        yield made


def test_a_dask_cluster_gives_the_same(undisturbed, cluster, tmp_path):
    course = copied(undisturbed, tmp_path)
    outcome, results = run(course, scheduler=cluster.scheduler_address, settings=None)
    assert results == undisturbed[1] and outcome.regraded == 12


@pytest.mark.parametrize(("goes", "told"), [("close", "scheduler at tcp://.* (is gone|does not answer)"), ("scale", "has had no workers for 6 s")])
def test_a_cluster_that_goes_away_in_the_midst_of_a_run_is_told(undisturbed, cluster, tmp_path, monkeypatch, goes, told):
    monkeypatch.setattr(workers, "BETWEEN", 2)
    monkeypatch.setattr(workers, "DESERTED", 6)
    course, address, log = copied(undisturbed, tmp_path), cluster.scheduler_address, tmp_path / "course/logs/adagrad.jsonl"
    ends = time.monotonic() + 120

    def go():
        while (not log.exists() or log.read_text().count("\n") < 3) and time.monotonic() < ends:
            time.sleep(0.1)
        cluster.close() if goes == "close" else cluster.scale(0)

    going = threading.Thread(target=go)
    going.start()
    with pytest.raises(CourseError, match=f"{told}(.*)\nWhat was done is kept; .* the same command goes on from there"):
        run(course, scheduler=address, settings=None)
    going.join()
    done = len(entries(course))
    outcome, results = run(course, settings=None)
    assert 3 <= done < 12 and results == undisturbed[1] and outcome.regraded <= 12 - done


def test_what_a_cluster_lacks_is_said(course, cluster):
    course.hand_in("ada", right())
    with pytest.raises(CourseError, match="no Dask scheduler at 127.0.0.1:9"):
        run(course, scheduler="127.0.0.1:9", settings=None)
    cluster.scale(0)
    ends = time.monotonic() + 60
    while cluster.scheduler.workers and time.monotonic() < ends:
        time.sleep(0.1)
    with pytest.raises(CourseError, match="has no workers"):
        run(course, scheduler=cluster.scheduler_address, settings=None)


def test_workers_with_other_code_or_without_a_sandbox_are_told_of(course, cluster, monkeypatch):
    from distributed import Client

    course.hand_in("ada", right())
    here = provenance.versions()
    with monkeypatch.context() as patched:
        patched.setattr(provenance, "software", lambda: "another")
        with pytest.raises(CourseError, match="has another adaptive_lr than this machine"):
            run(course, scheduler=cluster.scheduler_address, settings=None)
        patched.setattr(workers.Cluster, "_check", lambda self: None)  # as where such a worker comes when the others were looked at
        with pytest.raises(CourseError, match="A worker that came later cannot grade .*another adaptive_lr"):
            run(course, scheduler=cluster.scheduler_address, settings=None)
    with monkeypatch.context() as patched:
        patched.setattr(provenance, "versions", lambda: {**here, "numpy": "0.1"})
        with pytest.raises(CourseError, match="has another adaptive_lr than this machine, or another version of Python, .*numpy"):
            run(course, scheduler=cluster.scheduler_address, settings=None)
    with Client(cluster.scheduler_address) as client:
        client.run(lambda: os.environ.update(PATH="/nowhere"))
    with pytest.raises(CourseError, match="On tcp://.* bubblewrap is not installed"):
        run(course, scheduler=cluster.scheduler_address, settings=None)


def test_a_full_disk_is_said_and_nothing_is_lost(undisturbed, tmp_path):
    course = copied(undisturbed, tmp_path)
    small = tmp_path / "course"
    small.mkdir()
    script = f"""
mount -t tmpfs -o size=1500k none {small} && cd {ROOT} || exit 99
{sys.executable} -m adaptive_lr grade {course.folder} --assignment adagrad --course {small} --workers 2; echo "ended with $?"
mount -o remount,size=100m {small}
{sys.executable} -m adaptive_lr grade {course.folder} --assignment adagrad --course {small} --workers 2 && cp {small}/reports/adagrad/grades.csv {tmp_path}
"""
    ran = subprocess.run(["unshare", "--mount", "--map-root-user", "sh", "-c", script], capture_output=True, text=True, timeout=600)
    assert "goes on from there" in ran.stderr or "not graded" in ran.stdout, ran.stdout + ran.stderr[-2000:]
    assert re.search("ended with [12]", ran.stdout)
    graded = (tmp_path / "grades.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert len(graded) == 12 and all('"partly graded"' in row for row in graded)
