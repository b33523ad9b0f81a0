"""Jupyter kernels in a sandbox: the same protocol as any, over sockets in a folder that the two sides share."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec

from .sandbox import Limits, command, stranger

LARGEST = 64 << 20  # bytes of all files that a submission may bring along
KERNEL = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]


class Job:
    """The folders of one submission's sandbox: `work`, where its code starts, and `wires`, for sockets. remove() when it is over."""

    def __init__(self, files: Path | None = None):
        self.folder = Path(tempfile.mkdtemp(prefix="adaptive-lr-"))
        self.folder.chmod(0o711)
        self.work, self.wires = self.folder / "work", self.folder / "wires"
        for made in (self.work, self.wires):
            made.mkdir(mode=0o700)
        if files is not None:
            self._bring(files)
        self.hand_over(self.work, self.wires, *self.work.rglob("*"))

    def hand_over(self, *paths: Path) -> None:
        """Let them belong to whom the code runs as."""
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, stranger(), stranger(), follow_symlinks=False)

    def _bring(self, files: Path) -> None:
        """Copy what lies beside the notebook: no notebook, for the autograded one holds hidden tests, and no link."""
        total = 0
        for path in sorted(files.rglob("*")):
            if path.is_symlink() or not path.is_file() or path.suffix == ".ipynb":
                continue
            total += path.stat().st_size
            if total > LARGEST:
                raise ValueError(f"the files beside the notebook have more than {LARGEST >> 20} MB")
            copy = self.work / path.relative_to(files)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class SandboxedKernelManager(AsyncKernelManager):
    """Starts its kernel in a sandbox. The job has to be set before."""

    job: Job
    limits = Limits()
    env: dict[str, str] = {}  # what the kernel's environment has besides

    @property
    def kernel_spec(self) -> KernelSpec:
        program = command([sys.executable, *KERNEL], self.job.work, self.job.wires, self.limits, self.env)
        return KernelSpec(argv=program, display_name="sandboxed Python", language="python", interrupt_mode="message")

    def write_connection_file(self, **options) -> None:
        super().write_connection_file(**options)
        self.job.hand_over(Path(self.connection_file))

    def pre_start(self, job: Job) -> None:
        self.job, self.transport = job, "ipc"
        self.ip, self.connection_file = str(job.wires / "kernel"), str(job.wires / "kernel.json")
