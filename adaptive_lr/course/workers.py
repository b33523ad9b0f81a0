"""Who grades: processes of this machine, or a Dask cluster. Both are given one submission at a time and answer with what came of it."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from joblib.externals.loky import BrokenProcessPool, get_reusable_executor

from .. import __version__
from . import ONE_THREAD, CourseError
from .isolation import nursery
from .submission import Submission, bring_up_to_date


class Processes:
    """joblib's, on this machine."""

    lost = BrokenProcessPool  # what a future raises, and submit too, when a process ended: of all that were running, it is not told whose

    def __init__(self, width: int):
        self.width = width

    def submit(self, submission: Submission) -> Future:
        return get_reusable_executor(self.width, env=ONE_THREAD, initializer=nursery.start).submit(bring_up_to_date, submission)

    def alone(self) -> Processes:
        """The same with one process, so that it is known whose work ended it."""
        return Processes(1)

    def close(self) -> None:
        """Also what still runs."""
        get_reusable_executor(reuse=True).shutdown(kill_workers=True)


class Cluster:
    """The workers of a Dask scheduler. Each needs one thread alone (nbgrader changes its process's folder) and the course folder at the same path."""

    def __init__(self, address: str, course: Path):
        try:
            from distributed import Client, KilledWorker
        except ModuleNotFoundError:
            raise CourseError("Dask is not installed, which --scheduler needs: pip install 'adaptive-lr[cluster]'.") from None
        try:
            self.client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(f"There is no Dask scheduler at {address}: {error}.\nStart one (dask scheduler), and give the address that it prints.") from None
        self.lost = KilledWorker
        self._check(course)
        self.executor = self.client.get_executor(pure=False)

    def _check(self, course: Path) -> None:
        threads = self.client.nthreads()
        if not threads:
            raise CourseError("The Dask scheduler has no workers.\nStart some, one thread each: dask worker ADDRESS --nthreads 1 --nworkers N.")
        if several := [worker for worker, count in threads.items() if count > 1]:
            raise CourseError(f"{several[0]} runs several threads, and nbgrader needs a process for each submission.\nStart it with --nthreads 1 --nworkers N.")
        for worker, (there, version) in self.client.run(_seen, str(course)).items():
            if not there:
                raise CourseError(f"{worker} does not see the course folder {course}.\nIt has to be shared, and mounted at the same path everywhere.")
            if version != __version__:
                raise CourseError(f"{worker} has adaptive_lr {version}, and this is {__version__}.\nInstall the same everywhere.")

    @property
    def width(self) -> int:
        return max(1, len(self.client.nthreads()))

    def submit(self, submission: Submission) -> Future:
        return self.executor.submit(bring_up_to_date, submission)

    def alone(self) -> Cluster:
        return self

    def close(self) -> None:
        self.executor.shutdown(wait=False)
        self.client.close()


PATIENCE = 10  # seconds for the scheduler to answer


def _seen(course: str) -> tuple[bool, str]:
    return Path(course).is_dir(), __version__
