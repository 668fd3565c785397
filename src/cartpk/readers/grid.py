"""One worksheet as flat cells: `Grid`, whose cells are codes into distinct contents, so that each is understood once.

The part is read as a stream. Of a cell only what it holds is kept; an empty one that is merely formatted leaves nothing.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cartpk.readers.damage import DamageError
from cartpk.readers.package import Book, TextTaker, WorksheetPart, feed, is_true, parser_of

__all__ = ["Content", "Grid", "address", "corners", "letters"]

Ints = NDArray[np.int32]
ROWS, COLUMNS = 1_048_576, 16_384
UNSEEN = 1.0  # points of height, and ten times the characters of width, below which nothing is seen
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ESCAPED = re.compile(
    r"_x([0-9A-Fa-f]{4})_"
)  # how a workbook writes what XML cannot hold, and an underscore before such
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


def _number_of(text: str) -> int:
    column = 0
    for letter in text:
        column = column * 26 + ord(letter) - 64
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
    return int(first[2]), _number_of(first[1]), int(last[2]), _number_of(last[1])


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
        reading = _Reading()
        with book.archive.open(part.path) as stream:
            feed(reading.parser, stream)
        row, column, code = (np.array(a, np.int32) for a in (reading.rows, reading.columns, reading.codes))
        order = np.lexsort((row, column))
        row, column = row[order], column[order]
        if len(row) > 1 and ((row[1:] == row[:-1]) & (column[1:] == column[:-1])).any():
            raise DamageError("a cell is there twice")
        merged, totals = tuple(reading.merged), tuple(book.totals(part))
        for area in (*merged, *totals):
            corners(area)
        return cls(
            name=part.name,
            hidden=part.hidden,
            row=row,
            column=column,
            code=code[order],
            contents=tuple(_content(found, book) for found in reading.seen),
            hidden_rows=reading.hidden_rows(),
            hidden_columns=tuple(reading.hidden_columns),
            merged=merged,
            totals=totals,
            comments={corners(a)[:2]: text for a, text in book.comments(part).items()},
            hides_zeros=reading.hides_zeros,
        )


_Stored = tuple[str, str, str, str | None, bool, bool]
"""Type, value, style, formula, struck, raised, as they stand in the part."""


class _Codes(dict[_Stored, int]):
    def __missing__(self, found: _Stored) -> int:
        self[found] = code = len(self)
        return code


def _content(found: _Stored, book: Book) -> Content:
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
        return Content("truth", "TRUE" if is_true(text) else "FALSE", style, formula)
    if kind == "e":
        return Content("error", text, style, formula)
    if kind == "d":
        return Content("date", text, style, formula)
    if kind != "n":
        raise DamageError("a cell is of a type that there is not")
    number = _NUMBER.fullmatch(text.strip()) is not None
    return Content("number" if number else "no number", text.strip(), style, formula)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)


class _Reading:
    """A worksheet on its way through the parser."""

    def __init__(self) -> None:
        self.parser = parser_of()
        self.parser.StartElementHandler = self._root
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.rows, self.columns, self.codes = array("i"), array("i"), array("i")
        self.seen = _Codes()
        self.merged: list[str] = []
        self.hidden_columns: list[tuple[int, int, str]] = []
        self.hides_zeros = False
        self._hidden_rows: dict[int, str] = {}
        self._with_height: set[int] = set()
        self._all_hidden = False
        self._known: dict[str, int] = {}
        self._row = self._column = 0
        self._row_text = ""
        self._cell: dict[str, str] = {}
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._taking: list[str] | None = None
        self._inline: TextTaker | None = None
        self._prefix = 0

    def hidden_rows(self) -> dict[int, str]:
        """Row -> why it cannot be seen."""
        if not self._all_hidden:
            return self._hidden_rows
        rest = set(self.rows) - self._with_height
        return self._hidden_rows | dict.fromkeys(sorted(rest), "is hidden, as all rows without a height are")

    def _root(self, name: str, given: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        if local != "worksheet":
            raise DamageError("the part of a worksheet is something else")
        self._prefix = len(prefix) + 1 if prefix else 0
        self.parser.StartElementHandler = self._start
        self._start_other(local, given)

    def _start(self, name: str, given: dict[str, str]) -> None:
        if self._prefix:
            name = name[self._prefix :]
        if name == "c":
            self._cell = given
            self._value = []
            self._formula = None
            self._inline = None
        elif name == "v":
            self._taking = self._value
        elif name == "row":
            self._start_row(given)
        elif name == "f":
            self._taking = self._formula = []
        elif name == "is":
            self._inline = TextTaker()
        elif self._inline is not None:
            self._inline.start(name, given)
        else:
            self._start_other(name, given)

    def _start_row(self, given: dict[str, str]) -> None:
        number = given.get("r")
        self._row = self._row + 1 if number is None else int(number)
        self._row_text = str(self._row)
        self._column = 0
        if not 1 <= self._row <= ROWS:
            raise DamageError("a row beyond the last one")
        height = given.get("ht")
        if is_true(given.get("hidden")):
            self._hidden_rows[self._row] = "is hidden"
        elif height is not None and float(height) < UNSEEN:
            self._hidden_rows[self._row] = "has no height"
        if height is not None:
            self._with_height.add(self._row)

    def _start_other(self, name: str, given: dict[str, str]) -> None:
        if name == "mergeCell":
            self.merged.append(given.get("ref", ""))
        elif name == "sheetView":
            self.hides_zeros |= not is_true(given.get("showZeros", "1"))
        elif name == "sheetFormatPr":
            self._all_hidden = is_true(given.get("zeroHeight"))
        elif name == "col":
            width = given.get("width")
            narrow = width is not None and float(width) < UNSEEN / 10
            if is_true(given.get("hidden")) or narrow:
                why = "is hidden" if is_true(given.get("hidden")) else "has no width"
                self.hidden_columns.append((int(given["min"]), int(given["max"]), why))

    def _data(self, text: str) -> None:
        if self._taking is not None:
            self._taking.append(text)
        elif self._inline is not None:
            self._inline.data(text)

    def _end(self, name: str) -> None:
        if self._prefix:
            name = name[self._prefix :]
        if name in ("v", "f"):
            self._taking = None
        elif name == "c":
            self._end_cell()
        elif self._inline is not None:
            self._inline.end(name)

    def _end_cell(self) -> None:
        given = self._cell
        self._column = self._place(given.get("r"))
        value, formula, struck, raised = "".join(self._value), self._formula, False, False
        if self._inline is not None:
            text = self._inline.taken()
            value, struck, raised = text.text, text.struck, text.raised
            self._inline = None
        if not value and formula is None:
            return
        shown = None if formula is None else "".join(formula)
        self.rows.append(self._row)
        self.columns.append(self._column)
        self.codes.append(self.seen[given.get("t", "n"), value, given.get("s", "0"), shown, struck, raised])

    def _place(self, reference: str | None) -> int:
        """The column of a cell."""
        if reference is None:
            return self._column + 1
        text = reference.rstrip("0123456789")
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = _number_of(text)
        if reference[len(text) :] != self._row_text:
            raise DamageError("a cell names another row than the one it stands in")
        return known
