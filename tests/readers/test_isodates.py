import math

import pytest

from cartpk.readers.isodates import days_of_duration, iso_moments


def test_iso_date_times_become_seconds() -> None:
    found = iso_moments(["2000-01-02", "2000-01-01T06:30", "2000-01-01 00:00:01.5", "2000-01-01T08:00+08:00", "2000-01-01T00:00Z"])  # fmt: skip
    assert found.seconds.tolist() == [86_400.0, 23_400.0, 1.5, 0.0, 0.0]
    assert found.timed.tolist() == [False, True, True, True, True]
    assert found.zoned.tolist() == [False, False, False, True, True]
    assert found.fault == ("",) * 5


@pytest.mark.parametrize(
    "text", ["2024", "2024-03", "2024-03-01T", "2024---01", "2024-03--", "--03-01", "2024-03-01T08"]
)
def test_a_partial_date_is_not_filled_in(text: str) -> None:
    found = iso_moments([text])
    assert found.fault == ("E-DATE-PARTIAL",)
    assert math.isnan(found.seconds[0])


@pytest.mark.parametrize("text", ["2000-02-30", "2000-01-01T25:00", "01/01/2000", "x", "2000-01-01T06:30+99:00"])
def test_what_is_no_iso_date_time_is_none(text: str) -> None:
    found = iso_moments([text])
    assert found.fault == ("E-TIME-DATE",)
    assert math.isnan(found.seconds[0])


def test_durations_are_days() -> None:
    assert [days_of_duration(t) for t in ("P14D", "-PT12H", "P1W", "P1DT6H", "PT0S", "PT90M")] == [14, -0.5, 7, 1.25, 0, 0.0625]  # fmt: skip


@pytest.mark.parametrize("text", ["P1M", "P1Y", "P", "PT", "14D", "P1.2.3D", ""])
def test_months_years_and_other_texts_are_no_days(text: str) -> None:
    assert math.isnan(days_of_duration(text))
