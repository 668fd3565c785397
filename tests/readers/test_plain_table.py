"""Every trap of a workbook that is known: each cell is read as what people see, or refused or warned of by its address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bad_inputs.books import SHEET, book_of, data_of, replaced, with_shared_texts
from bad_inputs.workbooks import HEADER, REFUSED, RESULT, ROWS, TRAPS, Change, Told, at, small
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook

from cartpk.input_rules import InputRules, WideBlock
from cartpk.readers import read
from cartpk.samples import Samples


@pytest.fixture
def read_data(tmp_path: Path) -> Callable[..., Samples]:
    def reading(data: bytes | Workbook, **rules: Any) -> Samples:
        path = tmp_path / "counts.xlsx"
        path.write_bytes(data if isinstance(data, bytes) else data_of(data))
        return read(path, rules=InputRules(**rules))

    return reading


def told(samples: Samples) -> Told:
    """Errors and warnings as (rule, row, column, value)."""
    return [(f.rule, f.row, f.column, f.value) for f in samples.findings if f.severity != "note"]


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_told_by_its_address(read_data: Callable[..., Samples], trap: str) -> None:
    change, expected = TRAPS[trap]
    book = small()
    change(book.active)
    for data in (data_of(book), with_shared_texts(data_of(book))):
        assert sorted(told(read_data(data)), key=str) == sorted(expected, key=str)


WORDS = {
    "formula without a stored result": "The cell C3 is a formula without a stored result.",
    "error cell": "The cell C3 holds an error.",
    "merged cells": "The cells A2:A3 are merged.",
    "hidden row, as by a filter": "Row 3 is hidden.",
    "hidden column": "Column C is hidden.",
    "date among the times": "The cell B3 holds a date or a time of day.",
    "an id too long to be shown": "The cell A3 holds 123456789012 but is shown by the format 'General' as something else; an id must be a text cell.",
    "TRUE among the results": "The cell C3 holds TRUE or FALSE.",
    "45 % stored as 0.45": "The cell C3 holds 0.45 but is shown by the format '0%' as something else.",
    "0 that the sheet does not show": "holds 0, which the sheet does not show.",
    "text shown as nothing": "The cell A3 is shown by the format ';;;' as something else than its text.",
    "struck through": "The cell C3 is struck through.",
    "white on white": "The cell C3 is written in white on white.",
    "partly struck through": "The cell C3 is struck through in part.",
    "a power written with a raised digit": "The cell C3 has raised or lowered digits, such as a power or the mark of a footnote.",
    "a total beside the table": "The cell has no header above it.",
    "row of totals of a table": "Row 6 is the row of totals of the table A1:F6.",
    "title above the header": "The row stands above the header.",
    "comment": 'There are comments on the cell C3, the first "hemolysed", and they are not read.',
    "ids with leading zeros by format": 'as "007" (cells A2, A3, A4, A5).',
    "number too large for a cell": "The cell C3 holds a number that no cell can hold.",
}  # fmt: skip


@pytest.mark.parametrize("trap", WORDS)
def test_a_trap_is_told_in_words_that_say_what_is_seen(read_data: Callable[..., Samples], trap: str) -> None:
    book = small()
    TRAPS[trap][0](book.active)
    found = [f for f in read_data(book).findings if f.severity != "note"]
    assert any(WORDS[trap] in f.message for f in found)
    assert {f.file for f in found} == {"counts.xlsx"}


def test_columns_hidden_together_are_told_together(read_data: Callable[..., Samples]) -> None:
    book = small()
    book.active.column_dimensions.group("C", "D", hidden=True)
    (found,) = read_data(book).findings.errors
    assert (found.column, found.message.split(".")[0]) == ("C:D", "One of the columns C:D is hidden")


def test_a_column_without_a_header_is_kept_under_its_number(read_data: Callable[..., Samples]) -> None:
    samples = read_data(book_of([*HEADER[:5], None, "note"], [*ROWS[0][:5], "y", "x"]))
    assert told(samples) == []
    assert samples.extra["column_6"].texts() == ["y"]


def test_an_id_of_more_digits_than_excel_keeps_is_told_so(read_data: Callable[..., Samples]) -> None:
    book = small()
    at("A3", 1234567890123456, "0")(book.active)
    (found,) = read_data(book).findings.errors
    assert "The cell A3 holds a number of more than 15 digits, of which Excel keeps 15; an id must be a text cell." in found.message  # fmt: skip


def test_midnight_alone_is_a_time_of_day(read_data: Callable[..., Samples]) -> None:
    book = small()
    at("F2", 0, "h:mm")(book.active)
    assert read_data(book).extra["note"][0] == "00:00:00"


HARMLESS: dict[str, Change] = {
    "number as text with an apostrophe": at("C3", "12.5", quotePrefix=True),
    "spaces and a no-break space around a number": at("C3", " 12.5\xa0"),
    "blank row in the middle": lambda s: s.insert_rows(3),
    "cells that hold nothing but a format": lambda s: [at(f"Z{r}", shape="0.00")(s) for r in (1, 3, 9000)],
    "cells that hold nothing but spaces": at("Z9", "  \xa0"),
    "white text on a dark header": at("C1", font=Font(color="FFFFFFFF"), fill=PatternFill("solid", fgColor="FF1F4E78")),
    "rich text that is only coloured": at("C3", CellRichText("12", TextBlock(InlineFont(color="FFFF0000"), ".5"))),
    "accounting": at("C3", shape='_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-'),
    "General of a Chinese Excel": at("C3", shape="G/通用格式"),
    "defined names, print area and frozen panes": lambda s: (setattr(s, "print_area", "A1:F5"), setattr(s, "freeze_panes", "A2")),
    "a filter that hides nothing": lambda s: setattr(s.auto_filter, "ref", "A1:F5"),
    "a column hidden beyond the table": lambda s: setattr(s.column_dimensions["M"], "hidden", True),
    "an empty sheet": lambda s: s.parent.create_sheet("Sheet2"),
    "a chart of its own": lambda s: s.parent.create_chartsheet("Chart"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_what_changes_nothing_that_is_seen_is_no_trap(read_data: Callable[..., Samples], name: str) -> None:
    book = small()
    HARMLESS[name](book.active)
    samples = read_data(book)
    assert told(samples) == []
    assert samples.value[1] == 12.5


# --- formulas ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<f>C2*2</f><v>12.5</v>", [("W-XLSX-FORMULA", 3, "C3", "=C2*2")]),
        ("<f>C2*2</f>", [(REFUSED, 3, "C3", "=C2*2")]),
        ("<f>C2*2</f><v/>", [(REFUSED, 3, "C3", "=C2*2")]),
        ("<f>TODAY()-A1</f><v>12.5</v>", [(REFUSED, 3, "C3", "=TODAY()-A1")]),
        ("<f>[1]Sheet1!A1</f><v>12.5</v>", [(REFUSED, 3, "C3", "=[1]Sheet1!A1")]),
        ("<f>'C:\\[old.xlsx]a b'!A1</f><v>12.5</v>", [(REFUSED, 3, "C3", "='C:\\[old.xlsx]a b'!A1")]),
        ('<f>IF(A3="TODAY()",1,2)</f><v>12.5</v>', [("W-XLSX-FORMULA", 3, "C3", '=IF(A3="TODAY()",1,2)')]),
        ("<f>[1]!limit*2</f><v>12.5</v>", [(REFUSED, 3, "C3", "=[1]!limit*2")]),
        ("<f>[a b.xlsx]Sheet.1!A1</f><v>12.5</v>", [(REFUSED, 3, "C3", "=[a b.xlsx]Sheet.1!A1")]),
        ("<f>cmd|'/c calc'!A1</f><v>12.5</v>", [(REFUSED, 3, "C3", "=cmd|'/c calc'!A1")]),
        ('<f>rtd("x",,"y")</f><v>12.5</v>', [(REFUSED, 3, "C3", '=rtd("x",,"y")')]),
        ("<f>Counts[value]*2</f><v>12.5</v>", [("W-XLSX-FORMULA", 3, "C3", "=Counts[value]*2")]),
        (
            "<f>Counts[[#This Row],[value]]*Sheet2!A1</f><v>12.5</v>",
            [("W-XLSX-FORMULA", 3, "C3", "=Counts[[#This Row],[value]]*Sheet2!A1")],
        ),
        ('<f>"a|b [1]x!"</f><v>12.5</v>', [("W-XLSX-FORMULA", 3, "C3", '="a|b [1]x!"')]),
    ],
)
def test_the_stored_result_of_a_formula_is_read_with_a_warning_where_it_can_be_trusted(
    read_data: Callable[..., Samples], cell: str, expected: Told
) -> None:
    samples = read_data(replaced(data_of(small()), SHEET, RESULT, f'<c r="C3">{cell}</c>'))
    assert told(samples) == expected
    assert (samples.value[1] == 12.5) == (expected[0][0] != REFUSED)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('<f t="shared" ref="C3:C4" si="0">{}</f>', '<f t="shared" si="0"/>'),
        ('<f t="array" ref="C3:C4">{}</f>', ""),
        ('<f t="array" ref="$B$3:C4">{}</f>', ""),
    ],
)
@pytest.mark.parametrize(("formula", "rule"), [("TODAY()-B2", REFUSED), ("[1]Old!C3:C4", REFUSED), ("B3*2", "")])
def test_a_formula_that_several_cells_share_is_the_formula_of_each(
    read_data: Callable[..., Samples], first: str, second: str, formula: str, rule: str
) -> None:
    data = data_of(book_of(HEADER, ROWS[0], *([*ROWS[1][:2], k, *ROWS[1][3:]] for k in (12.5, 13.5))))
    for row, k, f in ((3, 12.5, first.format(formula)), (4, 13.5, second)):
        data = replaced(data, SHEET, f'<c r="C{row}" t="n"><v>{k}</v></c>', f'<c r="C{row}">{f}<v>{k}</v></c>')
    samples = read_data(data)
    found = [(f.rule, f.column) for f in samples.findings if f.column.startswith("C")]
    if rule:
        assert found == [(REFUSED, "C3"), (REFUSED, "C4")]
    else:
        assert found == [("W-XLSX-FORMULA", "C3")]
        assert "cells C3, C4" in next(f for f in samples.findings if f.column == "C3").message


def test_results_of_a_workbook_that_is_worked_out_by_hand_are_refused(read_data: Callable[..., Samples]) -> None:
    data = replaced(data_of(small()), SHEET, RESULT, '<c r="C3"><f>C2*2</f><v>12.5</v></c>')
    data = replaced(data, "xl/workbook.xml", "<calcPr ", '<calcPr calcMode="manual" ')
    samples = read_data(data)
    assert told(samples) == [(REFUSED, 3, "C3", "=C2*2")]
    assert "worked out by hand" in samples.findings[0].message


def test_many_formulas_of_a_column_are_one_warning_with_their_cells(read_data: Callable[..., Samples]) -> None:
    data = data_of(book_of(HEADER, *([*ROWS[0][:2], k, *ROWS[0][3:]] for k in range(2, 12))))
    for k in range(2, 12):
        data = replaced(data, SHEET, f'<c r="C{k}" t="n"><v>{k}</v></c>', f'<c r="C{k}"><f>B{k}+{k}</f><v>{k}</v></c>')
    (warning,) = (f for f in read_data(data).findings if f.rule == "W-XLSX-FORMULA")
    assert "C2, C3, C4, C5, C6 and 5 more" in warning.message


# --- names that are numbers ----------------------------------------------------------------------------------------


def test_ids_shown_with_leading_zeros_keep_them_with_one_warning(read_data: Callable[..., Samples]) -> None:
    book = book_of(HEADER, *([who, *ROWS[1][1:]] for who in (7, 8, "009", 1234, 11, 12, 13, 14)))
    for row in range(2, 10):
        book.active.cell(row, 1).number_format = "000"
    samples = read_data(book)
    assert samples.subject.texts() == ["007", "008", "009", "1234", "011", "012", "013", "014"]
    (warning,) = samples.findings.warnings
    assert (warning.rule, warning.row, warning.column, warning.value) == ("W-XLSX-ZEROS", 2, "A2", "007")
    assert '"007" (cells A2, A3, A6, A7, A8 and 1 more)' in warning.message


@pytest.mark.parametrize(
    ("stored", "shape", "text"),
    [
        (7.0, "General", "7"),
        (7.0, "0", "7"),
        (101, "@", "101"),
        (100000.0, "General", "100000"),
        (0, "General", "0"),
        (7, "00000", "00007"),
        ("1E+05", "General", "1E+05"),
        ("007", "0", "007"),
        (999, "#,##0", "999"),
    ],
)
def test_an_id_is_what_is_shown(read_data: Callable[..., Samples], stored: Any, shape: str, text: str) -> None:
    book = small()
    at("A3", stored, shape)(book.active)
    samples = read_data(book)
    assert samples.subject[1] == text
    assert [f.rule for f in samples.findings.errors] == []


def test_names_of_groups_keep_zeros_that_are_shown_too(read_data: Callable[..., Samples]) -> None:
    book = book_of([*HEADER[:5], "cohort"], [*ROWS[0][:5], 1])
    at("F2", shape="00")(book.active)
    samples = read_data(book)
    assert samples.covariates["cohort"].texts() == ["01"]
    assert told(samples) == [("W-XLSX-ZEROS", 2, "F2", "01")]


# --- dates ---------------------------------------------------------------------------------------------------------

DATED = ["subject_id", "datetime", "infusion_datetime", "value", "unit"]


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904], ids=["1900", "1904"])
def test_dates_are_the_same_in_both_systems_of_days(read_data: Callable[..., Samples], epoch: Any) -> None:
    book = book_of(DATED)
    if epoch is not None:
        book.epoch = epoch
    book.active.append(["S1", dt.datetime(2024, 3, 8, 20, 30), dt.datetime(2024, 3, 1, 8, 30), 5, "%"])
    samples = read_data(book)
    assert (samples.time.tolist(), told(samples)) == ([7.5], [])
    assert samples.extra["datetime"][0] == "2024-03-08T20:30:00"


def test_a_date_without_a_time_of_day_has_none(read_data: Callable[..., Samples]) -> None:
    samples = read_data(book_of(DATED, ["S1", dt.date(2024, 3, 8), dt.date(2024, 3, 1), 5, "%"]))
    assert (samples.time.tolist(), told(samples)) == ([7.0], [])
    assert samples.extra["datetime"][0] == "2024-03-08"
    mixed = read_data(book_of(DATED, ["S1", dt.datetime(2024, 3, 8, 20), dt.date(2024, 3, 1), 5, "%"]))
    assert [t[0] for t in told(mixed)] == ["E-TIME-DATE"]


def test_dates_that_a_chinese_excel_names_by_number_alone_are_dates(read_data: Callable[..., Samples]) -> None:
    book = small()
    at("B3", 45359, "0.000")(book.active)
    data = replaced(data_of(book), "xl/styles.xml", '<xf numFmtId="164"', '<xf numFmtId="31"')
    assert told(read_data(data)) == [(REFUSED, 3, "B3", "45359")]


def test_days_that_there_are_not_are_refused(read_data: Callable[..., Samples]) -> None:
    book = book_of(DATED, ["S1", -1, dt.date(2024, 3, 1), 5, "%"], ["S1", 1e12, dt.date(2024, 3, 1), 5, "%"])
    for address in ("B2", "B3"):
        at(address, shape="yyyy-mm-dd")(book.active)
    assert [t for t in told(read_data(book)) if t[0] == REFUSED] == [
        (REFUSED, 2, "B2", "-1"),
        (REFUSED, 3, "B3", "1000000000000"),
    ]


@pytest.mark.parametrize(("column", "told_of"), [("B", [(REFUSED, 3, "B3", "2024-03-08")]), ("F", [])])
def test_dates_of_the_strict_form_are_dates(read_data: Callable[..., Samples], column: str, told_of: Told) -> None:
    stored = {"B": '<c r="B3" t="n"><v>7</v></c>', "F": '<c r="F3" t="inlineStr"><is><t>x</t></is></c>'}[column]
    data = replaced(data_of(small()), SHEET, stored, f'<c r="{column}3" t="d"><v>2024-03-08</v></c>')
    samples = read_data(data)
    assert told(samples) == told_of
    assert column != "F" or samples.extra["note"][1] == "2024-03-08"


def test_durations_and_truths_in_columns_that_are_only_kept_are_kept(read_data: Callable[..., Samples]) -> None:
    book = small()
    at("F2", dt.timedelta(hours=36), "[h]:mm:ss")(book.active)
    at("F3", True)(book.active)
    samples = read_data(book)
    assert samples.extra["note"].texts()[:2] == ["1 day, 12:00:00", "TRUE"]
    assert told(samples) == []


def test_a_colour_that_is_tinted_or_a_fill_that_is_a_pattern_hides_nothing_that_is_known(
    read_data: Callable[..., Samples],
) -> None:
    book = small()
    at("C3", font=Font(color=Color(theme=0, tint=-0.5)))(book.active)
    at("C4", font=Font(color="FFFFFFFF"), fill=PatternFill("gray125"))(book.active)
    at("C5", font=Font(color=Color(theme=0)))(book.active)
    assert told(read_data(book)) == [(REFUSED, 5, "C5", "2")]


def test_a_format_that_is_defined_nowhere_is_damage(read_data: Callable[..., Samples]) -> None:
    book = small()
    at("C3", shape="0.000")(book.active)
    data = replaced(data_of(book), "xl/styles.xml", '<xf numFmtId="164"', '<xf numFmtId="99"')
    assert [t[0] for t in told(read_data(data))] == ["E-XLSX-UNREADABLE"]


def test_a_workbook_of_charts_alone_is_told(read_data: Callable[..., Samples]) -> None:
    data = replaced(
        data_of(small()), "xl/_rels/workbook.xml.rels", "/relationships/worksheet", "/relationships/chartsheet"
    )
    samples = read_data(data)
    assert [t[0] for t in told(samples)] == ["E-XLSX-UNREADABLE"]
    assert "it names no worksheet" in samples.findings[0].message


def test_a_header_that_is_a_formula_without_a_result_is_refused(read_data: Callable[..., Samples]) -> None:
    book = small()
    at("F1", "=A1")(book.active)
    assert told(read_data(book)) == [(REFUSED, 1, "F1", "=A1")]


def test_a_table_that_ends_before_anything_stands_there_is_empty(read_data: Callable[..., Samples]) -> None:
    book = small()
    book.active.insert_rows(1, 4)
    assert told(read_data(book, last_row=3)) == [
        ("E-FILE-EMPTY", None, "", ""),
        ("W-ROW-PASSED", 5, "", " | ".join(HEADER)),
    ]


# --- a table with one column a visit -------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Mean", "Total:", "MEDIAN", "合计", "平均值"])
def test_a_row_of_means_is_no_subject(read_data: Callable[..., Samples], word: str) -> None:
    block = WideBlock(visits={"D0": 0, "D7": 7}, unit="cells/uL")
    samples = read_data(book_of(["subject_id", "D0", "D7"], ["S1", 0, 5], ["S2", 0, 9], [word, 0, 7]), wide=(block,))
    assert told(samples) == [("E-ROW-NOT-DATA", 4, "", f"{word} | 0 | 7")]
    assert samples.subject.texts() == ["S1", "S1", "S2", "S2"]


def test_percentages_under_a_visit_are_refused_by_their_cells(read_data: Callable[..., Samples]) -> None:
    book = book_of(["subject_id", "D0", "D7"], ["S1", 0.1, 0.45])
    at("C2", shape="0.0%")(book.active)
    samples = read_data(book, wide=(WideBlock(visits={"D0": 0, "D7": 7}, unit="%"),))
    assert (REFUSED, 2, "C2", "0.45") in told(samples)


# --- a cell's neighbours -------------------------------------------------------------------------------------------


def test_comments_of_a_column_are_one_warning(read_data: Callable[..., Samples]) -> None:
    book = small()
    for address in ("C3", "C5", "A2"):
        book.active[address].comment = Comment(f"note on {address}", "lab")
    found = [f for f in read_data(book).findings if f.rule == "W-XLSX-COMMENT"]
    assert [(f.row, f.column, f.value) for f in found] == [(2, "A2", "note on A2"), (3, "C3", "note on C3")]
    assert "C3, C5" in found[1].message


def test_an_openpyxl_workbook_and_ours_agree_on_every_kind_of_cell(tmp_path: Path) -> None:
    book = book_of(
        ["a", "b"], ["x", 1], ["é\n", 1.5], [" y ", -2e-7], ["", True], ["_x", dt.datetime(2024, 2, 29, 13, 5, 7)]
    )
    path = tmp_path / "counts.xlsx"
    book.save(path)
    from cartpk.readers.grid import Grid
    from cartpk.readers.package import Book

    opened = Book.opened(path.read_bytes())
    grid = Grid.of(opened, opened.sheets[0])
    found = {(int(r), int(c)): grid.contents[int(k)] for r, c, k in zip(grid.row, grid.column, grid.code, strict=True)}
    sheet = openpyxl.load_workbook(path).active
    for row in sheet.iter_rows():
        for cell in row:
            have = found.pop((cell.row, cell.column), None)
            if isinstance(cell.value, bool):
                assert have is not None
                assert (have.kind, have.text) == ("truth", "TRUE")
            elif isinstance(cell.value, str):
                assert have is not None
                assert (have.kind, have.text) == ("text", cell.value)
            elif isinstance(cell.value, int | float):
                assert have is not None
                assert float(have.text) == cell.value
    assert not found
