"""Feedback pages that need no other host, and that do not show a zero where a person has yet to mark.

Formulas become MathML when the page is made, so that no script has to be fetched to show them.
"""

from __future__ import annotations

import html
from pathlib import Path

from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader import utils
from nbgrader.preprocessors import GetGrades

TEMPLATES = str(Path(__file__).parent / "templates")


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTMLExporter under a name of its own, which nbgrader_config.py sets up for feedback pages alone."""


class GetGradesAndWaits(GetGrades):
    """nbgrader's GetGrades, which brings the scores into the notebook; `waits` says that the score is still to come."""

    def preprocess_cell(self, cell, resources, cell_index):
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if utils.is_grade(cell):
            grade = self.gradebook.find_grade(cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id)
            cell.metadata.nbgrader["waits"] = grade.needs_manual_grade and grade.manual_score is None
        return cell, resources


def markdown_to_html(source: str) -> str:
    """Markdown with $…$ and $$…$$ as HTML. Raw HTML in it is shown, not obeyed: a page may hold a stranger's text."""
    return MarkdownWithMath(renderer=_MathMLRenderer(escape=True, exclude_anchor_links=True)).render(source)


class _MathMLRenderer(IPythonRenderer):
    def inline_math(self, body):
        return _mathml(body)

    def block_math(self, body):
        return _mathml(body, as_block=True)


def _mathml(tex: str, as_block: bool = False) -> str:
    try:
        return tex2mathml(tex.strip(), as_block=as_block)
    except MathError:  # a formula of a student's that is no LaTeX: show what was written
        return f"<code>{html.escape(tex)}</code>"
