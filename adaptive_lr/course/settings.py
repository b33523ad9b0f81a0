"""nbgrader's settings for grading that can be trusted. Any course gets them with two lines in its nbgrader_config.py, below `c = get_config()`:

    from adaptive_lr.course.settings import trustworthy
    trustworthy(c)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    ClearOutput,
    DeduplicateIds,
    IgnorePattern,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
)
from traitlets.config import Config

from . import DATABASE
from .feedback import TEMPLATES, FeedbackExporter, GetStanding, markdown_to_html
from .gradebook import SaveAllAutoGrades
from .harmless import MakeHarmless, harmless_html
from .isolation.execute import ExecuteIsolated
from .private import KeepPrivate


def trustworthy(c: Config) -> None:
    """Students' cells run in a sandbox, apart from the tests and within limits; a feedback page needs nothing else and keeps hidden tests out."""
    # nbgrader runs the program `alembic` when it makes a gradebook: it lies beside this Python, whether that is on PATH or not.
    paths, beside = os.environ.get("PATH", "").split(os.pathsep), str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join(paths if beside in paths else [beside, *paths])
    if DATABASE in os.environ:
        c.CourseDirectory.db_url = os.environ[DATABASE]

    # nbgrader's own lists, but for what runs the cells and what saves the points, and for what makes harmless to look at what a student wrote, before a
    # run, and showed in it. Cells' metadata are, after staging, those of the release, which was checked when it was made.
    c.Autograde.sanitize_preprocessors = [ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells, MakeHarmless]
    c.Autograde.autograde_preprocessors = [
        ExecuteIsolated,
        MakeHarmless,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveAllAutoGrades,
        AssignLatePenalties,
    ]
    c.Exporter.optimistic_validation = True  # a notebook's form is checked once, after all that is done to it
    c.HTMLExporter.exclude_anchor_links = True  # a student's heading called like a task would take the place of formgrader's field for its points

    c.GenerateFeedback.preprocessors = [GetStanding, KeepPrivate, CSSHTMLHeaderPreprocessor]
    c.GenerateFeedback.exporter_class = FeedbackExporter  # a class of its own: formgrader has settings of HTMLExporter's too
    c.FeedbackExporter.extra_template_basedirs = [TEMPLATES]
    c.FeedbackExporter.filters = {"markdown2html": markdown_to_html, "clean_html": harmless_html}
    c.FeedbackExporter.exclude_anchor_links = True
