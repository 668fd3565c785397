"""Which rows each parameter is made from, by the names that `cartpk.terms` uses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cartpk.nca.area import Segments
from cartpk.nca.blq import TimeZero
from cartpk.nca.course import Bools, Course, Rows
from cartpk.nca.phases import Phases
from cartpk.ragged import first_true
from cartpk.rules import NcaRules

__all__ = ["SETS", "Traces", "traces"]

SETS = {
    "peak": ("peak_from", "peak_to", "measured"),
    "before_peak": ("before_peak", "before_peak", "measured"),
    "after_peak": ("after_peak", "after_peak", "measured"),
    "late_peak": ("late", "late", "measured"),
    "first": ("first", "first", "measured"),
    "before_first": ("before_first", "before_first", "measured"),
    "last": ("last", "last", "measured"),
    "after_last": ("after_last", "after_last", "measured"),
    "first_to_last": ("first", "last", "measured"),
    "to_last": ("start", "last_or_all", "area"),
    "all": ("start", "end", "area"),
    "lambda_z": ("start", "last", "line"),
    "expansion": ("rise_start", "peak", "measured"),
    "contraction": ("peak", "fall_end", "measured"),
    "after_peak_course": ("peak_from", "course_end", "measured"),
    "reexpansion_start": ("again_start", "again_start", "measured"),
    "reexpansion": ("again_trough", "again_peak", "measured"),
}
"""Name of a row set -> the rows it runs from and to (both included), and which of the rows between count.

``start`` is a profile's first row; a horizon H adds ``to_H`` from the start over the rows of areas.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """The rows that sets run from and to, -1 for none; and the rows that enter areas and terminal lines."""

    rows: dict[str, Rows]
    in_area: Bools
    in_line: Bools


def traces(course: Course, rules: NcaRules, seg: Segments, zero: TimeZero, line: Bools, runs: Phases) -> Traces:
    """The rows of every parameter of a block.

    A zero that says "never quantifiable" is made from every sample after the infusion.
    """
    never, peak, first, last = course.never, course.peak, course.first_quant, course.last_quant
    rows = {
        "peak": peak,
        "peak_from": np.where(never, course.first_post, peak),
        "peak_to": np.where(never, course.last, peak),
        "before_peak": np.where(peak > course.first_post, peak - 1, -1),
        "after_peak": np.where((peak >= 0) & (course.last_tie < course.last), course.last_tie + 1, -1),
        "course_end": np.where((peak >= 0) | never, course.last, -1),
        "late": course.late,
        "first": first,
        "before_first": np.where(first > course.first_post, first - 1, -1),
        "last": last,
        "after_last": np.where((last >= 0) & (last < course.last), last + 1, -1),
        "last_or_all": np.where(never, course.last, last),
        "end": course.last,
        "rise_start": runs.rise_start,
        "fall_end": runs.fall_end,
        "again_trough": runs.again_trough,
        "again_start": runs.again_start,
        "again_peak": runs.again_peak,
    }
    in_area = seg.used | (never[course.owner] & course.post)
    in_area[zero.row[zero.row >= 0]] = True
    for name, days in rules.horizons.items():
        beyond = first_true(in_area & (course.time >= days), course.offsets)
        rows[f"to_{name}"] = np.where(beyond >= 0, beyond, course.last)
    return Traces(rows, in_area, line)
