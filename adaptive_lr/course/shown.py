"""What strangers wrote, on its way to a screen, a log, a table or a file's name."""

from __future__ import annotations

JOINERS = "\u200c\u200d"  # they cannot be seen, but Persian and Indian names are written with them
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, unprintable: str = UNKNOWN) -> str:
    """The text as one line that paints no screen: without a terminal's commands, and without what no file in UTF-8 can hold."""
    return "".join(each if each.isprintable() or each in JOINERS else " " if each.isspace() else unprintable for each in text)


def cut(text: str, longest: int) -> str:
    """The text, of which no more than the first `longest` characters are shown, and how many were left out."""
    return text if len(text) <= longest else f"{text[:longest]} … and {len(text) - longest} more characters"
