"""Notebooks as a grading run leaves them, for tests of what is made of them: no kernel is started."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from adaptive_lr.course.reports import Result
from adaptive_lr.grading.report import RECORD

ANSWER = {"grade_id": "task1_answer", "grade": False, "locked": False, "solution": True}
TEST = {"grade_id": "task1", "grade": True, "locked": True, "solution": False, "points": 4}
STUB = "def adagrad_step(x, g, v, lr, eps):\n    raise NotImplementedError"
RELEASED = new_notebook(cells=[new_code_cell(STUB, metadata={"nbgrader": ANSWER}), new_code_cell("check(adagrad_step)", metadata={"nbgrader": TEST})])


def record(*mistakes, task="adagrad_step", begun=True, failed=()):
    """The output of a check."""
    said = {"task": task, "score": 0, "begun": begun, "mistakes": list(mistakes), "failed": list(failed)}
    return new_output("display_data", {"text/plain": "", RECORD: said})


def graded(course, student, *outputs, answer=STUB, score=0.0, others=()):
    """Write the notebook that this student's run left, with these outputs of the test cell, and return the result."""
    answers = new_code_cell(answer, metadata={"nbgrader": ANSWER})
    notebook = new_notebook(cells=[answers, new_code_cell(metadata={"nbgrader": TEST}, outputs=list(outputs)), *others])
    path = course / "autograded" / student / "adagrad/adagrad.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return Result(student, "adagrad", "graded", "", score, {"task1": score})
