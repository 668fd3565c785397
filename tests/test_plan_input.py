"""The keys of a plan that say where tables stand: sheet, header_row, last_row."""

import pytest

from cartpk.errors import PlanError
from cartpk.input_rules import InputRules, WideBlock
from cartpk.plan import Plan

WHOLE = """[input]
sheet = "Counts"
header_row = 3
last_row = 40
[[input.wide]]
header_row = 5
last_row = 12
visits = { D0 = 0 }
[[input.wide]]
header_row = 15
visits = { D0 = 0 }
"""


def test_each_key_becomes_a_rule_and_comes_back() -> None:
    plan = Plan.from_text(WHOLE)
    blocks = (WideBlock(visits={"D0": 0}, header_row=5, last_row=12), WideBlock(visits={"D0": 0}, header_row=15))
    assert plan.input == InputRules(sheet="Counts", header_row=3, last_row=40, wide=blocks)
    assert Plan.from_text(plan.to_toml()) == plan


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[input]\nsheet = 1", "line 2: input.sheet is 1, not text, in quotes"),
        ('[input]\nsheet = " "', "line 2: input.sheet is blank"),
        ("[input]\nheader_row = 1.5", "line 2: input.header_row is 1.5, not a whole number"),
        ("[input]\nheader_row = 0", "line 2: input.header_row is 0: Input should be greater than or equal to 1"),
        ("[input]\nheaderrow = 3", "line 2: input.headerrow is not a key; did you mean header_row?"),
        ("[input]\nshet = 'A'", "line 2: input.shet is not a key; did you mean sheet?"),
        ("[input]\nheader_row = 5\nlast_row = 5", "line 1: input: last_row is 5, not below the header in row 5"),
        (
            "[[input.wide]]\nvisits = { D0 = 0 }\nheader_row = 5\nlast_row = 4",
            "line 1: input.wide[1]: last_row is 4, not below the header in row 5",
        ),
        (
            "[[input.wide]]\nvisits = { D0 = 0 }\nheader_row = 5\n[[input.wide]]\nvisits = { D0 = 0 }\n",
            "line 1: input.wide has blocks on one sheet with a header_row and without",
        ),
    ],
)
def test_a_wrong_key_or_value_is_told_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(PlanError) as caught:
        Plan.from_text(text)
    assert caught.value.problems == (problem,)
