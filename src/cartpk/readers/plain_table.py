"""One table of a worksheet -> `Sheet`: typed cells become text, and whatever is not plain is refused with its address.

A cell's type is the workbook's; nothing is coerced. A number becomes the text that holds exactly the stored number,
so that it takes the same way as a number in a text file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.readers.addresses import ROWS, address, corners, letters
from cartpk.readers.aliases import score
from cartpk.readers.grid import Content, Grid
from cartpk.readers.package import Book
from cartpk.readers.sheet import Column, Oddity, Sheet, is_blank
from cartpk.readers.shown import CellReader, Understood, seen, shown
from cartpk.readers.typed import kinds_of
from cartpk.rulebook import finding

__all__ = ["LAST", "TITLE_ROWS", "PlainTable"]

Cells = NDArray[np.int64]
TITLE_ROWS = 20  # rows above the header that are looked at
MOST = 5  # cells that a message names
LAST = ROWS


@dataclass(slots=True)
class PlainTable:
    """A table on its way to a sheet of text: the cells from `header_row` (None: found out) to `last_row`."""

    grid: Grid
    book: Book
    file: str
    rules: InputRules
    header_row: int | None = None
    last_row: int = LAST
    cells: CellReader = field(init=False)
    faults: list[Finding] = field(default_factory=list)
    refused: set[tuple[int, int]] = field(default_factory=set)
    _warned: dict[tuple[str, int], list[tuple[int, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cells = CellReader(self.book, self.rules.decimal, self.grid.hides_zeros)

    def sheet(self) -> Sheet:
        """Header, columns and what is wrong."""
        grid = self.grid = self.grid.between(self.header_row or 1, self.last_row)
        rows = grid.rows()
        if self.header_row is not None and self.header_row not in rows:
            return Sheet(faults=(*self.faults, self._no_header()), name=grid.name)
        if not rows:
            return Sheet(
                faults=(*self.faults, finding("E-FILE-EMPTY", "The sheet holds nothing but spaces.", file=self.file))
            )
        header_row = self.header_row or self._header_row(rows)
        head = {
            c: cell for c, cell in grid.cells(header_row).items() if not is_blank(cell.text) or cell.formula is not None
        }
        columns = range(min(head), max(head) + 1)
        below = np.array([row for row in rows if row > header_row], np.int64)
        self._refuse_area(header_row, columns, rows)
        header = tuple(self._header_text(header_row, c, head.get(c)) for c in columns)
        made = self._columns(header, header_row, columns, below)
        self._tell_warned()
        above = [row for row in rows if row < header_row]
        return Sheet(
            header=header,
            header_row=header_row,
            columns=made,
            record=below,
            oddities=tuple(
                Oddity(r, "E-ROW-NOT-DATA", "The row stands above the header.", shown([*grid.cells(r).values()]))
                for r in above
            ),
            refused=frozenset((row, column - columns[0]) for row, column in self.refused),
            faults=tuple(self.faults),
            name=grid.name,
            notes=(phrase("Read the sheet {sheet}.", sheet=quoted(grid.name)),),
        )

    def _no_header(self) -> Finding:
        message = f"Row {self.header_row} of the sheet {quoted(self.grid.name)}, which the plan names as the header, holds nothing."
        return finding("E-ROW-HEADER", message, file=self.file, row=self.header_row)

    def _header_row(self, rows: Sequence[int]) -> int:
        """Which of the first rows names most of our columns; else the first."""
        best, most = rows[0], 1
        for row in rows[:TITLE_ROWS]:
            named = score([c.text for c in self.grid.cells(row).values() if c.kind == "text"], self.rules)
            if named > most:
                best, most = row, named
        return best

    def _header_text(self, row: int, column: int, cell: Content | None) -> str:
        """A header as text; a cell that shows something else than it holds is refused."""
        if cell is None:
            return ""
        found = self.cells.understood(cell, "")
        if found.refused:
            self._refuse_cell(row, column, cell, found.refused)
        return found.text

    # --- areas -----------------------------------------------------------------------------------------------------

    def _refuse(self, place: str, message: str, row: int | None = None, value: str = "") -> None:
        told = finding("E-XLSX-NOT-PLAIN", message, file=self.file, row=row, column=place, value=value[:200])
        self.faults.append(told)

    def _refuse_area(self, first: int, columns: range, rows: Sequence[int]) -> None:
        """Merged and hidden cells, rows of totals, comments: of the table's own rows."""
        last = self.last_row if self.last_row < LAST else max(rows[-1], first)
        for area in sorted(self.grid.merged, key=corners):
            top, _, bottom, _ = corners(area)
            if top <= last and bottom >= first:
                self._refuse(area, f"The cells {area} are merged.", row=top)
        for row in (r for r in rows if r >= first and r in self.grid.hidden_rows):
            self._refuse(f"{row}:{row}", f"Row {row} {self.grid.hidden_rows[row]}.", row=row)
        used = np.unique(self.grid.column)
        for low, high, why in self.grid.hidden_columns:
            if ((used >= low) & (used <= high)).any():
                place = f"{letters(low)}:{letters(min(high, columns[-1]) if high > low else low)}"
                named = f"Column {letters(low)}" if low == high else f"One of the columns {place}"
                self._refuse(place, f"{named} {why}.")
        for area in self.grid.totals:
            _, left, bottom, _ = corners(area)
            if first < bottom <= last and bottom in rows:
                self._refuse(
                    address(bottom, left), f"Row {bottom} is the row of totals of the table {area}.", row=bottom
                )
        for (row, column), text in sorted(self.grid.comments.items()):
            if first <= row <= last and column in columns:
                self._warned.setdefault(("W-XLSX-COMMENT", column), []).append((row, text))

    # --- columns ---------------------------------------------------------------------------------------------------

    def _columns(self, header: Sequence[str], header_row: int, columns: range, below: Cells) -> tuple[Column, ...]:
        """The cells of each column below the header as text."""
        grid = self.grid
        kinds = self._kinds(header)
        start = np.searchsorted(grid.column, [*columns, columns[-1] + 1])
        inside = np.zeros(len(grid.row), bool)
        inside[start[0] : start[-1]] = True
        self._refuse_beside(np.flatnonzero(~inside & (grid.row > header_row) & grid.filled()))
        parts = zip(kinds, columns, start[:-1].tolist(), start[1:].tolist(), strict=True)
        return tuple(self._column(kind, column, slice(a, b), header_row, below) for kind, column, a, b in parts)

    def _refuse_beside(self, cells: Cells) -> None:
        """Cells without a header: one finding a column, at its first cell."""
        columns, first, count = np.unique(self.grid.column[cells], return_index=True, return_counts=True)
        for column, k, n in zip(columns.tolist(), cells[first].tolist(), count.tolist(), strict=True):
            row, cell = int(self.grid.row[k]), self.grid.contents[int(self.grid.code[k])]
            more = f", nor have {n - 1} more in its column" if n > 1 else ""
            self._refuse(address(row, column), f"The cell has no header above it{more}.", row=row, value=seen(cell))

    def _kinds(self, header: Sequence[str]) -> list[str]:
        """What each column is to hold: ``number``, ``id``, ``text``, ``date``, or nothing in particular."""
        visits = {name for block in self.rules.wide for name in block.visits}
        kinds = kinds_of(header, self.rules, self.file)
        return ["number" if name in visits else kind for name, kind in zip(header, kinds, strict=True)]

    def _column(self, kind: str, column: int, cells: slice, header_row: int, below: Cells) -> Column:
        """One column; each distinct content is understood once."""
        row, code = self.grid.row[cells], self.grid.code[cells]
        keep = (row > header_row) & np.isin(row, below)
        row, code = row[keep], code[keep]
        used, which = np.unique(code, return_inverse=True)
        understood = [self.cells.understood(self.grid.contents[k], kind) for k in used.tolist()]
        texts: dict[str, int] = {"": 0}
        level = np.array([texts.setdefault(u.text, len(texts)) for u in understood] or [0], np.int32)
        codes = np.zeros(len(below), np.int32)
        if len(row):
            codes[np.searchsorted(below, row)] = level[which]
        for k, found in enumerate(understood):
            if found.refused or found.warn:
                self._tell(found, self.grid.contents[int(used[k])], column, row[which == k].tolist())
        return Column(codes, tuple(texts))

    def _tell(self, found: Understood, cell: Content, column: int, rows: Sequence[int]) -> None:
        for row in rows:
            if found.refused:
                self._refuse_cell(row, column, cell, found.refused)
            else:
                text = found.text if found.warn == "W-XLSX-ZEROS" else seen(cell)
                self._warned.setdefault((found.warn, column), []).append((row, text))

    def _refuse_cell(self, row: int, column: int, cell: Content, why: str) -> None:
        """Refuse a cell; it counts as blank."""
        self.refused.add((row, column))
        place = address(row, column)
        self._refuse(place, f"The cell {place} {why}.", row=row, value=seen(cell))

    def _tell_warned(self) -> None:
        """One finding for each rule and column, at its first cell."""
        for (rule, column), cells in self._warned.items():
            cells.sort()
            (row, text), places = cells[0], [address(r, column) for r, _ in cells]
            where = phrase("{cells}", cells=tuple(places[:MOST]))
            if len(places) > MOST:
                where = phrase("{cells} and {n} more", cells=where, n=len(places) - MOST)
            cells_said = phrase("cell {where}" if len(places) == 1 else "cells {where}", where=where)
            message = phrase(_WARNINGS[rule], cells=cells_said, text=quoted(text))
            self.faults.append(finding(rule, message, file=self.file, row=row, column=places[0], value=text[:200]))


_WARNINGS = {
    "W-XLSX-ZEROS": "Numbers are shown with leading zeros that they do not have, and were read as shown, as {text} ({cells}).",
    "W-XLSX-FORMULA": "Formulas stand in the {cells} ({text}); the results that the file stores were read.",
    "W-XLSX-COMMENT": "There are comments on the {cells}, the first {text}, and they are not read.",
}
