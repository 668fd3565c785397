"""How a workbook shows what it stores: names, dates of both systems, formats that change what is seen."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, to_excel

from cartpk.readers.formats import _BUILT_IN, Style, date_of


@pytest.mark.parametrize(
    ("shape", "value", "name"),
    [
        ("General", 7.0, "7"),
        ("General", 99_999_999_999.0, "99999999999"),
        ("General", 100_000_000_000.0, None),
        ("General", 1.5, "1.5"),
        ("@", 7.0, "7"),
        ("000", 7.0, "007"),
        ("000", 1234.0, "1234"),
        ("0000000", 0.0, "0000000"),
        ("000", -7.0, None),
        ("000", 7.5, None),
        ("0", 7.0, "7"),
        ("0.00", 7.0, "7.00"),
        ("#,##0", 999.0, "999"),
        ("#,##0", 1000.0, "1,000"),
        ("0.00E+00", 100_000.0, None),
        ('"S"0', 7.0, None),
        ("000-000", 7.0, None),
    ],
)
def test_a_name_is_the_text_that_is_seen(shape: str, value: float, name: str | None) -> None:
    assert Style(shape).name(value) == name


@pytest.mark.parametrize(
    ("shape", "hides"),
    [
        ("General", False),
        ("@", False),
        ("0.00", False),
        ('0;-0;0;@" "', True),
        (";;;", True),
        (";;;@", False),
        ('"S"@', True),
        ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', False),
        ("[Red]@", False),
        ('0;0;0;"hidden"', True),
    ],
)
def test_formats_that_show_another_text_are_known(shape: str, hides: bool) -> None:
    assert Style(shape).hides_text is hides


@pytest.mark.parametrize("number", sorted(BUILTIN_FORMATS))
def test_the_formats_that_files_name_by_number_are_dates_where_openpyxl_says_so(number: int) -> None:
    assert Style(_BUILT_IN[number]).is_date == is_date_format(BUILTIN_FORMATS[number])


@pytest.mark.parametrize("shape", ["d/m/yy", "[h]:mm", "[$-804]yyyy年m月d日", "mmm-yy", '"day" d', "h AM/PM", "mm:ss.0", "[Red]dd"])  # fmt: skip
def test_formats_of_dates_are_known(shape: str) -> None:
    assert Style(shape).is_date


@pytest.mark.parametrize("shape", ["General", "0", '0" days"', "#,##0", "[Red]0", r"0\d", "0.00E+00", "@", "[$-409]0.0", '"mmm"0'])  # fmt: skip
def test_formats_of_numbers_are_no_dates(shape: str) -> None:
    assert not Style(shape).is_date


@pytest.mark.parametrize(
    ("serial", "from_1904", "text"),
    [
        (1.0, False, "1900-01-01T00:00:00"),
        (59.0, False, "1900-02-28T00:00:00"),
        (61.0, False, "1900-03-01T00:00:00"),
        (45359.75, False, "2024-03-08T18:00:00"),
        (43897.75, True, "2024-03-08T18:00:00"),
        (0.0, True, "1904-01-01T00:00:00"),
        (0.5, False, "12:00:00"),
        (45359.9999999, False, "2024-03-08T23:59:59.991000"),
        (45359.99999999999, False, "2024-03-09T00:00:00"),
    ],
)
def test_day_numbers_are_dates(serial: float, from_1904: bool, text: str) -> None:
    assert date_of(serial, Style("yyyy-mm-dd hh:mm"), from_1904) == text


@pytest.mark.parametrize("serial", [60.0, 60.75, -1.0])
def test_the_29th_of_february_1900_and_days_before_the_first_are_no_dates(serial: float) -> None:
    with pytest.raises(ValueError, match="1900"):
        date_of(serial, Style("yyyy-mm-dd"), False)


def test_a_date_shown_without_hours_has_none_unless_they_are_stored() -> None:
    assert date_of(45359.0, Style("d-mmm-yy"), False) == "2024-03-08"
    assert date_of(45359.25, Style("d-mmm-yy"), False) == "2024-03-08T06:00:00"


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.datetimes(dt.datetime(1904, 1, 2), dt.datetime(2200, 1, 1)).map(lambda m: m.replace(microsecond=m.microsecond // 1000 * 1000)))  # fmt: skip
def test_dates_are_those_of_openpyxl_in_both_systems(moment: dt.datetime) -> None:
    for from_1904, epoch in ((False, CALENDAR_WINDOWS_1900), (True, CALENDAR_MAC_1904)):
        serial = to_excel(moment, epoch)
        found = dt.datetime.fromisoformat(date_of(serial, Style("yyyy-mm-dd hh:mm:ss"), from_1904))
        assert abs(found - from_excel(serial, epoch)) <= dt.timedelta(milliseconds=1)
