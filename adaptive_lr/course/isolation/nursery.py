"""A process that has imported what kernels need. For every request it forks one, which enters a sandbox that bubblewrap has made.

`NURSERY` is the one that this process asks. As a program, this module takes requests from whoever connects to its socket and is of the same user,
each a message of JSON, and answers with another: {} or {"error": …}. It ends when its standard input does. What a request says is read by the fork
alone, so that no later fork holds it. A fork runs somebody's code only when it has given up all rights that its sandbox does not grant.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import importlib
import json
import os
import random
import resource
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .. import SELDOM
from . import sandbox, syscalls

NAMESPACES = ("mnt", "pid", "net", "ipc", "uts")
OWNER = 0xB701  # ioctl NS_GET_USERNS: the user namespace that a namespace belongs to
DUMPABLE, DROP_FROM_BOUNDS, NO_NEW_PRIVILEGES = 4, 24, 38  # prctl
READ_ONLY = 1 | 2 | 4 | 32 | 4096  # mount: read-only, no setuid, no devices, for what is mounted there already, and for this place alone
CAPABILITIES = 0x20080522  # capset's version 3
PAUSE = 200  # milliseconds between two looks at a sandbox's memory
LONGEST = 65536  # bytes of a message
WAITING = 100  # who may ask at the same time
PATIENCE = 120  # seconds for an answer: a kernel is there within one, and on a machine that is busy otherwise within a few
OWN = Path(os.path.expanduser("~"), ".cache/adaptive-lr")  # in /tmp, whoever came first could say what is run
IMPORTED = (
    *("numpy", "matplotlib.figure", "matplotlib.font_manager", "matplotlib.backends.backend_agg", "adaptive_lr", "adaptive_lr.grading"),
    # the two ends of the wire, of one version whatever is installed while a class is graded
    *("adaptive_lr.course.isolation.serving", "adaptive_lr.course.isolation.asking"),
    # and what a kernel itself imports when it starts
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "tornado.platform.asyncio", "tornado.queues", "sqlite3"),
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic"),
)

INSIDE: set[int] = set()  # the namespaces that this process is in
libc = ctypes.CDLL(None, use_errno=True)


class Request(NamedTuple):
    """user: whom the kernel runs as, confined to the sandbox's own folders; or None for whom the nursery runs as, with all rights."""

    sandbox: int  # the process id of the sandbox's first process
    arguments: list[str]  # of the kernel's program
    files: str  # the folder of what it finds where it works, modules too
    last: str  # of its sockets, the one that it opens last
    environment: dict[str, str]
    user: int | None
    limits: dict[str, int]  # of one process, by RLIMIT_…
    memory: int | None  # bytes, of all processes of the sandbox together


class Nursery:
    """The client's end. Starts its process when the first kernel is asked for, if not before, and again if it should be lost.

    `address` is what another process needs to ask the same one. It names no file that could be left behind, and no submission's sandbox can reach it.
    """

    def __init__(self):
        self.process: subprocess.Popen | None = None
        self.address = ""

    def start(self) -> None:
        """If there is none yet, and without waiting until it is ready."""
        if not self.address:
            self._start_anew()

    def _start_anew(self) -> None:
        """It knows nothing of this process: what it knew, its forks could read."""
        self.address = f"\0adaptive-lr-{secrets.token_hex(16)}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
            listening.bind(self.address)
            listening.listen(WAITING)
            program = [sys.executable, "-P", "-s", "-m", __name__, str(listening.fileno())]  # neither its own folder nor the user's is one of modules
            clean = sandbox.environment(Path("/"), OWN) | {"MPLBACKEND": "agg"}
            silent = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            self.process = subprocess.Popen(program, pass_fds=[listening.fileno()], cwd="/", env=clean, **silent)

    def fork(self, request: Request) -> None:
        """Raises OSError where no kernel came of it."""
        with self._connected() as asking:
            asking.send(json.dumps(request._asdict()).encode())
            answer = asking.recv(LONGEST)
        if problem := json.loads(answer or '{"error": "the process that forks kernels has ended"}').get("error"):
            raise OSError(f"no kernel could be started: {problem}")

    def _connected(self) -> socket.socket:
        asking = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asking.settimeout(PATIENCE)
        if not self.address or asking.connect_ex(self.address) != 0 or _user_at_the_end_of(asking) != os.getuid():
            asking.close()
            self._start_anew()
            asking = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            asking.settimeout(PATIENCE)
            asking.connect(self.address)
        return asking


def _user_at_the_end_of(connection: socket.socket) -> int:
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return user


NURSERY = Nursery()


def share(address: str, place: str, run: int) -> None:
    """In a process that grades: take kernels from where the run's own does, have what is temporary where that one removes it, however this one ends,
    and end with that one, whose process id is `run`, however it ends.

    It is here, where little is imported, for a process begins with it.
    """
    NURSERY.address, tempfile.tempdir = address, place
    threading.Thread(target=_end_with, args=[run], daemon=True).start()
    gc.set_threshold(SELDOM)


def _end_with(run: int) -> None:
    while os.getppid() == run:
        time.sleep(0.1)  # for so long the next run may meet this one
    os._exit(1)


def main(listening: int) -> None:
    """listening: the descriptor of the socket that it is asked at."""
    syscalls.library()
    INSIDE.update(os.stat(f"/proc/self/ns/{name}").st_ino for name in ("user", *NAMESPACES))
    for module in IMPORTED:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # so that no fork copies what it only collects
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to answer
    asked_at, asked = socket.socket(fileno=listening), True
    while asked:
        told, tell = os.pipe()
        if os.fork() == 0:
            _await_request(asked_at, tell)
        os.close(tell)
        asked = os.read(told, 1)
        os.close(told)


def _await_request(listening: socket.socket, tell: int) -> None:
    """In a fork: take the next request, tell that it is taken, and see to it."""
    try:
        waiting = select.poll()  # select takes no numbers above 1023
        waiting.register(listening, select.POLLIN)
        waiting.register(sys.stdin, select.POLLIN)
        if sys.stdin.fileno() not in dict(waiting.poll()):
            asking, _ = listening.accept()
            listening.close()  # else it would seem that somebody listens when the others are gone
            os.write(tell, b"!")
            os.close(tell)
            if _user_at_the_end_of(asking) == os.getuid():
                _look_after(asking)
    finally:
        os._exit(0)


def _look_after(asking: socket.socket) -> None:
    """Start the kernel that is asked for, answer, once, and end its sandbox when it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with asking:
        try:
            request = Request(**json.loads(asking.recv(LONGEST)))
            sandbox = os.pidfd_open(request.sandbox)
            users = _enter(request.sandbox, apart=request.user is not None)
            kernel = os.fork()  # only a child is in the entered namespace of processes
            if kernel == 0:
                _be_a_kernel(request, users)
            _await_sockets(kernel, request)
        except BaseException as error:
            asking.send(json.dumps({"error": repr(error)}).encode())
            return
        asking.send(b"{}")
    try:
        _await_end(kernel, request.memory)
    finally:  # also where there is no memory left to watch it
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(sandbox, signal.SIGKILL)


def _enter(process: int, apart: bool) -> int:
    """Join the namespaces of a process, and see the file system as it does. Returns that of its users, in which nobody has a right over the others.

    Raises PermissionError if it has to be `apart`, and one of them is our own.
    """
    joined = [os.open(f"/proc/{process}/ns/{name}", os.O_RDONLY | os.O_CLOEXEC) for name in NAMESPACES]
    users = os.open(f"/proc/{process}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    root = os.open(f"/proc/{process}/root", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    owner = fcntl.ioctl(joined[0], OWNER)  # bubblewrap, started by no root, makes two of them, one inside the other
    if apart and any(os.fstat(namespace).st_ino in INSIDE for namespace in joined):
        raise PermissionError(f"process {process} is in no sandbox")
    for namespace in (owner, *joined):
        _join(namespace)
    os.fchdir(root)
    os.chroot(".")
    return users


def _join(namespace: int) -> None:
    if os.fstat(namespace).st_ino not in INSIDE:
        _tried(libc.setns(namespace, 0), "setns")
        INSIDE.add(os.fstat(namespace).st_ino)


def _await_sockets(kernel: int, request: Request) -> None:
    """Until the kernel listens, and then let the folder of its sockets be: what lies in it counts against nobody's limit."""
    while not os.path.exists(request.last):
        if os.waitpid(kernel, os.WNOHANG)[0]:
            raise ChildProcessError("it ended before it listened")
        time.sleep(0.002)
    if request.user is not None:
        folder = os.path.dirname(request.last).encode()
        _tried(libc.mount(None, folder, None, READ_ONLY, None), "mount")


def _await_end(kernel: int, most: int | None) -> None:
    """Until the kernel ends, or its sandbox holds more memory than it may: what one process may hold, it could hold in each of its children."""
    ended = select.poll()
    ended.register(os.pidfd_open(kernel), select.POLLIN)
    while not ended.poll(None if most is None else PAUSE) and _memory() <= most:
        pass


def _memory() -> int:
    """The bytes that all processes of the sandbox hold; what several share counts once."""
    total = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/smaps_rollup", "rb") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith(b"Pss:")) << 10
        except PermissionError:  # it hides its insides: then what it shares counts, too
            with suppress(OSError), open(f"/proc/{process}/statm", "rb") as file:
                total += int(file.read().split()[1]) * resource.getpagesize()
        except (OSError, StopIteration):  # it has just ended
            continue
    return total


def _be_a_kernel(request: Request, users: int) -> None:
    try:
        _join(users)
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nowhere = os.open("/dev/null", os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        if request.user is not None:
            _give_up_rights(request.user)
        os.environ.clear()
        os.environ.update(request.environment)
        os.chdir(request.files if request.user is None else _copied(request.files))
        sys.path.insert(0, "")
        for name, value in request.limits.items():  # of what is written from here on: files that were let in may be larger
            resource.setrlimit(getattr(resource, name), (value, value))
        _draw_anew()
        if matplotlib := sys.modules.get("matplotlib"):  # which has chosen how to show figures when it was imported
            matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
        from ipykernel.kernelapp import IPKernelApp

        sys.argv = ["ipykernel_launcher"]
        kernel = IPKernelApp.instance()
        kernel.initialize(request.arguments)
        kernel.start()
    finally:
        os._exit(1)


def _give_up_rights(user: int) -> None:
    """Be nobody but that user, now and whatever is run later."""
    for capability in range(64):
        libc.prctl(DROP_FROM_BOUNDS, capability, 0, 0, 0)
    if os.getuid() != user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _tried(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
    _tried(libc.capset((ctypes.c_uint32 * 2)(CAPABILITIES, 0), (ctypes.c_uint32 * 6)()), "capset")
    libc.prctl(DUMPABLE, 1, 0, 0, 0)  # else what it is in /proc belongs to root
    syscalls.forbid()


def _copied(files: str) -> str:
    """The sandbox's own folder, with copies of the files in it."""
    for found in os.scandir(files):
        copy = shutil.copytree if found.is_dir() else shutil.copyfile
        copy(found.path, sandbox.WORK / found.name)
    return str(sandbox.WORK)


def _draw_anew() -> None:
    """All forks would draw the same numbers."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _tried(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
