"""One worksheet as flat cells: `Grid`, whose cells are codes into distinct contents, so that each is understood once.

The part is read as a stream. Of a cell only what it holds is kept; an empty one that is merely formatted leaves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cartpk.readers.addresses import corners
from cartpk.readers.damage import DamageError
from cartpk.readers.package import Book, WorksheetPart, feed
from cartpk.readers.worksheet import Stored, WorksheetReading

__all__ = ["Content", "Grid"]

Ints = NDArray[np.int32]
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTHS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_ESCAPED = re.compile(
    r"_x([0-9A-Fa-f]{4})_"
)  # how a workbook writes what XML cannot hold, and an underscore before such


class Content(NamedTuple):
    """What a cell holds, wherever it stands: `kind` is number, text, truth, error or date; `text` as stored; ``no number`` where a number is stored that is none.

    `formula` is None where there is none; a formula whose result was not stored has the kind ``""``. Of a text, some may be
    `struck` or `raised`.
    """

    kind: str
    text: str
    style: int
    formula: str | None = None
    struck: bool = False
    raised: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The cells of a worksheet that hold anything.

    Attributes:
        name, hidden: of the worksheet.
        row, column, code: of each cell, in order of columns, then rows; ``contents[code]`` is what it holds.
        contents: the distinct ones.
        hidden_rows: row -> why it cannot be seen.
        hidden_columns: (first, last, why).
        merged, totals: areas; the last row of one of `totals` holds totals.
        comments: (row, column) -> text.
        hides_zeros: cells that hold 0 look empty.
    """

    name: str
    hidden: bool
    row: Ints
    column: Ints
    code: Ints
    contents: tuple[Content, ...]
    hidden_rows: dict[int, str]
    hidden_columns: tuple[tuple[int, int, str], ...]
    merged: tuple[str, ...]
    totals: tuple[str, ...]
    comments: dict[tuple[int, int], str]
    hides_zeros: bool = False

    def filled(self) -> NDArray[np.bool_]:
        """The cells that show more than spaces."""
        marks = np.array([c.kind != "text" or bool(c.text.strip()) for c in self.contents] or [False])
        return marks[self.code] if len(self.code) else np.zeros(0, bool)

    def rows(self) -> list[int]:
        """The rows that hold more than spaces."""
        return [int(row) for row in np.unique(self.row[self.filled()])]

    def cells(self, row: int) -> dict[int, Content]:
        """Column -> content of one row."""
        at = np.flatnonzero(self.row == row)
        return {int(self.column[k]): self.contents[int(self.code[k])] for k in at.tolist()}

    def between(self, first: int, last: int) -> Grid:
        """The cells of some rows."""
        keep = (self.row >= first) & (self.row <= last)
        return self if keep.all() else replace(self, row=self.row[keep], column=self.column[keep], code=self.code[keep])

    @classmethod
    def of(cls, book: Book, part: WorksheetPart) -> Grid:
        """A worksheet of a book; one of `damage.BROKEN` is raised where it is damaged."""
        reading = WorksheetReading()
        with book.archive.open(part.path) as stream:
            feed(reading.parser, stream)
        row, column, code = (np.array(a, np.int32) for a in (reading.rows, reading.columns, reading.codes))
        order = np.lexsort((row, column))
        row, column = row[order], column[order]
        if len(row) > 1 and ((row[1:] == row[:-1]) & (column[1:] == column[:-1])).any():
            raise DamageError("a cell is there twice")
        contents = _contents(reading.seen, book)
        code = _with_formulas(row, column, code[order], contents, reading.spread)
        merged, totals = tuple(reading.merged), tuple(book.totals(part))
        for area in (*merged, *totals):
            corners(area)
        return cls(
            name=part.name,
            hidden=part.hidden,
            row=row,
            column=column,
            code=code,
            contents=tuple(contents),
            hidden_rows=reading.hidden_rows(),
            hidden_columns=tuple(reading.hidden_columns),
            merged=merged,
            totals=totals,
            comments={corners(a)[:2]: text for a, text in book.comments(part).items()},
            hides_zeros=reading.hides_zeros,
        )


def _with_formulas(
    row: Ints, column: Ints, code: Ints, contents: list[Content], spread: Sequence[tuple[str, str]]
) -> Ints:
    """The codes of cells, those in an area that one formula fills with that formula; contents are added for them."""
    code = code.copy()
    for area, formula in spread:
        top, left, bottom, right = corners(area)
        inside = np.flatnonzero((row >= top) & (row <= bottom) & (column >= left) & (column <= right))
        for k in np.unique(code[inside]).tolist():
            if contents[k].formula is None:
                code[inside[code[inside] == k]] = len(contents)
                contents.append(contents[k]._replace(formula=formula))
    return code


def _contents(seen: dict[Stored, int], book: Book) -> list[Content]:
    """What the distinct cells hold; `seen` is emptied on the way, so that millions are not held twice."""
    rest = list(reversed(seen))
    seen.clear()
    contents = []
    while rest:
        contents.append(_content(rest.pop(), book))
    return contents


def _content(found: Stored, book: Book) -> Content:
    """What a cell holds, from what is stored."""
    kind, text, style_text, formula, struck, raised = found
    style = int(style_text)
    if not 0 <= style < len(book.styles):
        raise DamageError("a cell has a style that is not there")
    if formula is not None and not text and kind != "str":
        return Content("", "", style, formula)
    if kind == "s":
        index = int(text)
        if index < 0:
            raise DamageError("a shared text has a number below 0")
        shared = book.texts[index]
        return Content("text", _plain(shared.text), style, formula, shared.struck, shared.raised)
    if kind in ("str", "inlineStr"):
        return Content("text", _plain(text), style, formula, struck, raised)
    if kind == "b":
        if text not in _TRUTHS:
            raise DamageError("a cell is neither true nor false")
        return Content("truth", _TRUTHS[text], style, formula)
    if kind == "e":
        return Content("error", text, style, formula)
    if kind == "d":
        return Content("date", text, style, formula)
    if kind != "n":
        raise DamageError("a cell is of a type that there is not")
    number = _NUMBER.fullmatch(text.strip()) is not None
    return Content("number" if number else "no number", text.strip(), style, formula)


def _plain(text: str) -> str:
    """A text without escapes; half a character that stands alone is no text."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    try:
        return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise DamageError("a text holds half a character") from error
