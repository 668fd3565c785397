"""A `Table` as an Excel workbook: typed numbers, text that stays text, and the same bytes for the same table.

A number is a number with a format that shows what the table says (its footnote
letters belong to the format). A text is never a formula: it is typed as text
and, where it begins like one, quoted. Control characters, which a workbook
cannot hold, are written out (``\\u0007``).
"""

from __future__ import annotations

import re
from copy import copy
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartpk.language import say
from cartpk.tables.table import Number, Row, Table
from cartpk.writers.imprint import EAST_ASIAN, east_asian, headed, named
from cartpk.writers.lines import has_wide, lines_of
from cartpk.writers.package import repacked
from cartpk.writers.sheetpages import MARGINS, breaks, note_lines, scale_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["encode", "write"]

_STAMP = b"1980-01-01T00:00:00Z"
_LONGEST = 32767
_FONT = "Arial"
_FORMULA_LIKE = ("=", "+", "-", "@", "'", "\t")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write(table: Table, path: str | Path) -> None:
    """Write one table to `path`."""
    Path(path).write_bytes(encode(table))


def encode(table: Table) -> bytes:
    """The bytes of the workbook, one sheet."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _sheet_name(f"{table.number} {table.id}")
    book.properties.creator = "cartpk"
    book.properties.title = _text(named(table.kind, table.number, table.title))
    body = _head(sheet, table)
    styles = _Styles(sheet)
    for r, row in enumerate(table.rows, body):
        _write_row(sheet, table, r, row, styles)
        sheet.row_dimensions[r].height = _row_height(row, table)  # not every program measures wrapped lines itself
    end = body + len(table.rows)
    _rule_under(sheet, end - 1, len(table.columns))
    _notes(sheet, table, end + 1)
    _page(sheet, table, body)
    buffer = BytesIO()
    book.save(buffer)
    book.close()
    return _reproducible(buffer.getvalue())


def _head(sheet: Worksheet, table: Table) -> int:
    """Number, title, subtitle, spanners and headings; returns the first row of the body."""
    from openpyxl.styles import Alignment, Border, Font, Side

    bold, thin = Font(name=_face(), size=10, bold=True), Side(style="thin")
    for r, text in enumerate((headed(table.kind, table.number), table.title, table.subtitle), 1):
        _set_text(sheet.cell(r, 1), text)
        sheet.cell(r, 1).font = bold if r < 3 else Font(name=_face(), size=10)
    row = 5
    for spanner in table.spanners:
        cell = sheet.cell(row, spanner.first + 1)
        _set_text(cell, spanner.heading)
        cell.font, cell.alignment = bold, Alignment(horizontal="center", vertical="bottom", wrap_text=True)
        if spanner.last > spanner.first:
            sheet.merge_cells(start_row=row, end_row=row, start_column=spanner.first + 1, end_column=spanner.last + 1)
        for c in range(spanner.first + 1, spanner.last + 2):
            sheet.cell(row, c).border = Border(bottom=thin, top=thin)
    if table.spanners:
        widths = _widths(table)
        lines = max(_lines(s.heading, int(sum(widths[s.first : s.last + 1])) - 1) for s in table.spanners)
        sheet.row_dimensions[row].height = 15 * lines
        row += 1
    for c, column in enumerate(table.columns, 1):
        cell = sheet.cell(row, c)
        _set_text(cell, column.heading)
        cell.font = bold
        cell.alignment = Alignment(horizontal=column.align, vertical="bottom", wrap_text=True, indent=_indent(table, c))
        cell.border = Border(bottom=thin, top=None if table.spanners else thin)
    lines = max(_lines(column.heading, column.width + 1) for column in table.columns)
    sheet.row_dimensions[row].height = 15 * lines
    return row + 1


def _face() -> str:
    """The type of all texts: one that has the letters of the language."""
    return EAST_ASIAN if east_asian() else _FONT


class _Styles:
    """One style a kind of cell, made once and then copied: making it for each cell would take most of the time."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._known: dict[tuple[str, str, bool, int, bool], Any] = {}

    def of(self, number_format: str, align: str, bold: bool, indent: int, quoted: bool) -> Any:
        """The style of a kind of cell."""
        key = (number_format, align, bold, indent, quoted)
        if key not in self._known:
            self._known[key] = self._made(*key)
        return self._known[key]

    def _made(self, number_format: str, align: str, bold: bool, indent: int, quoted: bool) -> Any:
        from openpyxl.cell import Cell as SheetCell
        from openpyxl.styles import Alignment, Font

        cell = SheetCell(self._sheet, row=1, column=1)
        cell.number_format = number_format
        cell.alignment = Alignment(
            horizontal=align,
            vertical="bottom" if bold else "top",
            indent=indent,
            wrap_text=number_format == "@" and not bold,
        )
        cell.font = Font(name=_face(), size=10, bold=bold)
        cell.quotePrefix = quoted
        return cell._style  # type: ignore[attr-defined]


def _write_row(sheet: Worksheet, table: Table, r: int, row: Row, styles: _Styles) -> None:
    heading = row.kind == "heading"
    for c, (value, column) in enumerate(zip(row.cells, table.columns, strict=True), 1):
        if value == "":
            continue
        indent = row.indent if c == 1 else _indent(table, c)
        cell: Any = sheet.cell(r, c)
        if isinstance(value, Number):
            cell.value = repr(float(value.value)).removesuffix(".0")  # openpyxl itself would write 16 digits, not all
            cell.data_type = "n"
            cell._style = copy(styles.of(_format(value), column.align, heading, indent, False))
        else:
            text = _set_text(cell, value)
            cell._style = copy(styles.of("@", column.align, heading, indent, text.startswith(_FORMULA_LIKE)))


def _row_height(row: Row, table: Table) -> float:
    """Points of a row: a line each for the longest cell, and room above a heading."""
    if row.kind == "heading":
        return 20.0
    texts = (cell if isinstance(cell, str) else cell.text for cell in row.cells)
    return 13.5 * max(_lines(text, c.width + 1) for text, c in zip(texts, table.columns, strict=True))


def _indent(table: Table, c: int) -> int:
    """A little room where a column that begins at the left follows one that ends at the right (columns from 1)."""
    return int(c > 1 and table.columns[c - 1].align == "left" and table.columns[c - 2].align == "right")


def _lines(text: str, width: int) -> int:
    """How many lines a text takes, wide letters counted twice; those of their type are a little narrower than Arial's."""
    return sum(
        lines_of(line, width + 1) if has_wide(line) or east_asian() else -(-max(1, len(line)) // width)
        for line in text.split("\n")
    )


def _format(number: Number) -> str:
    """The number format that shows `number.text`, and the letters of its footnotes after it."""
    mantissa, _, exponent = number.text.partition("E")
    decimals = len(mantissa.partition(".")[2])
    shape = "0" + ("." + "0" * decimals if decimals else "") + ("E+00" if exponent else "")
    return f'{shape}" {number.mark}"' if number.mark else shape


def _set_text(cell: Any, text: str) -> str:
    """Put a text into a cell as text, whatever it looks like; returns what was written."""
    text = _text(text)
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_FORMULA_LIKE)
    return text


def _text(text: str) -> str:
    """A text as a workbook can hold it: control characters written out, its own escapes escaped, cut where too long."""
    text = _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    text = _ESCAPE_LIKE.sub("_x005F_", text)
    if len(text) > _LONGEST:
        rest = say(" ... ({n} characters in all; a cell holds {most})", n=len(text), most=_LONGEST)
        text = text[: _LONGEST - len(rest)] + rest
    return text


def _notes(sheet: Worksheet, table: Table, row: int) -> None:
    from openpyxl.styles import Alignment, Font

    for r, note in enumerate(table.footnotes, row):
        cell = sheet.cell(r, 1)
        _set_text(cell, note)
        cell.font = Font(name=_face(), size=8)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if len(table.columns) > 1:
            sheet.merge_cells(start_row=r, end_row=r, start_column=1, end_column=len(table.columns))
        sheet.row_dimensions[r].height = _note_height(note, table)


def _note_height(note: str, table: Table) -> float:
    return 11.5 * min(note_lines(note, _widths(table)), 34) + 1.5


def _rule_under(sheet: Worksheet, row: int, columns: int) -> None:
    from openpyxl.styles import Border, Side

    for c in range(1, columns + 1):
        sheet.cell(row, c).border = Border(bottom=Side(style="thin"))


def _page(sheet: Worksheet, table: Table, body: int) -> None:
    """Widths, frozen headings, and a landscape page with the headings on each."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.pagebreak import Break
    from openpyxl.worksheet.properties import PageSetupProperties

    widths = _widths(table)
    for c, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(c)].width = width
    sheet.freeze_panes = f"{get_column_letter(table.stub + 1)}{body}"
    sheet.print_title_rows = f"1:{body - 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for side, inches in MARGINS.items():
        setattr(sheet.page_margins, side, inches)
    if any(row.kind == "heading" for row in table.rows):
        heights = [_row_height(row, table) for row in table.rows]
        head = sum(sheet.row_dimensions[r].height or 15.0 for r in range(1, body))
        notes = 15.0 + sum(_note_height(note, table) for note in table.footnotes)
        for row in breaks(table, heights, head, notes, scale_of(widths)):
            sheet.row_breaks.append(Break(id=body + row - 1))
    sheet.sheet_view.showGridLines = False
    footer: Any = sheet.oddFooter
    footer.left.text = headed(table.kind, table.number)
    footer.right.text = say("Page {page} of {pages}", page="&P", pages="&N")


def _widths(table: Table) -> list[float]:
    """The columns as the sheet has them, in characters."""
    return [column.width + 2.0 for column in table.columns]


def _sheet_name(text: str) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\]", " ", text)[:31].strip("' ") or "Table"


def _reproducible(content: bytes) -> bytes:
    """The same workbook without the time of its making, each part spelled in one way."""
    return repacked(content, _respelled)


def _respelled(name: str, part: bytes) -> bytes:
    if name == "docProps/core.xml":
        part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _STAMP, part)
    return _same_from_every_parser(name, part)


def _same_from_every_parser(name: str, part: bytes) -> bytes:
    """One spelling of the XML: openpyxl writes by lxml where that happens to be installed, and then spells it otherwise.

    Canonical XML for the small parts; a sheet, where that would take as long as all the rest, differs in three ways only.
    """
    from xml.etree.ElementTree import canonicalize

    text = part.decode("utf-8")
    if not name.startswith("xl/worksheets/"):
        return canonicalize(text).encode("utf-8")
    text = text.replace(" />", "/>")  # no text of a cell holds an unescaped >
    text = re.sub(r"<(\w+)((?: [^<>]*)?)></\1>", r"<\1\2/>", text)
    text = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])) if int(found[1]) > 127 else found[0], text)
    return text.encode("utf-8")
