"""Statistics along the visits, one course an assay and group, from the same summary that the tables are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cartpk.grouping import By, Group
from cartpk.profiles import Profiles
from cartpk.summary import Visit, summarize_concentrations

__all__ = ["FEWEST", "Course", "CourseKey", "courses"]

Floats = NDArray[np.float64]
CourseKey = tuple[str, str, int, Group]
"""Assay, matrix, infusion, group."""

FEWEST = 3
"""Values a group needs at a visit for a point of its line, as in the summary."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The statistics of one group at its visits: `day` and each statistic have one entry a visit, in order of day."""

    day: Floats
    statistics: Mapping[str, Floats]

    def __getitem__(self, statistic: str) -> Floats:
        return self.statistics[statistic]


def courses(profiles: Profiles, by: By, min_n: int) -> dict[CourseKey, Course]:
    """The courses of all groups; `cartpk.grouping.TOTAL` is the one of everybody where there is no grouping.

    Results below the limit count as 0 in means and medians; geometric means are over quantifiable values.
    """
    summary = summarize_concentrations(_with_days(profiles), by, min_n)
    cells: dict[CourseKey, list[tuple[float, Mapping[str, float]]]] = {}
    for cell in summary:
        if bool(cell.group.by) != bool(summary.groupings):
            continue
        day = cell.row.time_nominal if isinstance(cell.row, Visit) else None
        if day is not None:
            cells.setdefault((*cell.stratum[:3], cell.group), []).append((day, cell.values))
    return {key: _course(visits) for key, visits in cells.items()}


def _course(visits: list[tuple[float, Mapping[str, float]]]) -> Course:
    visits = sorted(visits, key=lambda visit: visit[0])
    names = visits[0][1]
    return Course(
        np.array([day for day, _ in visits]), {name: np.array([values[name] for _, values in visits]) for name in names}
    )


def _with_days(profiles: Profiles) -> Profiles:
    """A planned day for every sample: the median actual day of its named visit, or its own day, where none is given."""
    day = profiles.time_nominal.copy()
    bare = np.isnan(day)
    if not bare.any():
        return profiles
    codes = profiles.visit.codes
    for code in np.unique(codes[bare]).tolist():
        rows = bare & (codes == code)
        named = bool(profiles.visit.levels[code].strip())
        day[rows] = np.median(profiles.time[rows]) if named else profiles.time[rows]
    return replace(profiles, time_nominal=day)
