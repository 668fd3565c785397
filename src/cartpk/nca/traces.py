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

__all__ = ["AREA_SETS", "LINE_SETS", "Traces", "traces"]

AREA_SETS = ("to_last", "all")
"""Sets of which only the rows count that enter an area; so do those of horizons."""
LINE_SETS = ("lambda_z",)
"""Sets of which only the rows of the terminal line count."""


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """First and last row of each named set, both included, -1 for none; and the rows of areas and terminal lines."""

    ends: dict[str, tuple[Rows, Rows]]
    in_area: Bools
    in_line: Bools


def traces(course: Course, rules: NcaRules, seg: Segments, zero: TimeZero, line: Bools, runs: Phases) -> Traces:
    """The rows of every parameter of a block.

    A zero that says "never quantifiable" is made from every sample after the infusion.
    """
    start, never = course.offsets[:-1], course.never
    peak, first, last = course.peak, course.first_quant, course.last_quant

    def one(row: Rows, there: Bools) -> tuple[Rows, Rows]:
        row = np.where(there, row, -1)
        return row, row

    def or_all(row: Rows, end: Rows) -> tuple[Rows, Rows]:
        return np.where(never, course.first_post, row), np.where(never, course.last, end)

    ends = {
        "peak": or_all(peak, peak),
        "before_peak": one(peak - 1, peak > course.first_post),
        "after_peak": one(course.last_tie + 1, (peak >= 0) & (course.last_tie < course.last)),
        "late_peak": one(course.late, course.late >= 0),
        "first": one(first, first >= 0),
        "before_first": one(first - 1, first > course.first_post),
        "last": one(last, last >= 0),
        "after_last": one(last + 1, (last >= 0) & (last < course.last)),
        "first_to_last": (first, last),
        "to_last": (start, np.where(never, course.last, last)),
        "all": (start, course.last),
        "lambda_z": (start, last),
        "expansion": (runs.rise_start, peak),
        "contraction": (peak, runs.fall_end),
        "after_peak_course": or_all(peak, np.where(peak >= 0, course.last, -1)),
        "reexpansion_start": one(runs.again_start, runs.again_start >= 0),
        "reexpansion": (runs.again_start, runs.again_peak),
    }
    in_area = seg.used | (never[course.owner] & course.post)
    in_area[zero.row[zero.row >= 0]] = True
    for name, days in rules.horizons.items():
        beyond = first_true(in_area & (course.time >= days), course.offsets)
        ends[f"to_{name}"] = start, np.where(beyond >= 0, beyond, course.last)
    return Traces(ends, in_area, line)
