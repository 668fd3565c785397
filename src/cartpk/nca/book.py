"""Where the columns of the blocks are gathered into one `Results`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cartpk.nca.course import Columns
from cartpk.nca.traces import AREA_SETS, LINE_SETS, Traces
from cartpk.profiles import Profiles
from cartpk.reasons import Reason
from cartpk.results import Results, RowSet
from cartpk.rules import NcaRules
from cartpk.terms import terms_for

__all__ = ["Book"]


class Book:
    """Columns of all profiles, filled block by block; profiles that no block enters have no measured row."""

    def __init__(self, profiles: Profiles, rules: NcaRules) -> None:
        self._profiles, self._rules = profiles, rules
        self._terms = terms_for(rules.horizons)
        p, n = len(profiles), profiles.n_rows
        self._values = {name: np.full(p, np.nan) for name in self._terms}
        unmeasured = self._why_unmeasured()
        self._reasons = {name: unmeasured.copy() for name in self._terms}
        self._flags: dict[str, NDArray[np.uint32]] = {}
        self._ends: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
        self._in_area, self._in_line = np.zeros(n, bool), np.zeros(n, bool)

    def _why_unmeasured(self) -> NDArray[np.uint8]:
        """The reason of a profile without a measured row: excluded where the plan left out every result it had."""
        profiles = self._profiles
        if not len(profiles):
            return np.empty(0, np.uint8)
        excluded = np.logical_or.reduceat(profiles.excluded >= 0, profiles.offsets[:-1])
        return np.where(excluded, np.uint8(Reason.EXCLUDED), np.uint8(Reason.NO_MEASURED_SAMPLE))

    def enter(self, index: NDArray[np.int64], rows: NDArray[np.int64], out: Columns, traced: Traces) -> None:
        """Enter a block: `index` are its profiles, `rows` its measured rows."""
        for name in self._terms:
            self._values[name][index] = out.values[name]
            self._reasons[name][index] = out.reasons[name]
        for name, flags in out.flags.items():
            if flags.any():
                self._flags.setdefault(name, np.zeros(len(self._profiles), np.uint32))[index] = flags
        for name, (first, last) in traced.ends.items():
            ends = self._ends.setdefault(name, (self._none(), self._none()))
            for column, row in zip(ends, (first, last), strict=True):
                column[index] = np.where(row >= 0, rows[row], -1)
        self._in_area[rows], self._in_line[rows] = traced.in_area, traced.in_line

    def _none(self) -> NDArray[np.int64]:
        return np.full(len(self._profiles), -1, np.int64)

    def results(self) -> Results:
        """What was entered."""
        measured = self._profiles.measured
        area_sets = (*AREA_SETS, *(f"to_{name}" for name in self._rules.horizons))

        def only(name: str) -> NDArray[np.bool_]:
            if name in LINE_SETS:
                return self._in_line
            return self._in_area if name in area_sets else measured

        return Results(
            profiles=self._profiles,
            rules=self._rules,
            terms=self._terms,
            values=self._values,
            reasons=self._reasons,
            flags=self._flags,
            rows={name: RowSet(first, last, only(name)) for name, (first, last) in self._ends.items()},
        )
