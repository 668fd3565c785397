"""Addresses of cells: ``B7``, and areas such as ``B2:D9``."""

from __future__ import annotations

import re

from cartpk.readers.damage import DamageError

__all__ = ["COLUMNS", "ROWS", "address", "column_of", "corners", "letters"]

ROWS, COLUMNS = 1_048_576, 16_384
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


def letters(column: int) -> str:
    """The letters of a column.

    >>> letters(1), letters(28), letters(16384)
    ('A', 'AB', 'XFD')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(row: int, column: int) -> str:
    """The address of a cell."""
    return f"{letters(column)}{row}"


def column_of(text: str) -> int:
    """The number of a column, from 1, by its letters; `DamageError` where there is no such column."""
    column = 0
    for letter in text:
        column = column * 26 + (ord(letter) - 64 if "A" <= letter <= "Z" else COLUMNS + 1)
    if not 1 <= column <= COLUMNS:
        raise DamageError("a column beyond the last one")
    return column


def corners(area: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of an area such as ``B2:D9``."""
    found = [_ADDRESS.fullmatch(part) for part in area.split(":")]
    if not all(found) or len(found) > 2:
        raise DamageError("an area is not written as one")
    first, last = found[0], found[-1]
    assert first is not None
    assert last is not None
    return int(first[2]), column_of(first[1]), int(last[2]), column_of(last[1])
