"""A table read back from RTF, DOCX or XLSX as a `Grid`: what a reader sees, whatever the format."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from rtf import Page, read_rtf

Row = tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """Headings and rows; `above` is the heading over each column, "" where none; `notes` is the text around the table.

    A row that is one text over the whole width has that text in its first cell and nothing in the others.
    """

    above: Row
    heads: Row
    rows: tuple[Row, ...]
    notes: str = ""


def clean(text: str) -> str:
    """A text on one line, with plain spaces."""
    return text.replace("\xa0", " ").replace("\n", " ").strip()


def _grid(above: Sequence[str], heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
    width = len(heads)
    filled = ([clean(cell) for cell in row] for row in rows)
    return Grid(
        tuple(map(clean, above)), tuple(map(clean, heads)), tuple(tuple(r + [""] * (width - len(r))) for r in filled)
    )


def _joined(parts: Sequence[Grid]) -> Grid:
    """The parts of a table that is cut by columns, beside one another; what names the rows stands in each part."""
    first, *others = parts
    for part in others:
        stub = 0
        while all(a[stub] == b[stub] for a, b in zip(first.rows, part.rows, strict=True)):
            stub += 1
        rows = tuple(a + b[stub:] for a, b in zip(first.rows, part.rows, strict=True))
        first = Grid(first.above + part.above[stub:], first.heads + part.heads[stub:], rows)
    return first


def rtf_grid(path: Path) -> Grid:
    """The rows of all pages; a heading that is said again at the top of a page counts once."""
    document = read_rtf(path.read_bytes())
    sections = groupby((page for page in document.pages if page.rows), key=lambda page: page.section)
    grid = _joined([_rtf_part(list(pages)) for _, pages in sections])
    return replace(grid, notes=clean(" ".join([*document.feet, *document.paragraphs])))


def _rtf_part(pages: list[Page]) -> Grid:
    first = pages[0]
    edges = first.edges[first.headings - 1]
    above = _spread(first.rows[0], first.edges[0], edges) if first.headings > 1 else [""] * len(edges)
    assert all(page.rows[: page.headings] == first.rows[: first.headings] for page in pages), "headings differ"
    rows: list[list[str]] = []
    for page in pages:
        for k, row in enumerate(page.rows[page.headings :]):
            again = k == 0 and len(row) == 1 and _last_heading(rows) and row[0].startswith(_last_heading(rows))
            if not (again and row[0] != _last_heading(rows)):
                rows.append(row)
    return _grid(above, first.rows[first.headings - 1], rows)


def _last_heading(rows: Sequence[Sequence[str]]) -> str:
    return next((row[0] for row in reversed(rows) if len(row) == 1), "")


def _spread(texts: Sequence[str], ends: Sequence[int], edges: Sequence[int]) -> list[str]:
    """The text of the wide cell over each column."""
    return [next(text for text, end in zip(texts, ends, strict=True) if edge <= end) for edge in edges]


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_grid(path: Path) -> Grid:
    """The tables of the document, beside one another where there are several."""
    with zipfile.ZipFile(path) as package:
        tree = ElementTree.fromstring(package.read("word/document.xml"))
        feet = [package.read(name) for name in sorted(package.namelist()) if "/footer" in name and "/_rels" not in name]
    grid = _joined([_docx_part(table) for table in tree.iter(f"{_W}tbl")])
    around = [*(p for foot in feet for p in ElementTree.fromstring(foot)), *tree.findall(f"{_W}body/{_W}p")]
    return replace(grid, notes=clean(" ".join(map(_docx_text, around))))


def _docx_part(table: ElementTree.Element) -> Grid:
    heads: list[list[str]] = []
    rows: list[list[str]] = []
    for row in table.iter(f"{_W}tr"):
        header = row.find(f"{_W}trPr/{_W}tblHeader") is not None
        cells = [(_docx_text(cell), _docx_span(cell)) for cell in row.iter(f"{_W}tc")]
        if header:
            heads.append([text for text, span in cells for _ in range(span)])
        else:
            rows.append([text for text, _ in cells])
    above = heads[0] if len(heads) > 1 else [""] * len(heads[-1])
    return _grid(above, heads[-1], rows)


def _docx_text(cell: ElementTree.Element) -> str:
    return "".join("\n" if node.tag == f"{_W}br" else node.text or "" for node in cell.iter() if node.tag in (f"{_W}t", f"{_W}br"))  # fmt: skip


def _docx_span(cell: ElementTree.Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return 1 if span is None else int(span.get(f"{_W}val", "1"))


def xlsx_grid(path: Path) -> Grid:
    """The cells as a workbook shows them: numbers by their formats."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    body = int(re.sub("[A-Z]", "", str(sheet.freeze_panes)))
    heads = [_shown(cell) for cell in sheet[body - 1]]
    above = [""] * len(heads)
    for merged in [m for m in sheet.merged_cells.ranges if m.min_row == m.max_row == body - 2 and body > 6]:
        text = str(sheet.cell(merged.min_row, merged.min_col).value)
        above[merged.min_col - 1 : merged.max_col] = [text] * (merged.max_col - merged.min_col + 1)
    if body > 6:
        above = [text or _shown(sheet.cell(body - 2, c)) for c, text in enumerate(above, 1)]
    rows = list(_until_blank(sheet.iter_rows(min_row=body)))
    under = [str(row[0]) for row in sheet.iter_rows(min_row=body + len(rows), max_col=1, values_only=True) if row[0]]
    book.close()
    return replace(_grid(above, heads, rows), notes=clean(" ".join(under)))


def _until_blank(rows: Iterator[Any]) -> Iterator[list[str]]:
    """The rows of the body, which a blank one ends."""
    for row in rows:
        texts = [_shown(cell) for cell in row]
        if not any(texts):
            return
        yield texts


def _shown(cell: Any) -> str:
    value, shape = cell.value, cell.number_format
    if value is None or isinstance(value, str):
        return value or ""
    mark = re.search(r'"( [a-z,]+)"$', shape)
    shape = shape.split('"')[0]
    number = Decimal(repr(float(value)))
    if "E" in shape:
        text = f"{number:.{len(shape.partition('.')[2].split('E')[0])}E}"
        mantissa, power = text.split("E")
        text = f"{mantissa}E{int(power):+03d}"
    else:
        step = Decimal(1).scaleb(-len(shape.partition(".")[2]))
        text = format(number.quantize(step, rounding=ROUND_HALF_UP), "f")
    return text + (mark[1] if mark else "")


READERS: dict[str, Callable[[Path], Grid]] = {"xlsx": xlsx_grid, "rtf": rtf_grid, "docx": docx_grid}
"""The formats of tables, and who reads them back."""
