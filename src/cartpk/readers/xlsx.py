"""A workbook -> `Sheet`: one plain table of typed cells, and whatever is not plain is refused with its address.

A cell's type is the workbook's; nothing is coerced. A number becomes the text
that holds exactly the stored number, so that it takes the same way as a number
in a text file.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules
from cartpk.readers.aliases import NUMBERS, recognise, score
from cartpk.readers.sheet import ColumnBuilder, Oddity, Sheet, is_blank
from cartpk.rulebook import finding

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    Cells = dict[int, Any]  # column number -> cell, of those that hold anything

__all__ = ["read_xlsx", "sheet_names"]

LARGEST = 100_000_000  # bytes of a workbook when unpacked; memory is some times that
UNSEEN = 1.0  # points of height, and ten times the characters of width, below which nothing is seen
TITLE_ROWS = 20  # rows above the header that are looked at
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, SyntaxError, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, EOFError, OSError, RuntimeError, AssertionError,
)  # fmt: skip
"""What zip, XML and workbook libraries raise on damaged parts; an XML fault is a SyntaxError in each parser."""
_PADDED = re.compile(r"0{2,}")
_AS_STORED = re.compile(
    r"(?:\[(?:Red|Blue|Green|Black|Magenta|Cyan|White|Yellow)\]|_.|\*.|\\[() -]|\"-\"|[#0?,.+\-() ]|[eE][+-]|General|@)+", re.IGNORECASE
)  # fmt: skip
_SCALED = re.compile(r"[#0?],+(?![#0?,])")
_ESCAPED = re.compile(
    r"_x([0-9A-Fa-f]{4})_"
)  # how a workbook writes what XML cannot hold, and an underscore before such
_REMEDIES = {"id": "; an id must be a text cell", "text": "; a name must be a text cell"}


def read_xlsx(data: bytes, file: str, rules: InputRules, only: str | None = None) -> Sheet:
    """The table in a workbook, or on the sheet `only` of one with several; what is wrong with it rides in the sheet."""
    fault = _refused(data, file)
    if fault:
        return Sheet(faults=(fault,))
    try:
        tables = _tables(data)
    except _BROKEN as error:
        message = (
            f"The workbook cannot be opened: its parts are damaged or not what they should be ({type(error).__name__})."
        )
        return Sheet(faults=(finding("E-XLSX-UNREADABLE", message, file=file),))
    if not tables:
        return Sheet(faults=(finding("E-FILE-EMPTY", "No sheet of the workbook holds anything.", file=file),))
    if only is not None:
        return _of_several(tables, file, rules, only)
    if len(tables) > 1:
        names = ", ".join(quoted(t.title) for t, _ in tables)
        message = f"More than one sheet holds something ({names}); which one is meant is not guessed."
        return Sheet(faults=(finding("E-XLSX-NOT-PLAIN", message, file=file, value=tables[-1][0].title),))
    table, rows = tables[0]
    return _Table(table, rows, file, rules).sheet()


def _of_several(tables: list[tuple[Worksheet, dict[int, Cells]]], file: str, rules: InputRules, only: str) -> Sheet:
    """One sheet of those that the plan names; a sheet with data that it does not name is refused."""
    named = [block.sheet for block in rules.wide]
    faults = []
    for table, _ in tables:
        if table.title not in named and only == named[0]:
            message = f"The sheet {quoted(table.title)} holds something, and the plan does not name it."
            faults.append(finding("E-XLSX-NOT-PLAIN", message, file=file, value=table.title))
    chosen = next(((t, rows) for t, rows in tables if t.title == only), None)
    if chosen is None:
        have = ", ".join(quoted(t.title) for t, _ in tables)
        message = f"There is no sheet {quoted(only)}, which the plan names; those that hold anything are {have}."
        return Sheet(faults=(*faults, finding("E-XLSX-NOT-PLAIN", message, file=file, value=only)))
    return _Table(*chosen, file, rules, faults=faults).sheet()


def sheet_names(data: bytes, file: str) -> list[str]:
    """The names of the sheets that hold anything; none where the workbook cannot be read."""
    try:
        return [] if _refused(data, file) else [str(table.title) for table, _ in _tables(data)]
    except _BROKEN:
        return []


def _refused(data: bytes, file: str) -> Finding | None:
    """The finding of bytes that are no workbook, or one that must not be unpacked."""

    def unreadable(message: str) -> Finding:
        return finding("E-XLSX-UNREADABLE", message, file=file)

    if not data:
        return finding("E-FILE-EMPTY", file=file)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return unreadable("The file is an old .xls workbook or one with a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
            if size > LARGEST:
                return unreadable(f"The workbook unpacks to {size // 1_000_000} MB, more than the {LARGEST // 1_000_000} that are read; save the table as CSV.")  # fmt: skip
            if "xl/workbook.xml" not in archive.namelist():
                return unreadable("The file is a zip archive, not an .xlsx workbook.")
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels", ".vml")) and _declares(archive.read(part)):
                    return unreadable(f"The part {part.filename} declares entities or is not UTF-8, which no spreadsheet program writes.")  # fmt: skip
    except _BROKEN:
        return unreadable("The file is not an .xlsx workbook, or it is cut short.")
    return None


def _declares(xml: bytes) -> bool:
    """Whether a part could expand into something else than it shows."""
    return b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml[:200]


def _tables(data: bytes) -> list[tuple[Worksheet, dict[int, Cells]]]:
    """The worksheets that hold anything, hidden ones too, each with its cells by row and column.

    The cells are taken from the table that the library keeps: its own walk over rows would first make
    every cell up to the farthest one, which a stray cell in the last corner turns into 17 billion.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that are of no matter here
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    if not book.worksheets:
        raise ValueError("the workbook names no worksheet")
    found: list[tuple[Worksheet, dict[int, Cells]]] = []
    for sheet in book.worksheets:
        rows: dict[int, Cells] = {}
        for (row, column), cell in sorted(sheet._cells.items()):
            if cell.value is not None:
                rows.setdefault(row, {})[column] = cell
        if rows:
            found.append((sheet, rows))
    return found


@dataclass(slots=True)
class _Table:
    """One worksheet on its way to a sheet of text."""

    table: Worksheet
    rows: dict[int, Cells]
    file: str
    rules: InputRules
    faults: list[Finding] = field(default_factory=list)
    refused: set[tuple[int, int]] = field(default_factory=set)
    struck: frozenset[int] = field(init=False)  # the fonts that strike through

    def __post_init__(self) -> None:
        book: Any = self.table.parent
        self.struck = frozenset(i for i, font in enumerate(book._fonts) if font.strike)

    def sheet(self) -> Sheet:
        """Header, columns and what is wrong."""
        self._refuse_merged()
        self._refuse_hidden()
        header_row = self._header_row()
        letters = sorted(column for column, cell in self.rows[header_row].items() if not is_blank(str(cell.value)))
        if not letters:
            return Sheet(
                faults=(*self.faults, finding("E-FILE-EMPTY", "The sheet holds nothing but spaces.", file=self.file))
            )
        columns = range(letters[0], letters[-1] + 1)
        header = tuple(self._text(self.rows[header_row].get(c), "") for c in columns)
        below = [row for row in self.rows if row > header_row]
        self._refuse_outside(below, columns)
        builders = [ColumnBuilder() for _ in header]
        for builder, kind, c in zip(builders, self._kinds(header, header_row), columns, strict=True):
            builder.add([self._text(self.rows[row].get(c), kind) for row in below])
        above = [row for row in self.rows if row < header_row]
        return Sheet(
            header=header,
            header_row=header_row,
            columns=tuple(b.column() for b in builders),
            record=np.array(below, np.int64),
            oddities=tuple(
                Oddity(r, "E-ROW-NOT-DATA", "The row stands above the header.", self._shown(r)) for r in above
            ),
            refused=frozenset((row, column - letters[0]) for row, column in self.refused),
            faults=tuple(self.faults),
            name=self.table.title,
            notes=(f"Read the sheet {quoted(self.table.title)}.",),
        )

    def _shown(self, row: int) -> tuple[str, ...]:
        return tuple(str(cell.value) for cell in self.rows[row].values())

    def _header_row(self) -> int:
        """Which of the first rows names most of our columns; else the first."""
        best, most = next(iter(self.rows)), 1
        for row in list(self.rows)[:TITLE_ROWS]:
            named = score([c.value for c in self.rows[row].values() if isinstance(c.value, str)], self.rules)
            if named > most:
                best, most = row, named
        return best

    def _kinds(self, header: Sequence[str], row: int) -> list[str]:
        """What each column is to hold: ``number``, ``id``, ``text``, ``date``, or nothing in particular."""
        found = recognise(header, self.rules, self.file, row)
        kinds = [""] * len(header)
        for name, i in found.columns.items():
            kinds[i] = "number" if name in NUMBERS else "date" if name.endswith("datetime") else "text"
        visits = {name for block in self.rules.wide for name in block.visits}
        kinds = ["number" if text in visits else kind for text, kind in zip(header, kinds, strict=True)]
        for i in found.named_covariates.values():
            kinds[i] = "text"
        if "subject_id" in found.columns:
            kinds[found.columns["subject_id"]] = "id"
        return kinds

    # --- refusals --------------------------------------------------------------------------------------------------

    def _refuse(self, address: str, message: str, row: int | None = None, value: str = "") -> None:
        told = finding("E-XLSX-NOT-PLAIN", message, file=self.file, row=row, column=address, value=value[:200])
        self.faults.append(told)

    def _refuse_merged(self) -> None:
        """Cells that people see as one."""
        for area in sorted(self.table.merged_cells.ranges, key=lambda a: a.bounds):
            self._refuse(area.coord, f"The cells {area.coord} are merged.", row=area.min_row)

    def _refuse_hidden(self) -> None:
        """Cells that people do not see."""
        for row, line in sorted(self.table.row_dimensions.items()):
            flat = line.height is not None and line.height < UNSEEN
            if (line.hidden or flat) and row in self.rows:
                why = "is hidden" if line.hidden else "has no height"
                self._refuse(f"{row}:{row}", f"Row {row} {why}.", row=row)
        if self.table.sheet_format.zeroHeight:
            shown = {row for row, line in self.table.row_dimensions.items() if line.height is not None}
            for row in sorted(self.rows.keys() - shown):
                self._refuse(f"{row}:{row}", f"Row {row} is hidden, as all rows without a height are.", row=row)
        used = {column for cells in self.rows.values() for column in cells}
        for letter, stripe in sorted(self.table.column_dimensions.items()):
            stripe.reindex()
            narrow = stripe.width is not None and stripe.width < UNSEEN / 10
            if (stripe.hidden or narrow) and any((stripe.min or 0) <= column <= (stripe.max or 0) for column in used):
                why = "is hidden" if stripe.hidden else "has no width"
                self._refuse(f"{letter}:{letter}", f"Column {letter} {why} (or one beside it).")

    def _refuse_outside(self, rows: Sequence[int], columns: range) -> None:
        """Cells beside the table."""
        for row in rows:
            for column, cell in self.rows[row].items():
                if column not in columns and not is_blank(str(cell.value)):
                    self._refuse(cell.coordinate, "The cell has no header above it.", row=row, value=str(cell.value))

    # --- cells -----------------------------------------------------------------------------------------------------

    def _text(self, cell: Any, kind: str) -> str:
        """The cell as text; refused (and blank) where its type cannot stand in its column."""
        if cell is None:
            return ""
        value = cell.value
        if cell.has_style and cell._style.fontId in self.struck and not is_blank(str(value)):
            return self._refuse_cell(cell, f"The cell {cell.coordinate} is struck through.")
        if cell.data_type == "f":
            return self._refuse_cell(cell, f"The cell {cell.coordinate} is a formula.")
        if cell.data_type == "e":
            return self._refuse_cell(cell, f"The cell {cell.coordinate} holds an error.")
        if isinstance(value, str):
            return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value)
        if isinstance(value, bool):
            if kind:
                return self._refuse_cell(cell, f"The cell {cell.coordinate} holds TRUE or FALSE.")
            return "TRUE" if value else "FALSE"
        if isinstance(value, (dt.datetime, dt.date, dt.time, dt.timedelta)):
            if kind not in ("", "date"):
                return self._refuse_cell(cell, f"The cell {cell.coordinate} holds a date or a time of day.")
            return str(value) if isinstance(value, dt.timedelta) else value.isoformat()
        return self._number(cell, value, kind)

    def _refuse_cell(self, cell: Any, message: str) -> str:
        """Refuse a cell; it counts as blank."""
        self.refused.add((cell.row, cell.column))
        self._refuse(cell.coordinate, message, row=cell.row, value=str(getattr(cell.value, "text", cell.value)))
        return ""

    def _number(self, cell: Any, value: int | float, kind: str) -> str:
        """A number as text; refused where Excel shows something else than it stores."""
        shape, text = cell.number_format, repr(value)
        whole = isinstance(value, int) or value.is_integer()
        sections = shape.split(";")
        as_stored = all(_AS_STORED.fullmatch(s) and not _SCALED.search(s) for s in sections)
        rounded = kind == "id" and not whole and shape != "General"
        padded = kind in ("id", "text") and _PADDED.search(sections[0].split(".")[0])
        if kind and (not as_stored or padded or rounded):
            remedy = _REMEDIES.get(kind, "")
            return self._refuse_cell(cell, f"The cell {cell.coordinate} holds {text} but is shown by the format {shape!r} as something else{remedy}.")  # fmt: skip
        if kind in ("id", "text") and abs(value) >= 1e15:
            return self._refuse_cell(cell, f"The cell {cell.coordinate} holds a number of more than 15 digits, of which Excel keeps 15; an id must be a text cell.")  # fmt: skip
        if kind in ("id", "text") and whole:
            return str(int(value))
        return text.replace(".", ",") if kind == "number" and self.rules.decimal == "," else text
