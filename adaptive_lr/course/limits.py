"""Run a submission's cells so that hanging, flooding or dying is a result with a reason, never the end of the run."""

from __future__ import annotations

import asyncio
import os
from subprocess import DEVNULL
from time import monotonic

from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import Execute
from traitlets import Integer, default

from ..grading import WHOSE

TIMED_OUT, FLOODED, DIED, NOT_RUN = "CellTimedOut", "TooMuchOutput", "KernelDied", "NotRun"


class ExecuteWithinLimits(Execute):
    """nbgrader's Execute with limits. A cell over a limit ends with an error that says so; where the kernel survives, the next
    cells run as usual, else each of them is marked as not run. An error in a test cell is worth no points."""

    timeout = Integer(10, help="seconds that a cell may take").tag(config=True)
    notebook_timeout = Integer(60, help="seconds after which no further cell of a notebook is started").tag(config=True)
    output_limit = Integer(1_000_000, help="characters of output that a cell may print").tag(config=True)
    shutdown_kernel = "immediate"  # nothing in a submission is worth waiting for once its last cell has run

    @default("error_on_timeout")
    def _say_what_timed_out(self):
        return _error(TIMED_OUT, f"stopped after {self.timeout} s: is there a loop that never ends?")

    def setup_kernel(self, **kwargs):
        # What a kernel writes beside the notebook (its own warnings, a crash's last words) would tear the progress bar.
        return super().setup_kernel(stdout=DEVNULL, stderr=DEVNULL, env=os.environ | {WHOSE: self.student}, **kwargs)

    def preprocess(self, nb, resources, km=None):
        self.student = resources["nbgrader"]["student"]
        self.stopped = None  # why no further cell is run
        self.ends = monotonic() + self.notebook_timeout
        return super().preprocess(nb, resources, km)

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type != "code":
            return cell, resources
        if self.stopped is None and monotonic() > self.ends:
            self.stopped = f"the notebook took more than {self.notebook_timeout} s"
        if self.stopped is not None:
            cell.outputs = [new_output("error", **_error(NOT_RUN, f"not run: {self.stopped}"))]
            return cell, resources
        self.printed = 0
        try:
            super().preprocess_cell(cell, resources, index)
        except CellTimeoutError:  # it also ignored the interrupt that followed
            self.stopped = "an earlier cell could not be stopped"
            cell.outputs.append(new_output("error", **self.error_on_timeout))
        except DeadKernelError:
            self.stopped = self.say_that_it_died(cell)
        if self.printed > self.output_limit:
            cell.outputs.append(new_output("error", **_error(FLOODED, f"stopped after {self.output_limit} characters of output")))
        if utils.is_grade(cell):
            _forgive_warnings(cell)
        return cell, resources

    def say_that_it_died(self, cell) -> str:
        cell.outputs.append(new_output("error", **_error(DIED, "this cell ended the Python process (os._exit, a crash, or no memory left)")))
        return "the kernel had died"

    def process_message(self, msg, cell, cell_index):
        """What a message says counts as output, a widget's too. One that is none of Jupyter's, or that no notebook can hold, is nobody's loss."""
        kept, was_within = len(cell.outputs), self.printed <= self.output_limit
        if msg["msg_type"] != "status":
            self.printed += len(str(msg["content"]))
        if was_within and self.printed > self.output_limit:
            asyncio.ensure_future(self.km.interrupt_kernel())
        if self.printed > self.output_limit and msg["msg_type"] not in ("status", "error"):
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


def _forgive_warnings(cell) -> None:
    """nbgrader takes all points from a test cell that writes to stderr, but a deprecation warning or a progress bar is no mistake."""
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"
