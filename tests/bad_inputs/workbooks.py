"""Workbooks with one trap each: what is changed in a small table that is right, and the errors and warnings that are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.table import Table

from bad_inputs import BadInput
from bad_inputs.books import book_of, data_of

__all__ = ["HEADER", "REFUSED", "RESULT", "ROWS", "TRAPS", "Told", "at", "small", "workbooks"]

HEADER = ["subject_id", "time", "value", "unit", "lloq", "note"]
ROWS = [["S1", day, value, "cells/uL", 1, "x"] for day, value in ((0, "<1"), (7, 12.5), (14, 9), (28, 2))]
Told = list[tuple[str, int | None, str, str]]
Change = Callable[[Any], object]


def small() -> Workbook:
    """A small table that is right."""
    return book_of(HEADER, *ROWS)


RESULT = '<c r="C3" t="n"><v>12.5</v></c>'


def at(address: str, value: Any = None, shape: str | None = None, **style: Any) -> Change:
    """A change of one cell."""

    def change(sheet: Any) -> None:
        cell = sheet[address]
        if value is not None:
            cell.value = value
        if shape is not None:
            cell.number_format = shape
        for name, given in style.items():
            setattr(cell, name, given)

    return change


def hidden_row(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:F5"
    sheet.auto_filter.add_filter_column(0, ["S2"])
    sheet.row_dimensions[3].hidden = True  # what a filter does


def table_with_totals(sheet: Any) -> None:
    sheet.append(["Total", None, 23.5])
    table = Table(displayName="Counts", ref="A1:F6")
    table.totalsRowCount = 1
    table._initialise_columns()
    for column, name in zip(table.tableColumns, HEADER, strict=True):
        column.name = name
    sheet.add_table(table)


def repeated_header(sheet: Any) -> None:
    sheet.append(HEADER)
    sheet.append(["S2", 0, 3, "cells/uL", 1, "x"])


REFUSED = "E-XLSX-NOT-PLAIN"
TRAPS: dict[str, tuple[Change, Told]] = {
    "formula without a stored result": (at("C3", "=C2*2"), [(REFUSED, 3, "C3", "=C2*2")]),
    "formula beside the numbers": (at("F3", "=1+1"), [(REFUSED, 3, "F3", "=1+1")]),
    "error cell": (at("C3", "#DIV/0!", data_type="e"), [(REFUSED, 3, "C3", "#DIV/0!")]),
    "error of a lookup among the ids": (at("A3", "#N/A", data_type="e"), [(REFUSED, 3, "A3", "#N/A")]),
    "merged cells": (lambda s: s.merge_cells("A2:A3"), [(REFUSED, 2, "A2:A3", ""), ("E-SUBJECT-BLANK", 3, "subject_id", "")]),
    "merged title in the header": (lambda s: s.merge_cells("E1:F1"), [(REFUSED, 1, "E1:F1", ""), (REFUSED, 2, "F2", "x")]),
    "hidden row, as by a filter": (hidden_row, [(REFUSED, 3, "3:3", "")]),
    "hidden column": (lambda s: setattr(s.column_dimensions["C"], "hidden", True), [(REFUSED, None, "C:C", "")]),
    "date among the times": (at("B3", dt.datetime(2024, 3, 8)), [(REFUSED, 3, "B3", "45359")]),
    "a number with a date's format among the times": (at("B3", 7, "d-mmm"), [(REFUSED, 3, "B3", "7")]),
    "time of day among the times": (at("B3", dt.time(12, 0)), [(REFUSED, 3, "B3", "0.5")]),
    "duration among the times": (at("B3", 7.5, "[h]:mm"), [(REFUSED, 3, "B3", "7.5")]),
    "a date in place of an id": (at("A3", dt.datetime(2024, 3, 1)), [(REFUSED, 3, "A3", "45352")]),
    "an id that became a date": (at("A3", 45352, "mmm-yy"), [(REFUSED, 3, "A3", "45352")]),
    "an id that became a power of ten": (at("A3", 100000, "0.00E+00"), [(REFUSED, 3, "A3", "100000")]),
    "an id too long to be shown": (at("A3", 123456789012), [(REFUSED, 3, "A3", "123456789012")]),
    "TRUE among the results": (at("C3", True), [(REFUSED, 3, "C3", "TRUE")]),
    "TRUE among the ids": (at("A3", True), [(REFUSED, 3, "A3", "TRUE")]),
    "45 % stored as 0.45": (at("C3", 0.45, "0%"), [(REFUSED, 3, "C3", "0.45")]),
    "<50 stored as 50": (at("C3", 50, '"<"0'), [(REFUSED, 3, "C3", "50")]),
    "BLQ stored as 0": (at("C3", 0, '[=0]"BLQ";0'), [(REFUSED, 3, "C3", "0")]),
    "thousands cut off": (at("C3", 5000, "#,##0,"), [(REFUSED, 3, "C3", "5000")]),
    "0 that the sheet does not show": (lambda s: (at("C3", 0)(s), setattr(s.sheet_view, "showZeros", False)), [(REFUSED, 2, "B2", "0"), (REFUSED, 3, "C3", "0")]),
    "a negative time shown without its sign": (at("B3", -7, "0;0"), [(REFUSED, 3, "B3", "-7")]),
    "number shown as nothing": (at("C3", 5, ";;;"), [(REFUSED, 3, "C3", "5")]),
    "text shown as nothing": (at("A3", "S1", ";;;"), [(REFUSED, 3, "A3", "S1")]),
    "text with a prefix in its format": (at("A3", "1", '"S"@'), [(REFUSED, 3, "A3", "1")]),
    "struck through": (at("C3", font=Font(strike=True)), [(REFUSED, 3, "C3", "12.5")]),
    "white on white": (at("C3", font=Font(color="FFFFFFFF")), [(REFUSED, 3, "C3", "12.5")]),
    "white on white fill": (at("C3", font=Font(color="FFFFFFFF"), fill=PatternFill("solid", fgColor="FFFFFFFF")), [(REFUSED, 3, "C3", "12.5")]),
    "partly struck through": (at("C3", CellRichText("1", TextBlock(InlineFont(strike=True), "5"), "2")), [(REFUSED, 3, "C3", "152")]),
    "a power written with a raised digit": (at("C3", CellRichText("10", TextBlock(InlineFont(vertAlign="superscript"), "6"))), [(REFUSED, 3, "C3", "106")]),
    "a total beside the table": (at("H3", 23.5), [(REFUSED, 3, "H3", "23.5")]),
    "a legend below the table": (at("A8", "x = hemolysed"), [("E-ROW-NOT-DATA", 8, "", "x = hemolysed |  |  |  |  |")]),
    "a total below the table": (lambda s: s.append(["Total", None, 23.5]), [("E-TIME-BLANK", 6, "time", "")]),
    "row of totals of a table": (table_with_totals, [(REFUSED, 6, "A6", ""), ("E-TIME-BLANK", 6, "time", "")]),
    "title above the header": (lambda s: (s.insert_rows(1), at("A1", "Study X")(s)), [("E-ROW-NOT-DATA", 1, "", "Study X")]),
    "header repeated in the middle": (repeated_header, [("E-ROW-NOT-DATA", 6, "", " | ".join(HEADER))]),
    "comment": (at("C3", comment=Comment("hemolysed", "lab")), [("W-XLSX-COMMENT", 3, "C3", "hemolysed")]),
    "ids with leading zeros by format": (lambda s: [at(f"A{r}", 7, "000")(s) for r in range(2, 6)], [("W-XLSX-ZEROS", 2, "A2", "007")]),
    "number as text with a decimal comma": (at("C3", "12,5"), [("E-NUMBER-DECIMAL-COMMA", 3, "value", "12,5")]),
    "number too large for a cell": (at("C3", "1e400", data_type="n"), [(REFUSED, 3, "C3", "inf")]),
}  # fmt: skip


_BY_THE_CHECKS = ("a total below the table", "row of totals of a table")
"""Traps of which the checks tell more than the reader does."""


_NO_HEADER: Told = [
    *(("E-COLUMN-MISSING", 1, name, "") for name in ("subject_id", "time", "value", "unit")),
    *((REFUSED, 3, f"{letter}3", name) for letter, name in zip("BCDEF", HEADER[1:], strict=True)),
]
_NO_BLOCK: Told = [
    ("E-XLSX-SHEET", None, "", "Counts"),
    ("E-XLSX-SHEET", None, "", "old"),
    ("E-COLUMN-MISSING", 1, "D0", ""),
]


def several() -> Workbook:
    """A sheet of counts below a title, and two more that hold something, one of them hidden."""
    book = small()
    book.active.title = "Counts"
    book.active.insert_rows(1, 2)
    book.active["A1"] = "Study X"
    book.create_sheet("Lists")["A1"] = "SLE"
    book["Lists"].sheet_state = "hidden"
    book.create_sheet("old").append(HEADER)
    return book


_SHEETS: dict[str, tuple[str, Told]] = {
    "several sheets and no plan": ("", [("E-XLSX-SHEET", None, "", "old")]),
    "a sheet that is misspelled": ('sheet = "Count"', [("E-XLSX-SHEET", None, "", "Count")]),
    "a title and no word of the header": ('sheet = "Counts"', [("E-ROW-NOT-DATA", 1, "", "Study X")]),
    "a header row that is blank": ('sheet = "Counts"\nheader_row = 2', [("E-ROW-HEADER", 2, "", "")]),
    "a header row that holds a title": ('sheet = "Counts"\nheader_row = 1', _NO_HEADER),
    "a sheet with a header alone": ('sheet = "old"', [("E-FILE-HEADER-ONLY", 1, "", "")]),
    "a block of another sheet's visits": ('[[input.wide]]\nsheet = "Lists"\nvisits = { D0 = 0 }', _NO_BLOCK),
}  # fmt: skip


def workbooks() -> Iterator[BadInput]:
    """Each trap that is an error, as a run of the command; and sheets and rows that a plan names in vain."""
    for name, (keys, told) in _SHEETS.items():
        files = {"counts.xlsx": data_of(several()), **({"plan.toml": f"[input]\n{keys}\n".encode()} if keys else {})}
        yield BadInput(f"workbook: {name}", files, told)
    for name, (change, told) in TRAPS.items():
        book = small()
        change(book.active)
        errors = [t for t in told if t[0].startswith("E-")]
        if name in _BY_THE_CHECKS:
            errors.append(("E-UNIT-MISSING", 6, "unit", ""))
        if errors:
            yield BadInput(f"workbook: {name}", {"counts.xlsx": data_of(book)}, errors)
