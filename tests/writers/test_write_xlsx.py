"""Workbooks: typed cells, no formula, nothing of the clock, nothing that a workbook cannot hold."""

import os
import re
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from cartpk.tables.table import Column, Number, Row, Spanner, Table
from cartpk.writers.xlsx import encode, write

HOSTILE = [
    "../../x", "=cmd()", "=1+1", "+1", "-1", "@SUM(A1)", "<script>", "{\\rtf", "$x$", "_S01", "x" * 300, "CON", "#N/A", "001", "TRUE",
    "1e5", "'x", "a\nb", "&amp;", "受试者", "2026-01-01", " x ",
]  # fmt: skip


def table(*cells, **kwargs):
    given = {
        "number": "14.2.1.1",
        "id": "pkct01",
        "title": "=title()",
        "subtitle": "PK set",
        "columns": (Column("Subject", "left", 12), Column("Value"), Column("Note", "left", 20)),
        "rows": tuple(Row((c, Number(1.5, "1.50"), "")) for c in cells),
        "footnotes": ("=note()",),
    }
    return Table(**{**given, **kwargs})


def opened(made):
    book = openpyxl.load_workbook(BytesIO(encode(made)))
    return book, book.worksheets[0]


def parts(made):
    with zipfile.ZipFile(BytesIO(encode(made))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_hostile_texts_are_text_and_no_cell_is_a_formula():
    book, sheet = opened(table(*HOSTILE))
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [sheet.cell(r, 1).value for r in range(6, 6 + len(HOSTILE))] == HOSTILE
    assert b"<f>" not in b"".join(parts(table(*HOSTILE)).values())
    quoted = {cell.value for cell in cells if cell.quotePrefix}
    assert {"=cmd()", "=1+1", "+1", "-1", "@SUM(A1)", "'x", "=title()", "=note()"} == quoted
    book.close()


@pytest.mark.parametrize(
    ("text", "mark", "format_"),
    [
        ("12300", "", "0"),
        ("1.50", "", "0.00"),
        ("1.23E-05", "", "0.00E+00"),
        ("14.0", "a,b", '0.0" a,b"'),
        ("0", "c", '0" c"'),
    ],
)
def test_numbers_are_typed_and_shown_as_the_table_says(text, mark, format_):
    book, sheet = opened(table(rows=(Row(("S01", Number(float(text), text, mark), "")),)))
    cell = sheet.cell(6, 2)
    assert (cell.data_type, cell.value, cell.number_format) == ("n", float(text), format_)
    book.close()


def test_a_listed_number_keeps_full_precision():
    book, sheet = opened(table(rows=(Row(("S01", Number(12345.678901234567, "12346"), "")),)))
    assert sheet.cell(6, 2).value == 12345.678901234567
    book.close()


def test_what_a_workbook_cannot_hold_is_written_out():
    book, sheet = opened(table("a\x00b\x07c\x1bd\re", "\ufffe\uffff\x85", "_x0041_ _x00e9_ _y0041_", "tab\there"))
    assert [sheet.cell(r, 1).value for r in range(6, 10)] == [
        "a\\u0000b\\u0007c\\u001bd\\u000de", "\\ufffe\\uffff\\u0085", "_x005F_x0041_ _x005F_x00e9_ _y0041_", "tab\there",
    ]  # fmt: skip
    book.close()


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    book, sheet = opened(table("x" * 40000))
    text = sheet.cell(6, 1).value
    assert len(text) == 32767
    assert text.endswith("x ... (40000 characters in all; a cell holds 32767)")
    book.close()


def test_the_same_table_gives_the_same_bytes_at_another_time(monkeypatch):
    made = table("S01", "S02")
    first = encode(made)
    later = time.time() + 86400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    real = time.localtime
    monkeypatch.setattr(time, "localtime", lambda seconds=None: real(later if seconds is None else seconds))
    assert encode(made) == first
    assert {info.date_time for info in zipfile.ZipFile(BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    stamps = re.findall(rb"\d{4}-\d\d-\d\dT[0-9:]+", parts(made)["docProps/core.xml"])
    assert set(stamps) == {b"1980-01-01T00:00:00"}


def test_the_bytes_do_not_hang_on_which_xml_library_is_installed():
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import hashlib, test_write_xlsx as t; "
        "print(hashlib.sha256(t.encode(t.table(*t.HOSTILE, 'a > b /> c &#955; <x></x>', 'é λ 𝛼'))).hexdigest())"
    )
    folder = str(Path(__file__).parent)
    answers = {
        subprocess.run(
            [sys.executable, "-c", program, folder],
            env={**os.environ, "OPENPYXL_LXML": wanted},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for wanted in ("True", "False")
    }
    assert len(answers) == 1


def test_every_part_is_xml_that_can_be_read():
    for name, content in parts(table(*HOSTILE, "a\x00\ufffe")).items():
        if name.endswith((".xml", ".rels")):
            assert ElementTree.fromstring(content) is not None


def test_headings_are_frozen_repeated_and_spanned():
    made = table("S01", spanners=(Spanner("Both", 1, 2),), stub=1)
    book, sheet = opened(made)
    assert (sheet.title, sheet.freeze_panes, sheet.print_title_rows) == ("14.2.1.1 pkct01", "B7", "$1:$6")
    assert (sheet.cell(1, 1).value, sheet.cell(2, 1).value, sheet.cell(5, 2).value) == (
        "Table 14.2.1.1",
        "=title()",
        "Both",
    )
    assert [sheet.cell(6, c).value for c in (1, 2, 3)] == ["Subject", "Value", "Note"]
    assert sheet.cell(6, 1).font.bold
    assert "B5:C5" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.column_dimensions["A"].width == 14
    book.close()


def test_a_rule_under_the_last_row_is_not_under_the_others():
    book, sheet = opened(table("S01", "S02", "S03"))
    assert [sheet.cell(r, 1).border.bottom.style for r in (6, 7, 8)] == [None, None, "thin"]
    book.close()


def test_a_table_without_rows_is_a_sheet_with_headings(tmp_path):
    write(table(), tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.worksheets[0].cell(5, 1).value == "Subject"
    book.close()


def test_a_row_must_have_as_many_cells_as_the_table_has_columns():
    with pytest.raises(ValueError, match=r"table 14\.2\.1\.1 row 0 has 1 cells for 3 columns"):
        table(rows=(Row(("S01",)),))
    with pytest.raises(ValueError, match="does not lie over its columns"):
        table(spanners=(Spanner("x", 2, 3),))
