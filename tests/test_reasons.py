"""Each reason and flag has its sentence, in both languages."""

import re

import pytest

from cartpk.reasons import Flag, Reason


@pytest.mark.parametrize("member", [*(r for r in Reason if r), *(f for f in Flag if f)])
def test_it_has_one_sentence_in_english_and_one_in_chinese(member):
    assert re.fullmatch(r"[A-Z][^\n]+\.", member.sentence)
    assert re.search(r"[\u4e00-\u9fff]", member.sentence_zh)
    assert member.sentence_zh.endswith("。")


def test_flags_are_written_by_name():
    assert (Flag.INTERPOLATED | Flag.NEVER_QUANTIFIABLE).text == "NEVER_QUANTIFIABLE;INTERPOLATED"
    assert Flag.NONE.text == ""
