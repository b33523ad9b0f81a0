"""Sphinx extension: the package's docstrings on the pages of the reference.

They are written to be read as they are, in an editor or by `help`: a summary; formulas, on lines without a full stop; what each argument
is, `name: this.  other: that.`; prose, with `names` in backticks. Here they are given the markup that Sphinx reads.
"""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from importlib import import_module
from inspect import Signature, isclass, isroutine, signature

from docutils import nodes

PUBLIC = (  # modules that the reference describes
    *("", ".problems", ".network", ".sparse", ".norms", ".printed", ".plots"),
    *(".claims", ".explorer", ".explorer.ideas", ".course.autograde"),
)
ELSEWHERE = {  # a table in place of inventories, which a build would have to fetch
    "numpy.ndarray": "https://numpy.org/doc/stable/reference/generated/numpy.ndarray.html",
    "matplotlib.axes.Axes": "https://matplotlib.org/stable/api/_as_gen/matplotlib.axes.Axes.html",
    "collections.abc.Callable": "https://docs.python.org/3/library/collections.abc.html#collections.abc.Callable",
    "pathlib.Path": "https://docs.python.org/3/library/pathlib.html#pathlib.Path",
    "traitlets.config.loader.Config": "https://traitlets.readthedocs.io/en/stable/config.html",
}
ENTRY = re.compile(r"\w+(?:, \w+)*: ")
BETWEEN = re.compile(r"(?<=\.)  (?=\S)")  # entries of one line
SENTENCE = (".", ".)", ":")  # how prose ends, and formulas do not
GAP = "\u2003"  # an em space
MARK = re.compile(r"`([^`]+)`|(\"[\x20-\x7e]+?\")|(?<!\w)\*(\w+)\*(?!\w)|[\\|*`]|_(?!\w)")


def public(module) -> dict[str, object]:
    """What a module offers: the names of its `__all__`, or those that are defined there without an underscore."""
    names = getattr(module, "__all__", None) or [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return {name: getattr(module, name) for name in names if not name.startswith("_")}


def described() -> dict[str, str]:
    """Where each public class and function is described, by the names that docstrings call it: `Trace`, `printed.Adam`, `minimize`."""
    found = {}
    for suffix in reversed(PUBLIC):
        module = import_module(f"adaptive_lr{suffix}")
        for name, value in public(module).items():
            place = f"{module.__name__}.{name}"
            if isclass(value) or isroutine(value):
                found[place.removeprefix("adaptive_lr.")] = place
            if isclass(value) and suffix != ".printed":  # which has names of the package's own rules
                found[name] = place
    return found


def marked_up(docstring: str, places: dict[str, str]) -> list[str]:
    """The lines of a docstring in reStructuredText, with links to the names that have a place."""
    summary, *others = docstring.strip("\n").split("\n\n")
    lines = [*(_text(row, places).replace("   ", GAP) for row in summary.split("\n")), ""]
    for paragraph in others:
        rows = paragraph.strip("\n").split("\n")
        if any(map(ENTRY.match, rows)):
            items = [_entry(item, places) for item in _items(rows)]
            lines += [line for before, item in zip(["", *items], items, strict=False) for line in ([item] if before[:2] == item[:2] == "- " else ["", item])]
        elif not rows[-1].rstrip().endswith(SENTENCE):
            lines += _formulas(rows, places)
        else:
            for before, row in zip(["", *rows], rows, strict=False):
                if row.startswith("- ") and not before.startswith(("- ", "  ")):
                    lines.append("")
                lines.append(_text(row, places))
        lines.append("")
    return lines


def _formulas(rows, places):
    """A line each, the gaps between formulas kept. What is indented, or pure ASCII, is code."""
    if rows[0].startswith("    ") or "".join(rows).isascii():
        return ["::", "", *(f"    {row}" for row in rows)]
    return [f"| {_text(row, places).replace('   ', GAP)}" for row in rows]


def _items(rows):
    """Entries and sentences, each whole: a row goes on where the one above ended without a full stop."""
    joined = [rows[0]]
    for row in rows[1:]:
        if joined[-1].endswith(".") or ENTRY.match(row):
            joined.append(row)
        else:
            joined[-1] += f" {row.strip()}"
    return [item for row in joined for item in BETWEEN.split(row)]


def _entry(item, places):
    match = ENTRY.match(item)
    return f"- **{match[0][:-2]}**: {_text(item[match.end() :], places)}" if match else _text(item, places)


def _text(row, places):
    def mark(found):
        code, quoted, emphasis = found.groups()
        if quoted:
            return f"``{quoted}``"
        if code:
            return f":py:obj:`{code} <{places[code]}>`" if code in places else f"``{code}``"
        return f"*{emphasis}*" if emphasis else f"\\{found[0]}"

    return MARK.sub(mark, row)


def own_arguments(app, what, name, thing, options, arguments, result):
    """A class takes what its own __init__ takes; of a widget, autodoc would show what traitlets' __new__ does."""
    if what == "class" and "__init__" in vars(thing) and not is_dataclass(thing):
        parameters = signature(thing.__init__).parameters.values()
        return str(Signature([parameter for parameter in parameters if parameter.name != "self"])), result


def place(app, env, node, content):
    """Of a type that this book does not know as a class: it may be data, as `Rate` is, or described elsewhere."""
    if node.get("refdomain") != "py" or node["reftype"] != "class":
        return None
    if node["reftarget"] in ELSEWHERE:
        return nodes.reference("", "", content, internal=False, refuri=ELSEWHERE[node["reftarget"]])
    return env.get_domain("py").resolve_xref(env, node["refdoc"], app.builder, "data", node["reftarget"], node, content)


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    places = described()

    def process(app, what, name, thing, options, lines):
        lines[:] = marked_up("\n".join(lines), places) if what != "data" else []  # of data autodoc takes the docstring of its class
        if what == "module":
            lines[0] = f"``{name}``: {lines[0]}"

    app.connect("autodoc-process-docstring", process)
    app.connect("autodoc-process-signature", own_arguments)
    app.connect("missing-reference", place)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
