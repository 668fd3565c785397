import math

import pytest

from cartpk.readers.dates import looks_like_date, moments_of


@pytest.mark.parametrize(
    "text",
    ["2024-03-01", "2024/3/1", "2024.03.01", "2024-03-01T08:30", "2024-03-01 08:30:00", "01/03/2024", "1.3.24", "01MAR2024", "1-Mar-2024", "01 March 2024", "March 1, 2024", "2024年3月1日", "08:30", "3-Mar", "3/1", "01MAR2024:08:30"],
)  # fmt: skip
def test_dates_and_times_of_day_are_told(text: str) -> None:
    assert looks_like_date(text)


@pytest.mark.parametrize("text", ["7", "-7", "1.5", "1,5", "Day 7", "D7", "x", "", "12 h", "1e3", "7-14"])
def test_other_texts_are_no_dates(text: str) -> None:
    assert not looks_like_date(text)


def test_iso_date_times_become_seconds() -> None:
    seconds, timed = moments_of(["2000-01-02", "2000-01-01T06:30", "2000-01-01 00:00:01.5"])
    assert seconds.tolist() == [86_400.0, 23_400.0, 1.5]
    assert timed.tolist() == [False, True, True]


@pytest.mark.parametrize(
    "text",
    ["2000-02-30", "2000-01-01T25:00", "2000-01-01T06:30Z", "2000-01-01T06:30+08:00", "01/01/2000", "2000-1-1", ""],
)
def test_what_is_not_a_plain_iso_date_time_is_none(text: str) -> None:
    assert math.isnan(moments_of([text])[0][0])
