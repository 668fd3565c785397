"""Rows to pages, for readers that do not repeat the headings of a table by themselves.

The height of a line is set, and widths are counts of letters, so that what
fits on a page can be counted beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from cartpk.language import say
from cartpk.writers.imprint import Imprint
from cartpk.writers.layout import LETTER, MARGIN, NOTE_SIZE, Part, TextRow
from cartpk.writers.lines import lines_of

__all__ = ["BODY", "BOTTOM", "FOOT_AT", "HEAD_AT", "SIGNING", "TOP", "closed", "leading", "pages"]

BODY = 9.0
"""Points of the head."""
TOP, BOTTOM, HEAD_AT, FOOT_AT = 0.75, 0.62, 0.39, 0.31
"""Inches: the margins, and where head and foot begin."""
_LEADING = 1.17
_HEADING_ROOM = 3.0
"""Points above the heading of a block."""
SIGNING = 18.0
"""Points above a line to sign."""
_SIGNED = 3
"""Rows, at least, that stand above the lines to sign."""
CONTINUED = " (continued)"


def leading(size: float) -> float:
    """The height of a line of a type, in points."""
    return size * _LEADING


def closed(part: Part, imprint: Imprint) -> Part:
    """The part with its last rows kept with the lines to sign, which would else stand on a page of their own."""
    if part.k < part.n or not imprint.signatures:
        return part
    first = max(0, len(part.rows) - _SIGNED)
    return replace(part, rows=(*part.rows[:first], *(replace(row, keep=True) for row in part.rows[first:])))


def pages(part: Part, heads: Sequence[str], notes: Sequence[str], imprint: Imprint) -> list[list[TextRow]]:
    """The rows of each page; a block that goes on says so, and there is one page at least.

    Where the last row is kept (see `closed`) there is room for the lines to sign after it.
    """
    room = _room(part, heads, notes, imprint)
    found: list[list[TextRow]] = [[]]
    used, heading = 0.0, None
    for unit in _units(part.rows):
        below = len(imprint.signatures) * (leading(BODY) + SIGNING) if unit[-1].keep else 0.0
        tall = _height(unit, part.size) + below
        if used + tall > room and tall <= room and found[-1]:
            found.append([])
            used = 0.0
        for row in unit:
            if row.heading:
                heading = row
            last = row is unit[-1]
            if used + _height([row], part.size) + (below if last else 0.0) > room and found[-1]:
                found.append([])
                used = 0.0
            if not found[-1] and len(found) > 1 and heading is not None and not row.heading and row.indent:
                again = replace(heading, cells=(heading.cells[0] + say(CONTINUED), *heading.cells[1:]))
                found[-1].append(again)
                used += _height([again], part.size)
            found[-1].append(row)
            used += _height([row], part.size)
    return found


def _units(rows: Sequence[TextRow]) -> Iterator[list[TextRow]]:
    """Rows that stay together."""
    unit: list[TextRow] = []
    for row in rows:
        unit.append(row)
        if not row.keep:
            yield unit
            unit = []
    if unit:
        yield unit


def _height(rows: Sequence[TextRow], size: float) -> float:
    """In points, with the rule of a row."""
    return sum(row.lines * leading(size) + 0.3 + (_HEADING_ROOM if row.heading else 0.0) for row in rows)


def _room(part: Part, heads: Sequence[str], notes: Sequence[str], imprint: Imprint) -> float:
    """Points between the headings of the columns and the foot."""
    width, height = imprint.size
    letters = int((width - 2 * MARGIN) * 72 / (BODY * LETTER))
    small = int((width - 2 * MARGIN) * 72 / (NOTE_SIZE * LETTER))
    above = HEAD_AT * 72 + (1 + sum(lines_of(text, letters) for text in heads if text)) * leading(BODY) + 8
    below = FOOT_AT * 72 + sum(lines_of(text, small) for text in notes) * leading(NOTE_SIZE) + 4
    headings = max(lines_of(c.heading, w) for c, w in zip(part.columns, part.widths, strict=True))
    spanners = max((_spanner_lines(part, s.heading, s.first, s.last) for s in part.spanners), default=0)
    body = height * 72 - max(TOP * 72, above) - max(BOTTOM * 72, below)
    return body - (headings + spanners) * leading(part.size) - 2 * leading(part.size)


def _spanner_lines(part: Part, text: str, first: int, last: int) -> int:
    return lines_of(text, ceil(sum(part.widths[first : last + 1])))
