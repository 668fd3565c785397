"""What a printed worksheet's pages begin with."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from openpyxl import load_workbook

from cartpk.tables.table import Column, Row, Spanner, Table
from cartpk.writers.sheetpages import breaks, note_lines, scale_of
from cartpk.writers.xlsx import encode


def statistics(blocks: int, rows: int, footnotes: tuple[str, ...] = ()) -> Table:
    """Blocks of a heading and some rows."""
    found = []
    for k in range(blocks):
        found.append(Row((f"Parameter {k}", ""), "heading"))
        found += [Row((f"statistic {i}", "1"), indent=1) for i in range(rows)]
    return Table(
        "14.2.2.1", "pkpt02", "Parameters", "flow", (Column("Parameter", "left", 30), Column("All")), tuple(found),
        footnotes=footnotes,
    )  # fmt: skip


def begins(table: Table) -> list[str]:
    """The first cell of each page after the first, in the workbook."""
    book = load_workbook(BytesIO(encode(table)))
    sheet = book.worksheets[0]
    texts = [str(sheet.cell(b.id + 1, 1).value) for b in sheet.row_breaks.brk]
    book.close()
    return texts


def test_no_heading_stands_alone_and_no_block_is_cut() -> None:
    assert begins(statistics(5, 11)) == ["Parameter 2", "Parameter 4"]
    assert begins(statistics(2, 11)) == []


def test_the_last_block_takes_the_footnotes_with_it() -> None:
    assert begins(statistics(2, 11, ("A sentence.",) * 14)) == ["Parameter 1"]


def test_a_heading_over_narrow_columns_has_room_for_its_lines() -> None:
    spanner = Spanner("inflammatory myopathy of an unknown kind", 1, 1)
    book = load_workbook(BytesIO(encode(replace(statistics(1, 2), spanners=(spanner,)))))
    assert book.worksheets[0].row_dimensions[5].height == 60
    book.close()


def test_a_block_longer_than_a_page_is_left_to_break_by_itself() -> None:
    table = statistics(2, 60)
    assert breaks(table, [13.5] * len(table.rows), 80.0, 0.0, 100) == [61]


def test_a_wide_table_is_printed_smaller_and_a_narrow_one_as_it_is() -> None:
    assert scale_of([20.0, 20.0]) == 100
    assert scale_of([20.0] * 12) == 60
    assert scale_of([20.0] * 1000) == 10


def test_a_footnote_takes_the_lines_it_needs() -> None:
    assert note_lines("Areas by the linear trapezoidal rule.", [40.0]) == 1
    assert note_lines("word " * 60, [40.0]) == 7
    assert note_lines("x" * 300, [40.0]) == 7
    assert note_lines("受" * 60, [40.0]) == 3
