"""Concentrations by visit, the frame of every row as analysed, and its listing."""

import math
from collections.abc import Callable

import pytest
from cohort import cohort

import cartpk as ck
from cartpk.samples import Exclusion, Samples
from cartpk.summary import summarize_concentrations
from cartpk.tables.concentrations import by_visit, listing
from cartpk.tables.listing import as_analysed
from cartpk.tables.table import shown

LEVELS = {"dose_level": ["1e6", "1e6", "1e6", "3e6", "3e6"]}

HEAD = "subject_id,visit,time_nominal,time,value,unit,lloq,assay\n"
ROWS = [
    "S10,Pre-dose,0,0,<50,copies/ug gDNA,50,qpcr",
    "S2,Pre-dose,0,0,<50,copies/ug gDNA,50,qpcr",
    "S2,Day 7,7,7,900.50,copies/ug gDNA,50,qpcr",
    "S2,Day 10,10,10.25,BLQ,copies/ug gDNA,50,qpcr",
    "S2,Day 14,14,14,400,copies/ug gDNA,50,qpcr",
    "S2,Day 14,14,14,400,copies/ug gDNA,50,qpcr",
    "S2,Day 28,28,28,,copies/ug gDNA,50,qpcr",
    "S2,Day 56,56,56,9000,copies/ug gDNA,50,qpcr",
    "S2,Day 90,90,90,<50,copies/ug gDNA,50,qpcr",
    "S10,Day 7,7,8,<50,copies/ug gDNA,50,qpcr",
]


@pytest.fixture
def samples(read_text: Callable[..., Samples]) -> Samples:
    return read_text(HEAD + "\n".join(ROWS) + "\n").excluding([Exclusion("clotted sample", subject_id="S2", row=9)])


def frame_of(samples: Samples, **rules):
    return as_analysed(samples, ck.Profiles.from_samples(samples), ck.NcaRules(**rules))


def test_visits_stand_in_rows_under_their_group():
    summary = summarize_concentrations(cohort(covariates=LEVELS), "dose_level")
    table = by_visit(summary, summary.strata[0], ("dose_level",))
    rows = [[shown(c) for c in row.cells] for row in table.rows]
    assert [row[0] for row in rows if row[1] == ""] == ["dose level 1e6 (N=3)", "dose level 3e6 (N=2)", "Total (N=5)"]
    assert rows[2] == ["Day 7", "3", "3 (100.0)", "700", "200", "28.6", "680", "30.1", "700", "500", "900"]
    total = rows[-5:]
    assert total[1][:7] == ["Day 7", "5", "3 (60.0)", "420", "409", "97.3", "680"]
    assert total[4] == ["Day 90", "5", "1 (20.0)", "NC", "NC", "NC", "NE", "NE", "0", "0", "60.0"]
    assert {note[:3] for note in table.footnotes} >= {"NC:", "NE:"}


def test_every_input_row_is_there_with_what_became_of_it(samples):
    frame = frame_of(samples)
    assert list(frame.columns) == [
        "source", "record", "subject_id", "assay", "matrix", "infusion", "time", "time_nominal", "visit", "reported", "value", "unit",
        "lloq", "blq", "position", "value_used", "status", "reason",
    ]  # fmt: skip
    assert frame["record"].tolist() == list(range(2, 12))
    assert frame["reported"].tolist() == ["<50", "<50", "900.50", "BLQ", "400", "400", "", "9000", "<50", "<50"]
    assert frame["status"].tolist() == ["used"] * 5 + ["duplicate", "missing", "excluded", "used", "used"]
    assert frame["position"].tolist() == ["pre_infusion", "pre_infusion", "", "embedded", "", "", "", "", "first_trailing", "before_first"]  # fmt: skip
    used = frame["value_used"].tolist()
    assert [u for u in used if not math.isnan(u)] == [0, 0, 900.5, 400, 0, 0]
    assert frame["reason"].tolist() == [
        "below the limit, pre infusion: taken as 0", "below the limit, pre infusion: taken as 0", "",
        "below the limit, embedded: left out of areas by the rule for embedded results", "", "repeats row 6", "no result", "clotted sample",
        "below the limit, first trailing: taken as 0", "below the limit, before first: taken as 0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        ("lloq", 50, "taken as the LLOQ"),
        ("lloq/2", 25, "taken as LLOQ/2"),
        (0.05, 0.05, "taken as 0.05"),
        (0, 0, "taken as 0"),
    ],
)
def test_what_stands_for_a_result_below_the_limit_is_said(samples, rule, value, words):
    row = frame_of(samples, blq={"embedded": rule}).iloc[3]
    assert (row["value_used"], row["reason"]) == (value, f"below the limit, embedded: {words}")


def test_the_listing_is_by_subject_and_day_as_reported(samples):
    profiles = ck.Profiles.from_samples(samples)
    table = listing(frame_of(samples), summarize_concentrations(profiles).strata[0])
    rows = [[shown(c) for c in row.cells] for row in table.rows]
    assert [row[0] for row in rows] == ["S2"] * 8 + ["S10"] * 2
    assert rows[2] == [
        "S2",
        "Day 10",
        "10",
        "10.25",
        "BLQ",
        "50",
        "",
        "used",
        "below the limit, embedded: left out of areas by the rule for embedded results",
        "5",
    ]
    assert rows[1][4:7] == ["900.50", "50", "900.5"]


def test_the_subjects_of_a_visit_stand_in_brackets_where_samples_are_more(read_text):
    head = "subject_id,time,visit,time_nominal,value,unit,lloq\n"
    rows = [f"S{s},{t},{v},{n},{x},cells/uL,5\n" for s in (1, 2) for t, v, n, x in ((7, "Day 7", 7, 900), (7.5, "Day 7", 7, 90), (14, "Day 14", 14, 50))]  # fmt: skip
    summary = summarize_concentrations(ck.Profiles.from_samples(read_text(head + "".join(rows))))
    table = by_visit(summary, summary.strata[0])
    assert [[shown(c) for c in row.cells[:3]] for row in table.rows[1:]] == [
        ["Day 7", "4 (2)", "4 (100.0)"],
        ["Day 14", "2", "2 (100.0)"],
    ]
    assert "In brackets: the subjects" in table.footnotes[0]
    assert "unscheduled samples do not enter" in table.footnotes[1]
    plain = by_visit(summarize_concentrations(cohort()), summarize_concentrations(cohort()).strata[0])
    assert "brackets" not in plain.footnotes[0]
