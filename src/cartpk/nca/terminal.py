"""The terminal slope λz: every window of every profile at once, the best taken, its quality in the open.

Least squares of ln(value) on time over the last k quantifiable samples after
the peak. The k with the highest adjusted R², the largest k within a tolerance
of it; taken over all k, so a tail that rises has no λz rather than a
misleading half-life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.nca.chosen import ChosenPoints
from cartpk.nca.course import Bools, Columns, Course, Floats, Rows, first_of, flag_where
from cartpk.ragged import at, count_of, first_true, last_true
from cartpk.reasons import Flag, Reason
from cartpk.rules import NcaRules

__all__ = ["terminal"]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Every candidate window, held at the row of its first point: NaN where the row starts none."""

    slope: Floats
    log_at_last: Floats  # the line's ln(value / last value) at the last point
    r2: Floats
    r2adj: Floats
    n: Floats
    flat: Bools


def terminal(course: Course, chosen: ChosenPoints, rules: NcaRules, out: Columns) -> Bools:
    """λz, half-life, the points used, R², span and the predicted Clast; returns the rows of the line."""
    points = _points(course, chosen)
    count = count_of(points, course.offsets)
    windows = _windows(course, points, count)
    allowed = np.where(chosen.taken, count, rules.lambda_z_min_points)[course.owner]
    r2adj = np.where((windows.n >= allowed) & ~windows.flat, windows.r2adj, -np.inf)
    best = np.maximum.reduceat(r2adj, course.offsets[:-1])
    near = r2adj >= (best - rules.lambda_z_r2adj_tolerance)[course.owner]
    start = first_true(near & np.isfinite(r2adj), course.offsets)
    last = last_true(points, course.offsets)
    slope = at(windows.slope, start)
    span_days = at(course.time, last) - at(course.time, start)
    still = at(windows.r2, start) <= 1e-24  # a slope that is rounding alone
    reason = first_of(
        len(course),
        (course.no_value() > 0, course.no_value()),
        (count < rules.lambda_z_min_points, Reason.TOO_FEW_POINTS),
        ((start < 0) | still, Reason.FLAT_TAIL),
        (slope >= 0, Reason.TERMINAL_PHASE_RISES),
    )
    found = reason == 0
    rate = np.where(found, -slope, np.nan)
    _put(course, windows, start, last, rate, span_days * rate / np.log(2.0), reason, chosen, rules, out)
    row = np.arange(len(course.time))
    line: Bools = points & (row >= np.where(found, start, len(row))[course.owner])
    return line


def _points(course: Course, chosen: ChosenPoints) -> Bools:
    """The rows a terminal line may use: quantifiable, strictly after the peak (the late one if there is one)."""
    begin = np.where(course.late >= 0, course.late, course.peak)
    points = course.quant & (np.arange(len(course.time)) > begin[course.owner]) & ~chosen.drop
    return np.where(chosen.taken[course.owner], chosen.take, points)


def _windows(course: Course, points: Bools, count: Rows) -> Windows:
    """Lines through the last 1, 2, 3, ... points of each profile, grown one point at a time (Welford's sums).

    Logarithms are of value / last value, so nothing cancels and a change of unit changes no slope.
    """
    n = len(course.time)
    slope, log_at_last, r2, r2adj, size = (np.full(n, np.nan) for _ in range(5))
    flat = np.zeros(n, bool)
    rows = np.flatnonzero(points)
    ends = np.cumsum(count)
    last = rows[np.maximum(ends - 1, 0)] if len(rows) else np.zeros(len(course), np.int64)
    act = np.flatnonzero(count > 0)
    sums = np.zeros((5, len(act)))  # mean time, mean log, Stt, Sty, Syy
    k = 0
    while len(act):
        row, end = rows[ends[act] - 1 - k], last[act]
        k += 1
        t, y = course.time[row] - course.time[end], np.log(course.conc[row] / course.conc[end])
        mean_t, mean_y, s_tt, s_ty, s_yy = sums
        dt, dy = t - mean_t, y - mean_y
        mean_t, mean_y = mean_t + dt / k, mean_y + dy / k
        s_tt, s_ty, s_yy = s_tt + dt * (t - mean_t), s_ty + dt * (y - mean_y), s_yy + dy * (y - mean_y)
        if k > 1:
            size[row], flat[row] = k, s_yy == 0
            slope[row] = s_ty / s_tt
            log_at_last[row] = mean_y - slope[row] * mean_t
            with np.errstate(invalid="ignore"):
                r2[row] = np.minimum(s_ty * s_ty / (s_tt * s_yy), 1.0)
            if k > 2:
                r2adj[row] = 1.0 - (1.0 - r2[row]) * (k - 1) / (k - 2)
        more = count[act] > k
        act, sums = act[more], np.stack([mean_t, mean_y, s_tt, s_ty, s_yy])[:, more]
    return Windows(slope, log_at_last, r2, r2adj, size, flat)


def _put(
    course: Course,
    windows: Windows,
    start: Rows,
    last: Rows,
    rate: Floats,
    span: Floats,
    reason: NDArray[np.uint8],
    chosen: ChosenPoints,
    rules: NcaRules,
    out: Columns,
) -> None:
    """The columns of the line; a failed gate flags λz and what rests on it, or removes it."""
    r2adj = at(windows.r2adj, start)
    low, short = r2adj < rules.lambda_z_r2adj_min, span < rules.lambda_z_span_min
    flags = flag_where(
        (low, Flag.LAMBDA_Z_R2ADJ_LOW),
        (short, Flag.LAMBDA_Z_SPAN_SHORT),
        (chosen.by_hand, Flag.LAMBDA_Z_POINTS_CHOSEN),
    )
    failed = (low | short) & (reason == 0) if rules.gate == "missing" else np.zeros(len(course), bool)
    gated = first_of(len(course), (reason > 0, reason), (failed, Reason.GATE_FAILED))
    kept = np.where(failed, np.nan, rate)
    log_at_tlast = at(windows.log_at_last, start) + rate * (at(course.time, last) - course.tlast)
    fitted = at(course.conc, last) * np.exp(log_at_tlast)
    out.put("lambda_z", kept, gated, flags)
    out.put("half_life", np.log(2.0) / kept, gated, flags)
    found = np.where(np.isnan(rate), -1, start)
    out.put("lambda_z_n", at(windows.n, found), reason)
    out.put("lambda_z_lower", at(course.time, found), reason)
    out.put("lambda_z_upper", np.where(found >= 0, at(course.time, last), np.nan), reason)
    out.put("span", span, reason)
    out.put("r2", at(windows.r2, found), reason)
    out.put("r2adj", np.where(found >= 0, r2adj, np.nan), reason)
    out.put("clast_pred", np.where(failed, np.nan, fitted), gated, flags)
