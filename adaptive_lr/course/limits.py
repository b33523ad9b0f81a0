"""Run a submission's cells so that hanging, flooding or dying is a result with a reason, never the end of the run."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from subprocess import DEVNULL
from time import monotonic

from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import Execute
from traitlets import Integer, Unicode, default

from ..grading import WHOSE
from .shown import cut

TIMED_OUT, FLOODED, DIED, NOT_RUN = "CellTimedOut", "TooMuchOutput", "KernelDied", "NotRun"
MET = "limits_met"  # in the metadata of a notebook that was run; an error of that name in its outputs may be the student's own
STUDENTS = "a cell of the student's"
FILES_BESIDE, BYTES_BESIDE = 1000, 64 << 20  # of what is handed in beside a notebook; as many bytes again may be the assignment's own
ERRORS = 3  # of a cell: one is usual, and another where it was interrupted
FRAMES, LONGEST = 40, 4000  # of an error: parts of its traceback, and characters of its message and of each part


class ExecuteWithinLimits(Execute):
    """nbgrader's Execute with limits. A cell over a limit ends with an error that says so; where the kernel survives, the next
    cells run as usual, else each of them is marked as not run. An error in a test cell is worth no points."""

    timeout = Integer(10, help="seconds that a cell may take").tag(config=True)
    notebook_timeout = Integer(60, help="seconds after which no further cell of a notebook is started").tag(config=True)
    output_limit = Integer(1_000_000, help="characters of output that a cell may print").tag(config=True)
    notebook_output_limit = Integer(5_000_000, help="characters of a notebook's output after which only that of tests is kept").tag(config=True)
    called = Unicode("", help="from which name numbers of one's own are drawn, where it is not the folder's").tag(config=True)
    shutdown_kernel = "immediate"  # nothing in a submission is worth waiting for once its last cell has run

    @default("error_on_timeout")
    def _say_what_timed_out(self):
        return _error(TIMED_OUT, f"stopped after {self.timeout} s: is there a loop that never ends?")

    @contextmanager
    def setup_kernel(self, **kwargs):
        # What a kernel writes beside the notebook (its own warnings, a crash's last words) would tear the progress bar.
        with super().setup_kernel(stdout=DEVNULL, stderr=DEVNULL, env=os.environ | {WHOSE: self.called or self.student}, **kwargs):
            self.begin()
            yield

    def begin(self) -> None:
        """Count the notebook's time from here on: what its kernels take to start on a slow machine is not the student's."""
        self.ends = monotonic() + self.notebook_timeout

    def preprocess(self, nb, resources, km=None):
        self.student = resources["nbgrader"]["student"]
        self.stopped = None  # why no further cell is run
        self.printed_before = 0
        self.met: dict[tuple[int, str], list[str]] = {}  # (a cell's identity, limit) → its name, the limit, and what it came to
        nb, resources = super().preprocess(nb, resources, km)
        nb.metadata[MET] = list(self.met.values())
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type != "code":
            return cell, resources
        if self.stopped is None and monotonic() > self.ends:
            self.stopped = f"the notebook took more than {self.notebook_timeout} s"
        if self.stopped is not None:
            cell.outputs = []
            self._tell(cell, NOT_RUN, f"not run: {self.stopped}")
            return cell, resources
        self.printed, self.errors, self.interrupted = 0, 0, False
        try:
            super().preprocess_cell(cell, resources, index)
        except CellTimeoutError:  # it also ignored the interrupt that followed
            self.stopped = "an earlier cell could not be stopped"
            self._tell(cell, TIMED_OUT, self.error_on_timeout["evalue"])
        except DeadKernelError:
            self.stopped = self.say_that_it_died(cell)
        if self.printed > self.output_limit:
            self._tell(cell, FLOODED, f"stopped after {self.output_limit} characters of output")
        if self.printed_before <= self.notebook_output_limit < self.printed_before + self.printed:
            tell = self._note if utils.is_grade(cell) else self._tell  # an error would cost the test's points
            tell(cell, FLOODED, f"after {self.notebook_output_limit} characters of the notebook's output only that of tests is kept")
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if utils.is_grade(cell) and any(error.ename == FLOODED for error in errors):
            self._note(cell, FLOODED, "a call was stopped after too much output")  # as the wire tells the test, in words that may be the student's
        for error in errors:
            error.update(_in_brief(error, *((1, LONGEST // 20) if self._is_too_much(cell) else (FRAMES, LONGEST))))
        self.printed_before += max(self.printed, len(str(errors)))  # a reply may bring an error that no message told of
        if utils.is_grade(cell):
            _forgive_warnings(cell)
        return cell, resources

    def say_that_it_died(self, cell) -> str:
        self._tell(cell, DIED, "this cell ended the Python process (os._exit, a crash, or no memory left)")
        return "the kernel had died"

    def _is_too_much(self, cell) -> bool:
        return self.printed > self.output_limit or self.printed_before + self.printed > self.notebook_output_limit and not utils.is_grade(cell)

    def _tell(self, cell, limit: str, told: str) -> None:
        """Whoever reads the cell, by an error in it; and whoever grades, apart from it."""
        self._note(cell, limit, told)
        cell.outputs.append(new_output("error", **_error(limit, told)))

    def _note(self, cell, limit: str, told: str) -> None:
        self.met.setdefault((id(cell), limit), [cell.metadata.get("nbgrader", {}).get("grade_id", STUDENTS), limit, told])

    async def _async_handle_timeout(self, timeout, cell=None):
        self._note(cell, TIMED_OUT, self.error_on_timeout["evalue"])  # which nbclient brings into the outputs
        return await super()._async_handle_timeout(timeout, cell)

    def process_message(self, msg, cell, cell_index):
        """What a message says counts as output, a widget's too. One that is none of Jupyter's, or that no notebook can hold, is nobody's loss."""
        kind, kept = msg["msg_type"], len(cell.outputs)
        self.printed += 0 if kind == "status" else len(str(msg["content"]))
        self.errors += kind == "error"
        ends_by_itself = kind == "status" or kind == "error" and self.errors == 1  # an interrupt would come too late, and hit what the kernel does next
        if self.printed > self.output_limit and not self.interrupted and not ends_by_itself:
            self.interrupted = True
            self.interrupting = asyncio.ensure_future(self.km.interrupt_kernel())  # a task that nobody holds may be forgotten before it is done
        if self.errors > ERRORS if kind == "error" else kind != "status" and self._is_too_much(cell):
            return None
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # a stranger's message may break anything
            del cell.outputs[kept:]
            return None


def _error(name: str, message: str) -> dict:
    return {"ename": name, "evalue": message, "traceback": [f"\x1b[31m{name}\x1b[0m: {message}"]}


def _in_brief(error: dict, frames: int, longest: int) -> dict:
    """An error that nobody has to scroll through: its name, the beginning of its message, and the first and the last parts of its traceback."""
    parts = error["traceback"] if isinstance(error["traceback"], list) else []
    if len(parts) > frames:
        parts = [*parts[: frames // 2], *parts[len(parts) - frames + frames // 2 :]]
    ename, evalue = cut(str(error["ename"]), 100), cut(str(error["evalue"]), longest)
    return {"ename": ename, "evalue": evalue, "traceback": [cut(str(part), longest) for part in parts]}


def _forgive_warnings(cell) -> None:
    """nbgrader takes all points from a test cell that writes to stderr, but a deprecation warning or a progress bar is no mistake."""
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"
