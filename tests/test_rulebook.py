import re
from pathlib import Path

import pytest

from cartpk.rulebook import RULE_GROUPS, RULEBOOK, finding, to_markdown

DOCS = Path(__file__).parents[1] / "docs" / "checks.md"
RENEW = "python -c \"import pathlib, cartpk.rulebook as r; pathlib.Path('docs/checks.md').write_bytes(r.to_markdown().encode())\""


def test_the_page_of_the_documentation_is_made_from_the_rule_book():
    assert DOCS.read_bytes() == to_markdown().encode(), f"renew it: {RENEW}"


def test_no_id_stands_twice():
    ids = [rule.id for rules in RULE_GROUPS.values() for rule in rules]
    assert ids == list(RULEBOOK)


@pytest.mark.parametrize("rule", RULEBOOK.values(), ids=lambda r: r.id)
def test_a_rule_has_a_good_id_and_whole_sentences(rule):
    assert re.fullmatch(r"[EWN]-[A-Z]+(-[A-Z]+)*", rule.id)
    for text in (rule.sentence, rule.remedy, *filter(None, [rule.judged])):
        assert text == text.strip()
        assert text.endswith(".")
        assert text[0].isupper() or text[0] == "."
    assert len(rule.sentence) <= 140
    assert len(rule.remedy) <= 140


def test_a_finding_says_its_case_then_the_remedy_of_its_rule():
    told = finding("E-UNIT-MISSING", "Row 3 has none.", file="a.csv", row=3, column="unit")
    assert (told.severity, told.message) == ("error", "Row 3 has none. Fill in the unit.")
    assert finding("W-VALUE-MISSING").message.startswith(RULEBOOK["W-VALUE-MISSING"].sentence)
    assert [finding(rule).severity for rule in ("E-DOSE", "W-VALUE-MISSING", "N-COLUMN-ALIAS")] == [
        "error",
        "warning",
        "note",
    ]
