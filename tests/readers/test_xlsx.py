import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bad_inputs.books import with_shared_texts
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula

import cartpk.readers.xlsx as xlsx_reader
from cartpk.errors import InputError, RulesError
from cartpk.input_rules import InputRules
from cartpk.readers import read
from cartpk.samples import Samples

from .conftest import told

HEADER = ["subject_id", "time", "value", "unit", "lloq", "dose_level", "note"]
ROW = ["S1", 7, 12.5, "cells/uL", 1, "DL1", "x"]


@pytest.fixture
def read_book(tmp_path: Path) -> Callable[..., Samples]:
    def reading(book: Workbook, **rules: Any) -> Samples:
        path = tmp_path / "counts.xlsx"
        book.save(path)
        return read(path, rules=InputRules(**rules))

    return reading


def book_of(*rows: list[Any], header: list[Any] | None = None) -> Workbook:
    book = Workbook()
    for row in [header or HEADER, *rows]:
        book.active.append(row)
    return book


def repack(data: bytes, **parts: bytes) -> bytes:
    """The workbook with parts put in the place of others; names have __ for a slash and _ for a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.replace("/", "__").replace(".", "_"), old.read(name)))
    return out.getvalue()


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = saved(book_of(ROW))
BOMB = repack(GOOD, xl__worksheets__sheet1_xml=b" " * (xlsx_reader.LARGEST + 1))


def test_a_plain_table_is_read_like_its_text(
    read_book: Callable[..., Samples], read_bytes: Callable[..., Samples]
) -> None:
    rows = [
        ["001", 0, "<1", "cells/µL", None, "DL1", None],
        ["NA", 7.5, 12.25, "cells/uL", 1, "DL1", "é"],
        ["NA", 14, None, "cells/uL", 1, "DL1", "x"],
    ]
    sheet = read_book(book_of(*rows))
    text = read_bytes("\n".join(",".join("" if c is None else str(c) for c in row) for row in [HEADER, *rows]))
    for name in ("record", "time", "value", "state", "lloq", "reported"):
        np.testing.assert_array_equal(getattr(sheet, name), getattr(text, name))
    assert sheet.subject.texts() == ["001", "NA", "NA"]
    assert (sheet.unit.texts(), sheet.extra["note"].texts()) == (text.unit.texts(), text.extra["note"].texts())
    assert told(sheet) == []
    assert (sheet.sources[0].reader, sheet.sources[0].sheet, sheet.sources[0].rows) == ("xlsx", "Sheet", 3)


texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(
    lambda t: not re.search("_x[0-9A-Fa-f]{4}_", t) and t.isprintable()
)  # what openpyxl writes as it is
floats = st.floats(1e-9, 1e9).map(lambda x: float(f"{x:.15g}"))
tables = st.lists(
    st.tuples(
        texts.map("S{}".format), st.integers(0, 4000) | floats, st.none() | st.just("<1") | st.integers(0, 10**9) | floats,
        st.just("%"), st.none() | floats, st.sampled_from(["DL1", "1e5", "007"]), st.none() | texts.map("n{}".format),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables)
def test_any_table_is_read_to_the_last_bit_as_from_text(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    data = saved(book_of(*map(list, rows)))
    (folder / "one.xlsx").write_bytes(data)
    (folder / "two.xlsx").write_bytes(with_shared_texts(data))
    with (folder / "text.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *(["" if c is None else c for c in row] for row in rows)])
    one, two, text = (read(folder / name) for name in ("one.xlsx", "two.xlsx", "text.csv"))
    for book in (one, two):
        for name in ("record", "time", "value", "state", "lloq"):
            assert getattr(book, name).tobytes() == getattr(text, name).tobytes()
        assert (book.subject.texts(), book.unit.texts()) == (text.subject.texts(), text.unit.texts())
        assert {k: v.texts() for k, v in book.covariates.items()} == {k: v.texts() for k, v in text.covariates.items()}
        assert {k: v.texts() for k, v in book.extra.items()} == {k: v.texts() for k, v in text.extra.items()}
        assert [(f.rule, f.row) for f in book.findings.errors] == [(f.rule, f.row) for f in text.findings.errors]


def test_records_are_rows_of_the_sheet_and_blank_rows_are_passed_over(read_book: Callable[..., Samples]) -> None:
    book = book_of(ROW, [None] * 7, ROW)
    samples = read_book(book)
    assert samples.record.tolist() == [2, 4]


def test_a_table_may_stand_anywhere_in_its_sheet(read_book: Callable[..., Samples]) -> None:
    book = Workbook()
    for r, row in enumerate([HEADER, ROW], 3):
        for c, value in enumerate(row, 2):
            book.active.cell(r, c, value)
    samples = read_book(book)
    assert (samples.record.tolist(), samples.value.tolist(), told(samples)) == ([4], [12.5], [])


def test_whole_numbers_as_ids_are_what_excel_shows(read_book: Callable[..., Samples]) -> None:
    samples = read_book(book_of([101, *ROW[1:]], [102.0, *ROW[1:]]))
    assert samples.subject.texts() == ["101", "102"]
    assert told(samples) == []


def test_a_number_keeps_every_digit(read_bytes: Callable[..., Samples]) -> None:
    sheet = zipfile.ZipFile(io.BytesIO(GOOD)).read("xl/worksheets/sheet1.xml")
    data = repack(GOOD, xl__worksheets__sheet1_xml=sheet.replace(b"<v>12.5</v>", b"<v>0.30000000000000004</v>"))
    assert read_bytes(data, name="counts.xlsx").value.tolist() == [0.1 + 0.2]


def test_number_cells_have_no_decimal_sign_that_a_plan_could_change(read_book: Callable[..., Samples]) -> None:
    samples = read_book(book_of(["S1", 7.5, "12,5", *ROW[3:]], ["S1", 8.5, 12.5, *ROW[3:]]), decimal=",")
    assert (samples.time.tolist(), samples.value.tolist(), told(samples)) == ([7.5, 8.5], [12.5, 12.5], [])


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        (3, "=1+1", "formula"),
        (7, "=1+1", "formula"),
        (3, ArrayFormula("C2", "=SUM(B2:B2)"), "formula"),
        (3, "#DIV/0!", "error"),
        (7, "#N/A", "error"),
        (3, True, "TRUE or FALSE"),
        (1, True, "TRUE or FALSE"),
        (2, dt.datetime(2024, 3, 1), "date"),
        (3, dt.date(2024, 3, 1), "date"),
        (2, dt.time(8, 30), "date"),
        (6, dt.datetime(2024, 3, 1), "date"),
        (1, dt.datetime(2024, 3, 1), "date"),
        (1, 1.5e15, "15 digits"),
    ],
)
def test_cells_of_another_type_are_refused_by_address(
    read_book: Callable[..., Samples], column: int, value: Any, word: str
) -> None:
    book = book_of(ROW, ROW)
    cell = book.active.cell(2, column, value)
    if isinstance(value, str) and value.startswith("#"):
        cell.data_type = "e"
    samples = read_book(book)
    (fault,) = samples.findings.errors
    assert fault.rule == "E-XLSX-NOT-PLAIN"
    assert (fault.row, fault.column) == (2, cell.coordinate)
    assert word in fault.message


@pytest.mark.parametrize(
    ("column", "value", "shape"),
    [
        (1, 1, '"S"000'),
        (1, 1, "000-000"),
        (1, 1000, "#,##0"),
        (1, 7, "0.00"),
        (1, 100000, "0.00E+00"),
        (1, 1.5, "000"),
        (1, -7, "000"),
        (1, 123456789012, "General"),
        (1, 1000, "#,##0.00;0;;@"),
        (1, 1.5, "0"),
        (6, 1, "00-0"),
        (3, 0.12, "0%"),
        (3, 5000, "#,##0,"),
        (3, 50, '"<"0'),
        (3, 0, "0;-0;"),
        (3, 0, "0;-0;;@"),
        (2, -1, "0;0"),
        (2, -1, "0;[Red]0"),
        (2, -1, "0;"),
        (3, 50, "[<1]0;0"),
        (3, 0.5, "# ?/?"),
        (2, 7, '"D"0'),
        (5, 50, "[>10]0;0"),
    ],
)
def test_numbers_that_excel_shows_as_something_else_are_refused(
    read_book: Callable[..., Samples], column: int, value: Any, shape: str
) -> None:
    book = book_of(ROW, ROW)
    cell = book.active.cell(3, column, value)
    cell.number_format = shape
    samples = read_book(book)
    (fault,) = samples.findings.errors
    assert fault.rule == "E-XLSX-NOT-PLAIN"
    assert (fault.row, fault.column, fault.value) == (3, cell.coordinate, repr(value))


@pytest.mark.parametrize(
    "shape",
    [
        "General",
        "0",
        "0.00",
        "#,##0",
        "#,##0.00_);[Red]\\(#,##0.00\\)",
        "0.00E+00",
        "@",
        '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
        "0;-0;;@",
        "0.0;[Red]0.0",
        "0;;",
    ],
)
def test_numbers_in_common_formats_are_read_as_stored(read_book: Callable[..., Samples], shape: str) -> None:
    book = book_of(ROW)
    book.active["C2"].number_format = shape
    samples = read_book(book)
    assert (samples.value.tolist(), told(samples)) == ([12.5], [])


def test_types_do_not_matter_in_columns_that_are_only_kept(read_book: Callable[..., Samples]) -> None:
    samples = read_book(book_of([*ROW[:6], dt.datetime(2024, 3, 1, 8)], [*ROW[:6], True], [*ROW[:6], 0.5]))
    assert samples.extra["note"].texts() == ["2024-03-01T08:00:00", "TRUE", "0.5"]
    assert told(samples) == []


def test_date_cells_are_date_times_where_those_are_expected(read_book: Callable[..., Samples]) -> None:
    header = ["subject_id", "datetime", "infusion_datetime", "value", "unit"]
    samples = read_book(book_of(["S1", dt.datetime(2024, 3, 8, 20), dt.datetime(2024, 3, 1, 8), 5, "%"], header=header))
    assert (samples.time.tolist(), told(samples)) == ([7.5], [])


def test_a_second_sheet_with_data_is_refused_even_if_hidden(read_book: Callable[..., Samples]) -> None:
    book = book_of(ROW)
    book.create_sheet("empty")
    assert told(read_book(book)) == []
    book.create_sheet("old")["A1"] = "S1"
    book["old"].sheet_state = "hidden"
    assert told(read_book(book)) == [("E-XLSX-SHEET", None, "", "old")]


def test_merged_and_hidden_cells_are_refused_by_place(read_book: Callable[..., Samples]) -> None:
    book = book_of(ROW, ROW, ROW)
    book.active.merge_cells("F2:F3")
    book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions["G"].hidden = True
    assert [(rule, column) for rule, _, column, _ in told(read_book(book))] == [
        ("E-XLSX-NOT-PLAIN", "G:G"),
        ("E-XLSX-NOT-PLAIN", "F2:F3"),
        ("E-XLSX-NOT-PLAIN", "4:4"),
    ]


def test_hidden_columns_without_data_do_not_matter(read_book: Callable[..., Samples]) -> None:
    book = book_of(ROW)
    book.active.column_dimensions.group("J", "XFD", hidden=True)
    assert told(read_book(book)) == []


def test_cells_beside_the_table_and_titles_above_are_told(read_book: Callable[..., Samples]) -> None:
    book = Workbook()
    book.active.append(["Study X"])
    book.active.append(HEADER)
    book.active.append([*ROW, "see me"])
    book.active["XFD1048576"] = "far"
    samples = read_book(book)
    assert told(samples) == [
        ("E-ROW-NOT-DATA", 1, "", "Study X"),
        ("E-XLSX-NOT-PLAIN", 3, "H3", "see me"),
        ("E-XLSX-NOT-PLAIN", 1048576, "XFD1048576", "far"),
    ]
    assert samples.record.tolist() == [3]


def test_texts_are_kept_to_the_letter(read_book: Callable[..., Samples]) -> None:
    book = book_of([" 001 ", *ROW[1:]], ["_x005F_x0041_", *ROW[1:]])
    book.active["A3"].value = "_x005F_x0041_"
    book.active["G2"].value = "a\nb"
    samples = read_book(book)
    assert samples.subject.texts() == [" 001 ", "_x0041_"]
    assert samples.extra["note"][0] == "a\nb"


def test_struck_through_cells_are_refused_with_their_address(read_book: Callable[..., Samples]) -> None:
    book = book_of(ROW, ["S2", *ROW[1:]])
    for address in ("C2", "A3", "G3"):
        book.active[address].font = Font(strike=True)
    book.active["C9"].font = Font(strike=True)  # holds nothing
    samples = read_book(book)
    assert told(samples) == [
        ("E-XLSX-NOT-PLAIN", 2, "C2", "12.5"),
        ("E-XLSX-NOT-PLAIN", 3, "A3", "S2"),
        ("E-XLSX-NOT-PLAIN", 3, "G3", "x"),
    ]
    assert "struck through" in samples.findings[0].message


@pytest.mark.parametrize(
    ("old", "new", "address", "words"),
    [
        (b'<row r="2">', b'<row r="2" ht="0" customHeight="1">', "2:2", "Row 2 has no height"),
        (b'<row r="2">', b'<row r="2" ht="0.5" customHeight="1">', "2:2", "Row 2 has no height"),
        (b"<sheetData>", b'<cols><col min="3" max="3" width="0" customWidth="1"/></cols><sheetData>', "C:C", "Column C has no width"),
    ],
)  # fmt: skip
def test_rows_without_height_and_columns_without_width_are_refused(
    read_bytes: Callable[..., Samples], old: bytes, new: bytes, address: str, words: str
) -> None:
    sheet = zipfile.ZipFile(io.BytesIO(GOOD)).read("xl/worksheets/sheet1.xml")
    assert old in sheet
    samples = read_bytes(repack(GOOD, xl__worksheets__sheet1_xml=sheet.replace(old, new)), name="counts.xlsx")
    assert [(f.rule, f.column) for f in samples.findings.errors] == [("E-XLSX-NOT-PLAIN", address)]
    assert words in samples.findings[0].message


def test_rows_that_the_sheet_hides_by_default_are_refused(read_bytes: Callable[..., Samples]) -> None:
    sheet = zipfile.ZipFile(io.BytesIO(GOOD)).read("xl/worksheets/sheet1.xml")
    old = b"<sheetFormatPr "
    assert old in sheet
    changed = sheet.replace(old, b'<sheetFormatPr zeroHeight="1" ').replace(b'<row r="1">', b'<row r="1" ht="15">')
    samples = read_bytes(repack(GOOD, xl__worksheets__sheet1_xml=changed), name="counts.xlsx")
    assert [(f.rule, f.column) for f in samples.findings.errors] == [("E-XLSX-NOT-PLAIN", "2:2")]


def test_narrow_columns_and_low_rows_that_can_be_seen_pass(read_book: Callable[..., Samples]) -> None:
    book = book_of(ROW)
    book.active.row_dimensions[2].height = 3
    book.active.column_dimensions["C"].width = 0.5
    assert not told(read_book(book))


def test_the_wide_layout_is_told(read_book: Callable[..., Samples]) -> None:
    samples = read_book(book_of(["S1", 5, 6, 7], header=["subject_id", 0, 7, 14]))
    assert [f.rule for f in samples.findings.errors] == ["E-FILE-WIDE"]


@pytest.mark.parametrize("rows", [[], [["   "]]])
def test_a_workbook_without_anything_is_empty(read_book: Callable[..., Samples], rows: list[list[str]]) -> None:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    assert [f.rule for f in read_book(book).findings] == ["E-FILE-EMPTY"]


def test_a_workbook_with_a_header_alone_is_told(read_book: Callable[..., Samples]) -> None:
    assert told(read_book(book_of())) == [("E-FILE-HEADER-ONLY", 1, "", "")]


# --- sheets and rows that a plan names -----------------------------------------------------------------------------


def several() -> Workbook:
    """A sheet of counts below a title, a hidden one of lists, one called old."""
    book = Workbook()
    book.active.title = "Counts"
    for row in (["Study X", None, "version 3"], [], HEADER, ROW, ["S2", *ROW[1:]]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.create_sheet("Lists")["A1"] = "SLE"
    book["Lists"].sheet_state = "hidden"
    book.create_sheet("old").append(HEADER)
    book["old"].append(["S9", *ROW[1:]])
    return book


def notes(samples: Samples) -> list[tuple[str, int | None, str]]:
    return [(f.rule, f.row, f.value) for f in samples.findings if f.severity == "note"]


def test_several_sheets_are_refused_with_the_remedy(read_book: Callable[..., Samples]) -> None:
    samples = read_book(several())
    assert told(samples) == [("E-XLSX-SHEET", None, "", "old")]
    assert '("Counts", "Lists", "old")' in samples.findings[0].message
    assert "[input] sheet" in samples.findings[0].message


def test_the_sheet_and_header_that_the_plan_names_are_read_and_the_rest_is_told(
    read_book: Callable[..., Samples],
) -> None:
    samples = read_book(several(), sheet="Counts", header_row=3)
    assert told(samples) == []
    assert told(samples, "warning") == []
    assert notes(samples) == [("N-XLSX-SHEET", None, "Lists"), ("N-XLSX-SHEET", None, "old"), ("N-ROW-PASSED", 1, "Study X | version 3")]  # fmt: skip
    assert "hidden" in next(f.message for f in samples.findings if f.value == "Lists")
    assert (samples.subject.texts(), samples.record.tolist()) == (["S1", "S2"], [4, 5])
    assert samples.sources[0].sheet == "Counts"


def test_a_title_stays_refused_without_the_plans_word(read_book: Callable[..., Samples]) -> None:
    samples = read_book(several(), sheet="Counts")
    assert told(samples) == [("E-ROW-NOT-DATA", 1, "", "Study X | version 3")]
    assert "header_row" in samples.findings[0].message


@pytest.mark.parametrize(
    ("given", "near"),
    [("counts", "Counts"), ("Count", "Counts"), ("Old", "old"), ("qPCR", None), ("", None)],
)
def test_a_sheet_that_is_not_there_is_an_error_with_the_nearest_name_and_all_of_them(
    read_book: Callable[..., Samples], given: str, near: str | None
) -> None:
    samples = read_book(several(), sheet=given)
    (found,) = samples.findings.errors
    assert (found.rule, found.value) == ("E-XLSX-SHEET", given)
    assert (f'did you mean "{near}"?' in found.message) if near else ("did you mean" not in found.message)
    assert 'The sheets are "Counts", "Lists", "old".' in found.message
    assert len(samples) == 0


def test_an_empty_sheet_that_the_plan_names_is_empty(read_book: Callable[..., Samples]) -> None:
    book = several()
    book.create_sheet("blank")
    assert told(read_book(book, sheet="blank")) == [("E-FILE-EMPTY", None, "", "")]


@pytest.mark.parametrize(("row", "rule"), [(2, "E-ROW-HEADER"), (99, "E-ROW-HEADER"), (1, "E-COLUMN-MISSING"), (4, "E-COLUMN-MISSING")])  # fmt: skip
def test_a_header_row_that_holds_no_header_is_told(read_book: Callable[..., Samples], row: int, rule: str) -> None:
    assert rule in {f.rule for f in read_book(several(), sheet="Counts", header_row=row).findings.errors}


def test_rows_below_the_last_row_are_a_note_or_where_they_hold_more_a_warning(
    read_book: Callable[..., Samples],
) -> None:
    book = book_of(ROW, [], ["x = hemolysed"], ["Mean", 7, 3])
    samples = read_book(book, last_row=2)
    assert told(samples) == []
    assert told(samples, "warning") == [("W-ROW-PASSED", 5, "", "Mean | 7 | 3")]
    assert notes(samples) == [("N-ROW-PASSED", 4, "x = hemolysed")]


def test_what_is_hidden_or_merged_outside_the_table_is_no_matter(read_book: Callable[..., Samples]) -> None:
    book = several()
    book["Counts"].row_dimensions[1].hidden = True
    book["Counts"]["K1"] = "beside the title"
    assert told(read_book(book, sheet="Counts", header_row=3)) == []


@pytest.mark.parametrize("rules", [{"sheet": "x"}, {"header_row": 2}, {"last_row": 2}])
def test_a_sheet_or_row_is_wrong_use_where_no_input_has_any(tmp_path: Path, rules: dict[str, Any]) -> None:
    name = "counts.csv" if "sheet" in rules else "counts.xpt"
    (tmp_path / name).write_bytes(b"subject_id,time,value,unit\nS1,0,1,%\n")
    with pytest.raises(RulesError, match=r"\[input\] (sheet|header_row|last_row) is .*, and no input is a workbook"):
        read(tmp_path / name, rules=InputRules(**rules))


@pytest.mark.parametrize("kind", [".xlsm", ".xlsb", ".ods"])
def test_other_kinds_of_workbooks_are_refused_with_the_remedy(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"counts{kind}").write_bytes(GOOD)
    with pytest.raises(InputError, match=r"open it in Excel and save it as \.xlsx"):
        read(tmp_path / f"counts{kind}")


# --- workbooks that cannot or must not be opened -----------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"subject_id,time,value,unit\n",
        GOOD[: len(GOOD) // 2],
        GOOD[:-10],
        repack(GOOD, xl__worksheets__sheet1_xml=b"<worksheet><sheetData><row"),
        repack(GOOD, xl__workbook_xml=b"<html/>"),
        repack(GOOD, xl__styles_xml=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        repack(GOOD, xl__styles_xml="<x/>".encode("utf-16")),
    ],
    ids=["xls", "csv", "half", "cut", "broken", "other", "doctype", "utf-16"],
)
def test_what_is_no_sound_workbook_is_told_without_a_traceback(read_bytes: Callable[..., Samples], data: bytes) -> None:
    samples = read_bytes(data, name="counts.xlsx")
    assert told(samples) == [("E-XLSX-UNREADABLE", None, "", "")]
    assert len(samples) == 0


def test_an_old_workbook_is_told_by_its_own_name_too(read_bytes: Callable[..., Samples]) -> None:
    assert [f.rule for f in read_bytes(b"\xd0\xcf\x11\xe0", name="counts.xls").findings] == ["E-XLSX-UNREADABLE"]


def test_a_zip_that_is_no_workbook_is_told(read_bytes: Callable[..., Samples]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "zip archive" in read_bytes(out.getvalue(), name="counts.xlsx").findings[0].message


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(
    read_bytes: Callable[..., Samples], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_reader.Book, "opened", lambda *_: pytest.fail("it was opened"))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    bomb = BOMB
    assert len(bomb) < 1_000_000
    samples = read_bytes(bomb, name="counts.xlsx")
    assert told(samples) == [("E-XLSX-UNREADABLE", None, "", "")]
    assert "unpacks to 200 MB" in samples.findings[0].message


def test_every_cut_of_a_workbook_is_told(read_bytes: Callable[..., Samples]) -> None:
    for size in range(1, len(GOOD), 97):
        assert {f.rule for f in read_bytes(GOOD[:size], name="counts.xlsx").findings} == {"E-XLSX-UNREADABLE"}


def test_a_rule_that_cannot_be_is_no_damaged_workbook(tmp_path: Path) -> None:
    (tmp_path / "counts.xlsx").write_bytes(GOOD)
    with pytest.raises(RulesError, match="did you mean subject_id"):
        read(tmp_path / "counts.xlsx", rules=InputRules(columns={"subjectid": "x"}))


@pytest.mark.parametrize("area", ["A1:B2:C3", "A0", "1:1", "A1:ZZZ9", ""])
def test_an_area_that_is_none_is_damage(read_bytes: Callable[..., Samples], area: str) -> None:
    sheet = zipfile.ZipFile(io.BytesIO(GOOD)).read("xl/worksheets/sheet1.xml")
    merged = f'</sheetData><mergeCells><mergeCell ref="{area}"/></mergeCells>'.encode()
    data = repack(GOOD, xl__worksheets__sheet1_xml=sheet.replace(b"</sheetData>", merged))
    samples = read_bytes(data, name="counts.xlsx")
    assert told(samples) == [("E-XLSX-UNREADABLE", None, "", "")]
    assert "(an area is not written as one)" in samples.findings[0].message or "column" in samples.findings[0].message
