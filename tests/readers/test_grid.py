"""The flat cells of a worksheet: addresses, order, rows that hold anything."""

import pytest
from bad_inputs.books import book_of, data_of, replaced, with_shared_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from cartpk.readers.grid import Grid
from cartpk.readers.package import Book

SHEET = "xl/worksheets/sheet1.xml"


def grid_of(data: bytes) -> Grid:
    book = Book.opened(data)
    return Grid.of(book, book.sheets[0])


def test_cells_are_in_order_of_columns_and_contents_are_kept_once() -> None:
    grid = grid_of(data_of(book_of(["a", "b", "a"], ["b", None, "a"], [None, 1, 1])))
    assert grid.column.tolist() == [1, 1, 2, 2, 3, 3, 3]
    assert grid.row.tolist() == [1, 2, 1, 3, 1, 2, 3]
    assert sorted(c.text for c in grid.contents) == ["1", "a", "b"]


def test_rows_of_spaces_hold_nothing() -> None:
    grid = grid_of(data_of(book_of(["a"], [" \xa0"], [], ["b"])))
    assert grid.rows() == [1, 4]
    assert {c: cell.text for c, cell in grid.cells(2).items()} == {1: " \xa0"}
    assert grid.between(2, 4).rows() == [4]
    assert grid.between(1, 9) is grid


def test_shared_texts_and_texts_in_cells_are_one() -> None:
    data = data_of(book_of(["a", "x & <y>"], ["é", "a\nb"], [" a ", "a"]))
    one, other = grid_of(data), grid_of(with_shared_texts(data))
    for row in (1, 2, 3):
        assert one.cells(row) == other.cells(row)


def test_a_row_without_number_follows_the_one_before() -> None:
    data = replaced(data_of(book_of(["a"], ["b"], ["c"])), SHEET, '<row r="2"><c r="A2"', "<row><c")
    assert grid_of(data).row.tolist() == [1, 2, 3]


cells = st.one_of(st.none(), st.text("ab <&>\n_x0041é", max_size=8), st.integers(-(10**9), 10**9), st.floats(-1e300, 1e300), st.booleans())  # fmt: skip


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=5))
def test_what_openpyxl_writes_is_what_is_read(rows: list[list[object]]) -> None:
    """An underscore, x and four digits are a letter in a workbook; openpyxl writes them as they are."""
    book = book_of(*rows)
    grid = grid_of(data_of(book))
    found = {(int(r), int(c)): grid.contents[int(k)] for r, c, k in zip(grid.row, grid.column, grid.code, strict=True)}
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            have = found.pop((r, c), None)
            if value is None or value == "":
                assert have is None or have.text == ""
            elif isinstance(value, bool):
                assert have is not None
                assert (have.kind, have.text) == ("truth", str(value).upper())
            elif isinstance(value, str):
                assert have is not None
                assert have.kind == ("" if value.startswith("=") and len(value) > 1 else "text")
                assert have.text.replace("A", "_x0041_") == value.replace("A", "_x0041_")
            else:
                assert have is not None
                assert have.kind == "number"
                assert float(have.text) == pytest.approx(value, rel=1e-15)  # openpyxl writes 16 digits
    assert not found
