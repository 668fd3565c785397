"""One column a visit: read as the plan says, and not otherwise."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cartpk.checks import check
from cartpk.input_rules import InputRules, WideBlock
from cartpk.readers import read
from cartpk.samples import Samples

from .conftest import told

Read = Callable[..., Samples]
TEXT = "subject_id,sex,unit,assay,lloq,D0,D7,Day 14 ± 2,M1\nS01,F,cells/uL,flow,1,<1,12,40,\nS02,M,cells/uL,flow,1,BLQ,9,1_0,2\n"
BLOCK = WideBlock(visits={"D0": 0, "D7": 7, "Day 14 ± 2": 14, "M1": 30})


def test_it_is_refused_without_a_plan(read_bytes: Read) -> None:
    samples = read_bytes(TEXT)
    assert told(samples) == [("E-FILE-WIDE", 1, "D0", "")]
    assert len(samples) == 0


def test_each_cell_is_a_sample_with_its_row_and_column(read_bytes: Read) -> None:
    samples = read_bytes(TEXT, wide=(BLOCK,))
    assert told(samples) == [("E-NUMBER-FOREIGN-DIGITS", 3, "Day 14 ± 2", "1_0")]
    assert samples.record.tolist() == [2] * 4 + [3] * 4
    assert samples.time.tolist() == samples.time_nominal.tolist() == [0.0, 7.0, 14.0, 30.0] * 2
    assert samples.visit.texts() == [*BLOCK.visits] * 2
    assert samples.blq.tolist() == [True, False, False, False, True, False, False, False]
    assert samples.covariates["sex"].texts() == ["F"] * 4 + ["M"] * 4
    blank = [f for f in check(samples) if f.rule == "W-VALUE-MISSING"]
    assert [(f.row, f.column, f.subject_id) for f in blank] == [(2, "M1", "S01")]


def test_blocks_side_by_side_have_their_own_assay_unit_and_limit(read_bytes: Read) -> None:
    blocks = (
        WideBlock(visits={"f0": 0, "f7": 7}, assay="flow", unit="cells/uL", lloq=1),
        WideBlock(visits={"q0": 0, "q7": 7}, assay="qpcr", unit="copies/ug", lloq=50),
    )
    samples = read_bytes("subject_id,f0,f7,q0,q7\nS01,BLQ,5,BLQ,900\n", wide=blocks)
    assert told(samples) == []
    assert samples.assay.texts() == ["flow", "flow", "qpcr", "qpcr"]
    assert samples.unit.texts() == ["cells/uL"] * 2 + ["copies/ug gDNA"] * 2
    assert samples.lloq.tolist() == [1.0, 1.0, 50.0, 50.0]


def test_a_block_that_does_not_fit_the_table_is_told(read_bytes: Read) -> None:
    assert told(read_bytes(TEXT, wide=(WideBlock(visits={"D0": 0, "D3": 3}),))) == [("E-COLUMN-MISSING", 1, "D3", "")]
    assert told(read_bytes(TEXT, wide=(WideBlock(visits={"D0": 0}, unit="%"),))) == [
        ("E-COLUMN-DOUBLED", 1, "unit", "")
    ]
    twice = (WideBlock(visits={"D0": 0}), WideBlock(visits={"D0": 1}))
    assert told(read_bytes(TEXT, wide=twice)) == [("E-COLUMN-DOUBLED", 1, "D0", "")]


def test_two_columns_of_one_visit_are_told_and_none_is_taken(read_bytes: Read) -> None:
    text = "subject_id,unit,lloq,D0,D7,D0\nS01,cells/uL,1,BLQ,5,9\n"
    samples = read_bytes(text, wide=(WideBlock(visits={"D0": 0, "D7": 7}),))
    assert told(samples) == [("E-COLUMN-DOUBLED", 1, "D0", "")]
    assert len(samples) == 0
    (finding,) = samples.findings.errors
    assert finding.message.startswith('The header "D0", which the plan names as a visit, stands 2 times.')


def test_footers_and_blank_rows_are_no_subjects(read_bytes: Read) -> None:
    samples = read_bytes(TEXT + ",,,,,,,,\nSource: laboratory,,,,,,,,\n", wide=(BLOCK,))
    assert ("E-ROW-NOT-DATA", 5, "", "Source: laboratory,,,,,,,,") in told(samples)
    assert len(samples) == 8


def test_a_sheet_an_assay_and_every_sheet_with_data_must_be_named(tmp_path: Path) -> None:
    book, path = openpyxl.Workbook(), tmp_path / "wide.xlsx"
    book.active.title = "flow"
    for title, rows in {"flow": [("id", "D0", "D7"), ("S1", "<1", 5)], "pcr": [("id", "D0"), ("S1", 0.5)]}.items():
        sheet = book["flow"] if title == "flow" else book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book["pcr"]["B2"].number_format = "0%"
    book.save(path)
    flow = WideBlock(visits={"D0": 0, "D7": 7}, assay="flow", unit="cells/uL", sheet="flow")
    pcr = WideBlock(visits={"D0": 0}, assay="qpcr", unit="copies/ug", sheet="pcr")
    samples = read(path, rules=InputRules(wide=(flow, pcr)))
    assert [(r, c) for r, _, c, _ in told(samples)] == [("E-XLSX-NOT-PLAIN", "B2")]
    assert len(samples.sources) == 1
    assert samples.sources[0].sheet == "flow, pcr"
    assert [(r, v) for r, _, _, v in told(read(path, rules=InputRules(wide=(flow,))))] == [("E-XLSX-SHEET", "pcr")]
    (unnamed,) = read(path, rules=InputRules(wide=(flow,))).findings.errors
    assert 'The sheet "pcr" holds something, a column of subjects among it, and no block of the plan names it.' in unnamed.message  # fmt: skip
    gone = WideBlock(visits={"D0": 0}, unit="%", sheet="ddpcr")
    found = told(read(path, rules=InputRules(wide=(flow, pcr, gone))))
    assert ("E-XLSX-SHEET", None, "", "ddpcr") in found


@pytest.mark.parametrize("column", ["value", "time"])
def test_a_column_that_the_visits_hold_already_is_not_chosen_from(read_bytes: Read, column: str) -> None:
    text = f"subject_id,unit,{column},D0,D7\nS1,%,3,1,2\n"
    assert told(read_bytes(text, wide=(WideBlock(visits={"D0": 0, "D7": 7}),))) == [("E-COLUMN-DOUBLED", 1, column, "")]
