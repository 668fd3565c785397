"""One profile as it is drawn and listed: its samples, what stands for each, and the results that are marked on the curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cartpk.language import say
from cartpk.profiles import Profiles
from cartpk.reasons import Flag
from cartpk.results import Results
from cartpk.rules import BLQ_POSITIONS

__all__ = ["Course", "Span", "courses"]

Floats = NDArray[np.float64]

_POSITIONS = {
    "pre_infusion": "pre-infusion",
    "before_first": "before first",
    "embedded": "embedded",
    "first_trailing": "first trailing",
    "later_trailing": "later trailing",
}
"""How a listing calls the places of results below the limit."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a curve from one place to the next.

    `dashed` where an end is not a measured number, `curved` where the area is logarithmic, `unknown` where neither end is measured.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    dashed: bool
    curved: bool
    unknown: bool


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The rows of profile `i`; `used` is what stands for a row in an area (NaN: nothing), `position` that of a BLQ row.

    `zero` is the value at the infusion; `peak`, `horizon_area` and `half_life` are NaN where missing.
    """

    i: int
    profiles: Profiles
    results: Results
    used: Floats
    position: NDArray[np.int8]

    @property
    def rows(self) -> slice:
        """Its flat rows."""
        return slice(int(self.profiles.offsets[self.i]), int(self.profiles.offsets[self.i + 1]))

    @property
    def time(self) -> Floats:
        """Days after the infusion."""
        return self.profiles.time[self.rows]

    @property
    def conc(self) -> Floats:
        """Values, NaN where BLQ or missing."""
        return self.profiles.conc[self.rows]

    @property
    def blq(self) -> NDArray[np.bool_]:
        """Rows below the limit."""
        return self.profiles.blq[self.rows]

    @property
    def lloq(self) -> Floats:
        """Limits, NaN where none is known."""
        return self.profiles.lloq[self.rows]

    @property
    def excluded(self) -> NDArray[np.bool_]:
        """Rows that the plan leaves out."""
        return self.profiles.excluded[self.rows] >= 0

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Rows without a result."""
        return self.profiles.missing[self.rows]

    def value(self, name: str) -> float:
        """A parameter of this profile, NaN where missing or not computed."""
        values = self.results.values.get(name)
        return math.nan if values is None else float(values[self.i])

    def local_rows(self, name: str) -> list[int]:
        """The rows a parameter was made from, counted from the profile's first."""
        first = self.rows.start
        return [row - first for row in self.results.rows_of(name, self.i).tolist()]

    def position_word(self, row: int) -> str:
        """Where a BLQ row stands, in words."""
        code = int(self.position[row])
        return say(_POSITIONS[BLQ_POSITIONS[code]]) if code >= 0 else ""

    def start_value(self) -> tuple[float, bool]:
        """The value at the infusion, and whether a sample stands at or before it (else it is taken as 0)."""
        before = np.flatnonzero((self.time <= 0) & (self.time >= -30) & ~self.missing & ~self.excluded)
        if len(before) and not math.isnan(self.used[before[-1]]):
            return float(self.used[before[-1]]), True
        return 0.0, False

    def spans(self) -> list[Span]:
        """The course after the infusion, from value used to value used."""
        t, method = self.time, self.results.rules.auc_method
        after = [r for r in range(len(t)) if t[r] > 0 and not math.isnan(self.used[r])]
        value, sampled = self.start_value()
        places = [(0.0, value), *((float(t[r]), float(self.used[r])) for r in after)]
        known = [sampled and value > 0, *(not self.blq[r] for r in after)]
        tmax = self.value("tmax")
        return [
            Span(a, b, not (ka and kb) or self._skips(a[0], b[0]), _logarithmic(method, a, b, tmax), not (ka or kb))
            for (a, b), (ka, kb) in zip(pairwise(places), pairwise(known), strict=True)
        ]

    def _skips(self, start: float, end: float) -> bool:
        """Whether a measured sample between two places has no part in the line."""
        between = (self.time > start) & (self.time < end) & ~self.missing & ~self.excluded
        return bool(np.any(between))

    def horizon(self) -> tuple[str, float]:
        """The horizon that is shaded: M3, else the last one; ("", NaN) where there is none."""
        horizons = self.results.rules.horizons
        name = "0_m3" if "0_m3" in horizons else next(reversed(list(horizons)), "")
        return name, horizons.get(name, math.nan)

    def extrapolated(self) -> bool:
        """Whether the shaded area goes beyond Tlast with the terminal slope."""
        name, _ = self.horizon()
        return bool(name) and Flag.EXTRAPOLATED in self.results.flag(f"auc_{name}", self.i)


def _logarithmic(method: str, a: tuple[float, float], b: tuple[float, float], tmax: float) -> bool:
    """Whether the trapezoid rule joins two places by an exponential."""
    if method == "linear" or min(a[1], b[1]) <= 0 or a[1] == b[1]:
        return False
    return b[1] < a[1] if method == "lin-up-log-down" else a[0] >= tmax


def courses(profiles: Profiles, results: Results, used: Floats, position: NDArray[np.int8]) -> list[Course]:
    """Every profile, with its part of the values used."""
    cuts = profiles.offsets.tolist()
    return [Course(i, profiles, results, used[a:b], position[a:b]) for i, (a, b) in enumerate(pairwise(cuts))]
