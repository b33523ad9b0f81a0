"""How long `adaptive-lr grade` takes until it begins with the first submission.    make bench

In a course folder that exists, and in which the worked solution was not yet rehearsed: that is part of it.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from grading import ASSIGNMENT, ROOT, honest_class, prepare

TURNS = 5


def main() -> None:
    taken = []
    with tempfile.TemporaryDirectory() as place:
        folder, started = Path(place, "class"), Path(place, "started")
        honest_class(folder, 4)
        prepare(ROOT, started, ASSIGNMENT)
        for turn in range(TURNS):
            course = shutil.copytree(started, Path(place, f"course{turn}"))
            command = ["adaptive-lr", "grade", folder, "--assignment", ASSIGNMENT, "--course", course, "--workers", str(os.cpu_count())]
            begun = time.perf_counter()
            running = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while running.poll() is None and not any((course / "submitted").glob("student*/*/*.ipynb")):
                time.sleep(0.01)
            taken.append(time.perf_counter() - begun)
            if running.wait():
                raise SystemExit(f"grading ended with {running.returncode}")
    print(f"from the command to the first submission: {median(taken):.1f} s ({', '.join(f'{each:.1f}' for each in sorted(taken))})")


if __name__ == "__main__":
    main()
