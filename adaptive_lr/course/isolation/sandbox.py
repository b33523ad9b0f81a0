"""The sandbox that a submission's code runs in: bubblewrap, with nothing of the machine but Python, and limits on what it may use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from mmap import PAGESIZE
from pathlib import Path

import adaptive_lr

from .. import ONE_THREAD, CourseError
from . import syscalls

PACKAGE = Path(adaptive_lr.__file__).parent
STRANGERS = 1_000_000  # from here on nobody has a user id: whom the code runs as where root starts it
PROGRAMS = [f"/usr{local}/{name}" for local in ("", "/local") for name in ("bin", "lib", "lib32", "lib64", "libexec")]
SYSTEM = (*PROGRAMS, "/usr/share", "/etc/ld.so.cache", "/etc/fonts", "/etc/ssl")  # of what is installed; elsewhere below /usr people keep what they work on
LINKS = ("lib", "lib32", "lib64", "bin")
WORK = Path("/tmp/submission")  # where a submission's code starts, in its sandbox
HOW = "apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora)"


@dataclass(frozen=True)
class Limits:
    """What one process of a submission may use: bytes of memory, seconds of CPU, processes, bytes of a file, open files; bytes in a folder that it may
    write into, beside the copies of its files; and bytes of memory of all its processes together."""

    memory: int = 2 << 30
    together: int = 3 << 30
    cpu: int = 120
    processes: int = 64
    file: int = 32 << 20
    open_files: int = 256
    scratch: int = 64 << 20

    def of_a_process(self) -> dict[str, int]:
        """By the names that Python's `resource` has for them."""
        limits = {"RLIMIT_AS": self.memory, "RLIMIT_CPU": self.cpu, "RLIMIT_NPROC": self.processes, "RLIMIT_FSIZE": self.file}
        return limits | {"RLIMIT_NOFILE": self.open_files, "RLIMIT_CORE": 0}


def why_not() -> str:
    """Why there can be no sandbox here, or nothing."""
    if shutil.which("bwrap") is None:
        return f"bubblewrap is not installed, which keeps submissions apart from this machine: {HOW}"
    try:
        syscalls.library()
    except OSError:
        return "libseccomp is not installed, which keeps submissions from asking the system for too much: apt-get install libseccomp2, dnf install libseccomp"
    tried = subprocess.run(["bwrap", *leash(), *_apart(), "true"], capture_output=True, text=True, env=_bare())
    if tried.returncode:
        return f"bubblewrap makes no sandbox here ({tried.stderr.strip()}): it needs user namespaces, which this system may forbid, or a container it runs in"
    return ""


def require() -> None:
    if reason := why_not():
        raise CourseError(f"{reason}.\nOr, for people whom you trust with your files: --trust-submissions runs their code without any isolation.")


def is_root() -> bool:
    """Whether this is root with all users at hand. Root of a container of its own user's is none: what it can start is its own."""
    everyone = Path("/proc/self/uid_map").read_text(encoding="ascii").split() == ["0", "0", str(2**32 - 1)]
    return os.geteuid() == 0 and everyone


def stranger() -> int:
    """The user id of what this process runs in sandboxes: nobody's, if root gives it. Each process has another, for limits count what a user has."""
    return STRANGERS + os.getpid() if is_root() else os.getuid()


def strangers(files: Path, wires: Path, scratch: int) -> list[str]:
    """bubblewrap's arguments for a submission's sandbox: code in it may write into folders that are memory, and reach the sockets in `wires`."""
    readable = _readable()
    arguments = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"]
    arguments += ["--clearenv", "--proc", "/proc", "--dev", "/dev"]
    for folder, size in (("/tmp", scratch), (str(WORK), scratch + _room(files)), ("/dev/shm", scratch)):
        arguments += ["--perms", "1777", "--size", str(size), "--tmpfs", folder]
    for name in LINKS:
        if Path("/", name).is_symlink():
            arguments += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
    for folder in _above([*readable, files, wires]):
        arguments += ["--perms", "0755", "--dir", str(folder)]
    for path in readable:
        arguments += ["--ro-bind", str(path), str(path)]
    arguments += ["--ro-bind", str(files), str(files), "--bind", str(wires), str(wires)]
    return arguments + ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]


def _readable() -> list[Path]:
    """What every submission can read: it runs as whom the grader runs as, where that is no root."""
    python = [path for path in (sys.base_prefix, sys.prefix) if path not in ("/usr", "/usr/local")]  # whose parts are among the system's
    return [Path(path) for path in (*SYSTEM, *python, PACKAGE) if Path(path).exists()]


def keep_out(*folders: Path | None) -> None:
    """Raises CourseError where one of them lies where every submission can read."""
    for folder in filter(None, folders):
        for open_to_all in _readable():
            if folder.resolve().is_relative_to(open_to_all.resolve()):
                why = f"{folder} lies in {open_to_all}, which submissions can read, for Python or a part of this system is in it"
                raise CourseError(f"{why}.\nMove one of them elsewhere, so that nobody reads tests and others' work.")


def _room(files: Path) -> int:
    """The bytes that copies of the files take in a folder that is memory, where each begins a page of its own."""
    return sum(path.stat().st_size + PAGESIZE for path in files.rglob("*"))


def leash() -> list[str]:
    """bubblewrap's arguments for the tests' kernel: it sees what this machine has, and ends with all that it started."""
    return ["--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc"]


def held(arguments: list[str]) -> tuple[subprocess.Popen, int]:
    """A sandbox with nothing in it but a program that waits, and the process id of its first process. It ends with us, or when it is killed."""
    told, tell = os.pipe()
    holder = ["bwrap", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--info-fd", str(tell), *arguments, *_apart()]
    process = subprocess.Popen([*holder, "--", "sh", "-c", "echo; exec sleep infinity"], pass_fds=[tell], stdout=subprocess.PIPE, env=_bare())
    os.close(tell)
    with open(told, encoding="utf-8") as info:
        about = info.read()
    if not process.stdout.readline():  # it is complete once the program in it runs
        process.wait()
        raise OSError(f"bubblewrap made no sandbox: it ended with {process.returncode}")
    return process, json.loads(about)["child-pid"]


def _bare() -> dict[str, str]:
    """The environment of what holds a sandbox. Code of the same user can read it in there, so the grader's own, with its passwords, is none for it."""
    return {"PATH": os.environ.get("PATH", os.defpath)}


def _apart() -> list[str]:
    return [] if is_root() else ["--unshare-user"]


def environment(work: Path, settings: Path, **more: str) -> dict[str, str]:
    """Of a kernel: nothing of the grader's own, which may hold passwords. `settings`: where programs look for what they run, and keep what they ran."""
    own = {"PATH": f"{sys.prefix}/bin:/usr/bin:/bin", "HOME": str(work), "LANG": "C.UTF-8"}
    own |= {"IPYTHONDIR": str(settings / "ipython"), "MPLCONFIGDIR": str(settings / "matplotlib")}
    own["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # a notebook's, which shows figures in it
    return own | ONE_THREAD | {"PYTHONDONTWRITEBYTECODE": "1"} | more


def _above(paths: list[Path]) -> list[Path]:
    """The folders that lead to the paths: bubblewrap would make them for root alone."""
    there = {folder for path in paths for folder in path.parents} - {Path("/"), Path("/tmp")}
    return sorted(folder for folder in there if not any(folder.is_relative_to(path) for path in paths))
