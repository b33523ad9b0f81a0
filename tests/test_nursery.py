"""The process that forks kernels: whom it answers, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from adaptive_lr.course.isolation import nursery
from adaptive_lr.course.isolation.nursery import Nursery, Request

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
    address = "\0adaptive-lr-test-of-users"
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
