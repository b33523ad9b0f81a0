"""Nothing lost: a class is graded while everything that can go wrong does, and then has the grades of an undisturbed run.    make trial

Ten grader processes are killed (SIGKILL) at random moments, the database is restarted at once, the run is interrupted (Ctrl-C) and gone on with,
and the disk is filled. The course folder lies on a disk of its own (a tmpfs, in a private mount namespace), the gradebook in PostgreSQL.
"""

import argparse
import csv
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "benchmarks"))

from grading import ASSIGNMENT, honest_class  # noqa: E402
from postgres import server  # noqa: E402

INSIDE = "--inside"  # the mount namespace
DISK = 600  # MB
KILLS = 10


class Trial:
    def __init__(self, folder: Path, course: Path, url: str):
        self.course, self.log = course, course / f"logs/{ASSIGNMENT}.jsonl"
        command = [sys.executable, "-m", "adaptive_lr", "grade", folder, "--assignment", ASSIGNMENT, "--course", course, *(["--db", url] if url else [])]
        self.command = list(map(str, command))

    def start(self) -> None:
        listens = partial(signal.signal, signal.SIGINT, signal.default_int_handler)  # also where the trial runs in the background, deaf to Ctrl-C
        self.running = subprocess.Popen(self.command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=listens)

    def ended(self) -> int:
        self.said = self.running.communicate()[0]
        return self.running.returncode

    def done(self) -> int:
        return len({entry["student"] for entry in self.entries() if entry["score"] is not None})

    def wait_for(self, done: int) -> None:
        while self.running.poll() is None and self.done() < done:
            time.sleep(0.2)

    def kill_a_grader(self) -> bool:
        """One of joblib's processes below the command."""
        found = subprocess.run(["pgrep", "-P", str(self.running.pid), "-f", "popen_loky"], capture_output=True, text=True).stdout.split()
        for process in random.sample(found, min(1, len(found))):
            os.kill(int(process), signal.SIGKILL)
        return bool(found)

    def entries(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()] if self.log.exists() else []

    def grades(self) -> dict[str, tuple]:
        """Student → status, score and points of every task."""
        with open(self.course / f"reports/{ASSIGNMENT}/grades.csv", newline="", encoding="utf-8-sig") as file:
            return {row.pop("student"): tuple(value for name, value in row.items() if name != "reason") for row in csv.DictReader(file)}


def disturbed(trial: Trial, size: int, restart) -> Counter:
    """Run until all is graded, and say what was done to the runs."""
    done = Counter()
    trial.start()
    while done["killed"] < KILLS:
        time.sleep(random.uniform(0.5, 2 + size / 40))
        if trial.running.poll() is not None:
            done[f"run ended with {trial.ended()}"] += 1
            if trial.running.returncode == 0:  # all is graded, and too early
                break
            trial.start()
        done["killed"] += trial.kill_a_grader()
        if done["killed"] == 4 and not done["database restarted"]:
            restart()
            done["database restarted"] += 1
        if done["killed"] == 6 and not done["interrupted"]:
            trial.running.send_signal(signal.SIGINT)
            assert trial.ended() == 130, trial.said
            done["interrupted"] += 1
            trial.start()
    if trial.running.poll() is None:
        trial.wait_for(size * 3 // 4)
    ballast = trial.course / "ballast"
    try:
        with open(ballast, "wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 20))
    except OSError:
        done["disk filled while it ran" if trial.running.poll() is None else "disk filled too late"] += 1
    time.sleep(5)
    ballast.unlink()
    done[f"run ended with {trial.ended()}"] += 1
    for _ in range(5):
        trial.start()
        done[f"run ended with {trial.ended()}"] += 1
        if trial.running.returncode == 0 and " not graded" not in trial.said:
            return done
    sys.exit(f"it does not come to an end: {trial.said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=200, help="submissions (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not chosen.inside:
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        os.execvp("unshare", ["unshare", "--mount", *as_root, sys.executable, __file__, *sys.argv[1:], INSIDE])
    random.seed(chosen.seed)
    with tempfile.TemporaryDirectory() as place, server() as (url, restart):
        folder, small = Path(place, "class"), Path(place, "small")
        honest_class(folder, chosen.size)
        calm = Trial(folder, Path(place, "calm"), "")
        calm.start()
        assert calm.ended() == 0, calm.running.returncode
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "none", small], check=True)
        try:
            trial = Trial(folder, small, url)
            done = disturbed(trial, chosen.size, restart)
            trial.start()
            assert trial.ended() == 0 and f"run now: 0; nothing new to run: {chosen.size}" in trial.said, trial.said
            expected, found = calm.grades(), trial.grades()
            either = {student: (expected.get(student), found.get(student)) for student in expected.keys() | found.keys()}
            apart = {student: (calmly, wildly) for student, (calmly, wildly) in either.items() if calmly != wildly}
            told = Counter(entry["student"] for entry in trial.entries() if entry["ran"] and entry["score"] is not None)
        finally:
            subprocess.run(["umount", small], check=True)
    assert all(done[what] for what in ("database restarted", "interrupted", "disk filled while it ran")) and done["killed"] == KILLS, done
    print(f"{chosen.size} submissions; {', '.join(f'{what}: {count}' for what, count in done.items())}")
    print(f"told as graded: {Counter(told.values())} (times: students); grades other than undisturbed: {len(apart)}")
    if twice := [student for student, times in told.items() if times > 1]:
        sys.exit(f"graded twice: {twice}")
    if apart:
        sys.exit(str(dict(list(apart.items())[:5])))


if __name__ == "__main__":
    main()
