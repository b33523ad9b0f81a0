"""Which submissions have more in common than is usual in their class: something to look at, and never a verdict.

An answer is read as its tokens: no comments, no layout, and a name that the student chose is a name like any other. Every run of LENGTH tokens is a
passage. What was handed out is no student's, and what many students wrote is the natural way to write it: neither is counted. Of the rest, the
passages that few have, two submissions are compared by the share of the smaller one's that is also the other's. This finds copies with other names
and other comments. It cannot tell who copied from whom, nor a copy from one source, a book say, or from work done together; it does not see an answer
that was written anew, or one that most of the class has.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import isqrt
from statistics import median

from nbformat import NotebookNode

SMALLEST = 10  # students: a smaller class has nothing that is usual, and only what is the same is told of it
LENGTH = 10  # tokens of a passage
LONGEST = 20_000  # characters of an answer: of a longer one the beginning is compared
LEAST = 20  # passages that a pair must share before it is worth a look,
FLOOR = 0.5  # and the share of them,
ABOVE = 5  # and so many times the class's spread above what is usual in it,
SPREAD = 0.02  # which is taken to be no less
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER)


@dataclass(frozen=True)
class Pair:
    """Two students, the share of rare passages in common, their number, and the answers in which they stand."""

    students: tuple[str, str]
    share: float
    passages: int
    answers: tuple[str, ...]


def answers(cells: list[dict]) -> dict[str, tuple[str, str]]:
    """Grade id → cell type and source of what a student fills in, or as much of it as is compared."""
    marked = ((cell["metadata"].get("nbgrader", {}), cell) for cell in cells)
    return {mark["grade_id"]: (cell["cell_type"], "".join(cell["source"])[:LONGEST]) for mark, cell in marked if mark.get("solution")}


def similar(submissions: Mapping[str, Mapping[str, tuple[str, str]]], released: NotebookNode) -> list[Pair]:
    """The pairs far above what is usual, the most similar first. `submissions`: student → answers, as above."""
    handed_out = set().union(*(_passages(cell.cell_type, cell.source) for cell in released.cells))
    written = {
        student: {(answer, passage) for answer, cell in cells.items() for passage in _passages(*cell) - handed_out} for student, cells in submissions.items()
    }
    if len(submissions) < SMALLEST:
        return _the_same(submissions, written)
    owners = defaultdict(list)
    for student, passages in written.items():
        for passage in passages:
            owners[passage].append(student)
    few = max(3, isqrt(len(written)))
    rare = Counter(student for having in owners.values() if len(having) <= few for student in having)
    shared = defaultdict(Counter)  # pair → answer → passages
    for (answer, _), having in owners.items():
        if 2 <= len(having) <= few:
            for pair in combinations(having, 2):
                shared[pair][answer] += 1
    pairs = [Pair(pair, found.total() / min(rare[pair[0]], rare[pair[1]]), found.total(), tuple(sorted(found))) for pair, found in shared.items()]
    least = max(FLOOR, _unusual(pairs, len(written)))
    return sorted((pair for pair in pairs if pair.share >= least and pair.passages >= LEAST), key=lambda pair: (-pair.share, -pair.passages, pair.students))


def _the_same(submissions: Mapping[str, Mapping[str, tuple[str, str]]], written: Mapping[str, set]) -> list[Pair]:
    """The pairs that are the same to the letter, but for one answer, which may hold the name, and long enough: that is usual in no class."""
    pairs = []
    for one, other in combinations(sorted(submissions), 2):
        same = {answer for answer, cell in submissions[one].items() if submissions[other].get(answer) == cell}
        shared = {(answer, passage) for answer, passage in written[one] if answer in same}
        if len(submissions[one].keys() | submissions[other].keys()) - len(same) <= 1 and len(shared) >= LEAST:
            pairs.append(Pair((one, other), len(shared) / min(len(written[one]), len(written[other])), len(shared), tuple(sorted({answer for answer, _ in shared}))))
    return pairs


def _unusual(pairs: Iterable[Pair], students: int) -> float:
    """A share far above the class's usual: the median of everyone's nearest, and some spreads more."""
    nearest = defaultdict(float)
    for pair in pairs:
        for student in pair.students:
            nearest[student] = max(nearest[student], pair.share)
    everyone = [*nearest.values(), *[0.0] * (students - len(nearest))]
    usual = median(everyone)
    spread = median(abs(each - usual) for each in everyone)
    return min(usual + ABOVE * max(spread, SPREAD), 0.95)  # all that two have in common is always worth a look


def _passages(cell_type: str, source: str) -> set[int]:
    tokens = _code(source) if cell_type == "code" else re.findall(r"\w+", source.casefold())
    return {hash(tuple(tokens[start : start + LENGTH])) for start in range(len(tokens) - LENGTH + 1)}


def _code(source: str) -> list[str]:
    """The tokens of a program, as far as it can be read. A name stays itself only after a dot, where it is a library's."""
    tokens = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in LAYOUT:
                continue
            own = token.type == tokenize.NAME and not keyword.iskeyword(token.string) and tokens[-1:] != ["."]
            tokens.append("name" if own else token.string)
    except (tokenize.TokenError, SyntaxError):
        pass  # a broken answer: what comes before the break is enough to compare
    return tokens
