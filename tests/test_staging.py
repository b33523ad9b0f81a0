"""What becomes of a notebook before nbgrader sees it: only here are cells put back, and an untouched notebook is told as such."""

import errno
import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from sample_class import write as sample

from adaptive_lr.course.limits import BYTES_BESIDE
from adaptive_lr.course.reading import FILE_LIMIT, SIZE_LIMIT, SOURCE_LIMIT, Refused
from adaptive_lr.course.staging import stage

UNTOUCHED = "handed in as it was handed out"


@pytest.fixture
def released():
    return nbformat.read(sample.CHECKOUT / "exercises/adagrad/adagrad.ipynb", as_version=4)


@pytest.fixture
def staged(tmp_path, released):
    """staged(cells) → the cells and the notes for a hand-in of these cells."""

    def hand_in(cells):
        (tmp_path / "adagrad.ipynb").write_text(nbformat.writes(nbformat.from_dict({**released, "cells": cells})), encoding="utf-8")
        found = stage(tmp_path, "adagrad", {"adagrad": released})
        return found.notebooks["adagrad"].cells, found.notes

    return hand_in


def grade_ids(cells):
    return [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]


def test_a_notebook_as_handed_out_is_told_as_such(staged, released):
    assert staged(released.cells)[1] == [UNTOUCHED]
    empty = nbformat.v4.new_code_cell("  \n", id="empty")
    assert staged([*released.cells, empty])[1] == [UNTOUCHED]


@pytest.mark.parametrize("grade_id", ["task1_answer", "task8_reflection"])
def test_one_answer_is_enough_not_to_be_told_so(staged, released, grade_id):
    handed_in = deepcopy(released.cells)
    (cell,) = [cell for cell in handed_in if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id]
    cell.source += "\n1"
    assert staged(handed_in)[1] == []


def test_so_is_a_cell_of_ones_own(staged, released):
    assert staged([*released.cells, nbformat.v4.new_code_cell("1 + 1", id="own")])[1] == []


def test_every_kind_of_lost_cell_is_put_back_once_and_in_its_place(staged, released):
    """Answers, tests, given code, the written answer: nbgrader itself would put back test cells alone."""
    kept = deepcopy(released.cells)
    for cell in kept:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "task2_descent":
            cell.source += "\n# mine"
    only_one = [cell for cell in kept if cell.source.endswith("# mine") or "nbgrader" not in cell.metadata]
    cells, (lost, *_) = staged(only_one)
    assert grade_ids(cells) == grade_ids(released.cells)
    assert lost == "deleted cells were put back as handed out: " + ", ".join(name for name in grade_ids(released.cells) if name != "task2_descent")


def test_a_written_answer_in_a_cell_of_its_own_is_found(staged, released):
    """nbgrader would give 0 to the place left empty, and call it final."""
    own = nbformat.v4.new_markdown_cell("I would keep AdaGrad.", id="own")
    (place,) = [place for place, cell in enumerate(released.cells) if grade_ids([cell]) == ["task8_reflection"]]
    cells, notes = staged([*released.cells[: place + 1], own, *released.cells[place + 1 :]])
    assert [cell.source for cell in cells if grade_ids([cell]) == ["task8_reflection"]] == ["I would keep AdaGrad."]
    assert notes == ["the answer stood in a cell of its own below its place, and was put there: task8_reflection"]
    assert "I would keep AdaGrad." not in [cell.source for cell in cells if "nbgrader" not in cell.metadata]


def test_text_below_an_answer_that_was_given_stays_where_it_is(staged, released):
    handed_in = deepcopy(released.cells)
    (place,) = [place for place, cell in enumerate(handed_in) if grade_ids([cell]) == ["task8_reflection"]]
    handed_in[place].source = "Yes."
    handed_in.insert(place + 1, nbformat.v4.new_markdown_cell("P.S.", id="own"))
    cells, notes = staged(handed_in)
    assert notes == [] and [cell.source for cell in cells][place : place + 2] == ["Yes.", "P.S."]


def test_cells_that_lost_what_tells_them_are_no_untouched_notebook(staged, released):
    copied = [nbformat.v4.new_code_cell(cell.source, id=f"c{k}") for k, cell in enumerate(released.cells)]
    with pytest.raises(Refused, match="none of its cells is known"):
        staged(copied)


def test_the_next_task_that_was_handed_out_is_no_answer(staged, released):
    released.cells.append(nbformat.v4.new_markdown_cell("## Task 9: now rest", id="next"))
    cells, notes = staged(released.cells)
    assert notes == [UNTOUCHED] and cells[-1].source == "## Task 9: now rest"


def test_a_copy_beside_the_notebook_is_told_and_another_assignment_is_not(staged, released, tmp_path):
    """Jupyter calls a duplicate adagrad-Copy1.ipynb, a browser adagrad (1).ipynb: the work may be in either."""
    for name in ("adagrad-Copy1.ipynb", "adagrad (1).ipynb", "adagradient.ipynb", "adam.ipynb"):
        (tmp_path / name).touch()
    assert staged(released.cells)[1] == ["adagrad.ipynb was graded, and not adagrad (1).ipynb, adagrad-Copy1.ipynb", UNTOUCHED]


def test_of_thousands_of_copies_a_few_are_told(staged, released, tmp_path):
    for number in range(1000):
        (tmp_path / f"adagrad ({number:03}).ipynb").touch()
    (told, _) = staged(released.cells)[1]
    assert told.startswith("adagrad.ipynb was graded, and not adagrad (000).ipynb, ") and told.endswith("adagrad (004).ipynb and 995 more")


@pytest.mark.parametrize("name", ["adagrad.ipynb.txt", "adagrad.IPYNB", "Adagrad.ipynb.json"])
def test_a_notebook_that_got_another_ending_on_its_way_is_graded(tmp_path, released, name):
    (tmp_path / name).write_text(nbformat.writes(released), encoding="utf-8")
    staged = stage(tmp_path, "adagrad", {"adagrad": released})
    assert f"there was no adagrad.ipynb, so the only notebook, {name}, was graded" in staged.notes and not staged.files


def test_of_an_archive_within_the_hand_in_it_is_said_that_it_lies_there(tmp_path, released):
    (tmp_path / "work.zip").touch()
    with pytest.raises(Refused, match=r"there is no adagrad\.ipynb in the folder, but work\.zip: unpack it"):
        stage(tmp_path, "adagrad", {"adagrad": released})


def test_what_was_handed_in_in_the_place_of_a_notebook_is_told(tmp_path, released):
    for name in ("adagrad.pdf", ".hidden"):
        (tmp_path / name).touch()
    with pytest.raises(Refused, match=r"there is no adagrad\.ipynb in the folder, but adagrad\.pdf$"):
        stage(tmp_path, "adagrad", {"adagrad": released})


def test_the_graders_note_has_an_id_of_its_own(staged, released):
    released.cells[0].id = "note-0"
    cells, notes = staged(released.cells)
    assert notes and len({cell.id for cell in cells}) == len(cells) == len(released.cells) + 1


def marked(cells, grade_id):
    return next(cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


EDITS = {
    "locked cells differed": lambda cell: cell.update(source=f"{cell.source}\nscore = 3"),
    "type, points or lock of cells differed": lambda cell: cell.metadata.nbgrader.update(points=99),
    "tags were taken off": lambda cell: cell.metadata.update(tags=["skip-execution"]),
}


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_of_a_test_is_told_and_accuses_nobody(staged, released, kind):
    handed_in = deepcopy(released.cells)
    marked(handed_in, "task1_answer").source = "adagrad_step = None"
    EDITS[kind](marked(handed_in, "task1_step"))
    (note,) = staged(handed_in)[1]
    assert note.startswith(kind) and note.endswith(": task1_step")


def test_what_editors_do_to_a_notebook_is_no_edit(staged, released):
    handed_in = deepcopy(released.cells)
    marked(handed_in, "task1_answer").source = "adagrad_step = None"
    for cell in handed_in:
        cell.source = cell.source.replace("\n", "  \r\n") + "\n"
        cell.metadata |= {"collapsed": True, "deletable": True, "tags": []}
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader = {key: value for key, value in cell.metadata.nbgrader.items() if key not in ("checksum", "task")}
    assert staged(handed_in)[1] == []


@pytest.mark.parametrize(("cells", "characters"), [(1, SOURCE_LIMIT + 1), (6, SOURCE_LIMIT)])
def test_more_text_than_can_be_set_in_good_time_is_refused(staged, released, cells, characters):
    with pytest.raises(Refused, match="put data into a file beside it"):
        staged([*released.cells, *(nbformat.v4.new_markdown_cell("x" * characters, id=f"own-{number}") for number in range(cells))])


@pytest.mark.parametrize("name", ["nadam.ipynb", "adagrad.ipynb"])
def test_another_assignment_is_not_graded_as_this_one(tmp_path, released, name):
    """NAdam's notebook has cells called like some of AdaGrad's, the answer and test of task 7 among them."""
    others = (sample.CHECKOUT / "exercises/nadam/nadam.ipynb").read_text(encoding="utf-8")
    assert '"task7_bug"' in others and "task7_bug" in grade_ids(released.cells)
    (tmp_path / name).write_text(others, encoding="utf-8")
    with pytest.raises(Refused, match=f"{name} is the notebook of another assignment, not of adagrad") as refusal:
        stage(tmp_path, "adagrad", {"adagrad": released})
    assert refusal.value.status == "missing"


@pytest.mark.parametrize(("signed", "told"), [("ada", False), ("ADA", False), ("Ada Lovelace", True), ("...", True), ("O'Neil", True)])
def test_a_name_that_is_not_the_folders_is_told_since_the_numbers_go_by_it(tmp_path, signed, told):
    """The notebook shows the numbers of STUDENT, and the grader takes those of the folder's name."""
    adam = nbformat.read(sample.CHECKOUT / "exercises/adam/adam.ipynb", as_version=4)
    handed_in = deepcopy(adam)
    for cell in handed_in.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "student":
            cell.source = f'STUDENT = "{signed}"  # mine'
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "task5_answer":
            cell.source = 'half_life = "c"'
    (tmp_path / "ada").mkdir()
    nbformat.write(handed_in, tmp_path / "ada/adam.ipynb")
    note = f'STUDENT is "{signed}" in the notebook, and the grader takes the numbers of ada, the folder\'s name'
    assert stage(tmp_path / "ada", "adam", {"adam": adam}).notes == ([note] if told else [])
    assert stage(tmp_path / "ada", "adam", {"adam": adam}, called=signed).notes == []
    (other,) = stage(tmp_path / "ada", "adam", {"adam": adam}, called="Grace").notes
    assert other.endswith("takes the numbers of Grace, the name on the platform")


def fails(error):
    def call(*_, **__):
        raise error

    return call


@pytest.mark.parametrize("error", [OSError(errno.ESTALE, "stale"), OSError(errno.EMFILE, "too many"), MemoryError()], ids=repr)
@pytest.mark.parametrize("call", [(Path, "read_text"), (Path, "lstat"), (os, "scandir")], ids=lambda call: call[1])
def test_what_this_machine_cannot_read_is_not_refused(staged, released, monkeypatch, error, call):
    """Nor is it told that there is no notebook, where a folder could not be looked into."""
    monkeypatch.setattr(*call, fails(error))
    with pytest.raises(type(error)):
        staged(released.cells)


def test_outputs_make_no_notebook_too_large(staged, released):
    """They are made anew: what is taken of a notebook is the same with them and without them."""
    without = staged(released.cells)
    shown = deepcopy(released.cells)
    (picture,) = [nbformat.v4.new_output("display_data", {"image/png": "A" * (FILE_LIMIT - SIZE_LIMIT)})]
    next(cell for cell in shown if cell.cell_type == "code").outputs = [picture]
    assert staged(shown) == without


def test_pictures_that_were_pasted_can(staged, released):
    shown = deepcopy(released.cells)
    marked(shown, "task8_reflection").attachments = {"plot.png": {"image/png": "A" * SIZE_LIMIT}}
    with pytest.raises(Refused, match="larger than 10 MB without its outputs") as refusal:
        staged(shown)
    assert refusal.value.status == "unreadable"


READS = """
import resource, sys
from pathlib import Path
from adaptive_lr.course.reading import read_cells
assert len(read_cells(Path(sys.argv[1]))) == 1
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""


def test_a_notebook_written_to_take_much_memory_takes_little_enough(tmp_path):
    """The most objects that a file may hold, and a character that makes Python hold four bytes for each."""
    written = json.dumps({"cells": [{"cell_type": "code", "metadata": {}, "source": "1", "outputs": ["many"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    many = ",".join(['{"a":{}}'] * ((FILE_LIMIT - 1000) // 9))
    (tmp_path / "costly.ipynb").write_text(written.replace('"many"', f'"\N{GRINNING FACE}",{many}'), encoding="utf-8")
    read = subprocess.run([sys.executable, "-c", READS, tmp_path / "costly.ipynb"], capture_output=True, text=True)
    assert read.returncode == 0, read.stderr
    assert int(read.stdout) < 1500


def test_two_notebooks_of_the_name_are_there_and_are_not_told_as_missing(tmp_path, released):
    """Nor does one of several notebooks then count as it was handed out."""
    for name in ("first/two", "again/two", "one"):
        (tmp_path / f"{name}.ipynb").parent.mkdir(exist_ok=True)
        nbformat.write(released, tmp_path / f"{name}.ipynb")
    with pytest.raises(Refused, match="there are 2 notebooks called two.ipynb") as refusal:
        stage(tmp_path, "adagrad", {"one": released, "two": released})
    assert refusal.value.status == "unreadable"


@pytest.mark.parametrize(("sizes", "let_in"), [((40,), True), ((20, 20, 20), True), ((65,), False), ((30, 30, 5), False)])
def test_files_beside_the_notebook_are_let_in_or_the_number_is_told(staged, released, tmp_path, sizes, let_in):
    for number, size in enumerate(sizes):
        (tmp_path / f"{number}.bin").touch()
        os.truncate(tmp_path / f"{number}.bin", size << 20)
    nbformat.write(released, tmp_path / "adagrad.ipynb")
    found = stage(tmp_path, "adagrad", {"adagrad": released})
    assert len(found.files) == (len(sizes) if let_in else 0)
    assert ("the files beside the notebook were left out: they are more than 1000, or have more than 64 MB" in found.notes) == (not let_in)
    assert BYTES_BESIDE == 64 << 20
