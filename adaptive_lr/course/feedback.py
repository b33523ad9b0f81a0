"""Feedback pages that need no other host, and that do not show a zero where a person has yet to mark.

Formulas become MathML when the page is made, so that no script has to be fetched to show them.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from docutils.utils.math.latex2mathml import tex2mathml
from jinja2 import BytecodeCache
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import GetGrades

from .gradebook import find, standing, task_name
from .remembering import kept_where_short

TEMPLATES = str(Path(__file__).parent / "templates")
# LaTeX that docutils does not know, in words that it knows. Of what sets a size or a fount, the content is enough.
MACROS = {"dots": r"\ldots", "lt": "<", "gt": ">", "iff": r"\Longleftrightarrow", "bm": r"\boldsymbol", "textbf": r"\text", "textit": r"\text"}
MACROS |= dict.fromkeys(("rm", "big", "Big", "middle"), "")
UNKNOWN = re.compile(rf"\\({'|'.join(MACROS)})(?![A-Za-z])")
SHOWN = re.compile(r'!\[(?P<text>[^\]]*)\]\((?P<name>[^)\s:]+)(?P<title>\s+"[^"]*")?\)')  # a picture in a file
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
LARGEST_PICTURE = 2 << 20  # bytes
SHORT_FRACTION = re.compile(r"\\([td]?frac)\s*(\d)\s*(\d)")  # \frac12


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTMLExporter under a name of its own, which nbgrader_config.py sets up for feedback pages alone.

    Its template writes a whole page, with texts for pictures, so the page is not parsed again to add them; and it is compiled once a process.
    """

    def from_notebook_node(self, nb, resources=None, **options):
        resources = self._init_resources(resources)
        self.register_filter("highlight_code", lambda source, metadata: _highlighted(source))
        self.register_filter("filter_data_type", WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources))
        return TemplateExporter.from_notebook_node(self, nb, resources, **options)

    def _create_environment(self):
        environment = super()._create_environment()
        environment.bytecode_cache = COMPILED
        return environment


class _InMemory(BytecodeCache):
    def __init__(self):
        self.compiled = {}

    def load_bytecode(self, bucket):
        if known := self.compiled.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket):
        self.compiled[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


COMPILED = _InMemory()


class GetStanding(GetGrades):
    """nbgrader's GetGrades, which brings the scores into the notebook; `waits` says that a score is still to come, and is none of the total."""

    def preprocess(self, nb, resources):
        nb, resources = super().preprocess(nb, resources)
        with Gradebook(self.db_url) as gradebook:
            entry = find(gradebook, self.assignment_id, self.student_id)
            now, several = standing(entry, self.notebook_id), len(entry.notebooks) > 1
        for cell in nb.cells:
            if utils.is_grade(cell) or utils.is_task(cell):
                grade_id = cell.metadata.nbgrader.grade_id
                cell.metadata.nbgrader["waits"] = (task_name(grade_id, self.notebook_id) if several else grade_id) in now.waiting
        source = Path(resources["metadata"]["path"]).parents[2] / "source" / self.assignment_id  # from autograded/<student>/<assignment>
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                _paste_pictures(cell, source)
        resources["nbgrader"] |= {"score": now.score, "date": f"{date.today().day} {date.today():%B %Y}"}
        return nb, resources


def _paste_pictures(cell: NotebookNode, source: Path) -> None:
    """Bring pictures that lie beside the assignment into a cell that shows them, and no other file: the text of the cell may be a stranger's."""

    def pasted(shown: re.Match) -> str:
        picture = source / unquote(shown["name"])
        kind = PICTURES.get(picture.suffix.lower())
        try:
            if kind is None or not picture.resolve().is_relative_to(source.resolve()) or picture.stat().st_size > LARGEST_PICTURE:
                return shown[0]
            content = picture.read_bytes()
        except (OSError, ValueError):  # none of that name, or a name that none can have
            return shown[0]
        cell.setdefault("attachments", {})[shown["name"]] = {kind: base64.b64encode(content).decode()}
        return f"![{shown['text']}](attachment:{shown['name']}{shown['title'] or ''})"

    cell.source = SHOWN.sub(pasted, cell.source)


@kept_where_short
def _highlighted(source: str) -> str:
    return Highlight2HTML(pygments_lexer="python")(source)


def markdown_to_html(source: str, pictures: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Markdown with $…$ and $$…$$ as HTML. Raw HTML in it is shown, not obeyed: a page may hold a stranger's text. `pictures`: those pasted into it."""
    return _rendered(source, pictures) if pictures else _without_pictures(source)


@kept_where_short
def _without_pictures(source: str) -> str:
    return _rendered(source, {})


def _rendered(source: str, pictures: Mapping[str, Mapping[str, str]]) -> str:
    return MarkdownWithMath(renderer=_MathMLRenderer(escape=True, exclude_anchor_links=True, attachments=pictures)).render(source)


class _MathMLRenderer(IPythonRenderer):
    def inline_math(self, body):
        return _mathml(body)

    def block_math(self, body):
        return _mathml(body, as_block=True)


def _mathml(tex: str, as_block: bool = False) -> str:
    known = UNKNOWN.sub(lambda macro: f"{MACROS[macro[1]]} ", SHORT_FRACTION.sub(r"\\\1{\2}{\3}", tex.strip()))
    try:
        return tex2mathml(known, as_block=as_block)
    except Exception:  # a formula of a student's that is no LaTeX, of which docutils may make any error: show what was written
        return f"<code>{html.escape(tex)}</code>"
