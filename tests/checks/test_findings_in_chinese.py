"""What a report shows of findings is Chinese where the report is: rule, remedy, and the words of each case."""

import re
from pathlib import Path

import pytest
from bad_inputs.expected import EXPECTED, OPTIONS

import cartpk as ck
from cartpk.findings import Finding
from cartpk.language import Phrase, catalogue, say, speaking
from cartpk.rulebook import RULEBOOK, finding

BAD = Path(__file__).parents[1] / "bad"
SHOWN = [rule for rule in RULEBOOK.values() if rule.id[0] != "E"]
"""Warnings and notes: errors never reach a report."""
NAMES = {
    "ASCII", "UTF-", "GB", "CSV", "CAR-T", "Cmax", "LLOQ", "BLQ", "SDTM", "ADaM", "DTYPE", "NCAXFL", "PCSTRESC",
    "input", "encoding", "latin", "lloq", "units", "visits", "visit_windows", "infusion_day", "peak_window", "late_peak", "last_row",
    "vcn", "value", "value_text", "time", "time_nominal", "datetime", "infusion_datetime", "visit", "unit", "subject_id", "assay",
    "copies", "cells", "ug", "gDNA", "uL", "mL", "mg", "kg",
}  # fmt: skip
"""Words that are Latin in a Chinese sentence: keys of the plan, columns, parameters, units, standards."""
DATA = {"clotted", "sample", "qpcr", "flow"}
"""Words of the bad files and of their plans."""


def english_left(said: str, told: Finding | None = None) -> list[str]:
    """Latin words of a sentence that are neither names nor, being in quotes or in the cell, of the data."""
    cell = "" if told is None else told.value
    words = re.findall(r"[A-Za-z][A-Za-z_-]+", re.sub(r'"[^"]*"', "", said))
    return [w for w in words if w not in NAMES | DATA and w not in cell]


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.id)
def test_a_rule_that_a_report_can_show_is_said_in_chinese(rule) -> None:
    known = catalogue("zh")
    for text in (rule.sentence, rule.remedy):
        assert known[text].endswith("。")
        assert english_left(known[text]) == []


@pytest.mark.parametrize("rule", [rule for rule in EXPECTED if rule[0] != "E"])
def test_the_words_of_a_case_are_said_in_chinese(rule: str) -> None:
    found = [f for f in ck.check(ck.read(BAD / f"{rule}.csv", **OPTIONS.get(rule, {}))) if f.severity != "error"]
    assert rule in {f.rule for f in found}
    for told in found:
        assert isinstance(told.message, Phrase)
        with speaking("zh"):
            said = say(told.message)
        assert said.endswith(say_in_chinese(RULEBOOK[told.rule].remedy))
        assert english_left(said, told) == []
        assert sorted(re.findall(r"\d+", said)) == sorted(re.findall(r"\d+", told.message)), "the same numbers"


def say_in_chinese(text: str) -> str:
    with speaking("zh"):
        return say(text)


def test_a_message_with_signs_that_a_terminal_obeys_is_still_said_in_chinese() -> None:
    told = finding("W-DOSE-UNIT-MIXED", of_units("a\x1bb"))
    assert told.message.startswith("Doses are given in a\\u001bb and in mg.")
    assert say_in_chinese(told.message).startswith("剂量的单位有a\\u001bb和mg。")


def of_units(unit: str) -> Phrase:
    return Phrase("Doses are given in {one} and in {other}.", {"one": unit, "other": "mg"})
