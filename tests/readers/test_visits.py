"""Visits: planned days by names, windows, deviations, names without a day."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from cartpk.readers.visits import visit_day
from cartpk.samples import Samples

from .conftest import told

Read = Callable[..., Samples]


def rows(*visits: tuple[str, float], nominal: str | None = None) -> str:
    extra = "" if nominal is None else ",time_nominal"
    last = "" if nominal is None else f",{nominal}"
    return f"subject_id,visit,time,value,unit{extra}\n" + "".join(f"S1,{v},{t},5,cells/uL{last}\n" for v, t in visits)


@pytest.mark.parametrize(
    ("name", "day", "window"),
    [
        ("Day 28", 28, None), ("D0", 0, None), ("d+14", 14, None), ("D-7", -7, None), ("DAY_3", 3, None), ("Visit: Day 5", 5, None),
        ("Day 14 ± 2", 14, 2), ("D14(±2d)", 14, 2), ("Day 14 +/- 2 days", 14, 2), ("Week 4 ± 1 week", 28, 7), ("W2", 14, None),
        ("M3", 90, None), ("Month 1 (±7)", 30, 7), ("第14天", 14, None), ("第2周", 14, None), ("第3个月", 90, None),
        ("Day 0 pre-dose", 0, None), ("Day 0 (pre-infusion)", 0, None),
    ],
)  # fmt: skip
def test_names_that_say_a_day(name: str, day: float, window: float | None) -> None:
    found = visit_day(name)
    assert found[0] == day
    assert math.isnan(found[1]) if window is None else found[1] == window


@pytest.mark.parametrize(
    "name", ["C1D7", "V3", "Day 1-3", "Week 2 Day 3", "Screening", "14", "EOT", "Day", "Unscheduled Day x", ""]
)
def test_names_that_could_mean_something_else_say_none(name: str) -> None:
    assert math.isnan(visit_day(name)[0])


def test_planned_days_come_from_names_only_where_the_file_has_none(read_bytes: Read) -> None:
    samples = read_bytes(rows(("Day 7", 7.2), ("M1", 31), ("EOT", 80)))
    np.testing.assert_array_equal(samples.time_nominal, [7.0, 30.0, np.nan])
    assert samples.time.tolist() == [7.2, 31.0, 80.0]
    assert told(samples, "note") == [("N-VISIT-DAY", 1, "visit", ""), ("N-VISIT-UNMATCHED", 4, "visit", "EOT")]
    given = read_bytes(rows(("Day 7", 7.2), nominal="8"))
    assert given.time_nominal.tolist() == [8.0]
    assert told(given, "note") == []


def test_the_plan_beats_file_and_name(read_bytes: Read) -> None:
    assert read_bytes(rows(("M1", 31), nominal="30"), visits={"m1": 28}).time_nominal.tolist() == [28.0]


def test_day_names_lose_one_where_infusion_is_day_1(read_bytes: Read) -> None:
    samples = read_bytes(rows(("Day 1", 1), ("Day 15", 15), ("Week 4", 29), ("Day -1", -1), ("Day 0", 2)), infusion_day=1)  # fmt: skip
    np.testing.assert_array_equal(samples.time_nominal, [0.0, 14.0, 28.0, -1.0, np.nan])


def test_samples_outside_their_window_are_listed_one_by_one(read_bytes: Read) -> None:
    samples = read_bytes(rows(("Day 14 ± 2", 16), ("Day 14 ± 2", 16.1), ("Day 14 ± 2", 11), ("Day 28", 40)))
    assert told(samples, "warning") == [("W-VISIT-WINDOW", 3, "time", "16.1"), ("W-VISIT-WINDOW", 4, "time", "11")]
    by_plan = read_bytes(rows(("Day 28", 40)), visit_windows={"Day 28": 3})
    ((finding),) = [f for f in by_plan.findings if f.severity == "warning"]
    assert 'is 12 days after the planned day 28 of "Day 28", whose window is ± 3' in finding.message


def test_a_visit_of_the_plan_that_no_file_has_is_told_once(read_bytes: Read) -> None:
    samples = read_bytes(rows(("Day 28", 28)), visits={"M9": 270}, visit_windows={"D28": 3})
    assert [(r, v) for r, _, _, v in told(samples, "warning")] == [("W-VISIT-UNUSED", "M9"), ("W-VISIT-UNUSED", "D28")]


def test_the_note_on_names_lists_twenty_and_counts_the_rest(read_bytes: Read) -> None:
    days = range(1, 24)
    samples = read_bytes(rows(*((f"Day {d:02d}", float(d)) for d in days)))
    (note,) = [f for f in samples.findings if f.rule == "N-VISIT-DAY"]
    listed = ", ".join(f'"Day {d:02d}" = {d}' for d in range(1, 21))
    assert note.message.startswith(f"Planned days by the names of visits: {listed} and 3 more. ")


@pytest.mark.parametrize(("n", "words"), [(1, "1 row"), (2, "2 rows")])
def test_a_name_without_a_day_is_told_once_with_its_rows(read_bytes: Read, n: int, words: str) -> None:
    samples = read_bytes(rows(("Day 1", 1.0), *(("Unscheduled", 2.0 + k) for k in range(n))))
    (note,) = [f for f in samples.findings if f.rule == "N-VISIT-UNMATCHED"]
    assert (note.row, note.value) == (3, "Unscheduled")
    assert note.message.startswith(f'"Unscheduled" names no day ({words}). ')
