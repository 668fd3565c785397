"""Peak, first and last, by hand."""

import numpy as np
import pytest

import cartpk as ck
from cartpk.reasons import Flag, Reason


def one(time, conc, blq=None, lloq=None, **rules):
    return ck.nca(ck.profile(time=time, conc=conc, blq=blq, lloq=lloq), ck.NcaRules(**rules))


def value(results, name):
    return float(results[name][0])


def test_cmax_is_the_highest_value_in_the_window_and_tmax_the_first_time_it_is_seen():
    r = one([0, 7, 10, 14, 28], [0, 900, 4200, 4200, 160])

    assert (value(r, "cmax"), value(r, "tmax")) == (4200, 10)


def test_tmax_bracket_goes_to_the_sample_after_the_last_tie():
    r = one([0, 7, 10, 14, 28], [0, 900, 4200, 4200, 160])

    assert (value(r, "tmax_lower"), value(r, "tmax_upper")) == (7, 28)


def test_tmax_bracket_counts_blq_samples():
    r = one([0, 7, 10, 14], [0, 10, 4200, 10], lloq=50)

    assert (value(r, "tmax_lower"), value(r, "tmax_upper")) == (7, 14)


def test_tmax_lower_is_the_infusion_where_no_sample_lies_between():
    r = one([-7, 3, 5], [0, 900, 100])

    assert value(r, "tmax_lower") == 0
    assert r.flag("tmax_lower", 0) == Flag.PRE_INFUSION_USED_AT_ZERO


def test_peak_at_the_last_sample_has_no_upper_bracket_and_says_so():
    r = one([0, 7, 10], [0, 900, 4200])

    assert np.isnan(value(r, "tmax_upper"))
    assert r.reason("tmax_upper", 0) is Reason.PEAK_AT_LAST_SAMPLE


def test_samples_at_or_before_the_infusion_never_give_the_peak():
    r = one([-1, 0, 7, 10], [9000, 8000, 900, 400])

    assert (value(r, "cmax"), value(r, "tmax"), value(r, "tfirst")) == (900, 7, 7)


def test_a_higher_value_after_the_window_is_a_late_peak_and_not_cmax():
    r = one([0, 10, 28, 90, 120, 330], [0, 500, 100, 60, 80, 900])

    assert (value(r, "cmax"), value(r, "tmax")) == (500, 10)
    assert (value(r, "late_peak"), value(r, "late_peak_time")) == (900, 330)


def test_a_lower_value_after_the_window_is_no_late_peak():
    r = one([0, 10, 28, 120], [0, 500, 100, 400])

    assert r.reason("late_peak", 0) is Reason.NO_LATE_PEAK


def test_a_sample_on_the_last_day_of_the_window_can_be_the_peak():
    r = one([0, 10, 90], [0, 500, 600])

    assert value(r, "tmax") == 90


def test_quantifiable_only_after_the_window_gives_no_cmax_with_its_reason():
    r = one([0, 10, 28, 120, 150], [0, 5, 5, 400, 300], lloq=50)

    assert r.reason("cmax", 0) is Reason.NO_QUANTIFIABLE_SAMPLE_IN_WINDOW
    assert (value(r, "late_peak"), value(r, "tfirst"), value(r, "tlast")) == (400, 120, 150)


def test_never_quantifiable_has_cmax_zero_flagged_and_no_tmax():
    r = one([0, 10, 28, 90], [0, 5, 5, 5], lloq=50)

    assert value(r, "cmax") == 0
    assert r.flag("cmax", 0) == Flag.NEVER_QUANTIFIABLE
    for name in ("tmax", "clast", "tlast", "tfirst", "tlag", "t_blq", "quantifiable_duration", "late_peak"):
        assert r.reason(name, 0) is Reason.NO_QUANTIFIABLE_SAMPLE, name


def test_no_sample_after_the_infusion_is_told_for_every_parameter():
    r = one([-7, 0], [0, 0])

    for name in r.terms:
        assert r.reason(name, 0) is Reason.NO_SAMPLE_AFTER_INFUSION, name


def test_tlast_stands_before_any_substitution():
    r = one([0, 7, 14, 28, 60], [0, 900, 300, 5, 5], lloq=50, blq=None)
    half = ck.nca(ck.profile(time=[0, 7, 14, 28, 60], conc=[0, 900, 300, 5, 5], lloq=50), ck.NcaRules(blq="half-lloq"))

    assert value(r, "tlast") == value(half, "tlast") == 14
    assert value(half, "clast") == 300


def test_loss_lies_between_tlast_and_the_first_result_below_the_limit_after_it():
    r = one([0, 7, 14, 28, 60], [0, 900, 300, 5, 5], lloq=50)

    assert (value(r, "tlast"), value(r, "t_blq"), value(r, "quantifiable_duration")) == (14, 28, 7)


def test_still_quantifiable_at_the_last_sample_has_no_time_of_loss():
    r = one([0, 7, 14], [0, 900, 300], lloq=50)

    assert r.reason("t_blq", 0) is Reason.STILL_QUANTIFIABLE_AT_LAST_SAMPLE


def test_a_measured_zero_without_a_limit_is_no_quantifiable_value_and_counts_as_the_loss():
    r = one([0, 3, 7, 14, 28], [0, 0, 900, 300, 0])

    assert (value(r, "tfirst"), value(r, "tlast"), value(r, "t_blq"), value(r, "tlag")) == (7, 14, 28, 3)


def test_tlag_is_the_infusion_where_the_first_sample_after_it_is_quantifiable():
    r = one([1, 7, 14], [60, 900, 300])

    assert value(r, "tlag") == 0
    assert r.flag("tlag", 0) == Flag.ASSUMED_ZERO_AT_INFUSION


@pytest.mark.parametrize("window", [9.0, 14.0, float("inf")])
def test_the_peak_window_is_a_rule(window):
    r = one([0, 7, 10, 200], [0, 900, 4200, 5000], peak_window=window)

    assert value(r, "cmax") == {9.0: 900, 14.0: 4200, float("inf"): 5000}[window]
