"""Each rule has a small bad file of its own in tests/bad, named for it, and this is all that is found there."""

import ast
from pathlib import Path

import pytest

import cartpk as ck
from cartpk.checks import RULES
from cartpk.input_rules import InputRules, WideBlock
from cartpk.rulebook import RULEBOOK
from cartpk.samples import Exclusion

BAD = Path(__file__).parents[1] / "bad"
SRC = Path(ck.__file__).parent

EXPECTED = {  # rule: (row, column, subject, value) of each of its findings
    "E-FILE-EMPTY": [(None, "", "", "")],
    "E-FILE-HEADER-ONLY": [(1, "", "", "")],
    "E-FILE-NOT-TEXT": [(None, "", "", "")],
    "E-FILE-ENCODING": [(10, "", "", "0xFF")],
    "N-FILE-ENCODING": [(2, "site", "", "北京")],
    "W-FILE-ENCODING": [(2, "subject_id", "", "M黮ler")],
    "E-FILE-WIDE": [(1, "Day 0", "", "")],
    "E-COLUMN-MISSING": [(1, "unit", "", "")],
    "E-COLUMN-DOUBLED": [(1, "value", "", "")],
    "E-COLUMN-RESERVED": [(1, "source", "", "")],
    "N-COLUMN-ALIAS": [(1, name, "", "") for name in ("AFRLT", "AVAL", "AVALU", "USUBJID")],
    "E-ROW-RAGGED": [(10, "", "S02", "S02,7,1,200,copies/ug gDNA,qpcr,50")],
    "E-ROW-QUOTE": [(10, "", "", 'S02,7,900,"copies/ug gDNA,qpcr,50')],
    "E-ROW-NOT-DATA": [(10, "", "", "Source: central laboratory,,,,,")],
    "E-ROW-HEADER": [(20, "", "", "")],
    "N-ROW-PASSED": [(1, "", "", "Study X")],
    "W-ROW-PASSED": [(11, "", "", "Total | 9 | 24480 | copies/ug gDNA")],
    "E-NUMBER-THOUSANDS": [(5, "value", "S01", "5,000")],
    "W-NUMBER-THOUSANDS": [(4, "value", "", "1.250")],
    "E-NUMBER-DECIMAL-COMMA": [(10, "value", "S02", "12,5")],
    "E-NUMBER-NOT-A-NUMBER": [(5, "value", "S01", "5O00")],
    "E-NUMBER-NOT-FINITE": [(5, "value", "S01", "inf")],
    "E-NUMBER-OUT-OF-RANGE": [(5, "value", "S01", "1e400")],
    "E-NUMBER-FOREIGN-DIGITS": [(5, "value", "S01", "５０００")],
    "E-VALUE-NEGATIVE": [(5, "value", "S01", "-5000")],
    "E-VALUE-ULOQ": [(5, "value", "S01", ">ULOQ")],
    "W-VALUE-MISSING": [(5, "value", "S01", "")],
    "W-VALUE-BELOW-LLOQ": [(3, "value", "S01", "30")],
    "W-VALUE-IMPLAUSIBLE": [(5, "value", "S01", "5000000")],
    "E-BLQ-WORD": [(2, "value", "S01", "undetermined")],
    "E-BLQ-NO-LLOQ": [(2, "value", "S01", "BLQ")],
    "N-LLOQ-FROM-TEXT": [(2, "value", "", "<50")],
    "E-LLOQ-CONTRADICTS": [(2, "value", "S01", "<25")],
    "E-LLOQ-NOT-POSITIVE": [(5, "lloq", "S01", "0")],
    "E-UNIT-MISSING": [(5, "unit", "S01", "")],
    "E-UNIT-UNKNOWN": [(5, "unit", "S01", "ng/mL")],
    "E-UNIT-MIXED": [(5, "unit", "S01", "copies/mL")],
    "E-UNIT-ASSAY": [(2, "unit", "S01", "copies/ug gDNA")],
    "E-ASSAY-MISSING": [(1, "assay", "", "")],
    "E-ASSAY-ALIKE": [(10, "assay", "S02", "qPCR")],
    "W-ASSAY-TYPO": [(11, "assay", "S02", "qprc")],
    "E-MATRIX-ALIKE": [(5, "matrix", "S01", "Blood")],
    "W-MATRIX-TYPO": [(9, "matrix", "S01", "BLOD")],
    "W-MATRIX-SPLIT": [(6, "matrix", "S01", "PBMC")],
    "N-ASSAY-UNUSED": [(None, "", "", "flow")],
    "W-ASSAY-UNUSED": [(None, "", "", "qprc")],
    "N-UNIT-CONVERTED": [(2, "unit", "", "")],
    "E-SUBJECT-BLANK": [(10, "subject_id", "", "")],
    "E-SUBJECT-ALIKE": [(10, "subject_id", "s01", "s01")],
    "W-SUBJECT-TYPO": [(10, "subject_id", "SO1", "SO1")],
    "N-SUBJECT-FORMULA": [(2, "subject_id", "=cmd()", "=cmd()")],
    "E-TIME-BLANK": [(10, "time", "S01", "")],
    "E-TIME-DATE": [(10, "time", "S01", "2023-07-16")],
    "E-TIME-SERIAL": [(2, "time", "S01", "45123")],
    "E-TIME-FAR": [(10, "time", "S01", "129600")],
    "E-TIME-UNIT": [(2, "RRLTU", "S01", "HOURS")],
    "E-TIME-HOURS": [(3, "time", "S01", "48")],
    "W-TIME-SCALE": [(None, "", "", "")],
    "E-TIME-DAY-ONE": [(8, "time", "S02", "1")],
    "W-TIME-DAY-ONE": [(None, "", "", "")],
    "W-VISIT-ALIKE": [(20, "visit", "S03", "Day7")],
    "W-VISIT-UNEVEN": [(20, "time_nominal", "S03", "")],
    "W-VISIT-NOMINAL": [(20, "time_nominal", "S03", "10")],
    "W-VISIT-TWICE": [(13, "visit", "S02", "Day 7")],
    "W-VISIT-MISSING": [(None, "", "", "")],
    "E-TIME-CONTRADICTS": [(5, "time", "S01", "10")],
    "E-INFUSION-DATE": [(5, "infusion_datetime", "S01", "2024-01-03")],
    "E-INFUSION-STUDY-DAYS": [(10, "time", "S01", "120")],
    "N-FILE-WIDE": [(1, "D0", "", "")],
    "E-DATE-PARTIAL": [(5, "datetime", "S01", "2024-03")],
    "E-DATE-ZONE": [(5, "datetime", "S01", "2024-03-08T08:00+08:00")],
    "E-TIME-DURATION": [(5, "PCELTM", "S01", "P1M")],
    "W-VISIT-WINDOW": [(7, "time", "S01", "17")],
    "N-VISIT-DAY": [(1, "visit", "", "")],
    "N-VISIT-UNMATCHED": [(7, "visit", "", "Unscheduled")],
    "W-VISIT-UNUSED": [(None, "", "", "Month 3")],
    "E-CDISC-CONTRADICTS": [(5, "PCSTRESC", "S01", "5000")],
    "E-CDISC-DAY-ZERO": [(2, "PCDY", "S01", "0")],
    "E-CDISC-REFERENCE": [(9, "ARRLT", "S01", "0")],
    "E-CDISC-FLAG": [(5, "NCAXFL", "S01", "X")],
    "W-CDISC-EXCLUDED": [(8, "NCAXFL", "S01", "Y")],
    "N-CDISC-BLQ-NUMBER": [(1, "PCSTRESN", "", "")],
    "E-INFUSION": [(4, "infusion", "S01", "0")],
    "E-COVARIATE-VARIES": [(3, "indication", "S01", "ANCA")],
    "W-COVARIATE-ALIKE": [(6, "indication", "S03", "sle")],
    "E-DOSE": [(2, "dose", "S01", "0")],
    "W-DOSE-MISSING": [(4, "dose", "S02", "")],
    "W-DOSE-UNIT-MIXED": [(6, "dose_unit", "S03", "cells")],
    "W-ROW-REPEATED": [(10, "value", "S01", "5000.0")],
    "E-ROW-CONTRADICTS": [(10, "value", "S01", "4100")],
    "W-EXCLUSION-UNUSED": [(None, "", "S01", "")],
    "W-COURSE-NO-SAMPLE": [(10, "time", "S02", "")],
    "W-COURSE-PRE-INFUSION": [(2, "value", "S01", "70")],
    "W-COURSE-LATE-PEAK": [(10, "value", "S01", "9000")],
    "W-COURSE-LATE-START": [(3, "time", "S01", "60")],
    "W-COURSE-HORIZON": [(8, "time", "S01", "60")],
    "W-COURSE-EMBEDDED-BLQ": [(5, "value", "S01", "BLQ")],
}
OF_OTHER_FILES = {
    "E-XLSX-UNREADABLE", "E-XLSX-NOT-PLAIN", "E-XLSX-SHEET", "N-XLSX-SHEET", "W-XLSX-ZEROS", "W-XLSX-FORMULA", "W-XLSX-COMMENT",
    "E-XPT-UNREADABLE", "E-PARQUET-UNREADABLE", "E-CELL-TYPE", "E-CDISC-LINK",
}  # fmt: skip
"""Rules whose bad files are made by the tests of their readers: they are no text, or several."""

TIMES = (0, 1, 3, 7, 10, 14, 28, 60, 90)
OF_THE_PLAN = {"W-EXCLUSION-UNUSED", "W-VISIT-UNUSED", "N-ASSAY-UNUSED", "W-ASSAY-UNUSED"}

OPTIONS = {
    "E-ROW-HEADER": {"rules": InputRules(header_row=20)},
    "N-ROW-PASSED": {"rules": InputRules(header_row=3, last_row=11)},
    "W-ROW-PASSED": {"rules": InputRules(last_row=10)},
    "N-FILE-WIDE": {"rules": InputRules(wide=(WideBlock(visits={f"D{t}": t for t in TIMES}),))},
    "W-VISIT-UNUSED": {"rules": InputRules(visits={"Month 3": 90})},
    "N-ASSAY-UNUSED": {"rules": InputRules(lloq={"flow": 1.0})},
    "W-ASSAY-UNUSED": {"rules": InputRules(units={"qprc": "copies/ug gDNA"})},
    "E-COLUMN-RESERVED": {"rules": InputRules(covariates=("source",))},
    "N-UNIT-CONVERTED": {"rules": InputRules(units={"flow": "cells/uL"})},
    "W-EXCLUSION-UNUSED": {"exclusions": [Exclusion("clotted sample", subject_id="S01", time=13.9)]},
}


@pytest.mark.parametrize("rule", EXPECTED)
def test_a_bad_file_shows_its_rule_and_no_other_error(rule):
    name = f"{rule}.csv"
    findings = ck.check(ck.read(BAD / name, **OPTIONS.get(rule, {})))
    found = [f for f in findings if f.rule == rule]
    assert [(f.row, f.column, f.subject_id, f.value) for f in found] == EXPECTED[rule]
    assert all(f.message.endswith(RULEBOOK[rule].remedy) for f in found)
    assert {f.file for f in found} == {"" if rule in OF_THE_PLAN else name}
    assert {f.rule for f in findings.errors} <= {rule}


def test_every_rule_of_the_book_has_its_bad_file_and_every_file_its_rule():
    assert set(EXPECTED) | OF_OTHER_FILES == set(RULEBOOK)
    assert {p.name for p in BAD.iterdir()} == {f"{rule}.csv" for rule in EXPECTED}


def test_every_rule_is_judged_by_a_check_or_told_by_the_readers():
    told = {
        node.value
        for path in (SRC / "readers").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(RULES) <= set(RULEBOOK)
    assert set(RULEBOOK) - set(RULES) - told == set()


def test_all_faults_of_a_file_are_told_at_once(read_text):
    rules = ("E-VALUE-NEGATIVE", "E-NUMBER-THOUSANDS", "E-UNIT-UNKNOWN", "E-SUBJECT-BLANK", "E-TIME-DATE", "E-TIME-FAR")
    header, *parts = (BAD / f"{rules[0]}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    for i, rule in enumerate(rules[1:], 2):
        rows = (BAD / f"{rule}.csv").read_text(encoding="utf-8").splitlines(keepends=True)[1:]
        parts += [row.replace("S01", f"S{i:02d}") for row in rows]
    findings = ck.check(read_text(header + "".join(parts)))
    assert sorted(f.rule for f in findings.errors) == sorted(rules)
    with pytest.raises(ck.SamplesError) as caught:
        findings.raise_for_errors()
    assert len(str(caught.value).splitlines()) == len(rules)
