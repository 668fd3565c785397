"""Areas under the curve: to the last value, to the last sample, to a horizon, to infinity.

Each segment is linear or logarithmic once and for all (`Segments`), and a
horizon cuts the segment that crosses it without choosing again: choosing
again on the cut piece can make AUC0-90 smaller than AUC0-84.

Trapezoids: linear (c1 + c2)/2 * dt; logarithmic (c1 - c2) * dt / ln(c1/c2),
with a logarithm of the ratio that stays exact where c1 and c2 are close and
where they are orders of magnitude apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.nca.blq import TimeZero
from cartpk.nca.course import Bools, Columns, Course, Flags, Floats, first_of, flag_where
from cartpk.ragged import at, first_true, last_true, last_true_before, max_of, sum_of
from cartpk.reasons import Flag, Reason
from cartpk.rules import AucMethod, NcaRules

__all__ = ["Segments", "area_to_horizon", "areas", "segments"]


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """For each row after the infusion that has a value: the segment that ends there.

    Row arrays: used (the row ends a segment), time and conc of its end, time0 and conc0 of its start,
    logarithmic, area.
    """

    used: Bools
    time0: Floats
    conc0: Floats
    time: Floats
    conc: Floats
    logarithmic: Bools
    area: Floats


def segments(course: Course, used_value: Floats, zero: TimeZero, method: AucMethod) -> Segments:
    """The segments of every profile from time 0 on."""
    used = course.post & ~np.isnan(used_value)
    before = last_true_before(used)
    inside = before >= course.offsets[course.owner]
    conc = np.where(used, used_value, 0.0)
    time0 = np.where(inside, course.time[before], 0.0)
    conc0 = np.where(inside, conc[before], zero.value[course.owner])
    logarithmic = used & _is_logarithmic(course, method, time0, conc0, conc)
    area = 0.5 * (conc0 + conc) * (course.time - time0)
    rows = np.flatnonzero(logarithmic)
    if len(rows):
        area[rows] = _log_area(conc0[rows], conc[rows], course.time[rows] - time0[rows])
    return Segments(used, time0, conc0, course.time, conc, logarithmic, np.where(used, area, 0.0))


def _is_logarithmic(course: Course, method: AucMethod, time0: Floats, conc0: Floats, conc: Floats) -> Bools:
    if method == "linear":
        return np.zeros(len(conc), bool)
    positive = (conc0 > 0) & (conc > 0)
    if method == "lin-up-log-down":
        return positive & (conc < conc0)
    tmax = at(course.time, course.peak, np.inf)
    declining: Bools = positive & (conc != conc0) & (time0 >= tmax[course.owner])
    return declining


def _log_area(c0: Floats, c1: Floats, dt: Floats) -> Floats:
    """Area of a logarithmic segment; c0 and c1 are positive and differ."""
    return (c0 - c1) * dt / _log_ratio(c0, c1)


def _log_ratio(a: Floats, b: Floats) -> Floats:
    """ln(a/b) of positive numbers: by log1p within a factor of two, where a - b is exact; by log beyond, where 1 + (a-b)/b would round a small ratio away."""
    near = (a <= 2 * b) & (b <= 2 * a)
    ratio: Floats = np.where(near, np.log1p(np.where(near, (a - b) / b, 0.0)), np.log(a / b))
    return ratio


def areas(course: Course, seg: Segments, zero: TimeZero, rules: NcaRules, out: Columns) -> None:
    """AUClast, AUCall and the area to each horizon; AUCinf waits for λz."""
    never, no_value = course.never, course.no_value()
    to_last = seg.used & (course.time <= course.tlast[course.owner])
    for name, mask in (("auc_last", to_last), ("auc_all", seg.used)):
        area = np.where(course.last_quant >= 0, sum_of(seg.area, mask, course.offsets), np.nan)
        largest = max_of(seg.area, mask, course.offsets)
        flags = zero.flags | flag_where((largest > 0.5 * area, Flag.ONE_INTERVAL_DOMINATES))
        flags = np.where(never, np.uint32(Flag.NEVER_QUANTIFIABLE), flags)
        out.put(name, np.where(never, 0.0, area), no_value, flags)
    for name, days in rules.horizons.items():
        found = area_to_horizon(course, seg, days, rules.window_of(name), rules.end_rule, out)
        flags = np.where(found.flags & Flag.NEVER_QUANTIFIABLE, found.flags, found.flags | zero.flags)
        flags |= np.where(found.flags & Flag.EXTRAPOLATED, out.flags["lambda_z"], np.uint32(0))
        out.put(f"auc_{name}", found.area, found.reason, flags)
        for share in ("interp", "extrap"):
            pct = _percent(getattr(found, share), found.area)
            out.put(f"auc_{name}_pct_{share}", pct, found.reason, flags)


def _percent(part: Floats, whole: Floats) -> Floats:
    """100 part/whole; 0 where both are 0, NaN where the whole is."""
    share = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
    return np.where(np.isnan(whole), np.nan, 100.0 * share)


@dataclass(frozen=True, slots=True, eq=False)
class HorizonArea:
    """Area to a horizon with its interpolated and extrapolated parts, reason, flags, and the last row it uses."""

    area: Floats
    interp: Floats
    extrap: Floats
    reason: NDArray[np.uint8]
    flags: Flags


def area_to_horizon(
    course: Course,
    seg: Segments,
    days: float,
    window: float,
    end_rule: str,
    terminal: Columns | None = None,
) -> HorizonArea:
    """The area from the infusion to `days`, by the four end rules.

    Whether samples reach the horizon is judged on measured results, BLQ among them, before substitution:

    1. they reach it: the segment that crosses it is cut there;
    2. they end before it, with a result below the limit after a quantifiable one: the area after is 0;
    3. they end before it with a quantifiable value, inside the visit window: the area to the last sample;
    4. they end earlier still: missing. ``end_rule="extrapolate"`` replaces 3 and 4 with λz of `terminal`.

    A course that a further infusion ended before the horizon has no area to it.
    """
    t_end, never = course.t_end, course.never
    reaches = t_end >= days
    within = t_end >= days - window
    falls_silent = course.last_quant < course.last
    short = ~reaches & ~falls_silent & ~never
    extend = short if end_rule == "extrapolate" else np.zeros(len(course), bool)

    whole = seg.used & (course.time <= days)
    area = sum_of(seg.area, whole, course.offsets)
    piece, crossed = _cut_piece(course, seg, days)
    piece = np.where(never, 0.0, piece)
    extrap, no_slope = _beyond(course, days, extend, terminal)
    total = np.where(never, 0.0, area + piece + extrap)

    reason = first_of(
        len(course),
        (course.last < 0, Reason.NO_SAMPLE_AFTER_INFUSION),
        (~reaches & course.ended, Reason.COURSE_ENDED_BY_INFUSION),
        (never & ~within, Reason.SAMPLING_ENDS_BEFORE_HORIZON),
        (extend, no_slope),
        (short & ~extend & ~within, Reason.SAMPLING_ENDS_BEFORE_HORIZON),
    )
    total = np.where(reason > 0, np.nan, total)
    ends_at = at(course.time, last_true(whole, course.offsets), 0.0)
    largest = np.maximum(max_of(seg.area, whole, course.offsets), piece)
    flags = flag_where(
        (never, Flag.NEVER_QUANTIFIABLE),
        (crossed & ~never, Flag.INTERPOLATED),
        (~never & ~crossed & ~short & (ends_at < days), Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE),
        (((short & ~extend) | never) & ~reaches, Flag.INTEGRATED_TO_ACTUAL_TIME),
        (extend, Flag.EXTRAPOLATED),
        ((largest > 0.5 * total) & ~never, Flag.ONE_INTERVAL_DOMINATES),
    )
    return HorizonArea(total, piece, extrap, reason, flags)


def _cut_piece(course: Course, seg: Segments, days: float) -> tuple[Floats, Bools]:
    """Area of the piece before the horizon of the segment that crosses it, and whether one does."""
    row = first_true(seg.used & (course.time > days), course.offsets)
    row = np.where(at(seg.time0, row, np.inf) < days, row, -1)
    found = np.flatnonzero(row >= 0)
    piece = np.zeros(len(course))
    if len(found):
        r = row[found]
        piece[found] = _piece(seg.time0[r], seg.conc0[r], seg.time[r], seg.conc[r], seg.logarithmic[r], days)
    return piece, row >= 0


def _piece(t0: Floats, c0: Floats, t1: Floats, c1: Floats, logarithmic: Bools, days: float) -> Floats:
    """Area of a segment up to `days`, cut on the line (or the exponential) of the whole segment."""
    share, dt = (days - t0) / (t1 - t0), days - t0
    linear = 0.5 * (c0 + (c0 + (c1 - c0) * share)) * dt
    if not logarithmic.any():
        return linear
    fall = _log_ratio(np.where(logarithmic, c1, 2.0), np.where(logarithmic, c0, 1.0))
    return np.where(logarithmic, c0 * np.expm1(fall * share) * (t1 - t0) / fall, linear)


def _beyond(course: Course, days: float, extend: Bools, terminal: Columns | None) -> tuple[Floats, NDArray[np.uint8]]:
    """Clast/λz (1 - exp(-λz (days - Tlast))) where `extend`, and the reason where there is no λz."""
    nothing = np.zeros(len(course))
    if terminal is None or not extend.any():
        return nothing, np.zeros(len(course), np.uint8)
    slope = terminal.values["lambda_z"]
    gated = terminal.reasons["lambda_z"] == Reason.GATE_FAILED
    reason = first_of(
        len(course), (~np.isnan(slope), Reason.NONE), (gated, Reason.GATE_FAILED), (~gated, Reason.NO_TERMINAL_SLOPE)
    )
    area = course.clast / slope * -np.expm1(-slope * (days - course.tlast))
    return np.where(extend & ~np.isnan(slope), area, 0.0), reason


def to_infinity(course: Course, zero: TimeZero, rules: NcaRules, out: Columns) -> None:
    """AUCinf = AUClast + Clast/λz, with Clast observed and predicted, and the share after Tlast."""
    slope, auc_last = out.values["lambda_z"], out.values["auc_last"]
    no_value, gated = course.no_value(), out.reasons["lambda_z"] == Reason.GATE_FAILED
    no_slope = first_of(
        len(course), (no_value > 0, no_value), (gated, Reason.GATE_FAILED), (np.isnan(slope), Reason.NO_TERMINAL_SLOPE)
    )
    inherited = zero.flags | out.flags["lambda_z"]
    for kind, clast in (("obs", course.clast), ("pred", out.values["clast_pred"])):
        tail = clast / slope
        area = auc_last + tail
        share = 100.0 * tail / area
        high = share > rules.auc_extrap_max_pct
        flags = inherited | flag_where((high, Flag.AUC_EXTRAP_HIGH))
        out.put(f"auc_pct_extrap_{kind}", share, no_slope, flags)
        removed = high if rules.gate == "missing" else np.zeros(len(course), bool)
        reason = first_of(len(course), (no_slope > 0, no_slope), (removed, Reason.GATE_FAILED))
        out.put(f"auc_inf_{kind}", np.where(removed, np.nan, area), reason, flags)
