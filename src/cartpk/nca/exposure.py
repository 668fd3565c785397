"""Peak, first, last: what is read off the samples."""

from __future__ import annotations

import numpy as np

from cartpk.nca.blq import TimeZero
from cartpk.nca.course import Bools, Columns, Course, Flags, Floats, Rows, first_of, flag_where
from cartpk.ragged import at
from cartpk.reasons import Flag, Reason

__all__ = ["exposure"]


def exposure(course: Course, zero: TimeZero, out: Columns) -> None:
    """Cmax, Tmax and its bracket, the late peak, Tfirst, Tlag, Tlast, Clast, T BLQ.

    Cmax is the highest quantifiable value in the peak window and Tmax its time, the first if tied; a profile
    that is never quantifiable has Cmax 0 and no Tmax. The flags of `zero` go with what begins at the infusion.
    """
    time, conc = course.time, course.conc
    no_peak, no_value = course.no_peak(), course.no_value()
    never = course.never
    out.put(
        "cmax",
        np.where(never, 0.0, at(conc, course.peak)),
        no_peak,
        flag_where((never, Flag.NEVER_QUANTIFIABLE)),
    )
    out.put("tmax", at(time, course.peak), no_peak)
    _bracket(course, zero.flags, out)

    late_reason = first_of(len(course), (no_value > 0, no_value), (course.late < 0, Reason.NO_LATE_PEAK))
    out.put("late_peak", at(conc, course.late), late_reason)
    out.put("late_peak_time", at(time, course.late), late_reason)

    out.put("clast", course.clast, no_value)
    out.put("tlast", course.tlast, no_value)
    tfirst = at(time, course.first_quant)
    lag, from_zero = _sample_before(course, course.first_quant)
    out.put("tlag", lag, no_value, np.where(from_zero, zero.flags, np.uint32(0)))
    out.put("tfirst", tfirst, no_value)
    after_last = np.where(course.last_quant < course.last, course.last_quant + 1, -1)
    lost = np.where(course.last_quant >= 0, at(time, after_last), np.nan)
    out.put("t_blq", lost, first_of(len(course), (no_value > 0, no_value), (lost != lost, _STILL)))
    out.put("quantifiable_duration", course.tlast - tfirst, no_value)


_STILL = Reason.STILL_QUANTIFIABLE_AT_LAST_SAMPLE


def _sample_before(course: Course, row: Rows) -> tuple[Floats, Bools]:
    """Time of the measured sample before `row`, or the infusion (0) where none lies between; and whether it is 0."""
    has_one = row > course.first_post
    before = at(course.time, np.where(has_one, row - 1, -1))
    from_zero = (row >= 0) & ~has_one
    return np.where(from_zero, 0.0, before), from_zero


def _bracket(course: Course, zero_flags: Flags, out: Columns) -> None:
    """The measured samples (BLQ too) beside the peak; after tied maxima the one after the last tie."""
    no_peak = course.no_peak()
    lower, from_zero = _sample_before(course, course.peak)
    out.put("tmax_lower", lower, no_peak, np.where(from_zero, zero_flags, np.uint32(0)))
    after = np.where((course.peak >= 0) & (course.last_tie < course.last), course.last_tie + 1, -1)
    reason = first_of(len(course), (no_peak > 0, no_peak), (after < 0, Reason.PEAK_AT_LAST_SAMPLE))
    out.put("tmax_upper", at(course.time, after), reason)
