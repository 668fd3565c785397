"""The outline of an area as it was integrated: piece by piece, each measured, interpolated, assumed or extrapolated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cartpk.nca.area import Segments, segments
from cartpk.nca.blq import TimeZero, positions_of, time_zero, values_used
from cartpk.nca.course import Course
from cartpk.profiles import Profiles
from cartpk.reasons import Flag
from cartpk.results import Results

__all__ = ["Piece", "outline"]

Floats = NDArray[np.float64]
Kind = Literal["measured", "interpolated", "assumed", "extrapolated"]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One segment of an area: its line (`time`, `conc`; several points where it is exponential) and how it is known."""

    time: Floats
    conc: Floats
    kind: Kind
    logarithmic: bool

    @property
    def area(self) -> float:
        """The area under the piece, by the rule it was integrated with."""
        (t0, t1), (c0, c1) = self.time[[0, -1]], self.conc[[0, -1]]
        if self.logarithmic and c0 > 0 and c1 > 0 and c0 != c1:
            return float((c0 - c1) * (t1 - t0) / np.log(c0 / c1))
        return float(0.5 * (c0 + c1) * (t1 - t0))


def outline(results: Results, i: int, horizon: str) -> list[Piece]:
    """The pieces of the area of profile i to a horizon; none where the area is missing or 0 by definition.

    The areas of the pieces add up to `results["auc_HORIZON"][i]`.
    """
    area, flags = results[f"auc_{horizon}"][i], results.flag(f"auc_{horizon}", i)
    some = results.profiles[i].measured_only()
    if some is None or not area > 0:
        return []
    course = Course.of(some.profiles, results.rules)
    used = values_used(course, positions_of(course), results.rules)
    zero = time_zero(course, used)
    seg = segments(course, used, zero, results.rules.auc_method)
    days = results.rules.horizons[horizon]
    pieces = _to_horizon(seg, zero, days)
    if Flag.EXTRAPOLATED in flags:
        pieces.append(_beyond(some.profiles, course, float(results["lambda_z"][i]), days))
    elif Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE in flags:
        last = pieces[-1].time[-1] if pieces else 0.0
        pieces.append(Piece(np.array([last, days]), np.zeros(2), "assumed", False))
    return pieces


def _to_horizon(seg: Segments, zero: TimeZero, days: float) -> list[Piece]:
    pieces = []
    for row in np.flatnonzero(seg.used).tolist():
        t0, t1, c0, c1 = (float(v[row]) for v in (seg.time0, seg.time, seg.conc0, seg.conc))
        if t0 >= days:
            break
        logarithmic = bool(seg.logarithmic[row])
        assumed = t0 == 0 and zero.row[0] < 0
        end = min(t1, days)
        kind: Kind = "interpolated" if t1 > days else "assumed" if assumed else "measured"
        pieces.append(_piece(t0, c0, t1, c1, end, kind, logarithmic))
    return pieces


def _piece(t0: float, c0: float, t1: float, c1: float, end: float, kind: Kind, logarithmic: bool) -> Piece:
    """A segment up to `end`, on the line or the exponential of the whole segment."""
    time = np.linspace(t0, end, 16 if logarithmic else 2)
    share = (time - t0) / (t1 - t0)
    conc = c0 * (c1 / c0) ** share if logarithmic else c0 + (c1 - c0) * share
    return Piece(time, conc, kind, logarithmic)


def _beyond(p: Profiles, course: Course, slope: float, days: float) -> Piece:
    tlast, clast = float(course.tlast[0]), float(course.clast[0])
    time = np.linspace(tlast, days, 24)
    return Piece(time, clast * np.exp(-slope * (time - tlast)), "extrapolated", True)
