"""A workbook -> `Sheet`s: which worksheets are read, and where on them the tables stand.

Without a plan there must be one worksheet that holds anything, and on it one table. With one, the worksheets and rows
that it names are read, and what else holds something is told.
"""

from __future__ import annotations

import difflib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.readers.aliases import ALIASES, folded_header
from cartpk.readers.damage import BROKEN, DamageError
from cartpk.readers.grid import Grid
from cartpk.readers.package import Book
from cartpk.readers.plain_table import LAST, TITLE_ROWS, PlainTable
from cartpk.readers.regions import Region, regions_of, told_of_passed
from cartpk.readers.sheet import Sheet
from cartpk.readers.shown import shown
from cartpk.rulebook import finding

__all__ = ["every_sheet", "read_xlsx"]

LARGEST = 200_000_000  # bytes of a workbook when unpacked
_SUBJECTS = frozenset(folded_header(name) for group in ALIASES["subject_id"] for name in group)
_STARTS = (
    (b"\xd0\xcf\x11\xe0", "The file is an old .xls workbook or one with a password."),
    (b"<", "The file is a web page or XML with the name of a workbook."),
    (b"\xef\xbb\xbf<", "The file is a web page or XML with the name of a workbook."),
)


def read_xlsx(data: bytes, file: str, rules: InputRules) -> tuple[Sheet, ...]:
    """The tables of a workbook that the plan names, else the only one; what is wrong with them rides in the sheets."""
    return _opened(data, file, lambda book, grids: _sheets(book, grids, file, rules))


def every_sheet(data: bytes, file: str, rules: InputRules) -> tuple[Sheet, ...]:
    """A table of each worksheet that holds anything, to be looked at."""
    return _opened(
        data, file, lambda book, grids: tuple(PlainTable(g, book, file, rules).sheet() for g in grids if g.rows())
    )


def _opened(data: bytes, file: str, sheets: Callable[[Book, Sequence[Grid]], tuple[Sheet, ...]]) -> tuple[Sheet, ...]:
    """The sheets of a workbook, or one with the finding of a file that is none or must not be unpacked."""
    fault = _refused(data, file)
    if fault:
        return (Sheet(faults=(fault,)),)
    try:
        book = Book.opened(data)
        grids = [Grid.of(book, part) for part in book.sheets]
        if not grids:
            raise DamageError("it names no worksheet")
    except BROKEN as error:
        why = str(error) if isinstance(error, DamageError) else type(error).__name__
        message = f"The workbook cannot be opened: its parts are damaged or not what they should be ({why})."
        return (Sheet(faults=(finding("E-XLSX-UNREADABLE", message, file=file),)),)
    return sheets(book, grids) or (_empty("No sheet of the workbook holds anything.", file),)


def _empty(message: str, file: str) -> Sheet:
    return Sheet(faults=(finding("E-FILE-EMPTY", message, file=file),))


def _refused(data: bytes, file: str) -> Finding | None:
    """The finding of bytes that are no workbook, or one that must not be unpacked."""

    def unreadable(message: str) -> Finding:
        return finding("E-XLSX-UNREADABLE", message, file=file)

    if not data:
        return finding("E-FILE-EMPTY", file=file)
    for start, message in _STARTS:
        if data.startswith(start):
            return unreadable(message)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
            names = archive.namelist()
            if size > LARGEST:
                return unreadable(f"The workbook unpacks to {size // 1_000_000} MB, more than the {LARGEST // 1_000_000} that are read; save the table as CSV.")  # fmt: skip
            if "xl/workbook.bin" in names:
                return unreadable("The file is a binary workbook (.xlsb) with another name.")
            if not {"_rels/.rels", "[Content_Types].xml"} <= set(names):
                return unreadable("The file is a zip archive, not an .xlsx workbook.")
            if any(p.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for p in archive.infolist()):
                return unreadable("A part of the workbook is packed in a way that workbooks do not use.")
            if len(set(names)) < len(names) or archive.testzip() is not None:
                return unreadable("A part of the workbook is damaged, or there twice.")
    except BROKEN:
        return unreadable("The file is not an .xlsx workbook, or it is cut short.")
    return None


def _sheets(book: Book, grids: Sequence[Grid], file: str, rules: InputRules) -> tuple[Sheet, ...]:
    """The tables that the plan names; without its word the only worksheet that holds anything."""
    filled = [g for g in grids if g.rows()]
    regions = regions_of(rules)
    if any(r.sheet is None for r in regions):
        if len(filled) > 1:
            names = ", ".join(quoted(g.name) for g in filled)
            message = f"More than one sheet holds something ({names}); which one is meant is not guessed."
            return (Sheet(faults=(finding("E-XLSX-SHEET", message, file=file, value=filled[-1].name),)),)
        regions = tuple(replace(r, sheet=g.name) for g in filled for r in regions)
    told = [*_others(filled, regions, file, rules)]
    for name in dict.fromkeys(r.sheet for r in regions):
        told += _passed([g for g in filled if g.name == name], [r for r in regions if r.sheet == name], file)
    made = [_sheet(r, book, grids, file, rules) for r in regions]
    return (replace(made[0], faults=(*made[0].faults, *told)), *made[1:]) if made else ()


def _sheet(region: Region, book: Book, grids: Sequence[Grid], file: str, rules: InputRules) -> Sheet:
    """One table that the plan names."""
    grid = next((g for g in grids if g.name == region.sheet), None)
    if grid is None:
        names = [g.name for g in grids]
        near = difflib.get_close_matches((region.sheet or "").casefold(), {n.casefold(): n for n in names}, 1, 0.5)
        meant = next((n for n in names if near and n.casefold() == near[0]), None)
        hint = f"; did you mean {quoted(meant)}?" if meant else ";"
        have = ", ".join(map(quoted, names))
        message = f"There is no sheet {quoted(region.sheet or '')}, which the plan names{hint} The sheets are {have}."
        return Sheet(faults=(finding("E-XLSX-SHEET", message, file=file, value=region.sheet or ""),))
    if not grid.rows():
        return _empty(f"The sheet {quoted(grid.name)}, which the plan names, holds nothing.", file)
    return PlainTable(grid, book, file, rules, region.header_row, region.last_row or LAST).sheet()


def _others(filled: Sequence[Grid], regions: Sequence[Region], file: str, rules: InputRules) -> Iterator[Finding]:
    """The sheets that the plan does not name: a note; an error where it names several, one an assay, and this looks like another."""
    named = {r.sheet for r in regions}
    for grid in (g for g in filled if g.name not in named):
        what = f"The {'hidden ' if grid.hidden else ''}sheet {quoted(grid.name)} holds something"
        if rules.wide and _has_subjects(grid):
            message = f"{what}, a column of subjects among it, and no block of the plan names it."
            yield finding("E-XLSX-SHEET", message, file=file, value=grid.name)
        else:
            message = phrase(
                "The hidden sheet {sheet} holds something and is not read, as the plan names {named}."
                if grid.hidden
                else "The sheet {sheet} holds something and is not read, as the plan names {named}.",
                sheet=quoted(grid.name), named=tuple(quoted(n or "") for n in sorted(named, key=str)),
            )  # fmt: skip
            yield finding("N-XLSX-SHEET", message, file=file, value=grid.name)


def _has_subjects(grid: Grid) -> bool:
    """Whether one of the first rows could be the header of a table of subjects."""
    heads = [{folded_header(c.text) for c in grid.cells(row).values()} for row in grid.rows()[:TITLE_ROWS]]
    return any(head & _SUBJECTS and len(head) > 1 for head in heads)


def _passed(grids: Sequence[Grid], regions: Sequence[Region], file: str) -> Iterator[Finding]:
    """The rows of a sheet that lie outside the tables that the plan names on it."""
    parts = [(r.header_row or 1, r.last_row or LAST) for r in regions]
    for grid in grids:
        rows, counts = np.unique(grid.row[grid.filled()], return_counts=True)
        outside = np.ones(len(rows), bool)
        for first, last in parts:
            outside &= (rows < first) | (rows > last)
        passed = dict(zip(rows[outside].tolist(), counts[outside].tolist(), strict=True))
        texts = partial(_texts, grid)
        yield from told_of_passed(passed, texts, min(first for first, _ in parts), file, grid.name)


def _texts(grid: Grid, row: int) -> tuple[str, ...]:
    return shown([*grid.cells(row).values()])
