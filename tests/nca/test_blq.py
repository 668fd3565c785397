"""Five positions, each with its own rule."""

import numpy as np
import pytest

import cartpk as ck
from cartpk.nca import substitute
from cartpk.rules import BLQ_POSITIONS, BLQ_PRESETS

TIME = [-7, 0, 1, 3, 7, 10, 14, 28, 42, 56]
CONC = [1, 1, 1, 1, 400, 1, 300, 1, 1, 1]
NAMES = [
    "pre_infusion", "pre_infusion", "before_first", "before_first", None, "embedded", None, "first_trailing",
    "later_trailing", "later_trailing",
]  # fmt: skip


def profiles():
    return ck.profile(time=TIME, conc=CONC, lloq=50)


def test_each_result_below_the_limit_has_one_of_five_positions():
    position, _ = substitute(profiles(), ck.NcaRules())

    assert [BLQ_POSITIONS[p] if p >= 0 else None for p in position] == NAMES


@pytest.mark.parametrize("preset", BLQ_PRESETS)
def test_each_position_takes_the_value_of_its_rule(preset):
    _, used = substitute(profiles(), ck.NcaRules(blq=preset))
    rules = BLQ_PRESETS[preset]
    word = {"missing": np.nan, "lloq/2": 25.0, "lloq": 50.0}
    expected = [c if n is None else word.get(rules[n], rules[n]) for c, n in zip(CONC, NAMES, strict=True)]

    np.testing.assert_array_equal(used, expected)


def test_a_mapping_sets_some_positions_and_leaves_the_others_at_the_default():
    _, used = substitute(profiles(), ck.NcaRules(blq={"embedded": "lloq", "before_first": 7}))

    np.testing.assert_array_equal(used, [0, 0, 7, 7, 400, 50, 300, 0, 0, 0])


def test_never_quantifiable_is_all_before_first_and_zero_under_every_preset():
    p = ck.profile(time=[0, 7, 14], conc=[1, 1, 1], lloq=50)
    for preset in BLQ_PRESETS:
        position, used = substitute(p, ck.NcaRules(blq=preset))

        assert [BLQ_POSITIONS[i] for i in position] == ["pre_infusion", "before_first", "before_first"]
        np.testing.assert_array_equal(used[1:], 0)


def test_a_rule_that_needs_a_limit_that_is_not_there_is_refused():
    p = ck.profile(time=[0, 7, 14], conc=[0, 100, 0], blq=[True, False, True])

    with pytest.raises(ck.UsageError, match="BLQ without one: give lloq"):
        ck.nca(p, ck.NcaRules(blq="half-lloq"))


def test_trailing_results_move_neither_tlast_nor_auclast_nor_lambda_z():
    time, conc = [0, 7, 10, 14, 21, 28], [0, 900, 4000, 2000, 500, 120]
    alone = ck.nca(ck.profile(time=time, conc=conc, lloq=50))
    for preset in BLQ_PRESETS:
        longer = ck.nca(ck.profile(time=[*time, 42, 56, 90], conc=[*conc, 1, 1, 1], lloq=50), ck.NcaRules(blq=preset))
        for name in ("auc_last", "tlast", "lambda_z", "half_life", "r2adj", "cmax"):
            assert longer[name][0] == alone[name][0], (preset, name)


def test_an_area_to_a_horizon_is_zero_and_flagged_after_results_that_the_rule_leaves_out():
    p = ck.profile(time=[0, 7, 14, 90], conc=[0, 900, 300, 1], lloq=50)
    r = ck.nca(p, ck.NcaRules(blq="missing"))

    assert r["auc_0_m3"][0] == r["auc_last"][0]
    assert "ASSUMED_ZERO_AFTER_LAST_SAMPLE" in r.flag("auc_0_m3", 0).text


def test_rows_that_are_not_measured_have_no_position_and_no_value():
    two = ck.Profiles.from_arrays(
        [0, 3, 7, 14, 0, 7, 14], [0, np.nan, 900, 10, np.nan, np.nan, np.nan], [0, 4, 7], lloq=50
    )
    position, used = substitute(two, ck.NcaRules())

    assert position.tolist() == [0, -1, -1, 3, -1, -1, -1]
    assert position.dtype == np.int8
    np.testing.assert_array_equal(used, [0, np.nan, 900, 0, np.nan, np.nan, np.nan])


def test_a_profile_beside_one_without_any_result_keeps_its_own_zeros():
    """The first profile has no result, the second is never quantifiable: its results count 0 also where the rule is missing."""
    two = ck.Profiles.from_arrays([0, 7, 0, 7, 14], [np.nan, np.nan, 1, 1, np.nan], [0, 2, 5], lloq=50)
    position, used = substitute(two, ck.NcaRules(blq="missing"))

    assert position.tolist() == [-1, -1, 0, 1, -1]
    np.testing.assert_array_equal(used, [np.nan, np.nan, np.nan, 0, np.nan])


def test_no_result_at_all_leaves_every_row_without_a_position():
    position, used = substitute(ck.profile(time=[0, 7], conc=[np.nan, np.nan]), ck.NcaRules())

    assert position.tolist() == [-1, -1]
    assert position.dtype == np.int8
    assert np.isnan(used).all()
