"""Expansion, contraction and re-expansion, by hand."""

from math import log

import pytest
from scipy.stats import linregress

import cartpk as ck
from cartpk.reasons import Flag, Reason


def one(time, conc, lloq=50, **rules):
    return ck.nca(ck.profile(time=time, conc=conc, lloq=lloq), ck.NcaRules(**rules))


def value(results, name):
    return float(results[name][0])


def test_expansion_is_the_line_through_the_rise_that_ends_at_tmax():
    """1: 500, 3: 100, 5: 1000, 10: 30000 rises from day 3 at 0.789 a day."""
    r = one([0, 1, 3, 5, 10, 14], [0, 500, 100, 1000, 30000, 100])

    line = linregress([3, 5, 10], [log(100), log(1000), log(30000)])
    assert value(r, "expansion_rate") == pytest.approx(line.slope, rel=1e-13) == pytest.approx(0.789, abs=5e-4)
    assert value(r, "expansion_n") == 3
    assert value(r, "expansion_r2") == pytest.approx(line.rvalue**2, rel=1e-12)
    assert value(r, "doubling_time") == pytest.approx(log(2) / line.slope, rel=1e-13)
    assert value(r, "fold_expansion") == 300
    assert r.records("expansion_rate")[0].tolist() == [2, 3, 4]


def test_a_result_below_the_limit_breaks_the_rise():
    r = one([0, 3, 5, 7, 10, 14], [0, 100, 1, 1000, 30000, 100])

    assert value(r, "expansion_n") == 2


def test_a_peak_without_a_rise_before_it_has_no_rate():
    r = one([0, 3, 5, 7], [0, 900, 300, 100])

    assert value(r, "expansion_n") == 1
    for name in ("expansion_rate", "doubling_time", "fold_expansion", "expansion_r2"):
        assert r.reason(name, 0) is Reason.TOO_FEW_POINTS, name


def test_contraction_is_the_line_through_the_fall_from_tmax():
    r = one([0, 10, 14, 21, 28, 42], [0, 8000, 4000, 900, 1000, 60])

    line = linregress([10, 14, 21], [log(8000), log(4000), log(900)])
    assert value(r, "contraction_half_life") == pytest.approx(-log(2) / line.slope, rel=1e-13)
    assert value(r, "contraction_n") == 3
    assert value(r, "contraction_r2") == pytest.approx(line.rvalue**2, rel=1e-12)


def test_a_fall_of_two_samples_is_too_short():
    r = one([0, 10, 14, 21], [0, 8000, 4000, 5000])

    assert value(r, "contraction_n") == 2
    assert r.reason("contraction_half_life", 0) is Reason.TOO_FEW_POINTS


def test_one_peak_alone_has_no_reexpansion():
    r = one([0, 10, 14, 21], [0, 8000, 4000, 900])

    assert value(r, "n_peaks") == 1
    assert r.reason("reexpansion_start", 0) is Reason.NO_REEXPANSION


def test_a_rise_to_twice_the_running_minimum_is_a_reexpansion_and_confirmed_by_two_samples():
    r = one([0, 10, 14, 21, 28, 42, 56], [0, 8000, 4000, 900, 1900, 2500, 300])

    assert value(r, "n_peaks") == 2
    assert (value(r, "reexpansion_start"), value(r, "reexpansion_peak_time")) == (28, 42)
    assert value(r, "reexpansion_fold") == pytest.approx(2500 / 900)
    assert r.flag("n_peaks", 0) == Flag.REEXPANSION_CONFIRMED


@pytest.mark.parametrize(("second", "flag"), [(1800, Flag.REEXPANSION_CONFIRMED), (1799, Flag.REEXPANSION_OBSERVED)])
def test_a_second_sample_of_just_twice_the_trough_confirms(second, flag):
    r = one([0, 10, 14, 21, 28, 42], [0, 8000, 4000, 900, 1900, second])

    assert r.flag("n_peaks", 0) == flag


def test_a_single_high_sample_is_only_observed():
    r = one([0, 10, 14, 21, 28, 42], [0, 8000, 4000, 900, 1900, 800])

    assert r.flag("reexpansion_fold", 0) == Flag.REEXPANSION_OBSERVED


def test_a_trough_below_the_limit_counts_as_its_limit():
    r = one([0, 10, 14, 21, 28, 42], [0, 8000, 100, 1, 120, 60])

    assert value(r, "reexpansion_fold") == pytest.approx(120 / 50)


def test_a_rise_from_a_measured_zero_has_no_fold():
    r = one([0, 10, 14, 21, 28, 42], [0, 8000, 100, 0, 120, 60], lloq=None)

    assert value(r, "n_peaks") == 2
    assert r.reason("reexpansion_fold", 0) is Reason.TROUGH_IS_ZERO


def test_the_largest_of_several_reexpansions_is_told():
    r = one([0, 10, 14, 21, 28, 42, 56, 70], [0, 8000, 400, 900, 200, 1000, 100, 90])

    assert value(r, "n_peaks") == 3
    assert (value(r, "reexpansion_start"), value(r, "reexpansion_fold")) == (42, 5)


def test_the_fold_is_a_rule():
    r = one([0, 10, 14, 21, 28, 42, 56], [0, 8000, 4000, 900, 1900, 2500, 300], reexpansion_fold=3)

    assert value(r, "n_peaks") == 1


def test_never_quantifiable_has_no_peak_at_all():
    r = one([0, 10, 14], [0, 1, 1])

    assert value(r, "n_peaks") == 0


def test_a_value_at_its_limit_starts_no_reexpansion():
    """The limit fell from 50 to 20 for one sample: 22 is the trough, and 50, twice it, is not above its own limit."""
    r = one([0, 10, 14, 21, 28], [0, 8000, 100, 22, 50], lloq=[50, 50, 50, 20, 50])

    assert value(r, "n_peaks") == 1
    assert value(one([0, 10, 14, 21, 28], [0, 8000, 100, 22, 51], lloq=[50, 50, 50, 20, 50]), "n_peaks") == 2


def test_a_second_sample_at_its_limit_confirms_nothing():
    r = one([0, 10, 14, 21, 28, 35], [0, 8000, 100, 22, 60, 50], lloq=[50, 50, 50, 20, 50, 50])

    assert r.flag("reexpansion_fold", 0) is Flag.REEXPANSION_OBSERVED


def test_the_trough_is_among_the_samples_of_a_reexpansion():
    """8000, 100, 30, 900, 950: the fold is 950/50 (the limit); rows count from 0 as the arrays do."""
    r = one([0, 10, 14, 21, 28, 42], [0, 8000, 100, 30, 900, 950])

    assert value(r, "reexpansion_fold") == 19
    assert r.records("reexpansion_fold")[0].tolist() == [3, 4, 5]
    assert r.records("reexpansion_start")[0].tolist() == [4]
