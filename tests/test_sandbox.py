"""The sandbox that a submission's code runs in: what is there, what can be written, and what it may take."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty

import pytest
from jupyter_core.utils import run_sync

from adaptive_lr.course import CourseError
from adaptive_lr.course.isolation import sandbox
from adaptive_lr.course.isolation.execute import Trusted
from adaptive_lr.course.isolation.kernels import Job, for_a_submission, for_tests
from adaptive_lr.course.isolation.nursery import NURSERY
from adaptive_lr.course.isolation.sandbox import Limits

ROOT = Path(__file__).parent.parent


@pytest.fixture
def inside(tmp_path):
    """inside(code) → what a submission's kernel prints that runs it, beside a file data.csv; and the error that ends it."""
    (tmp_path / "data.csv").write_text("1,2\n")
    (tmp_path / "notebook.ipynb").write_text("{}")
    (tmp_path / "passwords").symlink_to("/etc/passwd")
    with running_in(Job(tmp_path)) as run:
        yield run


@contextmanager
def running_in(job):
    async def outputs(kernel, client, code):
        asked, printed, failed = client.execute(code), "", ""
        while await kernel.is_alive():
            try:
                message = await client.get_iopub_msg(timeout=0.5)
            except Empty:
                continue
            content = message["content"] if message["parent_header"].get("msg_id") == asked else {}
            printed += content.get("text", "") if content.get("name") == "stdout" else ""
            failed += f"{content['ename']}: {content['evalue']}" if "ename" in content else ""
            if content.get("execution_state") == "idle":
                break
        return printed.strip(), failed

    def run(code, limits=None):
        kernel = for_a_submission(job, "ada", limits or Limits())
        run_sync(kernel.start_kernel)()
        client = kernel.client()
        client.start_channels()
        run_sync(client.wait_for_ready)(timeout=60)
        try:
            return run_sync(outputs)(kernel, client, code)
        finally:
            client.stop_channels()
            run_sync(kernel.shutdown_kernel)()

    try:
        yield run
    finally:
        job.remove()


def test_there_is_python_with_its_packages_and_the_submissions_files(inside):
    said, complaint = inside("import numpy, adaptive_lr, os; print(sorted(os.listdir('.')), numpy.arange(3).sum())")
    assert said == "['data.csv'] 3", complaint


@pytest.mark.parametrize(
    "path", [ROOT / "solutions", ROOT / "tests", ROOT / "exercises", ROOT / ".git", "/etc/passwd", "/etc/shadow", "/var", "/sys", "/run", "/mnt", "/usr/src", "/usr/local/share", "/opt"]
)
def test_nothing_else_of_the_machine_is_there(inside, path):
    assert inside(f"import os; print(os.path.exists({str(path)!r}))")[0] == "False"


def test_figures_are_shown_as_in_any_notebook(inside):
    assert "inline" in inside("import matplotlib.pyplot as plt; print(plt.get_backend())")[0]


def test_nothing_that_is_there_can_be_written(inside):
    tried = [sys.prefix, sys.base_prefix, "/usr", str(ROOT / "adaptive_lr"), "/etc", "/"]
    code = f"""
for path in {tried!r}:
    try:
        open(path + "/left", "w")
        print(path)
    except OSError:
        pass
"""
    assert inside(code) == ("", "")


@pytest.mark.parametrize("folder", [".", "/tmp", "/dev/shm"])
def test_what_can_be_written_is_memory_and_little_of_it(inside, folder):
    code = f"""
import os
written = 0
try:
    for number in range(100):
        with open(os.path.join({folder!r}, str(number)), "wb") as file:
            file.write(bytes(1 << 20))
        written += 1
except OSError as error:
    print(written, error.strerror)
"""
    said, complaint = inside(code, replace(Limits(), scratch=5 << 20))
    assert said.endswith("No space left on device") and int(said.split()[0]) <= 5, (said, complaint)


def test_where_the_sockets_lie_nothing_can_be_added(inside):
    code = """
import glob
for folder in glob.glob("/tmp/**/wires", recursive=True):
    print(folder[-5:], end=" ")
    open(folder + "/more", "w")
"""
    said, complaint = inside(code)
    assert said == "wires" and "Read-only file system" in complaint


def test_a_module_that_was_handed_in_is_one_for_the_submission(inside, tmp_path):
    assert inside("open('helper.py', 'w').write('two = 2')\nimport helper; print(helper.two)") == ("2", "")


def test_and_none_for_the_tests(tmp_path):
    """They have what the assignment brings, under whatever names a student hands something in."""
    for folder, two in {"assignment": "2", "handed_in": "3"}.items():
        (tmp_path / folder).mkdir()
        for name in ("helper", "pandas")[: 1 + (folder == "handed_in")]:
            (tmp_path / folder / f"{name}.py").write_text(f"two = {two}")
    (tmp_path / "assignment/data.csv").write_text("1,2\n")
    (tmp_path / "handed_in/mine.py").touch()
    job = Job(tmp_path / "assignment", tmp_path / "handed_in")
    assert (job.files / "helper.py").read_text() == "two = 2"  # and the submission itself has these, too
    trusted = Trusted(job, "ada")
    trusted.start()
    trusted.listen({}, [])
    try:
        assert trusted.run("import helper, pandas; assert helper.two == 2 and pandas.DataFrame and open('data.csv').read()")["status"] == "ok"
        assert trusted.run("import mine")["ename"] == "ModuleNotFoundError"
    finally:
        trusted.end()
        job.remove()


@pytest.mark.parametrize("sizes", [[(40,), ()], [(20, 20, 20), ()], [(62,), (20, 40)]], ids=["one", "several", "the assignment's and a student's"])
def test_all_files_that_are_let_in_are_there(tmp_path, sizes):
    """Larger than what the code may then write into a file, or into a folder."""
    folders = [tmp_path / f"folder{number}" for number in range(len(sizes))]
    for folder, megabytes in zip(folders, sizes):
        folder.mkdir()
        for number, size in enumerate(megabytes):
            (folder / f"{folder.name}_{number}").write_bytes(bytes(size << 20))
    with running_in(Job(*folders)) as run:
        said, complaint = run("import os; print(sum(os.path.getsize(name) for name in os.listdir()) >> 20); open('mine', 'wb').write(bytes(30 << 20))")
    assert (said, complaint) == (str(sum(map(sum, sizes))), "")


def test_an_assignments_own_files_that_are_too_many_are_refused_with_the_number(tmp_path):
    (tmp_path / "data.bin").touch()
    os.truncate(tmp_path / "data.bin", 65 << 20)
    with pytest.raises(CourseError, match="more than 64 MB"):
        Job(tmp_path)


def test_there_is_no_network(inside):
    assert inside("print(1)") == ("1", "")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
import socket
for address in (("127.0.0.1", {port}), ("1.1.1.1", 53)):
    try:
        socket.create_connection(address, timeout=2)
        print(address)
    except OSError:
        pass
try:
    socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect({NURSERY.address!r})  # by now it is there
    print("the nursery")
except ConnectionRefusedError:
    pass
print(sorted(name for _, name in socket.if_nameindex()))
"""
        assert inside(code)[0] == "['lo']"


def test_no_other_process_is_to_be_seen_and_nobody_has_any_rights(inside):
    code = """
import os
status = open("/proc/self/status").read()
print(len([p for p in os.listdir("/proc") if p.isdigit()]) == 3, os.getuid() != 0, [line.split()[1] for line in status.splitlines() if line.startswith(("CapEff", "CapBnd", "NoNewPrivs"))])
try:
    os.setuid(0)
    print("root")
except OSError:
    pass
"""
    said, complaint = inside(code)
    assert said.startswith("True True ['0000000000000000', ") and "root" not in said and said.endswith("'1']"), (said, complaint)


def test_what_holds_a_sandbox_knows_nothing_of_the_graders_environment(monkeypatch):
    """Code of the same user can read it. Root's submissions have a user of their own, so there the attack that looks for it finds nothing either way."""
    monkeypatch.setenv("GRADERS_SECRET", "a password of the database's")
    process, first = sandbox.held(sandbox.leash())
    try:
        environments = [Path(f"/proc/{each}/environ").read_bytes() for each in (process.pid, first)]
    finally:
        process.kill()
        process.communicate()
    assert all(environments) and not any(b"SECRET" in each for each in environments)


def test_the_environment_tells_nothing(inside, monkeypatch):
    monkeypatch.setenv("SECRET", "token")
    said, _ = inside("import os; print(dict(os.environ))")
    assert "token" not in said and "HOME" in said


@pytest.mark.parametrize(
    "code, limits, fails",
    [
        ("import numpy; numpy.ones(1 << 28)", replace(Limits(), memory=1 << 30), "MemoryError"),
        ("open('big', 'wb').write(bytes(2 << 20))", replace(Limits(), file=1 << 20), "OSError|File too large"),
        ("while True: pass", replace(Limits(), cpu=1), ""),
        ("[open('data.csv') for _ in range(200)]", replace(Limits(), open_files=150), "Too many open files"),
        ("import os\nwhile True:\n    if not os.fork(): import time; time.sleep(20); os._exit(0)", replace(Limits(), processes=20), "BlockingIOError"),
        ("open('/tmp/big', 'wb').write(bytes(20 << 20))", replace(Limits(), scratch=10 << 20), "No space left"),
    ],
    ids=["memory", "file", "cpu", "open files", "processes", "scratch"],
)
def test_limits_hold(inside, code, limits, fails):
    said, complaint = inside(f"{code}\nprint('went on')", limits)
    assert "went on" not in said and any(each in complaint for each in fails.split("|"))


def test_what_all_processes_hold_together_is_limited(inside):
    code = """
import os, time
for child in range(4):
    if not os.fork():
        held = bytearray(150 << 20)
        time.sleep(30)
        os._exit(0)
time.sleep(30)
print("went on")
"""
    assert inside(code, replace(Limits(), together=400 << 20)) == ("", "")


def test_what_processes_share_counts_once(inside):
    code = """
import os, time
held = bytearray(200 << 20)
children = [os.fork() or (time.sleep(1), os._exit(0)) for child in range(4)]
time.sleep(2)
print("went on")
"""
    assert inside(code, replace(Limits(), together=600 << 20)) == ("went on", "")


@pytest.mark.parametrize(
    "call",
    [
        "c.shmget(0, 1 << 20, 0o1600)",
        "c.memfd_create(b'x', 0)",
        *("c.unshare(0x10000000)", "c.unshare(0x10020000)", "c.setns(0, 0)", "c.mount(b'none', b'/tmp', b'tmpfs', 0, None)"),
        *("c.ptrace(0, 0, 0, 0)", "c.syscall(56, 0x10000011, 0, 0, 0, 0)" if os.uname().machine == "x86_64" else "c.unshare(0x10000000)"),
    ],
)
def test_what_no_limit_would_count_cannot_be_asked_for(inside, call):
    """A single process, for the system allows some of it to those of one thread alone."""
    code = f"""
import ctypes, os
here, there = os.pipe()
if not os.fork():
    c = ctypes.CDLL(None, use_errno=True)
    told = f"{{{call}}} {{os.strerror(ctypes.get_errno())}}"
    os.write(there, told.encode())
    os._exit(0)
print(os.read(here, 100).decode())
"""
    assert inside(code) == ("-1 Operation not permitted", "")


def test_the_sandbox_ends_with_all_that_it_started(inside):
    sleeps = "os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(77.123)'])"

    def sleeping():
        return subprocess.run(["pgrep", "-f", "77[.]123"], capture_output=True, text=True).stdout

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(inside, f"import os, sys, time\nif not os.fork():\n    os.setsid()\n    {sleeps}\ntime.sleep(4)")
        while not (seen := sleeping()) and not ended.done():
            time.sleep(0.1)
    ends = time.monotonic() + 10
    while sleeping() and time.monotonic() < ends:  # the system takes its time to end them
        time.sleep(0.1)
    assert seen and not sleeping()


@pytest.mark.parametrize("inner", ["lib/course", "."])
def test_what_lies_where_python_does_is_not_graded(tmp_path, monkeypatch, inner):
    """A virtual environment made in the course's folder, for one: every submission can read it."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(CourseError, match=r"(?s)lies in .*which submissions can read.*\nMove one of them"):
        sandbox.keep_out(Path("/tmp"), tmp_path / inner, None)
    sandbox.keep_out(Path("/tmp"), tmp_path.parent, None)


def test_no_program_of_the_tests_looks_for_what_others_could_leave_there(tmp_path):
    job = Job(tmp_path)
    known = for_tests(job, "ada").environment
    assert {known[name] for name in ("HOME", "IPYTHONDIR", "MPLCONFIGDIR")} == {str(job.own), str(job.own / "ipython"), str(job.own / "matplotlib")}
    job.remove()


def test_a_bubblewrap_that_may_not_work_here_is_refused_too(tmp_path, monkeypatch):
    """Before anyone is graded, and not once for every student."""
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho no permission to create new namespace >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(CourseError, match="(?s)no permission to create new namespace.*--trust-submissions"):
        sandbox.require()


def test_without_bubblewrap_grading_refuses_and_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(CourseError, match="(?s)bubblewrap is not installed.*apt-get install bubblewrap.*--trust-submissions"):
        sandbox.require()
