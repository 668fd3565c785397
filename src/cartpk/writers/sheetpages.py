"""Pages of a printed worksheet: breaks before blocks of rows that would not fit whole.

The sheet is fitted to the width of a page by the program that prints it; how
many rows a page then holds is worked out from the widths of the columns as
Excel has them. Where a program makes columns wider it prints smaller, and a
page has room to spare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor

from cartpk.tables.table import Row, Table
from cartpk.writers.lines import pieces

__all__ = ["MARGINS", "breaks", "note_lines", "scale_of"]

MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6, "header": 0.3, "footer": 0.3}
"""Inches."""
_PAPER = (11.69, 8.27)
"""A4 on its side."""
_SPARE = 0.95
"""Of the height of a page, what is planned for: programs differ in what they make of the same numbers."""

_NARROW, _WIDE = set("iljtfI.,;:'|![]/ "), set("mwMW%@")


def scale_of(widths: Sequence[float]) -> int:
    """Per cent at which columns so many characters wide fill a page; 100 at most."""
    inches = sum(_pixels(w) for w in widths) / 96
    room = _PAPER[0] - MARGINS["left"] - MARGINS["right"]
    return max(10, min(100, floor(100 * room / inches)))


def note_lines(text: str, widths: Sequence[float]) -> int:
    """How many lines a text of 8 points takes over all columns."""
    room = sum(_pixels(w) for w in widths) - 6
    lines, used = 1, 0.0
    for spaced, piece in pieces(text):
        width, space = sum(map(_letter, piece)), _letter(" ") if spaced else 0.0
        if used and used + space + width > room:
            lines, used = lines + 1, 0.0
        used += width + (space if used else 0.0)
        if used > room:  # a word longer than a line
            lines, used = lines + ceil(used / room) - 1, used % room
    return lines


def breaks(table: Table, heights: Sequence[float], head: float, notes: float, scale: int) -> list[int]:
    """The rows of a table (from 0) that a page begins with, but for the first: each block of rows stays whole.

    Args:
        heights: of the rows, in points; `head` of what every page repeats, `notes` of the footnotes.
        scale: per cent at which the sheet is printed.
    """
    room = (_PAPER[1] - MARGINS["top"] - MARGINS["bottom"]) * 72 * _SPARE * 100 / scale - head
    found: list[int] = []
    used = 0.0
    blocks = list(_blocks(table.rows))
    for place, (start, stop) in enumerate(blocks):
        need = sum(heights[start:stop])
        with_notes = need + notes if place == len(blocks) - 1 else need
        if used and used + (with_notes if with_notes <= room else need) > room:
            found.append(start)
            used = 0.0
        used += need
    return found


def _blocks(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """From each heading to the next; each row by itself before the first."""
    starts = [i for i, row in enumerate(rows) if row.kind == "heading"]
    before = range(starts[0] if starts else len(rows))
    yield from ((i, i + 1) for i in before)
    yield from zip(starts, [*starts[1:], len(rows)], strict=True)


def _pixels(width: float) -> float:
    """A column so many characters wide."""
    return width * 7 + 5


def _letter(letter: str) -> float:
    """Pixels of a letter of Arial in 8 points, rather too many."""
    if ord(letter) > 0x2E7F:
        return 10.7
    return 3.0 if letter in _NARROW else 9.0 if letter in _WIDE else 7.3 if letter.isupper() else 5.8
