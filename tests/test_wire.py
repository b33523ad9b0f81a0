"""The wire between a submission's kernel and the tests': plain data, calls, and whatever a forged end may say."""

from __future__ import annotations

import json
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from adaptive_lr.course.isolation.asking import Line, NoAnswer, Remote, names_in
from adaptive_lr.course.isolation.plain import decode, encode
from adaptive_lr.course.isolation.serving import serve
from adaptive_lr.course.isolation.wire import TooMuchOutput
from adaptive_lr.grading import check, numbers
from adaptive_lr.grading.known import TASKS
from adaptive_lr.grading.known.gradients import ravine


def refuse(*told):
    raise ValueError("no plain data")


VALUES = [
    *(None, ..., True, False, 0, -7, 2**80, 0.1, -0.0, float("inf"), float("nan"), 1e-320, 2 - 3j, "", "ε\ud800", b"\x00\xff"),
    *([1, [2.5, "x"]], (1, (2,), []), {1, 2}, frozenset({"a"}), {"a": {1: (2.0,)}, 3: None}),
    *(np.arange(6.0).reshape(2, 3), np.zeros((0, 2), "f4"), np.array(3), np.float32(0.1), np.array([1 + 2j]), np.array([True, False]), np.array(["ab", "ε"])),
    *(np.array([b"x"]), np.datetime64("2026-11-23"), np.asfortranarray(np.arange(4.0).reshape(2, 2)), np.arange(4)[::2], np.array([np.nan, np.inf])),
    *(Fraction(-1, 3), Decimal("0.10"), Decimal("-Infinity"), [Fraction(1, 7), Decimal(2)], np.array(Fraction(1, 3), dtype=object)),
    *(np.array([[Fraction(1, 3), 2**80], [Decimal("0.1"), np.float32(0.1)]], dtype=object), np.zeros((0, 2), dtype=object)),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_data_come_back_as_they_were(value):
    back = decode(json.loads(json.dumps(encode(value, refuse))), refuse)
    assert type(back) is type(value) and repr(back) == repr(value)
    if isinstance(value, (np.ndarray, np.generic)):
        assert back.dtype == value.dtype and back.shape == value.shape


@pytest.mark.parametrize(
    "value",
    [object(), len, np.array([object()]), np.array([Fraction(1), "x"], dtype=object), np.zeros(1, "i4,f8"), type("L", (list,), {})()],
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
    *({"fraction": ["1", "0"]}, {"fraction": ["1"]}, {"fraction": ["1e9", "1"]}, {"decimal": "x"}, {"decimal": [1]}),
    *({"numbers": [[2], [1]]}, {"numbers": [[1], ["x"]]}, {"numbers": [[1], [{"list": []}]]}, {"numbers": 3}),
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


FORMS = {
    "Fraction": Fraction,
    "Decimal": Decimal,
    "list": lambda number: [Fraction(number)],
    "array": lambda number: np.array([Decimal(number)], dtype=object),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_number_that_is_right_in_the_notebook_is_right_when_it_is_graded(defined, form):
    right = float(TASKS["adam_uncorrected"].reference(**numbers("adam_uncorrected", "ada")))
    answers = {"right": form(right), "wrong": form(2 * right)}
    graded = defined(answers, ["right", "wrong"])
    for name, score in (("right", 1), ("wrong", 0)):
        assert [check(each[name], "adam_uncorrected", student="ada").score for each in (answers, graded)] == [score, score]


def test_a_function_may_work_with_exact_numbers(defined):
    """Tests of another course compare them exactly: a tenth three times is three tenths in decimals, and not in floats."""

    def total(values):
        return sum(values)

    seen = defined({"total": total}, ["total"])["total"]
    assert seen([Decimal("0.1")] * 3) == Decimal("0.3") and seen([Fraction(1, 3)] * 3) == 1
    assert seen(np.array([Fraction(1, 3), Fraction(1, 6)], dtype=object)) == Fraction(1, 2)


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


def test_what_was_lent_is_taken_back_and_what_a_test_made_itself_stays_its_own(tmp_path):
    """A student could else answer for a helper of a test's, once they have guessed what it is called."""
    line, into = Line(str(tmp_path / "wire")), {}
    theirs = {"close": lambda a, b: True, "n": 5, "wrong": max}
    for source, before, wanted in (
        ("n = 5\ndef near(a, b): ...\nnear(n, wrong(1, 2))", {}, ["wrong"]),
        ("near(n, close(1, 2))", {"n": 5, "near": abs}, ["close"]),
    ):
        into.update(before)
        read, assigned = names_in(source)
        threading.Thread(target=serve, args=(str(tmp_path / "wire"), theirs), daemon=True).start()
        line.bind([name for name in read if name != "n"] + ["n"], into)
        assert [name for name, value in into.items() if isinstance(value, Remote)] == wanted
        into.setdefault("n", 5)
        line.close(assigned)
        assert into == {"n": 5} | before


def test_a_name_that_a_test_deletes_is_gone_there_too_until_it_is_given_back(defined):
    names = {}
    exec("def squares(n):\n    return [i * i for i in range(n)]\ndef total(n):\n    return sum(squares(n))", names)
    seen = defined(names, ["squares", "total"])
    kept = seen.pop("squares")
    with pytest.raises(NameError, match="squares"):
        seen["total"](3)
    seen["squares"] = kept
    assert seen["total"](3) == 5 and seen["squares"](2) == [0, 1]


def test_what_a_test_deleted_is_given_back_though_the_test_hangs_up_before_it_is_answered(tmp_path):
    def asks(operation, *of):
        content = json.dumps({"ask": operation, "of": of}).encode()
        test.sendall(struct.pack(">I", len(content)) + content)

    def first():
        test.close()

    names = {"first": first, "second": max}
    with socket.socket(socket.AF_UNIX) as listening, ThreadPoolExecutor() as thread:
        listening.bind(str(tmp_path / "wire"))
        listening.listen()
        served = thread.submit(serve, str(tmp_path / "wire"), names)
        test, _ = listening.accept()
        asks("name", encode("first", refuse))
        asks("gone", encode(["second"], refuse))
        asks("call", {"yours": 0}, encode([], refuse), encode({}, refuse))
        served.result(timeout=30)
    assert names == {"first": first, "second": max}


def test_how_an_answer_is_shown_is_not_its_own_to_say(defined):
    class Shown:
        def _repr_html_(self):
            return "<b>25</b>"

        _repr_mimebundle_ = _ipython_display_ = _repr_html_

    seen = defined({"shown": Shown()}, ["shown"])["shown"]
    assert not any(hasattr(seen, name) for name in ("_repr_html_", "_repr_mimebundle_", "_ipython_display_"))
    assert repr(seen) == "<Shown of the submission>"


def test_an_interrupt_ends_a_test_that_is_asked_without_end(defined):
    over = threading.Event()  # of this test: in a thread that goes on, it would take this process's time for ever

    def asks_on(f):
        while not over.is_set():
            try:
                f([0] * 1000)
            except BaseException:
                pass

    asked = []

    def interrupted(values):
        asked.append(values)
        raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            defined({"asks_on": asks_on}, ["asks_on"])["asks_on"](interrupted)
        assert len(asked) == 1
    finally:
        over.set()


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
    into = {}
    with pytest.raises(NoAnswer):
        line.bind(["answer"], into)
    line.close()
    assert into == {}


def test_a_kernel_that_does_not_connect_is_not_awaited_for_ever(tmp_path):
    line = Line(str(tmp_path / "wire"))
    line.listening.settimeout(0.1)
    with pytest.raises(NoAnswer, match="TimeoutError"):
        line.bind(["answer"], {})
