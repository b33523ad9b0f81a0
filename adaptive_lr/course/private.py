"""What must not leave the instructor's machine: the hidden tests, and where things lie on it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearHiddenTests

from .isolation.wire import ELSEWHERE

CHECKOUT = Path(__file__).parents[2]
CODE_OF_A_CELL = re.compile(r"(?<![^\s\"'])[^\s\"']*ipykernel_\d+/\d+\.py")  # the file name that a kernel gives it, sought from where a word begins
FRAME = re.compile(r"\s*Cell In\[(\d+)\], line \d+")
SHORTEST_SECRET = 10  # characters; a hidden line shorter than that says nothing, and might stand anywhere


def without_folders(text: str, *folders: Path) -> str:
    """The text with "…" for these folders and for those that the software, the user and temporary files live in."""
    here = {*folders, CHECKOUT, *map(Path, (sys.prefix, sys.base_prefix, os.path.expanduser("~"), tempfile.gettempdir()))}
    names = {str(form) for folder in here if folder.is_absolute() for form in (folder, folder.resolve()) if form.name}
    for name in sorted(names, key=len, reverse=True):  # the longest first, of folders that lie in one another
        text = re.sub(rf"{re.escape(name)}(?![\w.-])", "…", text)
    return text


class KeepPrivate(ClearHiddenTests):
    """nbgrader's ClearHiddenTests, and the same for outputs, where tracebacks and warnings quote the lines that they come from.

    Of a traceback the frames in the student's own cells stay, with the error's name and message.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        with_tests = _lines(code)
        nb, resources = super().preprocess(nb, resources)
        self.secrets = {line for line in with_tests - _lines(code) if len(line) >= SHORTEST_SECRET}
        students, tests, others = (
            {str(cell.execution_count) for cell in code if which(cell)}
            for which in (lambda cell: not utils.is_locked(cell), utils.is_grade, lambda cell: utils.is_locked(cell) and not utils.is_grade(cell))
        )
        for cell in code:
            own = students - others - (tests if utils.is_grade(cell) else set())  # tests may run in a kernel that counts anew
            for output in cell.outputs:
                self._clean(output, own)
        return nb, resources

    def _clean(self, output: NotebookNode, own: set[str]) -> None:
        if output.output_type == "stream":
            output.text = self._cleaned(output.text)
        elif output.output_type == "error":
            output.traceback = [self._cleaned(part) for part in self._own_frames(output, own)]
        else:
            output.data.update({kind: self._cleaned(shown) for kind, shown in output.data.items() if kind.startswith("text/")})

    def _own_frames(self, error: NotebookNode, own: set[str]) -> list[str]:
        frames = [part for part in error.traceback if _is_of_sandbox(part) or (frame := FRAME.match(strip_ansi(part))) and frame[1] in own]
        if frames and f"\n{error.ename}" in strip_ansi(frames[-1]):  # a syntax error's frame ends with its message
            return frames
        message = f"\x1b[31m{error.ename}\x1b[39m" + (f": {error.evalue}" if error.evalue else "")
        return [*frames, message]

    def _cleaned(self, text: str) -> str:
        lines = [line for line in text.split("\n") if not self._is_secret(strip_ansi(line))]
        return without_folders(CODE_OF_A_CELL.sub("cell", "\n".join(lines)), Path.cwd())  # nbgrader works in the course folder

    def _is_secret(self, line: str) -> bool:
        return any(secret in line for secret in self.secrets)


def _is_of_sandbox(part: str) -> bool:
    """Whether a frame of a traceback is of the student's code, which was called from another kernel."""
    return strip_ansi(part).lstrip().startswith(f"File {ELSEWHERE}")


def _lines(cells: list[NotebookNode]) -> set[str]:
    return {line.strip() for cell in cells for line in cell.source.split("\n")}
