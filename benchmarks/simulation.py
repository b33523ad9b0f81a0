"""What 10,000 submissions take on 1, 4 and 16 workers: a simulation with measured service times.    python benchmarks/simulation.py

Measured: how long each of a class's submissions takes a worker, with as many workers as this machine has cores, and how long the one process
that hands them out spends on each (staging, the gradebook, the log), in a run that finds nothing new. Simulated: each submission goes to the
worker that is free first, but no earlier than the process that hands out has come to it. Not in it: a database that many workers wait for.
"""

import argparse
import heapq
import json
import os
import random
import tempfile
from pathlib import Path

from grading import ASSIGNMENT, honest_class, ours


def makespan(seconds: list[float], workers: int, handing_out: float) -> float:
    """When the last one ends."""
    free = [0.0] * workers
    for number, each in enumerate(seconds, 1):
        begins = max(heapq.heappop(free), number * handing_out)
        heapq.heappush(free, begins + each)
    return max(free)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measured", type=int, default=60, help="submissions that are graded (default: %(default)s)")
    parser.add_argument("--size", type=int, default=10_000, help="submissions that are simulated (default: %(default)s)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, course = Path(place, "class"), Path(place, "course")
        honest_class(folder, chosen.measured)
        whole = ours(folder, course, os.cpu_count())
        again = ours(folder, course, os.cpu_count())
        log = [json.loads(line) for line in (course / f"logs/{ASSIGNMENT}.jsonl").read_text(encoding="utf-8").splitlines()]
    seconds = [entry["seconds"] for entry in log if entry["ran"]]
    assert len(seconds) == chosen.measured
    handing_out = again / chosen.measured  # its start-up included: never too little
    rng = random.Random(0)
    drawn = rng.choices(seconds, k=chosen.size)
    print(f"measured: {sum(seconds) / len(seconds):.2f} s of a worker each, {handing_out:.3f} s to hand one out, {whole:.0f} s for {chosen.measured}")
    print(f"simulated: the measured run would take {makespan(seconds, os.cpu_count(), handing_out):.0f} s")
    for workers in (1, 4, 16):
        print(f"simulated: {chosen.size} submissions on {workers:2} workers take {makespan(drawn, workers, handing_out) / 60:.0f} min")


if __name__ == "__main__":
    main()
