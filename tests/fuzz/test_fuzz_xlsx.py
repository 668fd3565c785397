"""Workbooks: tables of odd cells, real workbooks with a damaged part, and damaged zip archives."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import math
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from bad_inputs.books import TEXTS, parts_of, with_shared_texts, zipped
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.workbook import Workbook

from cartpk.samples import Samples

from .amount import share
from .damage import Draw, damage, damaged
from .study import ODD_TEXTS, Table, tables
from .trip import trip

PLAIN = tuple(t for t in ODD_TEXTS if not ILLEGAL_CHARACTERS_RE.search(t))
SHAPES = ("General", "0", "000", "0.00", "0%", "#,##0", "0,", "yyyy-mm-dd", "[h]:mm", "0E+00", '"<"0', "@", ";;;", "0_);(0)", "_-* #,##0.00", "x0")  # fmt: skip
ODD_CELLS = st.one_of(
    st.sampled_from(PLAIN),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**18), 10**18),
    st.booleans(),
    st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2100, 1, 1)),
    st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
    st.times(),
    st.timedeltas(dt.timedelta(0), dt.timedelta(400)),
    st.sampled_from(("=1+1", "=A1", "#DIV/0!", "#N/A", "=", "==", "_x0041_", "_x005F_", "_x")),
    st.none(),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xlsx") / "counts.xlsx"


def typed(text: str) -> Any:
    """A text as a person types it into a cell."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if math.isfinite(number) and number == int(number) else number if math.isfinite(number) else text


@st.composite
def rows_of_cells(draw: Draw) -> tuple[Table, list[list[Any]]]:
    """A table, and its cells as a workbook has them."""
    table: Table = draw(tables(most_rows=8, odd=PLAIN))
    odd = draw(st.booleans())
    rows: list[list[Any]] = [list(table.header)]
    for texts in table.rows:
        cells = [t if n == "subject_id" else typed(t) for n, t in zip(table.header, texts, strict=True)]
        if odd and draw(st.booleans()):
            cells[draw(st.integers(0, len(cells) - 1))] = draw(ODD_CELLS)
        rows.append([None if c == "" else c for c in cells])
    return table, rows


@st.composite
def books(draw: Draw) -> tuple[Workbook, list[list[Any]], bool]:
    """A workbook, its cells, and whether it is plain: no formats, nothing hidden, merged or beside."""
    _, rows = draw(rows_of_cells())
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    plain = draw(st.booleans())
    for change in [] if plain else draw(st.lists(st.sampled_from(CHANGES), max_size=3)):
        change(draw, book)
    return book, rows, plain


def _format(draw: Draw, book: Workbook) -> None:
    cell = book.active.cell(draw(st.integers(1, 9)), draw(st.integers(1, 8)))
    cell.number_format = draw(st.sampled_from(SHAPES))


def _strike(draw: Draw, book: Workbook) -> None:
    book.active.cell(draw(st.integers(1, 9)), draw(st.integers(1, 8))).font = Font(strike=True)


def _hide(draw: Draw, book: Workbook) -> None:
    if draw(st.booleans()):
        book.active.row_dimensions[draw(st.integers(1, 9))].hidden = True
    else:
        book.active.column_dimensions[draw(st.sampled_from("ABCDZ"))].hidden = True


def _merge(draw: Draw, book: Workbook) -> None:
    row, column = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    with contextlib.suppress(ValueError):  # over another merged area
        book.active.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column + 1)


def _second(draw: Draw, book: Workbook) -> None:
    book.create_sheet(draw(st.sampled_from(("Notes", "flow", "a" * 30))))["B3"] = draw(st.sampled_from(("x", None, 1)))


def _stray(draw: Draw, book: Workbook) -> None:
    book.active.cell(draw(st.sampled_from((3, 40, 1048576))), draw(st.sampled_from((30, 16384)))).value = "x"


CHANGES: tuple[Callable[[Draw, Workbook], None], ...] = (_format, _strike, _hide, _merge, _second, _stray)


@share(0.4)
@given(books())
def test_no_row_of_a_workbook_is_lost_or_changed(place: Path, made: tuple[Workbook, list[list[Any]], bool]) -> None:
    book, rows, plain = made
    book.save(place)
    samples = trip([place])
    if samples is None or not len(samples) or not plain:
        return
    if samples.findings.errors and any(f.rule.startswith("E-FILE") for f in samples.findings.errors):
        return
    assert_same_cells(samples, rows)


def assert_same_cells(samples: Samples, rows: list[list[Any]]) -> None:
    """Each row of cells stands in the samples as it is, or an error names it, or it is blank."""
    header = samples.sources[0].columns
    names = [str(h) for h in rows[0]]
    if not set(header.values()) <= set(names) or len(set(names)) < len(names):
        return  # another row was the header
    at = {int(record): i for i, record in enumerate(samples.record.tolist())}
    told = {f.row for f in samples.findings.errors}
    for row, cells in enumerate(rows[1:], 2):
        if row in at:
            assert_same_row(samples, at[row], row, dict(zip(names, cells, strict=True)), told)
        elif any(c is not None and str(c).strip() for c in cells):
            assert row in told, (row, cells)


def assert_same_row(samples: Samples, i: int, row: int, cells: dict[str, Any], told: set[int | None]) -> None:
    """Number for number and text for text; a cell of another kind has an error at its row."""
    header = samples.sources[0].columns
    for name, read in (("value", samples.value[i]), ("time", samples.time[i])):
        cell = cells[header[name]] if name in header else None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            assert float(cell) == read or row in told
    who = cells[header["subject_id"]]
    assert samples.subject[i] == who or not isinstance(who, str) or row in told or who.startswith("_x")


def _saved(rows: list[list[Any]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.active["C2"].number_format = "0.000"
    book.save(out)
    return out.getvalue()


NAMES = ["subject_id", "time", "value", "unit", "lloq", "dose_level"]
GOOD = _saved([NAMES, *(["S1", t, v, "cells/uL", 1, "DL1"] for t, v in ((0, "BLQ"), (7, 12.5), (14, 9), (28, "<1")))])
FILES = [GOOD, with_shared_texts(GOOD)]
CELLS = ("xl/worksheets/sheet1.xml", TEXTS)
"""The parts that hold cells."""
WORDS = [
    b'<c r="A2" t="s"><v>0</v></c>', b'<c r="C3" t="b"><v>1</v></c>', b'<c r="C3" t="e"><v>#N/A</v></c>', b'<c r="C3" t="inlineStr"><is><t>7</t></is></c>',
    b"<f>A1</f>", b"<v>1e400</v>", b"<v>NaN</v>", b"<v>-1</v>", b"<v></v>", b"<v>99999</v>", b't="s"', b't="d"', b't="str"', b't="n"', b's="1"', b's="99"',
    b'r="ZZZZ9"', b'r="A0"', b'r="A1048577"', b'<row r="3" hidden="1">', b'<row r="2">', b"</row>", b"</c>", b"</sheetData>", b"&#0;", b"&lt;", b"<!DOCTYPE x>",
    b'<mergeCell ref="A1:B2"/>', b'<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>', b"<cols><col min='1' max='9' hidden='1'/></cols>", b"\xff\xfe", b"\0",
    b'<sheet name="x" sheetId="2" r:id="rId1"/>', b'date1904="1"', b'Target="/xl/worksheets/sheet9.xml"', b"xml:space='preserve'", b"<si><t>x</t></si>", b"_x0000_",
]  # fmt: skip


@st.composite
def rezipped(draw: Draw) -> bytes:
    """A workbook with one or two parts damaged or missing, in a zip that is whole."""
    parts = parts_of(draw(st.sampled_from(FILES)))
    chosen = draw(st.lists(st.sampled_from(sorted(parts)), min_size=1, max_size=2, unique=True))
    if draw(st.booleans()):
        chosen = [draw(st.sampled_from([name for name in CELLS if name in parts]))]
    for name in chosen:
        data = parts.pop(name)
        if draw(st.integers(1, 10)) > 1:
            parts[name] = draw(damage(data, WORDS, most=4))
    return zipped(parts)


@share(0.6)
@given(rezipped())
def test_a_workbook_with_damaged_parts_is_read_or_told(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    samples = trip([place])
    if samples is not None and len(samples):
        assert_nothing_made_up(samples, data)


def assert_nothing_made_up(samples: Samples, data: bytes) -> None:
    """Each number and id of the samples stands between tags of the parts that hold cells."""
    parts = parts_of(data)
    whole = b"".join(parts.get(name, b"") for name in CELLS).decode("utf-8", "replace")
    texts = {unescape(text).strip() for text in re.findall(r">([^<]*)<", whole)}
    numbers = {float(text) for text in texts if _is_number(text)}
    for row in range(len(samples)):
        if samples.value[row] == samples.value[row]:
            assert float(samples.value[row]) in numbers
        who = samples.subject[row].strip()
        assert not who or who in texts or (_is_number(who) and float(who) in numbers)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


@share(0.4)
@given(damaged(FILES, [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"xl/workbook.xml", b"\xff\xff\xff\xff"], most=3))
def test_a_damaged_archive_is_read_or_told(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    trip([place])
