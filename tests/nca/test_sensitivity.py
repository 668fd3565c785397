"""The effect of the rules on AUC0-M3."""

import numpy as np

import cartpk as ck
from cartpk.nca import sensitivity
from cartpk.rules import AUC_METHODS, BLQ_PRESETS

PROFILE = ck.profile(time=[0, 7, 10, 14, 28, 85], conc=[1, 900, 4200, 1, 160, 1], lloq=50)


def test_every_trapezoid_preset_and_day_is_there_once():
    s = sensitivity(PROFILE)

    assert len(set(s.settings)) == len(s.settings) == len(AUC_METHODS) * len(BLQ_PRESETS) * 3


def test_each_area_is_the_one_that_an_analysis_with_these_rules_gives():
    s = sensitivity(PROFILE)

    for (method, preset, days), area in zip(s.settings, s.area[:, 0], strict=True):
        rules = ck.NcaRules(auc_method=method, blq=preset, horizons={"0_28": 28, "0_m3": days}, peak_window=90)
        np.testing.assert_array_equal(ck.nca(PROFILE, rules)["auc_0_m3"][0], area)


def test_rules_of_the_users_own_are_shown_beside_the_presets():
    s = sensitivity(PROFILE, ck.NcaRules(blq={"embedded": "lloq"}, horizons={"0_m3": 87}))

    assert {preset for _, preset, _ in s.settings} == {*BLQ_PRESETS, "custom"}
    assert {days for _, _, days in s.settings} == {84, 87, 90, 91}


def test_the_frame_has_a_row_a_profile_and_setting_with_the_reason_of_what_is_missing():
    frame = sensitivity(ck.profile(time=[0, 7, 14], conc=[0, 900, 300])).to_frame()

    assert list(frame.columns) == [
        "subject_id", "assay", "matrix", "infusion", "auc_method", "blq", "m3_days", "auc_0_m3", "reason",
    ]  # fmt: skip
    assert set(frame["reason"]) == {"SAMPLING_ENDS_BEFORE_HORIZON"}
    assert frame["auc_0_m3"].isna().all()
