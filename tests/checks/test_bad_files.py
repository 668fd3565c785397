"""Each rule has a small bad file of its own in tests/bad, named for it, and this is all that is found there."""

import ast
from pathlib import Path

import pytest
from bad_inputs.expected import EXPECTED, OF_THE_PLAN, OPTIONS

import cartpk as ck
from cartpk.checks import RULES
from cartpk.rulebook import RULEBOOK

SENTENCES = Path(__file__).with_name("sentences.txt")
BAD = Path(__file__).parents[1] / "bad"
SRC = Path(ck.__file__).parent

OF_OTHER_FILES = {
    "E-XLSX-UNREADABLE", "E-XLSX-NOT-PLAIN", "E-XLSX-SHEET", "N-XLSX-SHEET", "W-XLSX-ZEROS", "W-XLSX-FORMULA", "W-XLSX-COMMENT",
    "E-XPT-UNREADABLE", "E-PARQUET-UNREADABLE", "E-CELL-TYPE", "E-CDISC-LINK",
}  # fmt: skip
"""Rules whose bad files are made by the tests of their readers: they are no text, or several."""


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


def sentences() -> str:
    """What is said of each bad file by its rule, a line a finding."""
    lines = []
    for rule in EXPECTED:
        findings = ck.check(ck.read(BAD / f"{rule}.csv", **OPTIONS.get(rule, {})))
        lines += [f"{rule}: {f.message}" for f in findings if f.rule == rule]
    return "".join(f"{line}\n" for line in lines)


def test_the_sentence_on_each_bad_file_is_the_one_that_was_looked_at():
    renew = "python -c \"import sys; sys.path[:0] = ['tests', 'tests/checks']; import test_bad_files as t; t.SENTENCES.write_bytes(t.sentences().encode())\""
    assert sentences() == SENTENCES.read_text(encoding="utf-8"), f"look at them, then renew: {renew}"
