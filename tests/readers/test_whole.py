"""Findings that need the rows of all files together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cartpk.input_rules import InputRules
from cartpk.readers import read
from cartpk.samples import Samples

from .conftest import told

Read = Callable[..., Samples]
DATED = "subject_id,datetime,infusion_datetime,infusion,value,unit\n"
BOTH = "subject_id,time,datetime,infusion_datetime,value,unit\n"


def dated(*rows: tuple[str, str, str], subject: str = "S1") -> str:
    return "".join(f"{subject},{at},{start},{number},5,cells/uL\n" for at, start, number in rows)


def test_an_infusion_with_two_dates_is_an_error_that_names_both_rows(read_bytes: Read) -> None:
    rows = [("2024-03-08", "2024-03-01", "1"), ("2024-03-11", "2024-01-03", "1"), ("2024-03-15", "2024-03-01", "1")]
    samples = read_bytes(DATED + dated(*rows))
    assert told(samples) == [("E-INFUSION-DATE", 3, "infusion_datetime", "2024-01-03")]
    assert "2024-03-01" in samples.findings[0].message
    assert "row 2 (2 rows)" in samples.findings[0].message


def test_each_infusion_and_subject_has_a_date_of_its_own(read_bytes: Read) -> None:
    rows = [("2024-03-08", "2024-03-01", "1"), ("2024-06-08", "2024-06-01", "2")]
    assert not told(read_bytes(DATED + dated(*rows) + dated(("2024-05-08", "2024-05-01", "1"), subject="S2")))


def test_two_ways_to_write_one_moment_are_one_date(read_bytes: Read) -> None:
    same = [
        ("2024-03-08T08:00", "2024-03-01T08:00", "1"),
        ("2024-03-09T08:00", "2024-03-01 08:00:00", "1"),
        ("2024-03-10", "2024-03-01", "1"),
    ]
    assert not told(read_bytes(DATED + dated(*same)))
    zoned = [
        ("2024-03-08T08:00+08:00", "2024-03-01T08:00+08:00", "1"),
        ("2024-03-08T08:00Z", "2024-03-01T00:00Z", "1"),
    ]
    assert not told(read_bytes(DATED + dated(*zoned)))
    assert told(read_bytes(DATED + dated(same[0], ("2024-03-09T08:00", "2024-03-01T08:01", "1"))))


def test_the_dates_of_two_files_are_compared(tmp_path: Path) -> None:
    one, two = tmp_path / "flow.csv", tmp_path / "pcr.csv"
    one.write_text(DATED + dated(("2024-03-08", "2024-03-01", "1")), encoding="utf-8")
    head = DATED.replace("infusion_datetime", "TRTSDTM")
    two.write_text(head + dated(("2024-03-08", "2024-03-02", "1")).replace("cells/uL", "copies/mL"), encoding="utf-8")
    (fault,) = read(one, two).findings.errors
    assert (fault.rule, fault.file, fault.column) == ("E-INFUSION-DATE", "pcr.csv", "TRTSDTM")
    assert 'row 2 of "flow.csv"' in fault.message


@pytest.mark.parametrize(
    ("time", "at", "start"),
    [
        ("7", "2024-03-08T20:00", "2024-03-01T08:00"),  # whole days since, 7.5
        ("7", "2024-03-08T08:00", "2024-03-01T20:00"),  # calendar days, 6.5
        ("7", "2024-03-08", "2024-03-01"),
        ("7", "2024-03-20", ""),
        ("-0.04", "2024-03-01T07:00", "2024-03-01T08:00"),
    ],
)
def test_a_time_within_a_day_of_the_dates_agrees_with_them(read_bytes: Read, time: str, at: str, start: str) -> None:
    samples = read_bytes(BOTH + f"S1,{time},{at},{start},5,cells/uL\n")
    assert not told(samples)


def test_a_time_a_day_or_more_beside_the_dates_is_an_error_once_a_subject(read_bytes: Read) -> None:
    rows = "S1,7,2024-03-20T08:00,2024-03-01T08:00,900,cells/uL\nS1,14,2024-03-22,2024-03-01,90,cells/uL\n"
    samples = read_bytes(BOTH + rows)
    assert [(r, row, c, v) for r, row, c, v in told(samples)] == [("E-TIME-CONTRADICTS", 2, "time", "7")]
    assert "it is 19 days" in samples.findings[0].message
    assert "1 more" in samples.findings[0].message


def test_a_time_that_counts_from_day_1_contradicts_the_dates_until_the_plan_says_so(read_bytes: Read) -> None:
    rows = "S1,8,2024-03-08,2024-03-01,900,cells/uL\n"
    assert [rule for rule, *_ in told(read_bytes(BOTH + rows))] == ["E-TIME-CONTRADICTS"]
    assert not told(read_bytes(BOTH + rows, infusion_day=1))


def test_one_plan_may_serve_files_of_different_assays(read_bytes: Read) -> None:
    text = "subject_id,time,value,unit,assay\nS1,7,BLQ,copies/ug gDNA,qpcr\n"
    samples = read_bytes(text, lloq={"flow": 1.0, "qpcr": 50.0}, units={"ddpcr": "copies/mL"})
    assert samples.lloq.tolist() == [50.0]
    assert [(f.rule, f.value) for f in samples.findings] == [("N-ASSAY-UNUSED", "flow"), ("N-ASSAY-UNUSED", "ddpcr")]


@pytest.mark.parametrize(("planned", "have"), [("Flow", "flow"), ("qprc", "qpcr"), ("qpcr", "pcr"), ("flow cytometry ", "flowcytometry")])  # fmt: skip
def test_an_assay_of_the_plan_that_is_spelled_nearly_as_one_of_the_data_is_a_warning(
    read_bytes: Read, planned: str, have: str
) -> None:
    samples = read_bytes(f"subject_id,time,value,unit,assay\nS1,7,5,cells/uL,{have}\n", lloq={planned: 1.0})
    (fault,) = (f for f in samples.findings if f.rule == "W-ASSAY-UNUSED")
    assert f'"{have}" is near it' in fault.message


def test_nothing_is_told_of_a_file_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_text("subject_id,time,value,unit\n", encoding="utf-8")
    assert [f.rule for f in read(path, rules=InputRules(lloq={"flow": 1.0})).findings] == ["E-FILE-HEADER-ONLY"]


VISITS = "subject_id,time,visit,time_nominal,value,unit\n"


def visits(*pairs: tuple[str, str]) -> str:
    return VISITS + "".join(f"S1,{i},{name},{day},5,cells/uL\n" for i, (name, day) in enumerate(pairs))


def test_a_visit_named_for_another_day_than_planned_is_a_warning(read_bytes: Read) -> None:
    samples = read_bytes(visits(("Day 0", "0"), ("Day 7", "7"), ("Day 14", "7"), ("Week 12", "28"), ("M3", "180")))
    assert told(samples, "warning") == [
        ("W-VISIT-NOMINAL", 4, "time_nominal", "7"),
        ("W-VISIT-NOMINAL", 5, "time_nominal", "28"),
        ("W-VISIT-NOMINAL", 6, "time_nominal", "180"),
    ]


@pytest.mark.parametrize(
    "pairs",
    [
        [("Day 1", "0"), ("Day 8", "7"), ("Day 15", "14")],
        [("Day 6", "0"), ("Day 13", "7"), ("Day 20", "14"), ("Day 34", "28")],
        [("Week 4", "28"), ("Month 3", "84"), ("M6", "180"), ("Day 28", "28.5")],
        [("C1D7", "7"), ("C2D7", "35"), ("V3", "14"), ("Screening", "-14"), ("Day 7", "")],
        [("Unscheduled 7", "9")],
    ],
    ids=["from day 1", "from another day", "weeks", "cycles", "no day"],
)
def test_names_that_agree_with_the_planned_days_pass(read_bytes: Read, pairs: list[tuple[str, str]]) -> None:
    assert not [f for f in read_bytes(visits(*pairs)).findings if f.rule == "W-VISIT-NOMINAL"]


def test_days_of_visits_that_the_plan_gives_or_counts_from_1_are_heeded(read_bytes: Read) -> None:
    assert not told(read_bytes(visits(("Day 7", "14")), visits={"Day 7": 14}), "warning")
    text = visits(("Day 1", "1"), ("Day 15", "15")).replace("S1,0,", "S1,1,").replace("S1,1,Day 15", "S1,15,Day 15")
    assert not told(read_bytes(text, infusion_day=1), "warning")
