"""The book is spelt as in Britain. `spelling.txt`, beside this file, has the names and terms that no dictionary knows."""

import re
from functools import cache
from pathlib import Path

import pytest
from spylls.hunspell import Dictionary

ROOT = Path(__file__).parent.parent
OURS = frozenset((ROOT / "tests/spelling.txt").read_text(encoding="utf-8").split())
CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SAID = re.compile(r"^\s*(?:alt|caption): (.*)$", re.MULTILINE)
NO_PROSE = re.compile(
    "|".join([
        r"\A---\n(?s:.*?)\n---\n",  # what Jupytext writes at the head
        r"^(?P<fence>`{3,})(?:\w+|\{(?:eval-rst|literalinclude|math)\})(?s:.*?)^(?P=fence)$",
        r"^[`:]{3,}\{(?:solution\} .*|[\w:-]+\})",  # the name of a directive, whose title is prose; a solution's is a label
        r"^\s*:[\w-]+:.*$",  # its options
        r"^\([\w-]+\)=$",
        r"(?s:\$\$.*?\$\$)|\$[^$\n]+\$",
        r"\{[\w:]+\}`[^`]*`|`[^`\n]*`",
        r"\]\(\S*\)|https?://\S+|<[^>\n]+>",
    ]),
    re.MULTILINE,
)  # fmt: skip
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}(?:'[A-Za-zÀ-ÿ]+)*")


@cache
def british():
    return Dictionary.from_files(str(ROOT / "node_modules/dictionary-en-gb/index"))


@cache
def known(word):
    return any(each in OURS or british().lookup(each) for each in (word, word.removesuffix("'s")))


def misspelt(text):
    """The words that nobody knows, of all that is read as text: of a cell its figure's caption and description, no code, no formulas."""
    text = NO_PROSE.sub(" ", CELL.sub(lambda cell: "\n".join(SAID.findall(cell[1])), text))
    return sorted({word for word in WORD.findall(text.replace("*", "").replace("’", "'")) if not known(word)})


@pytest.mark.parametrize("page", sorted(ROOT.glob("book/*.md")), ids=lambda page: page.stem)
def test_the_book_is_spelt_right(page):
    assert misspelt(page.read_text(encoding="utf-8")) == []


def test_our_own_words_are_all_in_use():
    book = " ".join(page.read_text(encoding="utf-8") for page in ROOT.glob("book/*.md"))
    assert sorted(word for word in OURS if not re.search(rf"\b{word}\b", book)) == []


def test_american_words_and_slips_are_seen_wherever_text_is():
    page = "The color of *beh*avior\n\n## Minimize\n\n:::{dropdown} Labeled\nfavorite\n:::\n"
    assert misspelt(page) == ["Labeled", "Minimize", "behavior", "color", "favorite"]
    assert misspelt("```{code-cell}\n---\nmystnb:\n  image:\n    alt: A gray line.\n---\ncolor = 1\n```\n") == ["gray"]


def test_code_formulas_and_addresses_are_no_text():
    text = "`colr` $\\mathcl x$ {ref}`sec-xyzzy` [a link](abcq.md#defq)\n(sec-xyzzy)=\n"
    assert misspelt(text + "```{math}\n:label: eq-qq\nqq\n```\n```{figure} x\n:name: fgh\n```\n") == []
