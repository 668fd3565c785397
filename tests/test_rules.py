"""Rules that cannot be are refused, all at once."""

import pytest

import cartpk as ck
from cartpk.rules import BLQ_POSITIONS


def test_the_defaults_are_those_promised():
    rules = ck.NcaRules()

    assert rules.auc_method == "linear"
    assert dict(rules.horizons) == {"0_28": 28, "0_m3": 90}
    assert rules.peak_window_days == 90
    assert (rules.window_of("0_28"), rules.window_of("0_m3")) == (3, 7)
    assert rules.blq_rules == dict(zip(BLQ_POSITIONS, (0, 0, "missing", 0, 0), strict=True))


def test_a_horizon_of_another_name_has_a_tenth_as_its_window():
    assert ck.NcaRules(horizons={"0_m6": 180}).window_of("0_m6") == 18


def test_every_wrong_field_is_told_at_once():
    with pytest.raises(ck.UsageError) as caught:
        ck.NcaRules(auc_method="trapezoid", gate="drop", lambda_z_min_points=2, reexpansion_fold=1)

    message = str(caught.value)
    for part in ("auc_method is 'trapezoid'", "gate is 'drop'", "lambda_z_min_points is 2", "reexpansion_fold is 1"):
        assert part in message


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizons": {"0_m3": 0}},
        {"horizons": {"0_m3": float("nan")}},
        {"horizons": {"m3": 90}},
        {"horizons": {"0_28_dn": 28}},
        {"horizons": {"0_m3": "90"}},
        {"horizons": {"0_28": 91}},
        {"horizons": {28: 28}},
        {"horizons": 28},
        {"blq": None},
        {"lambda_z_points": ("a",)},
        {"visit_window": -1},
        {"visit_window": {"0_m9": 3}},
        {"peak_window": 0},
        {"blq": "half"},
        {"blq": {"middle": 0}},
        {"blq": {"embedded": -1}},
        {"blq": {"embedded": "lloq/3"}},
        {"lambda_z_r2adj_min": 1.1},
        {"auc_extrap_max_pct": 101},
        {"lambda_z_span_min": True},
        {"end_rule": "zero"},
    ],
)
def test_a_rule_that_cannot_be_is_refused(wrong):
    with pytest.raises(ck.UsageError):
        ck.NcaRules(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "x"},
        {"times": (1, 2, 3), "drop_times": (4,), "reason": "x"},
        {"times": (1, 2), "reason": "x"},
        {"times": (1, 2, 3), "reason": "  "},
    ],
)
def test_terminal_points_by_hand_need_times_and_a_reason(wrong):
    with pytest.raises(ck.UsageError, match="lambda_z_points"):
        ck.LambdaZPoints(subject_id="S1", assay="flow", **wrong)


def test_rules_cannot_be_changed_through_a_mapping_that_was_given():
    horizons = {"0_28": 28}
    rules = ck.NcaRules(horizons=horizons)
    horizons["0_28"] = 7

    assert rules.horizons["0_28"] == 28


def test_the_sentences_name_what_is_in_force():
    text = " ".join(
        ck.NcaRules(auc_method="lin-log", blq="half-lloq", horizons={"0_m6": 180}, end_rule="extrapolate").sentences()
    )

    for part in (
        "logarithmic ones after it",
        "half-lloq",
        "first trailing LLOQ/2",
        "0-M6 to day 180",
        "extrapolated with λz",
    ):
        assert part in text
