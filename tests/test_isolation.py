"""The wire between a submission's kernel and the tests', and the sandbox that the submission's code runs in."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from queue import Empty

import numpy as np
import pytest
from jupyter_core.utils import run_sync

from adaptive_lr.course import CourseError
from adaptive_lr.course.isolation import sandbox
from adaptive_lr.course.isolation.asking import Line, Remote
from adaptive_lr.course.isolation.execute import Trusted
from adaptive_lr.course.isolation.kernels import Job, for_a_submission
from adaptive_lr.course.isolation.plain import decode, encode
from adaptive_lr.course.isolation.sandbox import Limits
from adaptive_lr.course.isolation.serving import serve
from adaptive_lr.course.isolation.wire import Broken, TooMuchOutput
from adaptive_lr.grading.known.adagrad import ravine

ROOT = Path(__file__).parent.parent


def refuse(*told):
    raise ValueError("no plain data")


VALUES = [
    *(None, True, False, 0, -7, 2**80, 0.1, -0.0, float("inf"), float("nan"), 1e-320, 2 - 3j, "", "ε\ud800", b"\x00\xff"),
    *([1, [2.5, "x"]], (1, (2,), []), {1, 2}, frozenset({"a"}), {"a": {1: (2.0,)}, 3: None}),
    *(np.arange(6.0).reshape(2, 3), np.zeros((0, 2), "f4"), np.array(3), np.float32(0.1), np.array([1 + 2j]), np.array([True, False]), np.array(["ab", "ε"])),
    *(np.array([b"x"]), np.datetime64("2026-11-23"), np.asfortranarray(np.arange(4.0).reshape(2, 2)), np.arange(4)[::2], np.array([np.nan, np.inf])),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_data_come_back_as_they_were(value):
    back = decode(json.loads(json.dumps(encode(value, refuse))), refuse)
    assert type(back) is type(value) and repr(back) == repr(value)
    if isinstance(value, (np.ndarray, np.generic)):
        assert back.dtype == value.dtype and back.shape == value.shape


@pytest.mark.parametrize(
    "value",
    [object(), len, np.array([object()]), np.zeros(1, "i4,f8"), type("L", (list,), {})()],
    ids=lambda value: type(value).__name__ + str(getattr(value, "dtype", "")),
)
def test_what_is_no_plain_data_is_refused(value):
    with pytest.raises(ValueError, match="no plain data"):
        encode(value, refuse)


JUNK = [
    *([1], {}, {"a": 1, "b": 2}, {"object": 1}, {"int": "1e3"}, {"int": [1]}, {"float": "x"}, {"complex": ["1"]}, {"bytes": "§"}, {"list": 3}, {"dict": [[1]]}),
    *(
        {"dict": [[{"list": []}, 1]]},
        {"array": ["O", [1], "AAAAAAAAAAA=", False]},
        {"array": ["<f8", [10**9], "", False]},
        {"array": ["i4,i4", [1], "AAAAAAAAAAA=", 0]},
    ),
    *({"array": []}, {"array": ["<f8", [-1, -1], "", False]}, {"array": ["no type", [1], "", False]}, {"mine": [0]}, {"yours": 10**9}, {"set": [{"list": []}]}),
]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_is_refused_and_runs_nothing(junk):
    with pytest.raises(ValueError):
        decode(junk, refuse)


# ---------------------------------------------------------------------------------------------------------------- the wire


@pytest.fixture
def defined(tmp_path):
    """defined(names, wanted) → what the test's end sees of the names that a student's kernel, here a thread, defined."""
    lines = []

    def bind(names, wanted, into=None):
        lines.append(Line(str(tmp_path / "wire")))
        threading.Thread(target=serve, args=(str(tmp_path / "wire"), names), daemon=True).start()
        into = {} if into is None else into
        lines[-1].bind(wanted, into)
        return into

    yield bind
    for line in lines:
        line.close()


def test_a_function_is_called_there_with_numbers_from_here(defined):
    def step(x, factor=2, *, more=0):
        return factor * x + more, [x.shape, "ε"]

    seen = defined({"step": step, "STUDENT": "ada", "points": np.arange(3)}, ["step", "STUDENT", "points", "nowhere"])
    assert seen["STUDENT"] == "ada" and np.array_equal(seen["points"], np.arange(3)) and "nowhere" not in seen
    value, rest = seen["step"](np.array([1.0, 2.0]), 3, more=1)
    assert np.array_equal(value, [4.0, 7.0]) and rest == [(2,), "ε"] and seen["step"].__name__ == "step"


def test_what_a_function_changes_there_is_changed_here(defined):
    def greedy(x, state, options, words):
        x += 1
        state[0][:] = 7
        options["lr"] = 0.5
        words.append("more")

    x, state, options, words = np.zeros(2), (np.zeros(3), 1.0), {"lr": 0.1}, ["one"]
    defined({"greedy": greedy}, ["greedy"])["greedy"](x, state, options, words)
    assert np.array_equal(x, [1, 1]) and np.array_equal(state[0], [7, 7, 7]) and options == {"lr": 0.5} and words == ["one", "more"]


def test_a_function_of_the_package_is_called_where_the_answer_is(defined):
    def answer(grad, own, x):
        return grad(x), own(x), own(grad(x)), threading.get_ident()

    def gives_back(grad):
        return grad

    here, asked = threading.get_ident(), []

    def own(x):
        asked.append(threading.get_ident())
        return x + 1

    seen = defined({"answer": answer, "gives_back": gives_back}, ["answer", "gives_back"])
    *found, there = seen["answer"](ravine, own, np.array([1.0, 2.0]))
    assert np.array_equal(found, [[1, 40], [2, 3], [2, 41]]) and asked == [here, here] and there != here
    wire = seen["answer"]._wire
    asks, wire.serve = [], lambda *asked: asks.append(asked)
    seen["answer"](ravine, ravine, np.array([1.0, 2.0]))
    assert asks == [] and seen["gives_back"](ravine) is ravine


def test_what_an_answer_says_of_where_it_stands_is_not_looked_up(defined):
    def answer(x):
        return "its own"

    answer.__module__, answer.__qualname__ = "adaptive_lr.grading.known.adagrad", "ravine"
    assert defined({"answer": answer}, ["answer"])["answer"](np.ones(2)) == "its own"


def test_a_function_may_call_what_the_test_gave_it_and_nothing_else(defined):
    def honest(grad, x):
        return grad(x) + grad(2 * x)

    def curious(grad, x):
        return grad.__globals__

    def forging(grad, x):
        return grad._wire.ask("attribute", grad, "__globals__")

    def guessing(grad, x):
        grad._number_there = 10**6
        return grad(x)

    seen = defined({f.__name__: f for f in (honest, curious, forging, guessing)}, ["honest", "curious", "forging", "guessing"])
    assert seen["honest"](lambda x: 10 * x, 3.0) == 90.0
    with pytest.raises(AttributeError):
        seen["curious"](lambda x: x, 1.0)
    with pytest.raises(PermissionError):
        seen["forging"](lambda x: x, 1.0)
    with pytest.raises(ValueError, match="no plain data"):
        seen["guessing"](lambda x: x, 1.0)


def test_objects_are_looked_into_from_afar(defined):
    class Rule:
        lr = 0.5

        def step(self, g):
            return self.lr * g

    seen = defined({"rule": Rule(), "made": {"a": [1, len]}}, ["rule", "made"])
    assert seen["rule"].lr == 0.5 and seen["rule"].step(4) == 2.0 and isinstance(seen["made"]["a"][1], Remote)
    with pytest.raises(AttributeError):
        seen["rule"].__class__.__bases__[0].lr


@pytest.mark.parametrize("kind", [ZeroDivisionError, KeyError, NotImplementedError, ValueError])
def test_an_error_keeps_its_kind_and_its_words(defined, kind):
    def fails():
        raise kind("about β")

    with pytest.raises(kind, match="about β"):
        defined({"fails": fails}, ["fails"])["fails"]()


def test_errors_of_ones_own_and_those_that_end_programs_are_only_told(defined):
    class Mine(BaseException):
        pass

    def own():
        raise type("Odd", (Exception,), {})("hm")

    def prints():
        while True:
            print("x" * 10_000)

    seen = defined({"own": own, "prints": prints}, ["own", "prints"])
    with pytest.raises(RuntimeError, match="Odd: hm"):
        seen["own"]()
    with pytest.raises(TooMuchOutput):
        seen["prints"]()


def test_the_tests_own_names_win(defined):
    assert defined({"np": "mine", "answer": 1}, ["np", "answer"], into={"np": np}) == {"np": np, "answer": 1}


@pytest.mark.parametrize(
    "reply",
    [
        *(b"not json", b"[]", b'{"is": 1, "of": 3}', b"[" * 100_000, json.dumps({"is": {"object": 0}}).encode(), b'{"error": "SystemExit", "says": "x"}'),
        *(b'{"error": "KeyboardInterrupt"}', b'{"ask": "call", "of": []}', b'{"ask": "attribute", "of": ["x", "y"]}', b""),
    ],
    ids=lambda reply: reply[:40].decode(),
)
def test_whatever_a_forged_end_says_it_is_only_an_error(tmp_path, reply):
    line = Line(str(tmp_path / "wire"))

    def forged():
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(str(tmp_path / "wire"))
            end.recv(1 << 16)
            end.sendall(struct.pack(">I", len(reply)) + reply if reply else struct.pack(">I", 1 << 31))

    threading.Thread(target=forged, daemon=True).start()
    with pytest.raises((Broken, ValueError, RuntimeError, KeyboardInterrupt)):
        line.bind(["answer"], {})
    line.close()


def test_a_kernel_that_does_not_connect_is_not_awaited_for_ever(tmp_path):
    line = Line(str(tmp_path / "wire"))
    line.listening.settimeout(0.1)
    with pytest.raises(TimeoutError):
        line.bind(["answer"], {})


# ------------------------------------------------------------------------------------------------------------- the sandbox


@pytest.fixture
def inside(tmp_path):
    """inside(code) → what a submission's kernel prints that runs it, beside a file data.csv; and the error that ends it."""
    (tmp_path / "data.csv").write_text("1,2\n")
    (tmp_path / "notebook.ipynb").write_text("{}")
    (tmp_path / "passwords").symlink_to("/etc/passwd")
    job = Job(tmp_path)

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
        kernel = for_a_submission(job, "ada", limits)
        run_sync(kernel.start_kernel)()
        client = kernel.client()
        client.start_channels()
        run_sync(client.wait_for_ready)(timeout=60)
        try:
            return run_sync(outputs)(kernel, client, code)
        finally:
            client.stop_channels()
            run_sync(kernel.shutdown_kernel)()

    yield run
    job.remove()


def test_there_is_python_with_its_packages_and_the_submissions_files(inside):
    said, complaint = inside("import numpy, adaptive_lr, os; print(sorted(os.listdir('.')), numpy.arange(3).sum())")
    assert said == "['data.csv'] 3", complaint


@pytest.mark.parametrize(
    "path", [ROOT / "solutions", ROOT / "tests", ROOT / "exercises", ROOT / ".git", "/etc/passwd", "/etc/shadow", "/var", "/sys", "/run", "/mnt"]
)
def test_nothing_else_of_the_machine_is_there(inside, path):
    assert inside(f"import os; print(os.path.exists({str(path)!r}))")[0] == "False"


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
    (tmp_path / "mailbox.py").write_text("raise SystemExit('mine')")
    (tmp_path / "data.csv").write_text("1,2\n")
    job = Job(tmp_path)
    trusted = Trusted(job, "ada")
    trusted.listen()
    try:
        assert trusted.run("import mailbox; assert mailbox.Mailbox and open('data.csv').read()")["status"] == "ok"
    finally:
        trusted.end()
        job.remove()


def test_there_is_no_network(inside):
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


def test_the_sandbox_ends_with_all_that_it_started(inside):
    code = "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(77.123)\n"
    inside(code)
    left = subprocess.run(["pgrep", "-f", "77[.]123"], capture_output=True, text=True).stdout
    assert left == ""


def test_without_bubblewrap_grading_refuses_and_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(CourseError, match="(?s)bubblewrap is not installed.*apt-get install bubblewrap.*--trust-submissions"):
        sandbox.require()
