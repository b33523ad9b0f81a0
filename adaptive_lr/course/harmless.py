"""What a student wrote and showed, so that it can only be looked at: in Formgrader, whose pages have the rights of the instructor's Jupyter, and elsewhere.

Pictures, tables, formulas and plain text stay, as far as they can be set in a few seconds. Scripts, widgets, raw HTML in a text, and addresses that a
page would fetch or run by itself do not: raw HTML is shown as it was typed.
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable
from pathlib import Path

import bleach
import nbformat
from bleach.css_sanitizer import CSSSanitizer
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from ..grading.report import RECORD
from .remembering import kept_where_short
from .shown import cut

LONGEST = 50_000  # characters of an output's text: more is nothing to read
LONGEST_HTML = 200_000  # which may hold pictures
WORK, WORK_AT_ONCE = 60_000_000, 9_000_000  # on a notebook's HTML, and on an output's: some 8 s, and 1 s, for what was written to take long
BETWEEN_ATTRIBUTES = re.compile(r"[\s/\"']+")
MARKS = 100_000_000  # of a notebook's texts, characters times marks among them: from each mark a reader of Markdown may look to the end of the text
MARK = re.compile(r"[^\w\s.,;'\"]")
TAG_BEGINS = re.compile(r"<(?=[A-Za-z/!?])")
LINK_TO_ELSEWHERE = re.compile(r"\]([(:])(?!\s*(?:https?://|mailto:|#|attachment:))")
PICTURE = re.compile(r"!\[(?![^][\n]*\]\(attachment:([\w.-]+)\))")
PICTURE_PASTED = re.compile(r"!\[[^][\n]*\]\(attachment:([\w.-]+)\)")
PICTURES = ("image/png", "image/jpeg", "image/gif")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
INLINED = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=]*")
KEPT_TAGS = {"a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img"}
KEPT_TAGS |= {"li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
STYLES = ["background-color", "border-left", "color", "font-style", "font-weight", "line-height", "max-width", "padding", "text-align", "vertical-align"]
CLEAN = bleach.Cleaner(
    tags=KEPT_TAGS,
    attributes=lambda tag, name, value: (
        name in ("style", "title", "colspan", "rowspan", "scope")
        or tag == "a" and name == "href" and value.startswith(("https://", "http://", "mailto:", "#"))
        or tag == "img" and (name == "src" and INLINED.fullmatch(value) is not None or name in ("alt", "width", "height"))
    ),
    protocols={"http", "https", "mailto", "data"},
    strip=True,
    css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
)


class MakeHarmless(NbGraderPreprocessor):
    """Before a submission is run, its texts; after it, its outputs. Texts that were handed out stay as they are."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        nb.metadata.pop("widgets", None)  # their state, which may hold HTML and programs
        self.handed_out, self.work, self.marks = _handed_out(resources), WORK, MARKS
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if cell.cell_type == "code":
            cell.execution_count = _number(cell.get("execution_count"))
            cell.outputs = [shown for output in cell.outputs if (shown := self._output(output, utils.is_grade(cell) and not utils.is_solution(cell)))]
        elif not (cell.source in self.handed_out or utils.is_locked(cell) or _untouched(cell)):
            pictures = _pictures(cell.pop("attachments", {}))
            if pictures:
                cell.attachments = pictures
            cell.source = self._text(cell.source, pictures)
        return cell, resources

    def _output(self, output: NotebookNode, of_a_test: bool) -> NotebookNode | None:
        """The output as it may be shown; None for what is none of Jupyter's."""
        if output.output_type == "stream":
            return nbformat.v4.new_output("stream", name=str(output.name), text=cut(output.text, LONGEST)) if isinstance(output.text, str) else None
        if output.output_type == "error":
            return output if all(isinstance(part, str) for part in (output.ename, output.evalue, *output.traceback)) else None
        output.metadata = nbformat.from_dict({kind: sizes for kind in PICTURES if (sizes := _sizes(output.metadata.get(kind)))})
        output.data = nbformat.from_dict(self._data(output.data, of_a_test))
        if output.output_type == "execute_result":
            output.execution_count = _number(output.get("execution_count"))
        return output

    def _data(self, data: dict, of_a_test: bool) -> dict:
        texts = {kind: "".join(map(str, shown)) if isinstance(shown, list) else shown for kind, shown in data.items()}
        texts = {kind: shown for kind, shown in texts.items() if isinstance(shown, str)}
        kept = {kind: cut(texts[kind], LONGEST) for kind in ("text/plain", "text/latex") if kind in texts}
        kept |= {kind: texts[kind] for kind in PICTURES if kind in texts and BASE64.fullmatch(texts[kind])}
        kept |= {kind: texts[kind] for kind in ("image/svg+xml",) if kind in texts}  # shown as an image, in which nothing runs
        if "text/html" in texts and (cleaned := self._html(texts["text/html"])):
            kept["text/html"] = cleaned
        if "text/markdown" in texts:
            kept["text/markdown"] = self._text(cut(texts["text/markdown"], LONGEST), {})
        if of_a_test and RECORD in data:
            kept[RECORD] = data[RECORD]
        return kept or {"text/plain": cut(f"(not shown: {', '.join(data)})", LONGEST)}

    def _html(self, html: str) -> str:
        with_images = _svg_as_images(html) if len(html) <= LONGEST_HTML else ""
        work = _work(with_images)
        self.work -= work
        return harmless_html(with_images) if work <= WORK_AT_ONCE and self.work >= 0 else ""

    def _text(self, source: str, pictures: dict) -> str:
        self.marks -= len(source) * len(MARK.findall(source))
        return harmless_text(source, pictures) if self.marks >= 0 else _as_typed(source)


@kept_where_short
def harmless_html(html: str) -> str:
    """The HTML's tables, words, inlined pictures and colours."""
    for tag in ("script", "style"):
        html = _replaced(html, tag, lambda element: "")
    try:
        return CLEAN.clean(html)
    except Exception:  # a stranger's HTML may break anything
        return ""


def harmless_text(source: str, pictures: dict) -> str:
    """Markdown with a space wherever a tag, a picture from elsewhere, or a link that is no plain address would begin. `pictures`: those pasted into it."""
    spaced = LINK_TO_ELSEWHERE.sub(r"] \1", TAG_BEGINS.sub("< ", source))
    spaced = PICTURE_PASTED.sub(lambda found: found[0] if found[1] in pictures else f"! {found[0][1:]}", spaced)
    return PICTURE.sub("! [", spaced)


def _handed_out(resources: dict) -> frozenset[str]:
    """The texts of the notebook as students got it; none where it is not in the course folder."""
    of = resources["nbgrader"]
    released = Path(resources["metadata"]["path"]).parents[2] / "release" / of["assignment"] / f"{of['notebook']}.ipynb"
    try:
        return _texts(released, released.stat().st_mtime_ns)
    except FileNotFoundError:
        return frozenset()


@functools.lru_cache(8)
def _texts(notebook: Path, written: int) -> frozenset[str]:
    """The texts of a notebook file that was written at that time."""
    return frozenset(cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "markdown")


def _untouched(cell: NotebookNode) -> bool:
    checksum = cell.metadata.get("nbgrader", {}).get("checksum")
    return checksum is not None and checksum == utils.compute_checksum(cell)


def _pictures(attachments: object) -> dict:
    """Of what was pasted into a text, the pictures."""
    found = attachments if isinstance(attachments, dict) else {}
    kept = {
        name: {kind: shown for kind, shown in forms.items() if kind in PICTURES and isinstance(shown, str) and BASE64.fullmatch(shown)}
        for name, forms in found.items()
        if isinstance(forms, dict)
    }
    return nbformat.from_dict({name: forms for name, forms in kept.items() if forms})


def _work(html: str) -> int:
    """What it may take to clean it: that grows with its length, and with the square of the number of tags, and of the attributes of each."""
    tags = html.split("<")
    return 40 * len(html) + len(tags) ** 2 + sum(len(BETWEEN_ATTRIBUTES.findall(tag)) ** 2 for tag in tags) // 4


def _svg_as_images(html: str) -> str:
    """Pictures drawn in the HTML as images, in which nothing runs and of which nothing is fetched."""

    def image(svg: str) -> str:
        if "xmlns=" not in svg:
            svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" color="#767676"', 1)
        return f'<img alt="a picture" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'

    return _replaced(html, "svg", image)


def _replaced(html: str, tag: str, replace: Callable[[str], str]) -> str:
    """The HTML with something else for each element of a kind, from where it begins to the next end of one; in one pass, whatever the text."""
    *before, rest = html.split(f"</{tag}>")
    parts = []
    for text in before:
        begins = re.search(rf"<{tag}(?![\w-])", text)
        parts.append(text[: begins.start()] + replace(f"{text[begins.start() :]}</{tag}>") if begins else text)
    return "".join([*parts, rest])


def _as_typed(source: str) -> str:
    fence = "`" * (2 + max(map(len, re.findall(r"`+", source)), default=1))
    return f"{fence}\n{source}\n{fence}"


def _number(value: object) -> int | None:
    return value if type(value) is int else None


def _sizes(of_a_picture: object) -> dict[str, int]:
    found = of_a_picture if isinstance(of_a_picture, dict) else {}
    return {side: found[side] for side in ("width", "height") if type(found.get(side)) is int}
