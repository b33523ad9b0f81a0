"""nbgrader's Execute in two kernels: the student's cells in a sandbox, test cells in one that sees the student's work as plain data."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import Empty
from time import monotonic

import nbformat
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionComplete, DeadKernelError
from nbgrader import utils
from traitlets import Dict, TraitError, validate

from ..limits import TIMED_OUT, ExecuteWithinLimits
from . import kernels
from .asking import NoAnswer
from .kernels import Job
from .names import by_test, handed_out_imports, is_test
from .sandbox import Limits

SERVE = "__import__('adaptive_lr.course.isolation.serving', fromlist=['serve']).serve({path!r}, get_ipython().user_ns)"
LISTEN = "__import__('adaptive_lr.course.isolation.asking', fromlist=['listen']).listen({path!r}, get_ipython(), {names!r})"
IMPORT = "try:\n    {line}\nexcept ImportError:\n    pass"
BESIDE = "beside"  # the folder in the course folder that holds what was handed in beside the notebooks, where neither nbgrader nor a server finds it
START = 60  # seconds until a kernel has to answer
REACTION = 3  # seconds that a function has to tell where it was interrupted
STOP = 3  # seconds until a submission's kernel has to have come back from a test's last question


class ExecuteIsolated(ExecuteWithinLimits):
    """Runs a submission's cells in a sandbox, and test cells outside it, where names that the student defined stand for what answers there.

    Locked cells that are no tests (imports, data) run in both kernels; `refused` are those that end with an error in that of the tests.
    """

    limits = Dict(help="what its processes may use, where it is not what sandbox.Limits says: bytes of memory, seconds of CPU …").tag(config=True)

    @validate("limits")
    def _limits_are_known(self, proposed):
        for name, most in proposed["value"].items():
            if name not in vars(Limits()) or type(most) is not int or most <= 0:
                raise TraitError(f"c.ExecuteIsolated.limits has whole numbers above 0 for {', '.join(vars(Limits()))}, and not {name!r}: {most!r}")
        return proposed["value"]

    def create_kernel_manager(self):
        self.km = kernels.for_a_submission(self.job, self.called or self.student, Limits(**self.limits))
        return self.km

    @contextmanager
    def setup_kernel(self, **options):
        with ExitStack() as ends:
            self.job = Job(Path(self.resources["metadata"]["path"]), Path(BESIDE, self.student, self.resources["nbgrader"]["assignment"]))
            ends.callback(self.job.remove)
            self.trusted = Trusted(self.job, self.called or self.student)
            ends.callback(self.trusted.end)
            self.trusted.start()
            self.refused = {}
            with super().setup_kernel(**options):
                self.trusted.listen(*self._names())
                self.begin()  # with the second of its kernels
                yield

    def _names(self) -> tuple[dict[str, tuple[list[str], list[str]]], list[str]]:
        """Of the notebook as the instructor wrote it: whose its tests' names are, and the imports that it hands out."""
        of = self.resources["nbgrader"]
        path = Path(self.config.CourseDirectory.root, "source", of["assignment"], f"{of['notebook']}.ipynb")
        return _names_in(path, path.stat().st_mtime_ns)

    def preprocess_cell(self, cell, resources, index):
        self.complete = asyncio.Event()  # of the cell: its kernel says that nothing more comes of it
        if cell.cell_type == "code" and self.stopped is None and monotonic() <= self.ends:
            if is_test(cell) and cell.source.strip():
                return self._test(cell, resources, index)
            if utils.is_locked(cell):
                reply = self.trusted.run(cell.source, START + self.timeout)
                if reply["status"] == "error":
                    self.refused[cell.metadata.nbgrader.grade_id] = told = f"{reply['ename']}: {reply['evalue']}"
                    if reply["ename"] != "NameError":  # it did run when the worked solution was rehearsed
                        self._note(cell, NoAnswer.__name__, f"a locked cell failed where the tests run: {told}")
        return super().preprocess_cell(cell, resources, index)

    def _test(self, cell, resources, index):
        self.trusted.kc.session.metadata = {"test": cell.metadata.nbgrader.grade_id}
        serving = self.kc.execute(SERVE.format(path=self.trusted.path), silent=True, store_history=False)
        self.students = self.km, self.kc
        try:
            self.km, self.kc = self.trusted.km, self.trusted.kc
            tested = super().preprocess_cell(cell, resources, index)
            for output in cell.outputs:
                if output.get("ename") == NoAnswer.__name__:
                    self._note(cell, NoAnswer.__name__, output.evalue)
            return tested
        finally:
            self.km, self.kc = self.students
            self._await(serving, cell)

    async def _async_handle_timeout(self, timeout, cell=None):
        """A test that takes too long mostly waits for the student's function: interrupted, that says where it was."""
        if self.kc is self.trusted.kc:
            await self.students[0].interrupt_kernel()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.complete.wait(), REACTION)
                self._note(cell, TIMED_OUT, self.error_on_timeout["evalue"])
                return {"content": self.error_on_timeout | {"status": "error"}}  # an interrupt would hit what is run next
        return await super()._async_handle_timeout(timeout, cell)

    def process_message(self, msg, cell, cell_index):
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            self.complete.set()
            raise

    def _await(self, serving: str, cell) -> None:
        """Until the student's kernel is back. One that hangs in its answer is interrupted, then given up."""
        if run_sync(self.km.is_alive)() and not _replied(self.kc, serving, STOP):
            run_sync(self.km.interrupt_kernel)()
            if not _replied(self.kc, serving, STOP):
                self.stopped = "an earlier cell could not be stopped"
        if not run_sync(self.km.is_alive)():
            self.stopped = self.say_that_it_died(cell)


class Trusted:
    """The kernel of test cells. The student's answers reach it over a wire, in the sandbox's folder of sockets."""

    def __init__(self, job: Job, student: str):
        self.path = str(job.wires / "tests")
        self.km, self.kc = kernels.for_tests(job, student), None

    def start(self) -> None:
        run_sync(self.km.start_kernel)()
        self.kc = self.km.client()
        self.kc.start_channels()
        self.kc.allow_stdin = False

    def listen(self, names: Mapping[str, tuple[list[str], list[str]]], imports: Iterable[str]) -> None:
        run_sync(self.kc.wait_for_ready)(timeout=START)
        reply = self.run(LISTEN.format(path=self.path, names=names))
        if reply["status"] != "ok":
            raise DeadKernelError(f"the tests' kernel does not listen: {reply.get('ename')}: {reply.get('evalue')}")
        self.run("\n".join(IMPORT.format(line=line) for line in imports))

    def run(self, code: str, seconds: float = START) -> dict:
        """What the kernel replies to code of ours or of the instructor's. Its outputs are nobody's."""
        asked = self.kc.execute(code, silent=True, store_history=False)
        reply = _replied(self.kc, asked, seconds)
        if reply is None:
            raise DeadKernelError("the tests' kernel does not answer")
        return reply

    def end(self) -> None:
        if self.kc:
            self.kc.stop_channels()
        run_sync(self.km.shutdown_kernel)(now=True)


@functools.lru_cache(8)
def _names_in(path: Path, written: int) -> tuple[dict[str, tuple[list[str], list[str]]], list[str]]:
    """Of a notebook file that was written at that time."""
    source = nbformat.read(path, as_version=4)
    whose = {test: (sorted(names.students), sorted(names.instructors)) for test, names in by_test(source).items()}
    return whose, handed_out_imports(source)


def _replied(client, asked: str, seconds: float) -> dict | None:
    """The reply to a request, or None if there is none in time."""
    ends = monotonic() + seconds
    while (left := ends - monotonic()) > 0:
        try:
            reply = run_sync(client.get_shell_msg)(timeout=left)
        except Empty:
            return None
        if reply["parent_header"].get("msg_id") == asked:
            return reply["content"]
    return None
