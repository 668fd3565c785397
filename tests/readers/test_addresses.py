"""Addresses of cells and areas, as Excel writes them."""

import pytest
from openpyxl.utils import get_column_letter

from cartpk.readers.addresses import address, column_of, corners, letters
from cartpk.readers.damage import DamageError


@pytest.mark.parametrize("column", [1, 26, 27, 52, 53, 702, 703, 16384])
def test_columns_have_the_letters_that_excel_gives_them(column: int) -> None:
    assert letters(column) == get_column_letter(column)
    assert corners(address(7, column)) == (7, column, 7, column)


def test_areas_are_two_corners() -> None:
    assert corners("B2:D9") == corners("$B$2:$D$9") == (2, 2, 9, 4)
    for area in ("B2:D9:E1", "B0", "2:9", "B:D", "ZZZ1", "b2"):
        with pytest.raises(DamageError):
            corners(area)


@pytest.mark.parametrize("text", ["", "a", "aB", "$A", "[", "Ａ", "A[", "XFE", "AAAA", "@A"])
def test_what_is_no_column_is_damage(text: str) -> None:
    with pytest.raises(DamageError):
        column_of(text)
