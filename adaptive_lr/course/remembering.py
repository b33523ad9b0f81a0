"""What is worked out once for a whole class: most notebooks say the same in most of their cells."""

from __future__ import annotations

import functools
from collections.abc import Callable

SEVERAL, SHORT = 200, 5000  # results, and characters of what each is of: what was handed out is not long, and nobody can fill the memory


def kept_where_short(convert: Callable[[str], str]) -> Callable[[str], str]:
    """The same function, which remembers what the last short texts came to."""
    kept = functools.lru_cache(SEVERAL)(convert)
    return functools.wraps(convert)(lambda text: (kept if len(text) <= SHORT else convert)(text))
