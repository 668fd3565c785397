"""CAR-T's own: the rise to the peak, the fall from it, and re-expansion after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cartpk.nca.course import Bools, Columns, Course, Floats, Reasons, Rows, first_of, flag_where
from cartpk.ragged import at, last_true_before, line_of, next_true_after, ranges
from cartpk.reasons import Flag, Reason

__all__ = ["Phases", "phases"]


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """Where the rise starts, the fall ends, and the largest re-expansion has its trough, start and peak; -1 where none."""

    rise_start: Rows
    fall_end: Rows
    again_trough: Rows
    again_start: Rows
    again_peak: Rows


def phases(course: Course, reexpansion_fold: float, out: Columns) -> Phases:
    """Expansion, contraction and re-expansion parameters."""
    rise_start, fall_end = _run_to_peak(course), _run_from_peak(course)
    _expansion(course, rise_start, out)
    _contraction(course, fall_end, out)
    again = _reexpansions(course, reexpansion_fold)
    _put_reexpansion(course, again, out)
    return Phases(rise_start, fall_end, again.trough, again.start, again.peak)


def _steps(course: Course) -> tuple[Bools, Bools]:
    """Rows where the value rises, and where it falls, from the measured row before; both quantifiable."""
    up, down = np.zeros(len(course.time), bool), np.zeros(len(course.time), bool)
    conc, quant = course.conc, course.quant
    neighbours = quant[1:] & quant[:-1] & (course.owner[1:] == course.owner[:-1])
    up[1:] = neighbours & (conc[1:] > conc[:-1])
    down[1:] = neighbours & (conc[1:] < conc[:-1])
    return up, down


def _run_to_peak(course: Course) -> Rows:
    """First row of the longest run of strictly rising quantifiable samples that ends at the peak."""
    up, _ = _steps(course)
    start = np.where(up, last_true_before(~up), np.arange(len(up)))
    return np.where(course.peak >= 0, start[course.peak], -1)


def _run_from_peak(course: Course) -> Rows:
    """Last row of the longest run of strictly falling quantifiable samples that starts at the peak."""
    _, down = _steps(course)
    return np.where(course.peak >= 0, next_true_after(~down)[course.peak] - 1, -1)


def _lines(course: Course, first: Rows, last: Rows, enough: Bools) -> tuple[Floats, Floats]:
    """Slope and R² of ln(value / Cmax) on time over the rows `first..last` of the profiles with enough of them."""
    slope, r2 = np.full(len(course), np.nan), np.full(len(course), np.nan)
    which = np.flatnonzero(enough)
    if len(which):
        rows, offsets = ranges(first[which], last[which])
        peak = np.repeat(course.peak[which], np.diff(offsets))
        time = course.time[rows] - course.time[peak]
        slope[which], r2[which] = line_of(time, np.log(course.conc[rows] / course.conc[peak]), offsets)
    return slope, r2


def _expansion(course: Course, start: Rows, out: Columns) -> None:
    """Rate of the log-linear rise (at least 2 samples), ln 2 / rate, Cmax over the first value of the rise."""
    no_peak = course.no_peak()
    count = np.where(course.peak >= 0, course.peak - start + 1.0, np.nan)
    enough = count >= 2
    rate, r2 = _lines(course, start, course.peak, enough)
    reason = first_of(len(course), (no_peak > 0, no_peak), (~enough, Reason.TOO_FEW_POINTS))
    out.put("expansion_rate", rate, reason)
    out.put("expansion_n", count, no_peak)
    out.put("expansion_r2", r2, reason)
    out.put("doubling_time", np.log(2.0) / rate, reason)
    fold = at(course.conc, course.peak) / at(course.conc, start)
    out.put("fold_expansion", np.where(enough, fold, np.nan), reason)


def _contraction(course: Course, end: Rows, out: Columns) -> None:
    """Half-life of the log-linear fall (at least 3 samples)."""
    no_peak = course.no_peak()
    count = np.where(course.peak >= 0, end - course.peak + 1.0, np.nan)
    slope, r2 = _lines(course, course.peak, end, count >= 3)
    reason = first_of(len(course), (no_peak > 0, no_peak), (~(count >= 3), Reason.TOO_FEW_POINTS))
    out.put("contraction_half_life", np.log(2.0) / -slope, reason)
    out.put("contraction_n", count, no_peak)
    out.put("contraction_r2", r2, reason)


@dataclass(frozen=True, slots=True, eq=False)
class Reexpansions:
    """How many there are, and the largest (by fold): its trough, start, peak and fold, and whether two samples show it."""

    count: Rows
    trough: Rows
    start: Rows
    peak: Rows
    fold: Floats
    confirmed: Bools


def _reexpansions(course: Course, fold: float) -> Reexpansions:
    """Walk on from the peak, one sample of every profile a step.

    A sample above its LLOQ of at least `fold` times the running minimum starts a re-expansion (a BLQ trough counts
    as its LLOQ); it lasts until a sample is at most its highest value / `fold`; the minimum then runs anew.
    """
    p = len(course)
    level = np.where(course.blq, course.lloq, course.conc)  # what a row counts as for a trough; NaN: no limit known
    above = course.quant & ~(level <= course.lloq)
    count, start, best_start, best_peak, best_trough = (np.full(p, init, np.int64) for init in (0, -1, -1, -1, -1))
    best_fold = np.full(p, -np.inf)
    confirmed, up = np.zeros(p, bool), np.zeros(p, bool)
    low, low_row = at(course.conc, course.peak), course.peak.copy()
    high, high_row, trough, trough_row = np.zeros(p), np.full(p, -1, np.int64), np.zeros(p), np.full(p, -1, np.int64)

    def close(done: Rows) -> None:
        with np.errstate(divide="ignore"):
            rise = high[done] / trough[done]
        larger = rise > best_fold[done]
        better = done[larger]
        best_fold[better], best_start[better], best_peak[better] = rise[larger], start[better], high_row[better]
        best_trough[better] = trough_row[better]
        following = np.minimum(start[better] + 1, len(level) - 1)
        confirmed[better] = (
            (start[better] < course.last[better]) & above[following] & (level[following] >= fold * trough[better])
        )

    act = np.flatnonzero(course.peak >= 0)
    row = course.peak[act]
    while len(act):
        more = row < course.last[act]
        act, row = act[more], row[more] + 1
        value, seen, rising = level[row], course.quant[row], up[act]
        begins = ~rising & above[row] & (value >= fold * low[act])
        b, climbing = act[begins], rising & seen & (value > high[act])
        up[b], start[b], trough[b], trough_row[b] = True, row[begins], low[b], low_row[b]
        count[b] += 1
        tops = begins | climbing
        high[act[tops]], high_row[act[tops]] = value[tops], row[tops]
        ends = rising & ~climbing & (value <= high[act] / fold)
        close(act[ends])
        up[act[ends]] = False
        sinks = ends | (~rising & ~begins & (value < low[act]))
        low[act[sinks]], low_row[act[sinks]] = value[sinks], row[sinks]
    close(np.flatnonzero(up))
    return Reexpansions(count, best_trough, best_start, best_peak, best_fold, confirmed)


def _put_reexpansion(course: Course, again: Reexpansions, out: Columns) -> None:
    no_peak: Reasons = course.no_peak()
    some = again.count > 0
    flags = flag_where(
        (some & ~again.confirmed, Flag.REEXPANSION_OBSERVED),
        (some & again.confirmed, Flag.REEXPANSION_CONFIRMED),
    )
    peaks = np.where(course.peak >= 0, 1.0 + again.count, np.where(course.never, 0.0, np.nan))
    never = flag_where((course.never, Flag.NEVER_QUANTIFIABLE))
    out.put("n_peaks", peaks, no_peak, flags | never)
    reason = first_of(len(course), (no_peak > 0, no_peak), (~some, Reason.NO_REEXPANSION))
    out.put("reexpansion_start", at(course.time, again.start), reason, flags)
    out.put("reexpansion_peak_time", at(course.time, again.peak), reason, flags)
    from_zero = some & np.isinf(again.fold)
    fold = np.where(np.isfinite(again.fold), again.fold, np.nan)
    out.put(
        "reexpansion_fold", fold, first_of(len(course), (reason > 0, reason), (from_zero, Reason.TROUGH_IS_ZERO)), flags
    )
