"""The process that forks kernels: whom it answers, and how it ends."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import closing

import pytest

from adaptive_lr.course.isolation import nursery
from adaptive_lr.course.isolation.nursery import Nursery, Request
from adaptive_lr.course.workers import Processes

NOBODY = Request(sandbox=0, arguments=[], files="", last="", environment={}, user=None, limits={}, memory=None)  # no process has that number


@pytest.fixture
def started():
    made = Nursery()
    made.start()
    yield made
    made.process.stdin.close()
    assert made.process.wait(60) == 0


def answer(address, message):
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)) as asking:
        asking.settimeout(60)
        asking.connect(address)
        asking.send(message)
        return asking.recv(nursery.LONGEST)


def test_what_cannot_be_done_is_told_and_the_next_is_heard(started):
    for nonsense in (b"{", b"{}", b'{"error": 1}', json.dumps(NOBODY._asdict()).encode()):
        assert json.loads(answer(started.address, nonsense))["error"]
    with pytest.raises(OSError, match="no kernel could be started: .*"):
        started.fork(NOBODY)


def test_another_process_may_ask_the_same_one(started):
    code = f"""
from adaptive_lr.course.isolation.nursery import NURSERY
from test_nursery import NOBODY
NURSERY.address = {started.address!r}
try:
    NURSERY.fork(NOBODY)
except OSError as error:
    print(error, NURSERY.process)
"""
    said = subprocess.run([sys.executable, "-c", code], cwd=os.path.dirname(__file__), capture_output=True, text=True)
    assert "no kernel could be started" in said.stdout and said.stdout.endswith(" None\n"), said.stderr


def test_another_user_is_not_answered():
    """Here it is the process that takes itself for somebody else."""
    address = f"\0adaptive-lr-test-{secrets.token_hex(16)}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)) as listening:
        listening.bind(address)
        listening.listen()
        code = f"import os\nfrom adaptive_lr.course.isolation import nursery\nown = os.getuid()\nos.getuid = lambda: own + 1\nnursery.main({listening.fileno()})"
        process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, pass_fds=[listening.fileno()])
    for message in (b"{}", json.dumps(NOBODY._asdict()).encode()):
        with pytest.raises(ConnectionError):
            answer(address, message)
    process.stdin.close()
    assert process.wait(60) == 0


def test_another_users_is_not_believed(started, monkeypatch):
    address = f"\0adaptive-lr-test-{secrets.token_hex(16)}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)) as listening:
        listening.bind(address)
        listening.listen()
        asks = Nursery()
        asks.address = address
        monkeypatch.setattr(nursery.os, "getuid", lambda: -1)
        with pytest.raises(OSError, match="no kernel could be started"):
            asks.fork(NOBODY)
        assert listening.accept()[0].recv(1) == b"" and asks.address != address
    asks.process.stdin.close()
    assert asks.process.wait(60) == 0


def test_who_has_many_files_open_is_served(tmp_path):
    """select, for one, takes no descriptors above 1023."""
    code = """
import os, resource
from adaptive_lr.course.isolation.nursery import NURSERY
from test_nursery import NOBODY
resource.setrlimit(resource.RLIMIT_NOFILE, (2000, 2000))
opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
NURSERY.start()
try:
    NURSERY.fork(NOBODY)
except OSError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], cwd=os.path.dirname(__file__), capture_output=True, text=True)
    assert "no kernel could be started" in said.stdout, said.stderr


def test_the_processes_that_grade_share_one_and_leave_no_files():
    nursery.NURSERY.start()
    with closing(Processes(2)) as pool:
        pool.start()
        told = [pool.executor.submit(lambda: (nursery.NURSERY.address, nursery.NURSERY.process, tempfile.mkdtemp())).result() for _ in range(2)]
        assert {(address, process) for address, process, _ in told} == {(nursery.NURSERY.address, None)}
        assert all(os.path.isdir(folder) for *_, folder in told)
    assert not any(os.path.exists(folder) for *_, folder in told)


def test_a_kernel_that_is_to_be_apart_is_started_in_no_process_that_is_not(started):
    apart = NOBODY._replace(sandbox=os.getpid(), user=os.getuid())
    assert "is in no sandbox" in json.loads(answer(started.address, json.dumps(apart._asdict()).encode()))["error"]


def test_one_that_is_lost_is_replaced(started):
    lost = started.process
    answer(started.address, b"{}")
    lost.send_signal(signal.SIGKILL)
    lost.wait()
    with lost.stdin:
        for _ in range(3):  # one more it may answer that was waiting already
            with pytest.raises(OSError, match="no kernel could be started|reset"):
                started.fork(NOBODY)
    assert started.process is not lost and started.process.poll() is None


def test_it_ends_with_the_process_that_started_it_however_that_ends():
    code = """
import sys
from adaptive_lr.course.isolation.nursery import NURSERY
NURSERY.start()
print(NURSERY.process.pid, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starts:
        number = int(starts.stdout.readline())
        ended = os.pidfd_open(number)
        starts.send_signal(signal.SIGKILL)
        assert nursery.select.select([ended], [], [], 60)[0]
    os.close(ended)
