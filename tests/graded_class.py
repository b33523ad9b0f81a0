"""A small class for tests: notebooks handed in, graded with the real nbgrader, marked as formgrader does it."""

from contextlib import contextmanager

import nbformat
from nbgrader.api import Gradebook
from sample_class import write as sample
from traitlets.config import Config

from adaptive_lr.course.autograde import grade

QUICK = Config({"ExecuteWithinLimits": {"timeout": 5}})


class GradedClass:
    """A folder of submissions, the course folder that it is graded into, and the last outcome."""

    def __init__(self, root):
        self.folder, self.course = root / "submissions", root / "course"

    def hand_in(self, student, text):
        (self.folder / student).mkdir(parents=True, exist_ok=True)
        (self.folder / student / "adagrad.ipynb").write_text(text, encoding="utf-8")

    def grade(self, settings=QUICK):
        self.outcome = grade(self.folder, "adagrad", self.course, sample.CHECKOUT, workers=2, settings=settings)
        return {result.student: result for result in self.outcome.results}

    def feedback(self, student):
        return self.course / "feedback" / student / "adagrad" / "adagrad.html"

    @contextmanager
    def submission(self, student):
        with Gradebook(f"sqlite:///{self.course / 'gradebook.db'}", "adaptive_lr") as gradebook:
            yield gradebook.find_submission("adagrad", student)
            gradebook.db.commit()

    def mark(self, student, points, task="task8_reflection", comment=None, extra=None):
        """What an instructor does in formgrader. extra: credit above the points."""
        with self.submission(student) as submission:
            (grade,) = [grade for grade in submission.notebooks[0].grades if grade.name == task]
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = points, extra, False
            for noted in submission.notebooks[0].comments:
                if comment and noted.name == task:
                    noted.manual_comment = comment


def right(**answers):
    """The worked solution with other answers to some cells: a notebook's text."""
    return nbformat.writes(sample.notebook(sample.worked_solution() | answers))
