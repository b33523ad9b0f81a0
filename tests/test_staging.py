"""What becomes of a notebook before nbgrader sees it: only here are cells put back, and an untouched notebook is told as such."""

from copy import deepcopy

import nbformat
import pytest
from sample_class import write as sample

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
        notebook, notes = stage(tmp_path, "adagrad", released)
        return notebook.cells, notes

    return hand_in


def grade_ids(cells):
    return [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]


def test_a_notebook_as_handed_out_is_told_as_such(staged, released):
    assert staged(released.cells)[1] == [UNTOUCHED]
    empty = nbformat.v4.new_code_cell("  \n", id="empty")
    assert staged([*released.cells, empty])[1] == [UNTOUCHED]


@pytest.mark.parametrize("grade_id", ["task1_answer", "task7_reflection"])
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
