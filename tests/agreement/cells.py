"""When a cell that is shown says what it must say."""

from __future__ import annotations

import re

FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:E[+-][0-9]+)?")
_WORD = re.compile(r"[^\W\d_]{2,}")


def is_numeric(text: str) -> bool:
    """Whether a cell has a number (or the word for a missing one) and nothing that is translated."""
    return not _WORD.search(text.replace("NE", "").replace("NC", ""))


def agree(shown: str, wanted: str, language: str) -> bool:
    """English cells letter by letter; of other languages numeric cells likewise, and of the others every number."""
    if language == "en" or is_numeric(wanted):
        return shown == wanted
    return sorted(FIGURE.findall(shown)) == sorted(FIGURE.findall(wanted))
