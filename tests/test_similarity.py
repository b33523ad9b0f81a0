"""Who is pointed out as much alike, in classes of known make."""

import random
from copy import deepcopy

import pytest
from graded_notebooks import RELEASED

from adaptive_lr.course.similarity import LONGEST, answers, similar

COMMON = "def adagrad_step(x, g, v, lr, eps):\n    v = v + g**2\n    return x - lr * g / np.sqrt(v + eps), v\n"


def odd_program(seed, names="abc", lines=12):
    """A program like no other's: random arithmetic."""
    rng = random.Random(seed)
    return "".join("{} = {} {} ({} {} {})\n".format(*(rng.choice(kind) for kind in (names, names, "+-*/", names, "+-*/", range(2, 99)))) for _ in range(lines))


def found(released=RELEASED, /, **classes):
    return similar({student: {"task1_answer": ("code", source)} for student, source in classes.items()}, released)


def a_class(of=30):
    return {f"student{number}": COMMON + odd_program(number) for number in range(of)}


def test_of_an_endless_answer_the_beginning_is_compared():
    cell = {"cell_type": "code", "source": odd_program(1, lines=100_000), "metadata": {"nbgrader": {"grade_id": "task1_answer", "solution": True}}}
    (_, source) = answers([cell])["task1_answer"]
    assert cell["source"].startswith(source) and len(source) == LONGEST


def test_in_an_honest_class_nobody_is_pointed_out():
    assert found(**a_class()) == []


def test_what_all_wrote_points_nobody_out():
    assert found(**dict.fromkeys(a_class(), COMMON * 5)) == []


def test_a_copy_is_found_under_other_names_and_other_comments():
    copy = (COMMON + odd_program(3, names=("first", "second", "third"))).replace("\n", "  # all my own work\n")
    (pair,) = found(**a_class(), copied=copy)
    assert (pair.students, pair.answers) == (("student3", "copied"), ("task1_answer",))
    assert pair.share > 0.9 and pair.passages > 50


def test_most_of_a_copy_is_found_and_a_few_lines_are_not():
    lines = odd_program(3).splitlines(keepends=True)
    most, few = (COMMON + "".join(lines[:kept]) + odd_program(99, lines=12 - kept) for kept in (9, 4))
    assert [pair.students for pair in found(**a_class(), copied=most)] == [("student3", "copied")]
    assert found(**a_class(), copied=few) == []


def test_one_odd_line_in_common_is_too_little():
    line = odd_program(3, lines=1)
    assert found(**dict.fromkeys(a_class(), COMMON), one=COMMON + line, other=COMMON + line) == []


def test_where_all_work_in_pairs_only_a_pair_far_above_the_others_is_pointed_out():
    pairs = {f"{one}{number}": odd_program(number, lines=8) + odd_program(f"{one}{number}", lines=4) for number in range(15) for one in "ab"}
    assert found(**pairs) == []
    assert [pair.students for pair in found(**pairs | {"b3": pairs["a3"]})] == [("a3", "b3")]


def test_what_was_handed_out_is_nobodys():
    released = deepcopy(RELEASED)
    released.cells[0].source = odd_program(77)
    two = dict.fromkeys(("one", "other"), odd_program(77))
    assert [pair.students for pair in found(**a_class(), **two)] == [("one", "other")]
    assert found(released, **a_class(), **two) == []


def test_written_answers_are_compared_by_their_words():
    words = [f"word{number}" for number in range(300)]
    texts = {f"student{number}": {"essay": ("markdown", " ".join(random.Random(number).sample(words, 100)))} for number in range(20)}
    texts["copied"] = {"essay": ("markdown", texts["student4"]["essay"][1].upper().replace(" ", ",\n"))}
    assert [pair.students for pair in similar(texts, RELEASED)] == [("student4", "copied")]


def test_in_a_class_too_small_to_have_a_usual_only_what_is_the_same_is_pointed_out():
    (pair,) = found(one=odd_program(1), other=odd_program(1), third=odd_program(1) + "# mine", fourth="x = 1", fifth="x = 1")
    assert (pair.students, pair.share, pair.answers) == (("one", "other"), 1.0, ("task1_answer",))
    signed = [{"task1_answer": ("code", odd_program(1)), "student": ("code", f'STUDENT = "{name}"')} for name in ("ada", "ben")]
    signed.append({"task1_answer": ("code", odd_program(1)), "student": ("code", 'STUDENT = "cy"'), "task2_answer": ("code", "x = 2")})
    (pair,) = similar(dict(zip(("one", "other", "third"), signed)), RELEASED)
    assert (pair.students, pair.answers) == (("one", "other"), ("task1_answer",))


@pytest.mark.parametrize("broken", ["def f(:\n  x = (", "  x = 1\n y = 2", "'''", "\\", "\x00"])
def test_a_program_that_cannot_be_read_is_no_trouble(broken):
    assert found(**a_class(), broken=broken) == []
