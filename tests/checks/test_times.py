import numpy as np
import pytest
from factories import HEADER, course, samples_from

from cartpk.checks import check

DAYS = (0, 1, 3, 5, 7, 10, 12, 14, 21, 28, 42, 56, 90)
VALUES = ("BLQ", "BLQ", 60, 300, 900, 5000, 4000, 2000, 500, 150, 80, 60, "BLQ")
HEAD = "subject_id,time,value,unit,lloq,visit,time_nominal\n"


def study(times=DAYS, visits=None, nominal=None, subjects=("S01", "S02", "S03")) -> str:
    """Several subjects with these times, named visits and planned times."""
    lines = []
    for subject in subjects:
        for i, (time, value) in enumerate(zip(times, VALUES, strict=False)):
            visit = visits[i] if visits else ""
            planned = nominal[i] if nominal else ""
            lines.append(f"{subject},{time:g},{value},copies/ug gDNA,50,{visit},{planned}\n")
    return HEAD + "".join(lines)


def time_faults(text: str, **options) -> list[str]:
    found = check(samples_from(text, **options))
    return sorted({f.rule for f in found if f.rule.startswith(("E-TIME", "W-TIME"))})


def test_excel_day_numbers_are_an_error_once_a_subject_with_the_date(found):
    faults = found("E-TIME-SERIAL", study([45123 + t for t in DAYS]))
    assert [(f.subject_id, f.row, f.value) for f in faults] == [
        ("S01", 2, "45123"),
        ("S02", 15, "45123"),
        ("S03", 28, "45123"),
    ]
    assert "45123 is 2023-07-16" in faults[0].message


def test_one_excel_day_number_among_days_is_found(found):
    (fault,) = found("E-TIME-SERIAL", HEADER + course(times=(0, 1, 3, 7, 45133.5, 14, 21, 28, 42, 60, 90)))
    assert fault.row == 6
    assert "1 time of" in fault.message


@pytest.mark.parametrize(
    ("time", "words"), [("129600", "355 years"), ("20230716", "reads like a date"), ("-45000", "123 years")]
)
def test_a_time_decades_away_is_an_error(found, time, words):
    (fault,) = found("E-TIME-FAR", f"subject_id,time,value,unit\nS01,{time},5,cells/uL\nS01,7,5,cells/uL\n")
    assert (fault.row, fault.value) == (2, time)
    assert words in fault.message


def test_fifteen_years_of_follow_up_pass(found):
    text = HEADER + course(times=(0, 7, 14, 28, 90, 180, 365, 730, 1826, 3652, 5479))
    assert time_faults(text) == []


@pytest.mark.parametrize(
    "header", ["time_h", "Time (hours)", "HOURS", "timeHours", "时间（小时）", "Time (weeks)", "elapsed_min", "月"]
)
def test_a_header_that_names_another_unit_is_an_error(found, header):
    (fault,) = found("E-TIME-UNIT", HEADER + course(), columns={"time": header})
    assert (fault.row, fault.column) == (1, header)


@pytest.mark.parametrize(
    "header", ["time", "AFRLT", "day", "Time (days)", "天", "Study day", "time_d", "visit_day_of_month"]
)
def test_a_header_of_days_or_of_nothing_passes(found, header):
    assert not found("E-TIME-UNIT", HEADER + course(), columns={"time": header})


def test_a_column_of_time_units_is_believed(found):
    text = "subject_id,time,value,unit,RRLTU\nS01,7,5,cells/uL,HOURS\nS01,9,5,cells/uL,HOURS\n"
    (fault,) = found("E-TIME-UNIT", text)
    assert (fault.row, fault.column, fault.value) == (2, "RRLTU", "HOURS")
    assert not found("E-TIME-UNIT", text.replace("HOURS", "DAYS"))


def test_hours_beside_named_visits_are_an_error_for_each_subject(found):
    actual = [
        24 * t + jitter for t, jitter in zip(DAYS, (0, 5, -7, 9, 20, -22, 3, 8, 30, -30, 40, 60, -80), strict=True)
    ]
    faults = found("E-TIME-HOURS", study(actual, [f"Day {t}" for t in DAYS]))
    assert [f.subject_id for f in faults] == ["S01", "S02", "S03"]
    assert "Divide by 24" in faults[0].message
    assert found("E-TIME-HOURS", study(actual, nominal=DAYS))


def test_one_subject_in_hours_among_subjects_in_days_is_found(found):
    text = (
        study(DAYS, [f"D{t}" for t in DAYS])
        + study([24 * t for t in DAYS], [f"D{t}" for t in DAYS], subjects=["S09"])[len(HEAD) :]
    )
    (fault,) = found("E-TIME-HOURS", text)
    assert fault.subject_id == "S09"


def test_planned_hours_beside_actual_days_are_an_error_of_that_column(found):
    faults = found("E-TIME-HOURS", study(DAYS, nominal=[24 * t for t in DAYS]))
    assert {f.column for f in faults} == {"time_nominal"}


def test_planned_hours_without_any_visit_are_seen_by_their_numbers(found):
    (fault,) = found("E-TIME-HOURS", study([24 * t for t in DAYS]))
    assert (fault.row, fault.value) == (3, "24")
    assert found("E-TIME-HOURS", study([0, 2, 6, 12, *(24 * t for t in DAYS[1:10])]))


@pytest.mark.parametrize(
    "times",
    [
        (0, 168, 240, 336, 672, 1344, 2160),
        (0, 72, 168, 240, 336, 504, 672),
        (-24, 0, 167.5, 240.4, 336.2, 504, 671, 1008.9),
        (168, 240, 336, 504, 672),
    ],
)
def test_hours_are_seen_without_samples_in_the_first_days(found, times):
    (fault,) = found("E-TIME-HOURS", study(times, subjects=["S01"]))
    assert f"{times[-2]:g}, {times[-1]:g}) look" in fault.message
    assert fault.subject_id == "S01"


@pytest.mark.parametrize(
    "times",
    [
        DAYS,
        (0, 168, 336, 504, 672),
        (168, 336, 504, 672, 840, 1008, 1176, 1344, 2016),
        (0, 120, 240, 360, 480, 600, 720),
        (0, 120, 240, 360, 720, 1080, 1440, 1800),
        (0, 360, 720, 1080, 1440, 1800),
        (0, 168, 240, 336),
        (0, 28, 168, 240, 336, 672, 1344, 2160),
        (0, 168, 182, 240, 336, 672, 1344, 2160),
        (0, 90, 180, 270, 360, 540, 720, 1080),
        (0, 84, 168, 252, 336, 504, 672, 1008),
        (0, 14, 28, 56, 84, 112, 168, 336, 672),
        (0, 365, 730, 1095, 1460, 1825),
        (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        (-1, 0, 2, 4, 7, 11, 14, 17, 21, 24, 28, 48, 96),
        (0, 24, 48, 72, 96, 28, 56, 84, 112, 140, 168),
        (0, 168, 336, 504, 672, 840, 1008),
        (0, 30, 60, 90, 180, 360, 720, 1080, 1440),
        (0.04, 0.17, 0.33, 1, 2, 3, 7, 14, 21, 28),
        (24, 48, 72),
        (7, 14, 21, 24, 28, 42, 48, 56, 72, 84, 96),
        tuple(range(0, 91, 6)),
    ],
)
def test_no_honest_schedule_of_days_looks_like_hours(times):
    assert "E-TIME-HOURS" not in time_faults(study(times))
    assert "E-TIME-HOURS" not in time_faults(study(times, nominal=times))
    assert "E-TIME-HOURS" not in time_faults(study(times, visits=[f"Day {t:g}" for t in times]))


def test_jittered_days_of_many_studies_never_look_wrong():
    """200 studies on the sample schedule with visit windows: no rule on times speaks."""
    rng = np.random.default_rng(11)
    window = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 7])
    for i in range(200):
        text = HEAD
        for subject in range(6):
            jitter = rng.integers(-window, window + 1) if i % 2 else rng.uniform(-window - 0.2, window + 0.2)
            times = np.maximum(np.array(DAYS) + jitter, -0.1)
            visits = ["Pre-dose", *(f"Day {d}" for d in DAYS[1:])] if i % 3 else None
            text += study(times, visits, DAYS if i % 5 else None, [f"S{subject:02d}"])[len(HEAD) :]
        assert time_faults(text) == []


def test_late_follow_up_of_many_studies_never_looks_like_hours():
    """300 studies that begin late or are sampled thinly, on every usual plan of follow-up, with and without windows."""
    rng = np.random.default_rng(12)
    plans = [(28, 12), (30, 12), (84, 10), (90, 10), (91, 10), (120, 10), (168, 10), (180, 10), (182, 8), (336, 8), (360, 8), (365, 8)]  # fmt: skip
    for i in range(300):
        every, most = plans[i % len(plans)]
        text = HEAD
        for subject in range(1 + i % 4):
            visits = every * np.arange(1, 1 + rng.integers(2, most))
            times = visits + (rng.integers(-7, 8, len(visits)) if i % 2 else 0)
            text += study(times, subjects=[f"S{subject:02d}"])[len(HEAD) :]
        assert "E-TIME-HOURS" not in time_faults(text)


def test_weeks_and_months_beside_named_visits_are_an_error(found):
    weeks = (0, 1, 2, 3, 4, 6, 8, 12)
    faults = found("E-TIME-UNIT", study(weeks, [f"Week {w}" for w in weeks]))
    assert [f.subject_id for f in faults] == ["S01", "S02", "S03"]
    assert "weeks" in faults[0].message
    assert not found("E-TIME-UNIT", study([7 * w for w in weeks], [f"Week {w}" for w in weeks]))
    months = (0, 1, 2, 3, 6, 9, 12)
    assert "months" in found("E-TIME-UNIT", study(months, nominal=[30 * m for m in months]))[0].message


def test_peaks_after_day_60_in_most_courses_are_a_warning(found):
    hours = (0, 20, 70, 121, 170, 238, 290, 333, 500, 670, 1010, 1350, 2160)
    (fault,) = found("W-TIME-SCALE", study(hours))
    assert (fault.severity, fault.row) == ("warning", None)
    assert "3 of 3 courses" in fault.message
    assert not found("W-TIME-SCALE", study(hours, subjects=["S01", "S02"]))
    assert not found("W-TIME-SCALE", study())


def test_a_header_in_hours_is_told_of_its_file(found):
    (fault,) = found("E-TIME-UNIT", HEADER + course(), columns={"time": "time_hours"}, name="site_a.csv")
    assert (fault.file, fault.row, fault.column) == ("site_a.csv", 1, "time_hours")


@pytest.mark.parametrize(
    ("weeks", "days", "accused"),
    [
        ((2, 4, 8), (14, 28, 56), True),  # three days are enough
        ((4, 8), (28, 56), False),
        ((2, 4, 8, 12, 1), (14, 28, 56, 84, 90), True),  # four in five are enough
        ((2, 4, 8, 1), (14, 28, 56, 90), False),  # three in four are not
        ((2, 4, 8, 90), (14, 28, 56, 90), False),  # one that stands on its day
    ],
)
def test_weeks_in_the_place_of_days_need_three_days_and_four_rows_in_five(found, weeks, days, accused):
    lines = "".join(f"S01,{t},900,copies/ug gDNA,50,{d}\n" for t, d in zip(weeks, days, strict=True))
    faults = found("E-TIME-UNIT", "subject_id,time,value,unit,lloq,time_nominal\n" + lines)
    assert [f.subject_id for f in faults] == (["S01"] if accused else [])
