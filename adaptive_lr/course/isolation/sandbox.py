"""The sandbox that a submission's code runs in: bubblewrap, with nothing of the machine but Python, and limits on what it may use."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import adaptive_lr

from .. import ONE_THREAD, CourseError

PACKAGE = Path(adaptive_lr.__file__).parent
STRANGERS = 1_000_000  # from here on nobody has a user id: whom the code runs as where root starts it
SYSTEM = ("/usr", "/etc/ld.so.cache", "/etc/fonts", "/etc/ssl")  # all of it readable for everyone anyway
LINKS = ("lib", "lib32", "lib64", "bin")
HOW = "apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora)"


@dataclass(frozen=True)
class Limits:
    """What one process of a submission may use: bytes of memory, seconds of CPU, processes, bytes of a file, open files; bytes of all in /tmp."""

    memory: int = 2 << 30
    cpu: int = 120
    processes: int = 64
    file: int = 32 << 20
    open_files: int = 256
    scratch: int = 64 << 20


def why_not() -> str:
    """Why there can be no sandbox here, or nothing."""
    if shutil.which("bwrap") is None or shutil.which("prlimit") is None:
        return f"bubblewrap is not installed, which keeps submissions apart from this machine: {HOW}"
    return ""


def require() -> None:
    if reason := why_not():
        raise CourseError(f"{reason}.\nOr, for people whom you trust with your files: --trust-submissions runs their code without any isolation.")


def stranger() -> int:
    """The user id of what this process runs in sandboxes. Each has another, for the limit on processes counts those of a user."""
    return STRANGERS + os.getpid()


def command(program: list[str], work: Path, wires: Path, limits: Limits | None = None, env: dict[str, str] | None = None) -> list[str]:
    """`program` in a sandbox: it may write into `work`, where it starts, and into /tmp, and reach the sockets in `wires`."""
    limits = limits or Limits()
    readable = [Path(path) for path in (*SYSTEM, sys.base_prefix, sys.prefix, PACKAGE) if Path(path).exists()]
    arguments = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session"]
    arguments += ["--hostname", "sandbox", "--clearenv", "--proc", "/proc", "--dev", "/dev"]
    arguments += ["--perms", "1777", "--size", str(limits.scratch), "--tmpfs", "/tmp"]
    for name in LINKS:
        if Path("/", name).is_symlink():
            arguments += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
    for folder in _above([*readable, work, wires]):
        arguments += ["--perms", "0755", "--dir", str(folder)]
    for path in readable:
        arguments += ["--ro-bind", str(path), str(path)]
    arguments += ["--bind", str(work), str(work), "--bind", str(wires), str(wires), "--chdir", "/"]
    for name, value in _environment(env or {}, work).items():
        arguments += ["--setenv", name, value]
    limited = [
        *("prlimit", f"--as={limits.memory}", f"--cpu={limits.cpu}", f"--nproc={limits.processes}", f"--fsize={limits.file}"),
        *(f"--nofile={limits.open_files}", "--core=0", "--", "env", "-C", str(work)),
    ]
    if os.geteuid() == 0:  # root builds the sandbox, and gives up being root for good
        arguments += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        limited = [*("setpriv", f"--reuid={stranger()}", f"--regid={stranger()}", "--clear-groups", "--inh-caps=-all", "--no-new-privs", "--"), *limited]
    else:
        arguments += ["--unshare-user", "--cap-drop", "ALL"]
    return [*arguments, "--", *limited, *program]


def _environment(more: dict[str, str], work: Path) -> dict[str, str]:
    own = {"PATH": f"{sys.prefix}/bin:/usr/bin:/bin", "HOME": str(work), "LANG": "C.UTF-8", "IPYTHONDIR": "/tmp/ipython", "MPLCONFIGDIR": "/tmp/matplotlib"}
    return own | ONE_THREAD | {"PYTHONDONTWRITEBYTECODE": "1"} | more


def _above(paths: list[Path]) -> list[Path]:
    """The folders that lead to the paths: bubblewrap would make them for root alone."""
    there = {folder for path in paths for folder in path.parents} - {Path("/"), Path("/tmp")}
    return sorted(folder for folder in there if not any(folder.is_relative_to(path) for path in paths))
