from pathlib import Path

import numpy as np
import pytest
from factories import HEADER, course, samples_from
from hypothesis import given, settings
from hypothesis import strategies as st

import cartpk as ck
from cartpk.checks import RULES, check
from cartpk.input_rules import InputRules, WideBlock
from cartpk.rulebook import RULEBOOK
from cartpk.rules import NcaRules

DATA = Path(__file__).parents[2] / "data" / "sample" / "counts.csv"

CELLS = {
    "subject_id": ["S01", "S02", "s01", "SO1", "S01 ", "=cmd()", "", "../../x", "S\u200b01", "{\\rtf", "x" * 300],
    "time": ["0", "1", "7", "7", "14", "90", "168", "45123", "-3", "", "2023-07-16", "1e9", "inf", "0.5", "١"],
    "value": ["BLQ", "<50", "12.5", "12.50", "-3", "0", "", "ND", ">ULOQ", "1,234", "9e9", "x", "nan", "1e400"],
    "unit": ["cells/uL", "cells/mL", "copies/ug gDNA", "%", "", "ng/mL", "copies/µg"],
    "assay": ["flow", "qpcr", "Flow", "flwo", "", "lab"],
    "lloq": ["50", "", "0", "-1", "1", "x"],
    "visit": ["Day 7", "Pre-dose", "D1", "W4", "", "Day 0"],
    "infusion": ["1", "2", "0", "", "1.5", "2147483647"],
    "dose": ["1e6", "", "0", "3e6", "x"],
    "indication": ["SLE", "sle", "", "ANCA"],
}


def test_the_sample_study_has_no_error():
    findings = check(ck.read(DATA))
    assert findings.errors == ck.Findings()
    assert findings.warnings


def test_no_rows_have_no_findings():
    assert len(check(samples_from("subject_id,time,value,unit\n"))) == 0


def test_a_clean_course_has_no_findings_at_all():
    assert list(check(samples_from(HEADER + course() + course("S02")))) == []


def test_a_check_is_the_same_twice_and_in_any_order_of_rows():
    lines = (course() + course("S02", values=("BLQ", -3, 60, "", 5000, 2000, "BLQ", 150, 80, 20, "BLQ"))).splitlines(
        keepends=True
    )
    shuffled = list(np.random.default_rng(2).permutation(lines))
    one, two = (check(samples_from(HEADER + "".join(rows))) for rows in (lines, shuffled))
    assert one == check(samples_from(HEADER + "".join(lines)))
    assert sorted((f.rule, f.subject_id, f.value) for f in one) == sorted((f.rule, f.subject_id, f.value) for f in two)


def test_other_rules_of_analysis_judge_other_horizons():
    samples = samples_from(HEADER + course())
    assert check(samples, NcaRules(horizons={"0_m6": 180})).counts() == {"W-COURSE-HORIZON": 1}


@settings(max_examples=120)
@given(
    rows=st.lists(st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}), max_size=14),
    columns=st.lists(st.sampled_from(list(CELLS)), unique=True, min_size=3),
)
def test_nothing_in_a_file_makes_reading_and_checking_fail(tmp_path_factory, rows, columns):
    path = tmp_path_factory.mktemp("fuzz") / "any.csv"
    table = [columns, *([row[name] for name in columns] for row in rows)]
    path.write_text("".join(",".join(f'"{c}"' for c in cells) + "\n" for cells in table), encoding="utf-8", newline="")
    findings = ck.check(ck.read(path))
    for finding in findings:
        assert finding.rule in RULEBOOK
        assert finding.severity == RULEBOOK[finding.rule].severity
        assert str(finding).isprintable()
        assert finding.row is None or 1 <= finding.row <= len(table)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_silent_on_a_clean_study(rule, found):
    assert found(rule, HEADER + course() + course("S02") + course("S03")) == []


def test_in_a_wide_table_a_finding_bears_the_header_that_the_result_stood_under(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("subject_id,unit,lloq,D0,D7\nS01,cells/uL,1,<1,-3\nS02,cells/uL,1,5,0.5\n", encoding="utf-8")
    rules = InputRules(wide=(WideBlock(visits={"D0": 0, "D7": 7}),))
    findings = check(ck.read(path, rules=rules))
    rules_told = ("E-VALUE-NEGATIVE", "W-COURSE-PRE-INFUSION", "W-VALUE-BELOW-LLOQ")
    assert [(f.rule, f.row, f.column, f.value) for f in findings if f.rule in rules_told] == [
        ("E-VALUE-NEGATIVE", 2, "D7", "-3"),
        ("W-COURSE-PRE-INFUSION", 3, "D0", "5"),
        ("W-VALUE-BELOW-LLOQ", 3, "D7", "0.5"),
    ]
