from collections.abc import Callable

import numpy as np
import pytest

from cartpk.samples import Samples

from .conftest import told

Read = Callable[..., Samples]


def rows(*times: str, header: str = "time") -> str:
    return f"subject_id,{header},value,unit\n" + "".join(f"S1,{t},5,cells/uL\n" for t in times)


def test_faults_of_times_are_told_with_row_column_and_value(read_bytes: Read) -> None:
    samples = read_bytes(rows("0", "x", "", "2024-03-01", "08:30", '"1,5"', "1e999", "NA", header="day"))
    assert told(samples) == [
        ("E-NUMBER-NOT-A-NUMBER", 3, "day", "x"),
        ("E-TIME-BLANK", 4, "day", ""),
        ("E-TIME-DATE", 5, "day", "2024-03-01"),
        ("E-TIME-DATE", 6, "day", "08:30"),
        ("E-NUMBER-DECIMAL-COMMA", 7, "day", "1,5"),
        ("E-NUMBER-OUT-OF-RANGE", 8, "day", "1e999"),
        ("E-TIME-BLANK", 9, "day", "NA"),
    ]
    assert np.isnan(samples.time[1:]).all()


def test_nominal_times_may_be_blank(read_bytes: Read) -> None:
    samples = read_bytes(
        "subject_id,time,time_nominal,value,unit\nS1,0,0,5,cells/uL\nS1,7,,5,cells/uL\nS1,8,day 7,5,cells/uL\n"
    )
    assert told(samples) == [("E-NUMBER-NOT-A-NUMBER", 4, "time_nominal", "day 7")]
    np.testing.assert_array_equal(samples.time_nominal, [0, np.nan, np.nan])


def test_day_one_becomes_time_zero_where_the_plan_says_so(read_bytes: Read) -> None:
    text = "subject_id,time,time_nominal,value,unit\nS1,-1,-1,5,cells/uL\nS1,1,1,5,cells/uL\nS1,8.5,8,5,cells/uL\n"
    samples = read_bytes(text, infusion_day=1)
    assert samples.time.tolist() == [-1.0, 0.0, 7.5]
    assert samples.time_nominal.tolist() == [-1.0, 0.0, 7.0]
    assert read_bytes(text).time.tolist() == [-1.0, 1.0, 8.5]


def test_there_is_no_day_from_0_to_1_where_infusion_is_day_1(read_bytes: Read) -> None:
    samples = read_bytes(rows("0", "0.5", "1"), infusion_day=1)
    assert told(samples) == [("E-TIME-DAY-ONE", 2, "time", "0"), ("E-TIME-DAY-ONE", 3, "time", "0.5")]


def test_days_come_from_date_times(read_bytes: Read) -> None:
    text = (
        "subject_id,datetime,infusion_datetime,value,unit\n"
        "S1,2024-03-01T08:00,2024-03-01 08:00:00,5,cells/uL\n"
        "S1,2024-03-08T20:00,2024-03-01T08:00,5,cells/uL\n"
        "S1,2024-02-29T08:00,2024-03-01T08:00,5,cells/uL\n"
    )
    samples = read_bytes(text)
    assert samples.time.tolist() == [0.0, 7.5, -1.0]
    assert samples.extra["datetime"][1] == "2024-03-08T20:00"
    assert not told(samples)


@pytest.mark.parametrize(
    ("sample", "infusion", "rule", "column"),
    [
        ("2024-03-08T08:00+08:00", "2024-03-01T08:00", "E-DATE-ZONE", "datetime"),
        ("2024-03", "2024-03-01", "E-DATE-PARTIAL", "datetime"),
        ("2024-03-08", "2024----01", "E-TIME-DATE", "infusion_datetime"),
        ("2024-03-08", "2024---01", "E-DATE-PARTIAL", "infusion_datetime"),
        ("08/03/2024", "2024-03-01", "E-TIME-DATE", "datetime"),
        ("2024-03-08", "2024-03-01T08:00", "E-TIME-DATE", "datetime"),
        ("2024-03-08", "2024-02-30", "E-TIME-DATE", "infusion_datetime"),
        ("", "2024-03-01", "E-TIME-BLANK", "datetime"),
        ("2024-03-08", "", "E-TIME-BLANK", "infusion_datetime"),
    ],
)
def test_other_dates_are_refused_by_name(read_bytes: Read, sample: str, infusion: str, rule: str, column: str) -> None:
    samples = read_bytes(f"subject_id,datetime,infusion_datetime,value,unit\nS1,{sample},{infusion},5,cells/uL\n")
    assert [(r, row, c) for r, row, c, _ in told(samples)] == [(rule, 2, column)]
    assert np.isnan(samples.time).all()


def test_a_date_time_without_the_infusions_is_not_enough(read_bytes: Read) -> None:
    assert told(read_bytes(rows("2024-03-01", header="datetime"))) == [("E-COLUMN-MISSING", 1, "time", "")]


def test_infusions_are_numbered_from_1(read_bytes: Read) -> None:
    text = "subject_id,time,value,unit,infusion\n" + "".join(
        f"S1,0,5,cells/uL,{i}\n" for i in ("1", "2.0", "0", "1.5", "", "x")
    )
    samples = read_bytes(text)
    assert samples.infusion.tolist() == [1, 2, 0, 0, 0, 0]
    assert told(samples) == [
        ("E-INFUSION", 4, "infusion", "0"),
        ("E-INFUSION", 5, "infusion", "1.5"),
        ("E-INFUSION", 6, "infusion", ""),
        ("E-NUMBER-NOT-A-NUMBER", 7, "infusion", "x"),
    ]


@pytest.mark.parametrize("header", ["subject_id,time,value,unit,infusion", "subject_id,time,value,unit,other"])
def test_without_infusions_all_is_the_first(read_bytes: Read, header: str) -> None:
    assert read_bytes(f"{header}\nS1,0,5,cells/uL,\n").infusion.tolist() == [1]
