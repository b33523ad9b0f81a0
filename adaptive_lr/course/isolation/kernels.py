"""Jupyter kernels in a sandbox: the same protocol as any, over sockets in a folder that the two sides share."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type
from zmq.error import ZMQError

from ...grading import WHOSE
from .. import CourseError
from ..limits import BYTES_BESIDE
from . import sandbox
from .nursery import NURSERY, Request
from .sandbox import Limits

TESTS_MEMORY = 4 << 30  # bytes


class Job:
    """The folders of one submission: `files`, what the assignment brings and what was handed in, `wires`, for sockets; and what it never sees: `own`, and
    `given`, the assignment's files alone, for the tests. remove() when it is over."""

    def __init__(self, assignments: Path, handed_in: Path | None = None):
        self.folder = Path(tempfile.mkdtemp(prefix="job-"))
        self.folder.chmod(0o711)
        self.files, self.wires, self.own, self.given = (self.folder / name for name in ("files", "wires", "own", "given"))
        for made in (self.files, self.wires, self.own, self.given):
            made.mkdir(mode=0o700)
        self._bring(assignments, self.given)
        self._bring(assignments, self.files)
        if handed_in:
            self._bring(handed_in, self.files)
        self.hand_over(self.files, self.wires, *self.files.rglob("*"))

    def hand_over(self, *paths: Path) -> None:
        """Let them belong to whom the code runs as."""
        if sandbox.is_root():
            for path in paths:
                os.chown(path, sandbox.stranger(), sandbox.stranger(), follow_symlinks=False)

    def _bring(self, files: Path, to: Path) -> None:
        """Copy what lies in a folder: no notebook, for the autograded one holds hidden tests, and no link."""
        total = 0
        for path in sorted(files.rglob("*")):
            if path.is_symlink() or not path.is_file() or path.suffix == ".ipynb":
                continue
            total += path.stat().st_size
            if total > BYTES_BESIDE:
                most = f"more than {BYTES_BESIDE >> 20} MB, which is the most that is copied for each submission"
                raise CourseError(f"The files beside the assignment's notebooks have {most}.\nMake them smaller.")
            copy = to / path.relative_to(files)
            with suppress(FileExistsError, NotADirectoryError):  # what an earlier folder brought stays
                copy.parent.mkdir(parents=True, exist_ok=True)
                with open(path, "rb") as source, open(copy, "xb") as made:
                    shutil.copyfileobj(source, made)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class ForkedKernel(LocalProvisioner):
    """A kernel in a sandbox, forked from the nursery. Jupyter's process of it is bubblewrap's: the two end together."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> dict:
        kernel = self.parent
        self.process, first = sandbox.held(kernel.sandbox)
        last = f"{kernel.ip}-{kernel.hb_port}"
        try:
            NURSERY.fork(Request(first, cmd, str(kernel.files), last, kernel.environment, kernel.user, kernel.limits, kernel.memory))
        except BaseException:
            await self.kill()
            raise
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()


class Channel(AsyncZMQSocketChannel):
    """Passes over what is no message of Jupyter's: the code in the kernel can send whatever it likes."""

    async def get_msg(self, timeout: float | None = None) -> dict:
        ends = float("inf") if timeout is None else monotonic() + timeout
        while True:
            try:
                message = await super().get_msg(None if timeout is None else max(0, ends - monotonic()))
            except (Empty, ZMQError, AssertionError):  # the last where the channel is closed
                raise
            except Exception:  # a wrong signature, too few parts, no JSON, JSON too deep …
                message = {}
            parts = [message.get(part) for part in ("header", "parent_header", "metadata", "content")]
            if all(isinstance(part, dict) for part in parts) and isinstance(message.get("msg_type"), str):
                return message
            if monotonic() >= ends:
                raise Empty
            await asyncio.sleep(0)  # a flood of them would keep others' time limits from being noticed


class PromptClient(AsyncKernelClient):
    """Ready as soon as the kernel has answered over both of its channels, where Jupyter's own waits for a while of silence."""

    shell_channel_class = Type(Channel)
    iopub_channel_class = Type(Channel)
    stdin_channel_class = Type(Channel)
    control_channel_class = Type(Channel)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        ends = monotonic() + (timeout or float("inf"))
        while monotonic() < ends:
            try:
                await self.get_iopub_msg(timeout=1)  # a welcome: from here on all that it publishes comes
                asked = self.kernel_info()
                while not _answers(await self.get_shell_msg(timeout=1), asked):
                    pass
                while not (_answers(message := await self.get_iopub_msg(timeout=1), asked) and message["content"].get("execution_state") == "idle"):
                    pass
            except Empty:
                if not await self.parent.is_alive():
                    break
            else:
                return
        raise RuntimeError("Kernel died before replying to kernel_info")


def _answers(message: dict, asked: str) -> bool:
    return message["parent_header"].get("msg_id") == asked


class KernelManager(AsyncKernelManager):
    """Of a kernel for one job: forked from the nursery, and in a sandbox. It finds `files` where it works; its sockets lie in `sockets`."""

    client_factory = Type(PromptClient)

    def __init__(
        self,
        job: Job,
        files: Path,
        sockets: Path,
        sandbox: list[str],
        environment: dict[str, str],
        user: int | None,
        limits: dict[str, int],
        memory: int | None,
    ):
        super().__init__()
        self.job, self.files, self.sandbox, self.environment = job, files, sandbox, environment
        self.user, self.limits, self.memory = user, limits, memory
        self.transport, self.ip, self.connection_file = "ipc", str(sockets / "kernel"), str(sockets / "kernel.json")
        self.provisioner = ForkedKernel(parent=self, kernel_spec=self.kernel_spec)

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(argv=["-f", "{connection_file}"], display_name="Python", language="python", interrupt_mode="message")

    def write_connection_file(self, **options) -> None:
        super().write_connection_file(**options)
        if self.user is not None:
            self.job.hand_over(Path(self.connection_file))

    async def shutdown_kernel(self, now: bool = True, restart: bool = False) -> None:
        """At once, whatever it does."""
        await self.provisioner.kill()
        await self.cleanup_resources()


def for_a_submission(job: Job, student: str, limits: Limits) -> KernelManager:
    confined = sandbox.strangers(job.files, job.wires, limits.scratch)
    known = sandbox.environment(sandbox.WORK, Path("/tmp"), **{WHOSE: student})  # the sandbox's own
    return KernelManager(job, job.files, job.wires, confined, known, sandbox.stranger(), limits.of_a_process(), limits.together)


def for_tests(job: Job, student: str) -> KernelManager:
    known = sandbox.environment(job.own, job.own, **{WHOSE: student})
    return KernelManager(job, job.given, job.own, sandbox.leash(), known, None, {"RLIMIT_AS": TESTS_MEMORY, "RLIMIT_CORE": 0}, None)
