import numpy as np
import pytest

from cartpk.checks.visits import is_predose, named_day, planned_day


@pytest.mark.parametrize(
    ("visit", "day"),
    [
        ("Day 7", 7), ("D7", 7), ("d 07", 7), ("DAY 28 (4 h)", 28), ("C1D7", 7), ("Cycle 1 Day 7", 7), ("D+14", 14), ("Day_0", 0),
        ("第7天", 7), ("Ｄａｙ ７", 7), ("Month 3", np.nan), ("W4", np.nan), ("Day -7", np.nan), ("D-7", np.nan), ("Day 7-10", np.nan),
        ("Visit 7", np.nan), ("V7", np.nan), ("Screening", np.nan), ("Week 2 Day 3", np.nan), ("Monday 7", np.nan), ("", np.nan),
        ("Day 1.5", np.nan),
    ],
)  # fmt: skip
def test_the_day_that_a_visit_is_named_for(visit, day):
    np.testing.assert_equal(named_day(visit), float(day))


@pytest.mark.parametrize(
    ("visit", "day"),
    [
        ("Week 4", 28),
        ("W12", 84),
        ("Wk 2", 14),
        ("Month 3", 90),
        ("M3", 90),
        ("第4周", 28),
        ("第3个月", 90),
        ("Day 28", 28),
    ],
)
def test_weeks_and_months_have_days_too(visit, day):
    assert planned_day(visit) == day


@pytest.mark.parametrize(
    "visit", ["Pre-dose", "predose", "PRE INFUSION", "Day 0 pre-infusion", "before infusion", "输注前"]
)
def test_names_of_samples_before_the_infusion(visit):
    assert is_predose(visit)


@pytest.mark.parametrize("visit", ["Screening", "Day 0", "post-dose", "Prednisone day", "Presentation"])
def test_other_names_say_nothing_of_before(visit):
    assert not is_predose(visit)
