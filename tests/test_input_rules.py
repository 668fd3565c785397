import pytest

from cartpk.errors import RulesError
from cartpk.input_rules import InputRules


def test_the_defaults_find_everything_out() -> None:
    rules = InputRules()
    assert (rules.encoding, rules.delimiter, rules.decimal, rules.infusion_day) == (None, None, ".", 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"decimal": ";"}, "decimal is ';'"),
        ({"infusion_day": 2}, "infusion_day is 2"),
        ({"delimiter": "|"}, "delimiter is '|'"),
        ({"delimiter": ",", "decimal": ","}, "both a comma"),
        ({"lloq": {"flow": 0}}, "lloq of flow is 0"),
        ({"lloq": {"flow": float("nan")}}, "lloq of flow is nan"),
        ({"lloq": {"flow": 1e-31}}, "lloq of flow is 1e-31, not from 1e-30 to 1e"),
        ({"lloq": {"flow": "50"}}, "lloq of flow is '50'"),
        ({"lloq": {"flow": True}}, "lloq of flow is True"),
        ({"units": {"flow": "ng/mL"}}, "unit of flow is 'ng/mL'"),
    ],
)
def test_an_impossible_rule_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(RulesError, match=message.replace("|", r"\|")):
        InputRules(**given)  # type: ignore[arg-type]


def test_all_impossible_rules_are_told_at_once() -> None:
    with pytest.raises(RulesError, match=r"decimal.*infusion_day.*lloq"):
        InputRules(decimal=";", infusion_day=3, lloq={"flow": -1.0})  # type: ignore[arg-type]
