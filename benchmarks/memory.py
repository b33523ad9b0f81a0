"""Whether the grader's own memory stays flat while it grades a large class.    python benchmarks/memory.py

Every process of the grader is counted (the one that hands out, the workers), and none that runs a submission's cells or tests.
"""

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from grading import ASSIGNMENT, ROOT, honest_class

MIB = 1 << 20


def own(grader: psutil.Process) -> list[int]:
    """Resident MiB of the process that hands out, and of each worker."""
    found = [grader, *(each for each in grader.children() if any("popen_loky" in word for word in each.cmdline()))]
    return [round(each.memory_info().rss / MIB) for each in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000, help="submissions (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, course = Path(place, "class"), Path(place, "course")
        honest_class(folder, chosen.size)
        log = course / f"logs/{ASSIGNMENT}.jsonl"
        command = ["adaptive-lr", "grade", folder, "--assignment", ASSIGNMENT, "--course", course, "--workers", str(chosen.workers)]
        running = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        grader, step = psutil.Process(running.pid), max(1, chosen.size // 10)
        due, sizes = step, []
        while running.poll() is None:
            done = sum('"seconds"' in line for line in log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0
            if done >= due:
                try:
                    sizes = own(grader)
                except psutil.Error:  # one of them has just ended
                    continue
                print(f"after {done:5} submissions: {sizes[0]} MiB, the workers {', '.join(map(str, sizes[1:]))} MiB", flush=True)
                due += step
            time.sleep(0.2)
        if running.returncode:
            raise SystemExit(f"grading ended with {running.returncode}")


if __name__ == "__main__":
    main()
