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


def test_the_frame_keeps_settings_values_and_reasons_of_each_profile_together():
    two = ck.Profiles.from_arrays(
        time=[0, 7, 14, 0, 7, 10, 14, 28, 90],
        conc=[0, 900, 300, 0, 900, 4200, 800, 160, 60],
        offsets=[0, 3, 9],
        lloq=50,
    )
    s = sensitivity(two)
    frame = s.to_frame()

    assert frame["subject_id"].tolist() == ["1"] * 36 + ["2"] * 36
    assert frame["infusion"].tolist() == [1] * 72
    assert list(zip(frame["auc_method"], frame["blq"], frame["m3_days"], strict=True)) == [*s.settings, *s.settings]
    assert frame["reason"].tolist() == ["SAMPLING_ENDS_BEFORE_HORIZON"] * 36 + [""] * 36
    np.testing.assert_array_equal(frame["auc_0_m3"], s.area.T.ravel())
    assert s.area.shape == s.reason.shape == (36, 2)


def test_the_visit_window_and_peak_window_in_force_are_those_of_every_setting():
    """A last sample on day 80 lies within 10 days of day 90 (and of 84), not of 91; the peak is looked for to day 7."""
    one = ck.profile(time=[0, 7, 10, 80], conc=[0, 900, 4200, 160])
    how = {"visit_window": {"0_m3": 10}, "peak_window": 7}
    s = sensitivity(one, ck.NcaRules(**how))

    assert {days: bool(np.isnan(area)) for (_, _, days), area in zip(s.settings, s.area[:, 0], strict=True)} == {
        84.0: False,
        90.0: False,
        91.0: True,
    }
    for (method, preset, days), area in zip(s.settings, s.area[:, 0], strict=True):
        rules = ck.NcaRules(auc_method=method, blq=preset, horizons={"0_m3": days}, **how)
        np.testing.assert_array_equal(ck.nca(one, rules)["auc_0_m3"][0], area)


def test_without_a_month_3_its_usual_days_and_window_are_tried():
    """A last sample on day 83 lies within 7 days of day 90, and not of day 91."""
    s = sensitivity(ck.profile(time=[0, 7, 83], conc=[0, 900, 160]), ck.NcaRules(horizons={"0_28": 28}))

    assert [days for _, _, days in s.settings[:3]] == [84.0, 90.0, 91.0]
    assert len(s.settings) == 36
    assert np.isnan(s.area[:3, 0]).tolist() == [False, False, True]
