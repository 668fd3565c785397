import pytest

from cartpk.readers.dates import looks_like_date


@pytest.mark.parametrize(
    "text",
    ["2024-03-01", "2024/3/1", "2024.03.01", "2024-03-01T08:30", "2024-03-01 08:30:00", "01/03/2024", "1.3.24", "01MAR2024", "1-Mar-2024", "01 March 2024", "March 1, 2024", "2024年3月1日", "08:30", "3-Mar", "3/1", "01MAR2024:08:30"],
)  # fmt: skip
def test_dates_and_times_of_day_are_told(text: str) -> None:
    assert looks_like_date(text)


@pytest.mark.parametrize("text", ["7", "-7", "1.5", "1,5", "Day 7", "D7", "x", "", "12 h", "1e3", "7-14"])
def test_other_texts_are_no_dates(text: str) -> None:
    assert not looks_like_date(text)
