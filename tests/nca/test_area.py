"""Areas, worked by hand and in exact rational arithmetic."""

from fractions import Fraction
from itertools import pairwise
from math import exp, log

import numpy as np
import pytest

import cartpk as ck
from cartpk.reasons import Flag, Reason

LLOQ = 50.0


def one(time, conc, lloq=LLOQ, dose=None, **rules):
    return ck.nca(ck.profile(time=time, conc=conc, lloq=lloq, dose=dose), ck.NcaRules(**rules))


def value(results, name):
    return float(results[name][0])


def exact_linear(time, conc, end):
    """Linear area in rational arithmetic over points, cut at `end` on its segment."""
    points = [(Fraction(t), Fraction(c)) for t, c in zip(time, conc, strict=True)]
    area = Fraction(0)
    for (t0, c0), (t1, c1) in pairwise(points):
        if t0 >= end:
            break
        stop = min(t1, Fraction(end))
        c = c0 + (c1 - c0) * (stop - t0) / (t1 - t0)
        area += (c0 + c) * (stop - t0) / 2
    return float(area)


TIME = [0, 0.93, 3.1, 5, 7.02, 10, 14.2, 21, 29.3, 41, 57, 93.7, 181]
CONC = [0, 61.3, 153.7, 881.2, 8276.7, 31501.2, 15556.7, 3951.1, 2813.9, 1114.9, 251.5, 92.4, 72.9]


def test_linear_areas_equal_exact_rational_arithmetic_to_1e_12():
    r = one(TIME, CONC)

    for name, end in (("auc_0_28", 28), ("auc_0_m3", 90), ("auc_last", 181), ("auc_all", 181)):
        assert value(r, name) == pytest.approx(exact_linear(TIME, CONC, end), rel=1e-12), name


def test_logarithmic_area_of_a_fall_by_its_closed_form():
    """Rise 0 to 1000 over 10 days is 5000; fall 1000 to 125 over 14 days is 875 * 14 / ln 8."""
    r = one([0, 10, 24], [0, 1000, 125], auc_method="lin-up-log-down", horizons={"0_24": 24})

    assert value(r, "auc_0_24") == pytest.approx(5000 + 875 * 14 / log(8), rel=1e-14)


def test_logarithmic_trapezoids_are_exact_on_an_exponential():
    """The area of 4000 exp(-0.2 (t - 10)) from day 10 to 90 is 20000 (1 - exp(-16))."""
    time = [10, 11, 14, 21, 28, 42, 56, 91]
    conc = [4000 * exp(-0.2 * (t - 10)) for t in time]
    r = one([0, *time], [0, *conc], lloq=None, auc_method="lin-up-log-down")

    assert value(r, "auc_0_m3") == pytest.approx(20000 + 20000 * (1 - exp(-16)), rel=1e-13)


def test_lin_log_takes_logarithms_from_tmax_on_also_where_values_rise():
    """To the peak linear, 5000; after it 1000 to 100 and 100 to 200 both logarithmic."""
    r = one([0, 10, 20, 28], [0, 1000, 100, 200], auc_method="lin-log")

    assert value(r, "auc_0_28") == pytest.approx(5000 + 900 * 10 / log(10) + 100 * 8 / log(2), rel=1e-14)


def test_nearly_equal_values_lose_nothing_in_the_logarithmic_trapezoid():
    """For c and c(1 - 1e-13) the area over one day is c to thirteen digits."""
    r = one([0, 10, 11], [1000, 1000, 1000 * (1 - 1e-13)], auc_method="lin-up-log-down")

    assert value(r, "auc_last") == pytest.approx(10000 + 1000, rel=1e-14)


def test_the_segment_is_chosen_once_and_cut_there():
    """Between 90.5 (1000) and 100 (0, below the limit) a line falls; up to 91 it is still that line."""
    time, conc = [0, 80, 100], [0, 1000, 10]
    r = one(time, conc, horizons={"0_84": 84, "0_m3": 90, "0_91": 91})

    assert value(r, "auc_0_84") < value(r, "auc_0_m3") < value(r, "auc_0_91")
    assert value(r, "auc_0_m3") == pytest.approx(exact_linear([0, 80, 100], [0, 1000, 0], 90), rel=1e-14)


def test_a_horizon_between_two_samples_is_interpolated_and_its_share_told():
    """From day 14 (200) to 42 (60) the line stands at 130 on day 28: the piece is 165 * 14."""
    r = one([0, 14, 42], [0, 200, 60])

    assert value(r, "auc_0_28") == pytest.approx(1400 + 165 * 14, rel=1e-14)
    assert Flag.INTERPOLATED in r.flag("auc_0_28", 0)
    assert value(r, "auc_0_28_pct_interp") == pytest.approx(100 * 165 * 14 / (1400 + 165 * 14), rel=1e-14)


def test_a_sample_on_the_horizon_needs_no_interpolation():
    r = one([0, 14, 28, 42], [0, 200, 130, 60])

    assert Flag.INTERPOLATED not in r.flag("auc_0_28", 0)
    assert value(r, "auc_0_28_pct_interp") == 0


def test_sampling_that_ends_below_the_limit_adds_nothing_to_the_horizon():
    r = one([0, 7, 14, 21], [0, 900, 300, 10])

    assert value(r, "auc_0_m3") == value(r, "auc_all") == pytest.approx(3150 + 4200 + 1050)
    assert Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE in r.flag("auc_0_m3", 0)


def test_sampling_that_ends_inside_the_visit_window_gives_the_area_to_the_actual_time():
    r = one([0, 7, 14, 26], [0, 900, 300, 100])

    assert value(r, "auc_0_28") == value(r, "auc_last")
    assert Flag.INTEGRATED_TO_ACTUAL_TIME in r.flag("auc_0_28", 0)


def test_auc_to_horizon_is_missing_when_sampling_ends_before_it():
    r = one([0, 7, 14, 24.9], [0, 900, 300, 100])

    assert r.reason("auc_0_28", 0) is Reason.SAMPLING_ENDS_BEFORE_HORIZON
    assert r.reason("auc_0_28_pct_interp", 0) is Reason.SAMPLING_ENDS_BEFORE_HORIZON


def test_the_visit_window_is_a_rule_by_horizon():
    time, conc = [0, 7, 14, 24], [0, 900, 300, 100]

    assert np.isnan(one(time, conc)["auc_0_28"][0])
    assert value(one(time, conc, visit_window={"0_28": 4}), "auc_0_28") == 3150 + 4200 + 2000
    assert value(one(time, conc, visit_window=4), "auc_0_28") == 3150 + 4200 + 2000


def test_extrapolation_continues_clast_with_lambda_z():
    """2000 exp(-0.1 (t - 10)) sampled to day 40: beyond it Clast/0.1 (1 - exp(-0.1 * 50))."""
    time = [10, 20, 30, 40]
    conc = [2000 * exp(-0.1 * (t - 10)) for t in time]
    r = one([0, *time], [0, *conc], end_rule="extrapolate")

    tail = conc[-1] / 0.1 * (1 - exp(-5))
    assert value(r, "auc_0_m3") == pytest.approx(value(r, "auc_last") + tail, rel=1e-12)
    assert Flag.EXTRAPOLATED in r.flag("auc_0_m3", 0)
    assert value(r, "auc_0_m3_pct_extrap") == pytest.approx(100 * tail / value(r, "auc_0_m3"), rel=1e-12)


def test_an_area_extrapolated_by_a_poor_line_carries_the_flags_of_the_line():
    time, conc = [0, 7, 10, 14, 20, 28], [0, 900, 4200, 1300, 1250, 160]
    r = one(time, conc, end_rule="extrapolate", horizons={"0_m3": 90, "0_14": 14})

    assert Flag.LAMBDA_Z_R2ADJ_LOW in r.flag("auc_0_m3", 0)
    assert Flag.LAMBDA_Z_R2ADJ_LOW not in r.flag("auc_0_14", 0)


def test_extrapolation_without_a_slope_is_missing_with_its_reason():
    r = one([0, 10, 20, 30], [0, 900, 500, 500], end_rule="extrapolate")

    assert r.reason("auc_0_m3", 0) is Reason.NO_TERMINAL_SLOPE


def test_never_quantifiable_and_followed_has_area_zero_under_every_preset():
    for preset in ("cartpk", "all-zero", "half-lloq", "missing"):
        r = one([0, 14, 28, 85], [0, 1, 1, 1], blq=preset)

        assert value(r, "auc_last") == value(r, "auc_all") == value(r, "auc_0_28") == value(r, "auc_0_m3") == 0
        assert Flag.NEVER_QUANTIFIABLE in r.flag("auc_0_m3", 0)
        assert r.reason("auc_inf_obs", 0) is Reason.NO_QUANTIFIABLE_SAMPLE


def test_never_quantifiable_and_lost_to_follow_up_has_no_area():
    r = one([0, 14, 28, 56], [0, 1, 1, 1])

    assert value(r, "auc_0_28") == 0
    assert r.reason("auc_0_m3", 0) is Reason.SAMPLING_ENDS_BEFORE_HORIZON


@pytest.mark.parametrize("end_rule", ["observed", "extrapolate"])
def test_a_horizon_that_no_end_rule_covers_is_never_a_number(end_rule):
    r = one([0, 10, 20], [0, 900, 500], end_rule=end_rule)

    assert np.isnan(r["auc_0_m3"][0])
    assert r.reasons["auc_0_m3"][0] != Reason.NONE


def test_one_sample_alone_that_carries_the_area_is_flagged():
    """14: 9000, then BLQ at day 180, gives six times the area that BLQ at day 28 gives."""
    late, early = one([0, 14, 180], [0, 9000, 1]), one([0, 14, 28, 180], [0, 9000, 1, 1])

    assert value(late, "auc_0_m3") == pytest.approx(63000 + 9000 * (1 + 90 / 166) / 2 * 76)
    assert value(early, "auc_0_m3") == 126000
    assert Flag.ONE_INTERVAL_DOMINATES in late.flag("auc_0_m3", 0)
    assert Flag.ONE_INTERVAL_DOMINATES not in early.flag("auc_0_m3", 0)


def test_time_zero_is_the_sample_there_else_the_last_within_thirty_days_else_nothing():
    at_zero = one([-5, 0, 10, 28], [300, 100, 500, 80])
    before = one([-40, -5, 10, 28], [900, 300, 500, 80])
    old = one([-40, 10, 28], [900, 500, 80])

    assert value(at_zero, "auc_last") == 3000 + 290 * 18
    assert value(before, "auc_last") == 4000 + 290 * 18
    assert value(old, "auc_last") == 2500 + 290 * 18
    assert Flag.PRE_INFUSION_USED_AT_ZERO in before.flag("auc_0_28", 0)
    assert Flag.ASSUMED_ZERO_AT_INFUSION in old.flag("auc_0_28", 0)
    assert not at_zero.flag("auc_0_28", 0) & (Flag.PRE_INFUSION_USED_AT_ZERO | Flag.ASSUMED_ZERO_AT_INFUSION)


def test_auc_inf_adds_clast_over_lambda_z_observed_and_predicted():
    r = one([0, 10, 20, 30, 40], [0, 2000, 800, 300, 110])

    tail = 110 / value(r, "lambda_z")
    assert value(r, "auc_inf_obs") == pytest.approx(value(r, "auc_last") + tail, rel=1e-14)
    assert value(r, "auc_pct_extrap_obs") == pytest.approx(100 * tail / value(r, "auc_inf_obs"), rel=1e-14)
    assert value(r, "auc_inf_pred") == pytest.approx(
        value(r, "auc_last") + value(r, "clast_pred") / value(r, "lambda_z"), rel=1e-14
    )


def test_too_much_extrapolation_is_flagged_or_removed():
    time, conc = [0, 10, 20, 30, 40], [0, 2000, 1500, 1100, 800]
    flagged, removed = one(time, conc), one(time, conc, gate="missing", lambda_z_span_min=0)

    assert Flag.AUC_EXTRAP_HIGH in flagged.flag("auc_inf_obs", 0)
    assert removed.reason("auc_inf_obs", 0) is Reason.GATE_FAILED
    assert value(removed, "auc_pct_extrap_obs") > 20


def test_an_extrapolated_share_that_just_meets_its_limit_passes():
    data = [0, 10, 20, 30, 40], [0, 2000, 1500, 1100, 800]
    share = value(one(*data), "auc_pct_extrap_obs")

    assert Flag.AUC_EXTRAP_HIGH not in one(*data, auc_extrap_max_pct=share).flag("auc_inf_obs", 0)
    assert Flag.AUC_EXTRAP_HIGH in one(*data, auc_extrap_max_pct=np.nextafter(share, 0)).flag("auc_inf_obs", 0)


def test_a_course_ended_by_a_further_infusion_has_no_area_to_a_horizon_it_does_not_reach(read_text):
    samples = read_text(
        "subject_id,time,value,unit,lloq,infusion\n"
        "S1,0,0,cells/uL,1,1\nS1,7,90,cells/uL,1,1\nS1,30,0.5,cells/uL,1,1\n"
        "S1,0,0,cells/uL,1,2\nS1,7,40,cells/uL,1,2\nS1,30,0.5,cells/uL,1,2\n"
    )
    r = ck.nca(ck.Profiles.from_samples(samples))

    assert r.reason("auc_0_m3", 0) is Reason.COURSE_ENDED_BY_INFUSION
    assert r["auc_0_28"][0] > 0
    assert Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE in r.flag("auc_0_m3", 1)


def test_the_dose_divides_and_its_absence_is_told():
    with_dose, without = one([0, 10, 28], [0, 900, 100], dose=3.0), one([0, 10, 28], [0, 900, 100])

    assert value(with_dose, "cmax_dn") == 300
    assert value(with_dose, "auc_0_28_dn") == value(with_dose, "auc_0_28") / 3
    assert without.reason("cmax_dn", 0) is Reason.NO_DOSE


def test_a_logarithmic_fall_over_six_decades_keeps_its_digits():
    """(1e6 - 1)·10/ln(1e6), and the same cut at day 28 of a fall from day 20 to 30: c = 10^6 · 10^(-0.6 (t - 20))."""
    r = ck.nca(ck.profile([0, 20, 30], [0, 1e6, 1]), ck.NcaRules(auc_method="lin-up-log-down"))
    rise, rate = 1e7, log(1e6) / 10

    assert r["auc_all"][0] == pytest.approx(rise + (1e6 - 1) / rate, rel=1e-14)
    assert r["auc_0_28"][0] == pytest.approx(rise + (1e6 - 10**1.2) / rate, rel=1e-14)


def test_a_logarithmic_rise_over_six_decades_keeps_its_digits():
    """lin-log, 1 to 1e6 after the peak window of 5 days: (1e6 - 1)·1/ln(1e6) on top of the linear part."""
    r = ck.nca(ck.profile([0, 4, 10, 11], [0, 10, 1, 1e6]), ck.NcaRules(auc_method="lin-log", peak_window=5))

    assert r["auc_all"][0] == pytest.approx(20 + 9 * 6 / log(10) + (1e6 - 1) / log(1e6), rel=1e-14)
