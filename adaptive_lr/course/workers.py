"""Who grades: processes of this machine, or a Dask cluster. Both are given one submission at a time and answer with what came of it."""

from __future__ import annotations

import functools
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joblib.externals.loky import BrokenProcessPool, ProcessPoolExecutor

from . import ONE_THREAD, CourseError, provenance
from .isolation import nursery, sandbox
from .isolation.nursery import NURSERY
from .regrading import bring_up_to_date
from .submission import Ended, Submission

if TYPE_CHECKING:
    from distributed import Client


class Processes:
    """joblib's, on this machine, and none that a program which calls this has of its own."""

    lost = BrokenProcessPool  # what a future raises when a process ended: of all that were running, it is not told whose

    def __init__(self, width: int):
        self.width, self.executor, self.place = width, None, ""

    def start(self) -> None:
        """Without waiting until one is ready. The others import what they need with their first submission: now they would slow down the rehearsal."""
        if self.executor is None:
            self._started().submit(_be_ready)

    def submit(self, submission: Submission) -> Future:
        try:
            return self._started().submit(bring_up_to_date, submission)
        except self.lost:  # that one has told its futures
            self.close()
            return self._started().submit(bring_up_to_date, submission)

    def ended(self, running: Collection[Future]) -> set[Future]:
        """Those of them that have ended, once there are any."""
        return wait(running, return_when=FIRST_COMPLETED).done

    def alone(self) -> Processes:
        """The same with one process from now on, so that it is known whose work ended it."""
        if self.width > 1:
            self.close()
            self.width = 1
        return self

    def close(self) -> None:
        """Also what still runs."""
        if self.executor:
            self.executor.shutdown(kill_workers=True)
            self.executor = None
            shutil.rmtree(self.place, ignore_errors=True)

    def _started(self) -> ProcessPoolExecutor:
        if self.executor is None:
            self.place = tempfile.mkdtemp(prefix="adaptive-lr-")
            os.chmod(self.place, 0o711)
            self.executor = ProcessPoolExecutor(self.width, env=ONE_THREAD, initializer=nursery.share, initargs=[NURSERY.address, self.place, os.getpid()])
        return self.executor


def _be_ready() -> None:
    pass


class Cluster:
    """The workers of a Dask scheduler. Each needs one thread alone (nbgrader changes its process's folder) and the course folder at the same path."""

    def __init__(self, address: str, course: Path, trusted: bool):
        self.address, self.course, self.trusted = address, course, trusted
        self.client: Client | None = None
        self.software = provenance.software(), provenance.versions()

    def start(self) -> None:
        """Raises CourseError where it cannot do the work."""
        if self.client:
            return
        try:
            from distributed import Client, KilledWorker
        except ModuleNotFoundError:
            raise CourseError("Dask is not installed, which --scheduler needs: pip install 'adaptive-lr[cluster]'.") from None
        try:
            self.client = Client(self.address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(f"There is no Dask scheduler at {self.address}: {error}.\nStart one (dask scheduler), and give the address that it prints.") from None
        self.lost = KilledWorker
        self.executor = self.client.get_executor(pure=False)
        self._check()

    def _check(self) -> None:
        threads = self._workers()
        if not threads:
            raise CourseError("The Dask scheduler has no workers.\nStart some, one thread each: dask worker ADDRESS --nthreads 1 --nworkers N.")
        if several := [worker for worker, count in threads.items() if count > 1]:
            raise CourseError(f"{several[0]} runs several threads, and nbgrader needs a process for each submission.\nStart it with --nthreads 1 --nworkers N.")
        shared = self.course / f".shared-{secrets.token_hex(8)}"  # of a new name, which no machine remembers not to have seen
        shared.touch()
        try:
            all_seen = self.client.run(_seen, str(shared), on_error="return")
        finally:
            shared.unlink()
        for worker, seen in all_seen.items():
            if isinstance(seen, Exception):
                raise CourseError(f"{worker} does not know this adaptive_lr: {seen}.\nInstall the same everywhere, and start the workers anew.")
            there, software, no_sandbox = seen
            if software != self.software:  # first, for an earlier version says something else in its place
                raise CourseError(f"{worker} has {OTHERS}.\nInstall the same everywhere, and start the workers anew.")
            if not there:
                raise CourseError(f"{worker} does not see the course folder {self.course}.\nIt has to be shared, and mounted at the same path everywhere.")
            if no_sandbox and not self.trusted:
                raise CourseError(f"On {worker} {no_sandbox}.")

    @property
    def width(self) -> int:
        return max(1, len(self._workers()))

    def submit(self, submission: Submission) -> Future:
        return self._asked(lambda: self.executor.submit(_there, submission, self.software))

    def ended(self, running: Collection[Future]) -> set[Future]:
        """Those of them that have ended, once there are any. Raises CourseError where the scheduler is gone, or all workers are and none comes back."""
        deserted = 0
        while not (done := wait(running, timeout=BETWEEN, return_when=FIRST_COMPLETED).done):
            deserted = 0 if self._workers() else deserted + BETWEEN
            if deserted >= DESERTED:
                raise CourseError(f"The Dask scheduler at {self.address} has had no workers for {deserted:g} s.\n{GOES_ON}")
        if any(future.cancelled() for future in done):  # Dask's client does so when it loses the scheduler
            raise CourseError(f"The Dask scheduler at {self.address} is gone.\n{GOES_ON}")
        for error in filter(None, (future.exception() for future in done)):
            if not isinstance(error, self.lost):  # what comes of a submission's grading is a result, so this is the worker's
                same = "Install the same everywhere, and start the workers anew. What was done is kept."
                raise CourseError(f"A worker that came later cannot grade ({type(error).__name__}: {error}).\n{same}")
        return done

    def _workers(self) -> dict[str, int]:
        """Their addresses, and how many threads each has."""
        return self._asked(lambda: self.client.sync(self.client.scheduler.ncores, callback_timeout=DESERTED))

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """What the scheduler answers. Raises CourseError where it does not."""
        try:
            return ask()
        except Exception as error:  # of many kinds: no connection, one that was lost, no answer in time, a client that has given up
            raise CourseError(f"The Dask scheduler at {self.address} does not answer ({type(error).__name__}).\n{GOES_ON}") from None

    def alone(self) -> Cluster:
        return self

    def close(self) -> None:
        if self.client:
            self.executor.shutdown(wait=False)
            self.client.close()


OTHERS = f"another adaptive_lr than this machine, or another version of Python, {', '.join(provenance.RUNS)}"
PATIENCE = 10  # seconds for the scheduler to answer
BETWEEN = 5  # seconds, after which it is asked for its workers again
DESERTED = 60  # seconds without any, or without an answer: those that ended may be starting anew
GOES_ON = "What was done is kept; when scheduler and workers are there, the same command goes on from there."


def _seen(file: str) -> tuple[bool, tuple[str, dict[str, str]], str]:
    """On a worker: whether it finds the file, and what it would grade with."""
    return Path(file).exists(), _own_software(), sandbox.why_not()


@functools.cache
def _own_software() -> tuple[str, dict[str, str]]:
    """As it was when the worker began, and so what it runs."""
    return provenance.software(), provenance.versions()


def _there(submission: Submission, software: tuple[str, dict[str, str]]) -> Ended:
    """On a worker, which may have come after the others were looked at. Raises RuntimeError where it is another."""
    if software != _own_software():
        raise RuntimeError(f"it has {OTHERS}")
    return bring_up_to_date(submission)
