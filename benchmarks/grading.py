"""How fast a class is graded: `adaptive-lr grade`, isolated, beside stock `nbgrader autograde`, on the same submissions by turns.    make bench

Every turn grades the whole class anew in a fresh course folder, start-up included. Ours also stages the submissions, writes feedback pages
and reports; `nbgrader autograde` alone is timed of stock, in its own kernels without isolation. The scores have to be the same, task by task.
"""

import argparse
import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from nbgrader.api import Gradebook  # noqa: E402
from sample_class import write as sample  # noqa: E402

from adaptive_lr.course.notebooks import prepare  # noqa: E402

ASSIGNMENT = sample.ASSIGNMENT
NOT_STOCK = (  # which stock nbgrader does not end with a score, or takes all points from for a warning
    *("endless_loop", "endless_output", "unstoppable_loop", "kills_the_kernel", "counts_to_a_trillion"),
    *("warns_but_is_right", "hid_the_nan", "prints_and_returns_nothing"),
)
STOCK = 'c = get_config()\nc.CourseDirectory.course_id = "adaptive_lr"\n'


def honest_class(folder: Path, size: int) -> list[str]:
    """Write `size` submissions of students who err in the sample class's ways, and return their names."""
    worked = sample.worked_solution()
    ways = [path for kind in ("right", "mistakes") for path in sorted((sample.HERE / kind).glob("*.py")) if path.stem not in NOT_STOCK]
    names = [f"student{number:04}" for number in range(size)]
    for number, name in enumerate(names):
        way = ways[number % len(ways)]
        (folder / name).mkdir(parents=True)
        sample.nbformat.write(sample.notebook(worked | sample.filled_in(way)), folder / name / f"{ASSIGNMENT}.ipynb")
    return names


def ours(folder: Path, course: Path, workers: int, *more: str) -> float:
    command = ["adaptive-lr", "grade", folder, "--assignment", ASSIGNMENT, "--course", course, "--workers", str(workers), *more]
    return timed(command, ROOT)


def stock(folder: Path, course: Path) -> float:
    shutil.copytree(folder, course / "submitted_flat")
    for student in (course / "submitted_flat").iterdir():
        shutil.move(student, course / "submitted" / student.name / ASSIGNMENT)
    (course / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
    return timed(["nbgrader", "autograde", ASSIGNMENT], course)


def timed(command: list, where: Path) -> float:
    start = time.perf_counter()
    ended = subprocess.run(list(map(str, command)), cwd=where, capture_output=True, text=True)
    if ended.returncode:
        sys.exit(f"{command} ended with {ended.returncode}:\n{ended.stderr[-3000:]}")
    return time.perf_counter() - start


def scores(course: Path) -> dict[tuple[str, str], float]:
    """(student, task) → points that the tests gave."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "adaptive_lr") as gradebook:
        entries = gradebook.assignment_submissions(ASSIGNMENT)
        return {(entry.student.id, grade.name): grade.auto_score for entry in entries for notebook in entry.notebooks for grade in notebook.grades}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=24, help="submissions (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--dask", action="store_true", help="joblib's processes beside a local Dask cluster's, instead of stock nbgrader beside ours")
    chosen = parser.parse_args()
    ways = {
        "stock nbgrader autograde": lambda folder, course: stock(folder, course),
        "adaptive-lr grade, isolated": lambda folder, course: ours(folder, course, chosen.workers),
        "adaptive-lr grade --trust-submissions": lambda folder, course: ours(folder, course, chosen.workers, "--trust-submissions"),
    }
    if chosen.dask:
        ways = {"adaptive-lr grade, isolated": ways["adaptive-lr grade, isolated"], "adaptive-lr grade --scheduler": on_dask(chosen.workers)}
    compare(ways, chosen.size, chosen.turns, chosen.workers)


def on_dask(workers: int) -> Callable[[Path, Path], float]:
    """Grading on a cluster that runs already."""
    from distributed import LocalCluster

    cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    atexit.register(cluster.close)
    return lambda folder, course: ours(folder, course, workers, "--scheduler", cluster.scheduler_address)


def compare(ways: dict[str, Callable[[Path, Path], float]], size: int, turns: int, workers: int) -> None:
    """Each way in each turn, in a course folder of its own; the first is what the others are compared with."""
    reference_way = next(iter(ways))
    times = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as place:
        folder, started = Path(place, "class"), Path(place, "started")
        honest_class(folder, size)
        prepare(ROOT, started, ASSIGNMENT)
        for turn in range(turns):
            found = {}
            for number, (way, run) in enumerate(ways.items()):
                course = Path(place, f"course{turn}-{number}")
                shutil.copytree(started, course)
                times[way].append(run(folder, course))
                found[way] = scores(course)
            first = found[reference_way]
            for way, these in found.items():
                apart = {key for key in first.keys() | these.keys() if first.get(key) != these.get(key)}
                if apart:
                    sys.exit(f"{way}: other scores than {reference_way}: {[(key, first.get(key), these.get(key)) for key in sorted(apart)[:10]]}")
    reference = times[reference_way]
    print(f"{size} submissions of {ASSIGNMENT}, {workers} workers, {turns} turns, the same scores in all")
    for way, seconds in times.items():
        ratio = median(theirs / own for theirs, own in zip(reference, seconds))
        print(f"  {way:40} {median(seconds) / size:.2f} s a submission, {ratio:.2f} x the speed of the first")


if __name__ == "__main__":
    main()
