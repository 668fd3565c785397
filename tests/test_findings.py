import pytest

from cartpk.errors import SamplesError
from cartpk.findings import Finding, Findings, quoted
from cartpk.rulebook import finding


def told(rule: str, row: int | None = 2, **place: str) -> Finding:
    return finding(rule, file=place.pop("file", "a.csv"), row=row, **place)


ALL = [
    told("N-COLUMN-ALIAS", 1),
    told("W-VALUE-MISSING", 9),
    told("E-UNIT-MISSING", 7),
    told("E-DOSE", 3),
    told("E-DOSE", 2, file="b.csv"),
]


def test_errors_come_first_then_by_file_and_row():
    findings = Findings(ALL)
    assert [(f.rule, f.file, f.row) for f in findings] == [
        ("E-DOSE", "a.csv", 3),
        ("E-UNIT-MISSING", "a.csv", 7),
        ("E-DOSE", "b.csv", 2),
        ("W-VALUE-MISSING", "a.csv", 9),
        ("N-COLUMN-ALIAS", "a.csv", 1),
    ]
    assert Findings(reversed(ALL)) == findings
    assert hash(Findings(reversed(ALL))) == hash(findings)


def test_findings_are_a_sequence_and_can_be_joined():
    findings = Findings(ALL)
    assert findings[0].rule == "E-DOSE"
    assert isinstance(findings[:2], Findings)
    assert len(findings[:2] + findings[2:]) == len(findings) == 5
    assert findings[:2] + list(findings[2:]) == findings


def test_errors_and_warnings_are_told_apart_and_counted():
    findings = Findings(ALL)
    assert [len(findings.errors), len(findings.warnings)] == [3, 1]
    assert findings.counts() == {"E-DOSE": 2, "E-UNIT-MISSING": 1, "W-VALUE-MISSING": 1, "N-COLUMN-ALIAS": 1}


def test_one_exception_lists_every_error_and_warnings_raise_nothing():
    with pytest.raises(SamplesError) as caught:
        Findings(ALL).raise_for_errors()
    assert len(str(caught.value).splitlines()) == 3
    assert len(caught.value.findings) == 5
    Findings(ALL[:2]).raise_for_errors()


def test_a_finding_reads_as_place_severity_rule_column_value_and_message():
    line = str(finding("E-VALUE-NEGATIVE", file="counts.csv", row=17, column="value", value="-3"))
    assert line.startswith('counts.csv:17: error E-VALUE-NEGATIVE column "value" value "-3": A concentration cannot')
    assert str(finding("W-EXCLUSION-UNUSED")).startswith("warning W-EXCLUSION-UNUSED: ")


def test_what_a_terminal_would_act_on_is_written_out():
    line = str(finding("E-NUMBER-NOT-A-NUMBER", file="a\x1b[2J.csv", row=2, column="va\nlue", value="\x1b[31m5\u202e"))
    assert line.isprintable()
    assert "\\u001b[31m5\\u202e" in line


def test_what_a_message_takes_from_the_data_is_written_out_too():
    told = finding("E-ASSAY-MISSING", "There is more than one unit (a\tb, \x1b[31m).")
    assert told.message.startswith("There is more than one unit (a\\u0009b, \\u001b[31m).")


def test_long_text_is_cut():
    assert quoted("x" * 300) == f'"{"x" * 79}…"'


def test_a_notebook_shows_findings_as_text_never_as_markup():
    page = Findings([told("E-DOSE", value="<script>alert(1)</script>")])._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "and 1 more" in Findings([told("E-DOSE", row) for row in range(2, 53)])._repr_html_()


def test_repr_counts_and_shows_the_first():
    shown = repr(Findings([told("E-DOSE", row) for row in range(2, 32)]))
    assert shown.startswith("Findings: 30 errors, 0 warnings, 0 notes\n")
    assert shown.endswith("... and 10 more")
