"""Points of a terminal line chosen, or left out, by hand: from `LambdaZPoints` to rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import RulesError
from cartpk.profiles import Profiles
from cartpk.rules import LambdaZPoints, NcaRules

__all__ = ["ChosenPoints", "chosen_points"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ChosenPoints:
    """Rows taken (`take`) or left out (`drop`), and the profiles whose line is all chosen (`taken`) or touched (`by_hand`)."""

    take: Bools
    drop: Bools
    taken: Bools
    by_hand: Bools

    def of(self, rows: NDArray[np.int64], profiles: NDArray[np.int64]) -> ChosenPoints:
        """Those of some rows and profiles."""
        return ChosenPoints(self.take[rows], self.drop[rows], self.taken[profiles], self.by_hand[profiles])


def chosen_points(profiles: Profiles, rules: NcaRules) -> ChosenPoints:
    """Find the rows that the rules name.

    Raises:
        RulesError: no such profile, more than one, chosen twice, or a time without a quantifiable sample; all at once.
    """
    n, p = profiles.n_rows, len(profiles)
    chosen = ChosenPoints(np.zeros(n, bool), np.zeros(n, bool), np.zeros(p, bool), np.zeros(p, bool))
    faults: list[str] = []
    window = rules.peak_window_days
    for points in rules.lambda_z_points:
        where = f"lambda_z_points for subject {points.subject_id!r}, assay {points.assay!r}"
        found = _profiles_named(profiles, points)
        if len(found) != 1:
            what = "no profile has this name" if not len(found) else "more than one profile: name infusion and matrix"
            faults.append(f"{where}: {what}")
        elif chosen.by_hand[found[0]]:
            faults.append(f"{where}: points are given twice for this profile")
        else:
            faults += [f"{where}: {fault}" for fault in _mark(profiles, int(found[0]), points, window, chosen)]
    if faults:
        raise RulesError("\n".join(faults))
    return chosen


def _profiles_named(profiles: Profiles, points: LambdaZPoints) -> NDArray[np.int64]:
    keys = profiles.keys
    named = np.ones(len(profiles), bool)
    for labels, text in ((keys.subject, points.subject_id), (keys.assay, points.assay), (keys.matrix, points.matrix)):
        if text is not None:
            named &= labels.codes == (labels.levels.index(text) if text in labels.levels else -1)
    if points.infusion is not None:
        named &= keys.infusion == points.infusion
    return np.flatnonzero(named)


def _mark(profiles: Profiles, i: int, points: LambdaZPoints, peak_window: float, chosen: ChosenPoints) -> list[str]:
    """Mark the rows of profile i; the times that have no usable sample come back as sentences."""
    a, b = int(profiles.offsets[i]), int(profiles.offsets[i + 1])
    time, conc = profiles.time[a:b], profiles.conc[a:b]
    usable = profiles.measured[a:b] & (conc > 0) & (time > 0)
    inside = usable & (time <= peak_window)
    if inside.any():
        usable &= time > time[np.argmax(np.where(inside, conc, -np.inf))]
    faults = []
    for t in points.times or points.drop_times:
        rows = a + np.flatnonzero(usable & (time == t))
        if len(rows):
            (chosen.take if points.times else chosen.drop)[rows] = True
        else:
            there = ", ".join(f"{day:g}" for day in time[usable]) or "none"
            faults.append(f"no quantifiable sample after the peak at time {t:g} (there are: {there})")
    chosen.by_hand[i] = True
    chosen.taken[i] = bool(points.times)
    return faults
