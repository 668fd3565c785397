"""Where the columns of the blocks are gathered into one `Results`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cartpk.nca.course import Columns
from cartpk.nca.traces import SETS, Traces
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
        self._row_type = np.int32 if n < np.iinfo(np.int32).max else np.int64
        self._rows: dict[str, NDArray[np.signedinteger]] = {"start": profiles.offsets[:-1]}
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
                if name not in self._flags:
                    self._flags[name] = np.zeros(len(self._profiles), np.uint32)
                self._flags[name][index] = flags
        for name, row in traced.rows.items():
            if name not in self._rows:
                self._rows[name] = np.full(len(self._profiles), -1, self._row_type)
            self._rows[name][index] = np.where(row >= 0, rows[row], -1)
        self._in_area[rows], self._in_line[rows] = traced.in_area, traced.in_line

    def results(self) -> Results:
        """What was entered."""
        for columns in (self._values, self._reasons, self._flags, self._rows):
            for column in columns.values():
                column.flags.writeable = False
        masks = {"measured": self._profiles.measured, "area": self._in_area, "line": self._in_line}
        sets = {**SETS, **{f"to_{name}": ("start", f"to_{name}", "area") for name in self._rules.horizons}}
        none: NDArray[np.signedinteger] = np.full(len(self._profiles), -1, self._row_type)
        return Results(
            profiles=self._profiles,
            rules=self._rules,
            terms=self._terms,
            values=self._values,
            reasons=self._reasons,
            flags=self._flags,
            rows={
                name: RowSet(self._rows.get(first, none), self._rows.get(last, none), masks[mask])
                for name, (first, last, mask) in sets.items()
            },
        )
