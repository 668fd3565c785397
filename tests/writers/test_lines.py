"""Lines break between words, and in Chinese between letters, but before no closing and after no opening mark."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartpk.tables.table import Column, Row, Table
from cartpk.writers.imprint import Imprint
from cartpk.writers.layout import layout
from cartpk.writers.lines import lines_of, longest_piece, pieces, wide
from cartpk.writers.sheetpages import note_lines
from cartpk.writers.xlsx import _lines as sheet_lines

LETTERS = st.text(st.sampled_from("ab1 输注后，。（）：λ"), max_size=40)


@settings(derandomize=True)
@given(LETTERS)
def test_pieces_are_the_whole_text_and_none_begins_with_a_closing_mark(text: str) -> None:
    found = list(pieces(text))
    assert "".join(" " * spaced + piece for spaced, piece in found) == text
    joined = [piece for spaced, piece in found[1:] if not spaced]
    assert not any(piece.startswith(("，", "。", "）", "：")) for piece in joined)
    assert not any(piece.endswith("（") for (_, piece), (spaced, _) in pairwise(found) if not spaced)


@settings(derandomize=True)
@given(LETTERS, st.integers(4, 30))
def test_lines_hold_the_text_and_narrower_ones_are_not_fewer(text: str, width: int) -> None:
    assert lines_of(text, width) >= -(-wide(text.replace(" ", "")) // width)
    assert lines_of(text, width) <= lines_of(text, width - 2) or longest_piece(text) > width - 2


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("输注后各受试者", 14, 1),
        ("输注后各受试者", 13, 2),
        ("输注后各受试者", 6, 3),
        ("输注后。", 6, 2),
        ("LLOQ以下的结果", 8, 2),
        ("two words", 5, 2),
        ("wordlonger", 4, 3),
        ("甲\n乙", 10, 2),
    ],
)
def test_lines_are_counted_as_they_break(text: str, width: int, lines: int) -> None:
    assert lines_of(text, width) == lines


def test_a_mark_at_the_end_takes_the_letter_before_it_along() -> None:
    assert [piece for _, piece in pieces("低于定量下限（LLOQ）。")][-2:] == ["限", "（LLOQ）。"]
    assert [piece for _, piece in pieces("给药后。")] == ["给", "药", "后。"]


def table(heading: str, text: str) -> Table:
    columns = (Column(heading, "left", 10), Column("原因", "left", 30))
    return Table("1", "x", "t", "s", columns, (Row(("S01", text)),))


def test_a_long_chinese_text_takes_as_many_lines_as_it_has_room_for() -> None:
    text = "采样在时间终点之前过早结束，无法确定该面积。" * 4
    (part,) = layout(table("受试者", text), Imprint())
    assert part.rows[0].lines == lines_of(text, part.widths[1]) > 2
    assert part.widths[0] >= wide("受试者")


def test_a_short_chinese_heading_stays_on_one_line_where_columns_are_many() -> None:
    columns = tuple(Column("几何均值", "right", 4) for _ in range(16))
    (part, *_) = layout(Table("1", "x", "t", "s", columns, (Row(("1",) * 16),)), Imprint())
    assert all(lines_of(column.heading, width) == 1 for column, width in zip(part.columns, part.widths, strict=True))


def test_sheets_count_chinese_lines_too() -> None:
    assert sheet_lines("输注后各受试者", 6) == lines_of("输注后各受试者", 7) == 3
    assert sheet_lines("four words in all", 6) == 3
    assert note_lines("输" * 100, [30.0]) == note_lines("输" * 50, [30.0]) * 2
