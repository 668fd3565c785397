"""Rows of delimited text, column by column, with the cells of every row counted.

Blocks come in that fit the processor's cache. One without quotes in which each line
has as many cells as the header is cut apart; one with quotes goes through the standard
library's strict `csv` parser; what neither takes whole goes row by row, so that each odd
row is named and those after it are still read. All three ways give the same cells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartpk.readers.sheet import ColumnBuilder, Oddity, Sheet, is_blank

if TYPE_CHECKING:
    from _csv import Reader

__all__ = ["DELIMITERS", "LONGEST", "Header", "Rows"]

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
LONGEST = 1 << 20  # characters of one row; beyond it a quote was opened and never closed
LONGEST_CELL = 131_072  # characters of one cell that the csv parser takes


@dataclass(frozen=True, slots=True)
class Header:
    """The header as found: its cells, the delimiter, the rows above it, its first and last line."""

    cells: tuple[str, ...]
    delimiter: str
    above: tuple[Oddity, ...]
    row: int
    last_line: int


@dataclass(slots=True)
class Rows:
    """Rows as they are parsed, column by column."""

    header: Header
    line: int = 0  # lines taken so far
    waiting: str = ""  # a row that is not complete yet
    builders: list[ColumnBuilder] = field(default_factory=list)
    records: list[NDArray[np.int64]] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.builders = [ColumnBuilder() for _ in self.header.cells]

    def take(self, block: str) -> None:
        """Parse one block of whole lines."""
        text = self.waiting + block
        self.waiting = ""
        if self._plain(text):
            return
        lines = io.StringIO(text, newline="").readlines()
        skip = min(max(self.header.last_line - self.line, 0), len(lines))
        self.line += skip
        lines = lines[skip:]
        if lines and not self._whole(lines):
            self._row_by_row(lines, last=False)

    def _plain(self, text: str) -> bool:
        """Take a block without quotes in which each line is a row with as many cells as the header, by cutting it apart."""
        if '"' in text or self.line < self.header.last_line or len(text) > LONGEST_CELL:
            return False
        delimiter, n = self.header.delimiter, len(self.header.cells)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text.removesuffix("\n")
        lines = text.split("\n")
        if set(map(str.count, lines, repeat(delimiter))) != {n - 1} or (n == 1 and "" in lines):
            return False
        cells = text.replace("\n", delimiter).split(delimiter)
        self._add([cells[i::n] for i in range(n)], np.arange(self.line + 1, self.line + 1 + len(lines)))
        self.line += len(lines)
        return True

    def _whole(self, lines: list[str]) -> bool:
        """Take a block in which each line is a row with as many cells as the header; False if it is not so."""
        reader = self._reader(lines, 0)
        try:
            rows = list(reader)
        except csv.Error:
            return False
        if len(rows) != len(lines) or set(map(len, rows)) != {len(self.header.cells)}:
            return False
        self._add(list(zip(*rows, strict=True)), np.arange(self.line + 1, self.line + 1 + len(rows)))
        self.line += len(lines)
        return True

    def _reader(self, lines: list[str], at: int) -> Reader:
        return csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=self.header.delimiter, strict=True)

    def _add(self, columns: Sequence[Sequence[str]], records: NDArray[np.int64]) -> None:
        for builder, cells in zip(self.builders, columns, strict=True):
            builder.add(cells)
        self.records.append(records)

    def _row_by_row(self, lines: list[str], last: bool) -> None:
        """Take a block that holds something else than plain rows; after a broken quote go on with the next line."""
        rows: list[list[str]] = []
        records: list[int] = []
        begin = at = 0
        while at < len(lines):
            reader = self._reader(lines, at)
            begin = at
            try:
                for cells in reader:
                    end = at + reader.line_num
                    if self._fits(cells, lines[begin:end], self.line + begin + 1):
                        rows.append(cells)
                        records.append(self.line + begin + 1)
                    begin = end
                at = begin = len(lines)
            except csv.Error as error:
                open_end = at + reader.line_num >= len(lines) and not last
                if open_end and sum(map(len, lines[begin:])) < LONGEST:
                    self.waiting = "".join(lines[begin:])
                    break
                self._broken_quote(lines[begin], self.line + begin + 1, str(error))
                at = begin = begin + 1
        if rows:
            self._add(list(zip(*rows, strict=True)), np.array(records, np.int64))
        self.line += begin

    def _fits(self, cells: list[str], lines: list[str], row: int) -> bool:
        """Whether a parsed row is one of the table; if it is not, and is not blank, it is set aside by name."""
        n = len(self.header.cells)
        filled = sum(not is_blank(c) for c in cells)
        if not filled:
            return False
        if len(lines) > 1 and self._swallowed(lines):
            message = "The quote opened in this row is closed some rows below, so it swallows them."
            self.oddities.append(Oddity(row, "E-ROW-QUOTE", message, tuple(cells)))
        elif len(cells) == n:
            return True
        elif filled == 1:
            self.oddities.append(Oddity(row, "E-ROW-NOT-DATA", "The row holds one text alone.", tuple(cells)))
        else:
            message = f"The row has {len(cells)} cells, the header {n}."
            self.oddities.append(Oddity(row, "E-ROW-RAGGED", message, tuple(cells)))
        return False

    def _swallowed(self, lines: list[str]) -> bool:
        """Whether lines inside a quoted cell look like rows: as many cells as the header, a number among them."""
        n, delimiter = len(self.header.cells), self.header.delimiter
        inside = [line.rstrip("\r\n").split(delimiter) for line in lines[1:]]
        return n > 1 and any(len(c) >= n and any(x.strip().replace(".", "", 1).isdigit() for x in c) for c in inside)

    def _broken_quote(self, line: str, row: int, error: str) -> None:
        if "expected after" in error:
            message = "A quoted cell is followed by more text, or the quote opened in this row is never closed."
        else:
            message = "A quote is opened in this row and never closed."
        cells = tuple(line.rstrip("\r\n").split(self.header.delimiter))
        self.oddities.append(Oddity(row, "E-ROW-QUOTE", message, cells))

    def sheet(self, encoding: str, note: str) -> Sheet:
        """What was read, all of it."""
        if self.waiting:
            lines = io.StringIO(self.waiting, newline="").readlines()
            self.waiting = ""
            self._row_by_row(lines, last=True)
        return Sheet(
            header=self.header.cells,
            header_row=self.header.row,
            columns=tuple(b.column() for b in self.builders),
            record=np.concatenate(self.records) if self.records else np.empty(0, np.int64),
            oddities=(*self.header.above, *self.oddities),
            encoding=encoding,
            delimiter=self.header.delimiter,
            notes=(note,),
        )
