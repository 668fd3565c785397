"""What one cell's text means, by one strict ASCII pattern for numbers.

`float` would read ``1_000``, ``٣`` and ``1e400``: nothing reaches it that the
pattern has not passed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cartpk.units import LARGEST, SMALLEST

__all__ = ["BLANK", "MISSING_WORDS", "Numbers", "fold", "number_fault", "numbers_of"]

Decimal = Literal[".", ","]

_PATTERNS = {
    ".": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"),
    ",": re.compile(r"[+-]?(?:[0-9]+(?:,[0-9]*)?|,[0-9]+)(?:[eE][+-]?[0-9]+)?"),
}
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|1\.#inf|1\.#qnan|∞)", re.IGNORECASE)
_GROUPS = {
    ".": re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,3}(?:[ '’\u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,})"),
    ",": re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]{1,3}(?:[ '’\u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,})"),
}  # fmt: skip

BLANK = "blank"
"""The mark of a cell that holds no number and says so: blank, or a word for a missing result."""


def fold(text: str) -> str:
    """One form for words that mean the same: NFKC, small letters, single spaces.

    >>> fold(" Ｎｏｔ  DETECTED ")
    'not detected'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


MISSING_WORDS = (
    ".", "NA", "N/A", "NULL", "MISSING", "NOT DONE", "NOT REPORTED", "NR", "NOT AVAILABLE", "NOT COLLECTED", "NOT TESTED",
    "NO SAMPLE", "NS", "NO RESULT", "QNS", "未做", "未检测", "未检查", "未采集", "无样本", "缺失",
)  # fmt: skip
"""Words that mean: there is no result. ``ND`` is not among them: it means not detected."""
_MISSING = frozenset(map(fold, ("", *MISSING_WORDS)))


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The numbers of distinct texts: `value[k]`, NaN unless `fault[k]` is ``""`` (else `BLANK` or the id of a rule)."""

    value: NDArray[np.float64]
    fault: tuple[str, ...]


def numbers_of(texts: Sequence[str], decimal: Decimal) -> Numbers:
    """Each text as a number, or why it is none; spaces around a number do not matter.

    >>> numbers_of(["1.5", " 2e3", "", "1,5", "1e400"], ".").fault
    ('', '', 'blank', 'E-NUMBER-DECIMAL-COMMA', 'E-NUMBER-OUT-OF-RANGE')
    """
    match = _PATTERNS[decimal].fullmatch
    stripped = [t.strip() for t in texts]
    plain = stripped if decimal == "." else [t.replace(",", ".") for t in stripped]
    read = [float(p) if match(t) else math.nan for t, p in zip(stripped, plain, strict=True)]
    value = np.array(read, np.float64)
    fault = [""] * len(texts)
    size = np.abs(value)
    for k in np.flatnonzero(~((size >= SMALLEST) & (size <= LARGEST))).tolist():
        fault[k] = number_fault(stripped[k], decimal)
        if fault[k]:
            value[k] = np.nan
    return Numbers(value, tuple(fault))


def number_fault(text: str, decimal: Decimal) -> str:
    """Why `text` is not a number that can be held: ``""`` (it is one), `BLANK`, or the id of a rule."""
    text = text.strip()
    if _PATTERNS[decimal].fullmatch(text):
        number = float(text.replace(",", "."))
        is_zero = number == 0 and not re.search(r"[1-9]", re.split(r"[eE]", text)[0])
        return "" if is_zero or SMALLEST <= abs(number) <= LARGEST else "E-NUMBER-OUT-OF-RANGE"
    if fold(text) in _MISSING:
        return BLANK
    if _NOT_FINITE.fullmatch(text):
        return "E-NUMBER-NOT-FINITE"
    if _GROUPS[decimal].fullmatch(text):
        return "E-NUMBER-THOUSANDS"
    if decimal == "." and _PATTERNS[","].fullmatch(text):
        return "E-NUMBER-DECIMAL-COMMA"
    ascii_text = "".join(_ascii_digit(c) for c in text)
    if ascii_text != text and any(p.fullmatch(ascii_text) for p in (*_PATTERNS.values(), *_GROUPS.values())):
        return "E-NUMBER-FOREIGN-DIGITS"
    return "E-NUMBER-NOT-A-NUMBER"


def _ascii_digit(character: str) -> str:
    """The ASCII form of a digit, sign or point of another script; an underscore between digits is dropped."""
    if character.isascii():
        return "" if character == "_" else character
    digit = unicodedata.decimal(character, None)
    return unicodedata.normalize("NFKC", character) if digit is None else str(digit)
