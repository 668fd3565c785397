"""The terminal slope: best fit, gates, points by hand."""

from math import exp, log

import numpy as np
import pytest
from scipy.stats import linregress

import cartpk as ck
from cartpk.reasons import Flag, Reason


def one(time, conc, lloq=None, **rules):
    return ck.nca(ck.profile(time=time, conc=conc, lloq=lloq), ck.NcaRules(**rules))


def value(results, name):
    return float(results[name][0])


def test_lambda_z_is_exact_on_an_exponential():
    time = [10, 14, 21, 28, 42, 56]
    r = one([0, 7, *time], [0, 9e3, *(8000 * exp(-0.11 * t) for t in time)])

    assert value(r, "lambda_z") == pytest.approx(0.11, rel=1e-13)
    assert value(r, "half_life") == pytest.approx(log(2) / 0.11, rel=1e-13)
    assert value(r, "r2adj") == pytest.approx(1, abs=1e-12)


def test_the_window_with_the_best_adjusted_r2_is_taken_as_scipy_sees_it():
    time = np.array([10.0, 14, 17, 21, 28, 42, 56])
    conc = np.array([9000.0, 5200, 3100, 900, 420, 150, 70])
    r = one([0, 7, *time], [0, 1e4, *conc])

    fits = {}
    for k in range(3, 8):
        line = linregress(time[-k:], np.log(conc[-k:]))
        fits[k] = (1 - (1 - line.rvalue**2) * (k - 1) / (k - 2), -line.slope)
    best = max(fits, key=lambda k: fits[k][0])
    assert value(r, "lambda_z_n") == best
    assert value(r, "r2adj") == pytest.approx(fits[best][0], rel=1e-12)
    assert value(r, "lambda_z") == pytest.approx(fits[best][1], rel=1e-12)


def test_the_longest_window_within_the_tolerance_of_the_best_wins():
    time = [10, 14, 21, 28, 42]
    conc = [8000 * exp(-0.1 * t) * f for t, f in zip(time, (1.001, 1, 1, 1, 1), strict=True)]

    assert value(one([0, 7, *time], [0, 9e3, *conc]), "lambda_z_n") == 5
    assert value(one([0, 7, *time], [0, 9e3, *conc], lambda_z_r2adj_tolerance=0.0), "lambda_z_n") < 5


def test_the_peak_itself_is_never_a_terminal_point():
    r = one([0, 7, 14, 21, 28], [0, 9000, 4000, 2000, 1000])

    assert value(r, "lambda_z_lower") == 14


def test_terminal_points_come_after_a_late_peak():
    r = one([0, 10, 50, 120, 150, 180, 210], [0, 500, 60, 900, 450, 200, 110])

    assert value(r, "lambda_z_lower") == 150


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ([300, 300, 300], Reason.FLAT_TAIL),
        ([100, 200, 100], Reason.FLAT_TAIL),
        ([100, 200, 400], Reason.TERMINAL_PHASE_RISES),
        ([400, 300], Reason.TOO_FEW_POINTS),
    ],
)
def test_a_tail_without_decline_has_no_slope_and_says_why(tail, reason):
    time = [14, 21, 28][: len(tail)]
    r = one([0, 7, *time], [0, 9000, *tail])

    for name in ("lambda_z", "half_life", "r2adj", "lambda_z_n", "lambda_z_lower", "span", "clast_pred"):
        assert r.reason(name, 0) is reason, name
    assert r.reason("auc_inf_obs", 0) is Reason.NO_TERMINAL_SLOPE


def test_a_rising_tail_that_fits_better_than_any_fall_gives_no_half_life():
    """The last three points rise on a perfect line; windows that fall fit worse and are not picked among."""
    r = one([0, 7, 14, 21, 28, 35, 42], [0, 9000, 8000, 100, 200, 400, 800])

    assert r.reason("half_life", 0) is Reason.TERMINAL_PHASE_RISES


def test_results_below_the_limit_never_enter():
    r = one([0, 7, 14, 21, 28, 42], [0, 9000, 4000, 1, 1000, 500], lloq=50)

    assert value(r, "lambda_z_n") == 3
    assert r.records("lambda_z")[0].tolist() == [2, 4, 5]


def test_a_poor_line_is_flagged_or_removed_by_the_gate():
    """TcellNCA's example: adjusted R² -0.04 over the last four points."""
    time, conc = [0, 3, 7, 14, 29, 56, 85, 168], [1, 18998.6, 29261.4, 62113, 10920.7, 729.9, 184.9, 561.2]
    flagged = one(time, conc, lambda_z_min_points=4)
    removed = one(time, conc, lambda_z_min_points=4, gate="missing")

    assert value(flagged, "lambda_z") == pytest.approx(0.015903226, rel=1e-7)
    assert Flag.LAMBDA_Z_R2ADJ_LOW in flagged.flag("lambda_z", 0)
    for name in ("lambda_z", "half_life", "clast_pred", "auc_inf_obs", "auc_pct_extrap_pred"):
        assert removed.reason(name, 0) is Reason.GATE_FAILED, name
    assert value(removed, "r2adj") == pytest.approx(-0.04, abs=0.005)


def test_a_short_span_is_flagged():
    r = one([0, 7, 14, 15, 16], [0, 9000, 4000, 3900, 3800])

    assert Flag.LAMBDA_Z_SPAN_SHORT in r.flag("half_life", 0)


def points(**kwargs):
    return (ck.LambdaZPoints(subject_id="1", assay="", reason="by hand", **kwargs),)


def test_points_named_by_the_analyst_are_used_and_flagged():
    time, conc = [0, 7, 14, 21, 28, 42], [0, 9000, 4000, 900, 500, 300]
    r = one(time, conc, lambda_z_points=points(times=(14, 28, 42)))

    line = linregress([14, 28, 42], np.log([4000, 500, 300]))
    assert value(r, "lambda_z") == pytest.approx(-line.slope, rel=1e-12)
    assert r.records("lambda_z")[0].tolist() == [2, 4, 5]
    assert Flag.LAMBDA_Z_POINTS_CHOSEN in r.flag("lambda_z", 0)
    assert value(r, "clast_pred") == pytest.approx(exp(line.intercept + line.slope * 42), rel=1e-12)


def test_points_dropped_by_the_analyst_leave_the_search():
    time, conc = [0, 7, 14, 21, 28, 42], [0, 9000, 4000, 9, 500, 300]
    r = one(time, conc, lambda_z_points=points(drop_times=(21,)))

    assert 3 not in r.records("lambda_z")[0].tolist()
    assert Flag.LAMBDA_Z_POINTS_CHOSEN in r.flag("half_life", 0)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (points(times=(14, 28, 43)), r"after the peak at time 43 \(there are: 14, 21, 28, 42\)"),
        (points(times=(7, 14, 28)), "no quantifiable sample after the peak at time 7"),
        ((ck.LambdaZPoints("2", "", times=(14, 21, 28), reason="x"),), "no profile has this name"),
        (points(drop_times=(21,)) * 2, "given twice"),
    ],
)
def test_points_that_are_not_there_are_refused_by_name(chosen, message):
    with pytest.raises(ck.UsageError, match=message):
        one([0, 7, 14, 21, 28, 42], [0, 9000, 4000, 900, 500, 300], lambda_z_points=chosen)


@pytest.mark.parametrize(
    ("gate", "measure", "flag"),
    [
        ("lambda_z_r2adj_min", "r2adj", Flag.LAMBDA_Z_R2ADJ_LOW),
        ("lambda_z_span_min", "span", Flag.LAMBDA_Z_SPAN_SHORT),
    ],
)
def test_a_line_that_just_meets_a_gate_passes_it(gate, measure, flag):
    data = [0, 7, 14, 21, 28, 42], [0, 9000, 4000, 900, 500, 300]
    met = value(one(*data), measure)

    assert flag not in one(*data, **{gate: met}).flag("lambda_z", 0)
    assert flag in one(*data, **{gate: np.nextafter(met, 99)}).flag("lambda_z", 0)
