"""nbgrader's settings for this course. `adaptive-lr` copies this file into the course folder, so nbgrader itself and formgrader
use the same ones there. Change them here: the copy is written anew at each run."""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
)

from adaptive_lr.course import DATABASE
from adaptive_lr.course.feedback import TEMPLATES, FeedbackExporter, GetStanding, markdown_to_html
from adaptive_lr.course.isolation.execute import ExecuteIsolated
from adaptive_lr.course.private import KeepPrivate

c = get_config()  # noqa: F821, nbgrader provides it

c.CourseDirectory.course_id = "adaptive_lr"
if DATABASE in os.environ:
    c.CourseDirectory.db_url = os.environ[DATABASE]

# nbgrader runs the program `alembic` when it makes a gradebook: it lies beside this Python, whether that is on PATH or not.
paths, beside = os.environ.get("PATH", "").split(os.pathsep), str(Path(sys.executable).parent)
os.environ["PATH"] = os.pathsep.join(paths if beside in paths else [beside, *paths])

# The student notebook: each answer cell keeps its own `raise NotImplementedError("Task … is not done yet")` below this stub.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Autograding: nbgrader's own list, but students' cells run in a sandbox, apart from the tests, with limits on what they may take;
# and the cells' metadata, which no run of theirs can change, are checked once, before it.
c.Autograde.autograde_preprocessors = [
    ExecuteIsolated,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
]
c.ExecuteWithinLimits.timeout = 10  # seconds for a cell
c.ExecuteWithinLimits.notebook_timeout = 60  # seconds for a notebook
c.ExecuteWithinLimits.output_limit = 1_000_000  # characters of output for a cell
c.LimitOutput.max_lines = 200

# What being late costs: nothing, until one of these is chosen (see the book, For instructors).
# c.AssignLatePenalties.plugin_class = "adaptive_lr.course.deadlines.PerDay"  # a part of the score for each day begun
# c.PerDay.fraction = 0.1
# c.LateSubmissionPlugin.penalty_method = "zero"  # nbgrader's own: all of it

# Feedback: one page that needs nothing else, with the hidden tests and the names of this machine's folders left out.
c.GenerateFeedback.preprocessors = [GetStanding, KeepPrivate, CSSHTMLHeaderPreprocessor]
c.GenerateFeedback.exporter_class = FeedbackExporter  # a class of its own: formgrader has settings of HTMLExporter's too
c.FeedbackExporter.extra_template_basedirs = [TEMPLATES]
c.FeedbackExporter.filters = {"markdown2html": markdown_to_html}
c.FeedbackExporter.exclude_anchor_links = True
