"""How many subjects still had quantifiable cells at the landmarks of a study, and of how many that is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cartpk.grouping import Layout, Stratum
from cartpk.language import say
from cartpk.profiles import Profiles
from cartpk.results import Results
from cartpk.rounding import fixed
from cartpk.rules import NcaRules
from cartpk.tables.table import Cell, Column, Number, Row, Table
from cartpk.tables.words import group_heading, subtitle, title_by

__all__ = ["at_landmarks", "landmarks", "persistence", "window_of"]

_FIXED = ("parameter", "unit", "statistic", "value")
_RULE = (
    "At risk: subjects followed to the landmark (its window counts) of whom it is known whether cells were quantifiable then. Persisting: quantifiable on that"
    " day or later, or within the window before it and not below the limit by that day. Not persisting: below the limit by the end of the window and from there"
    " on. A subject whose loss lies between two samples around the whole window is not at risk."
)


def landmarks(rules: NcaRules) -> tuple[tuple[str, float], ...]:
    """Names and days: D28 and months 1, 2, 3, 6 and 12; M3 is the horizon of that name, a month 30 days."""
    m3 = rules.horizons.get("0_m3", 90.0)
    found = (("D28", 28.0), ("M1", 30.0), ("M2", 60.0), ("M3", m3), ("M6", 180.0), ("M12", 360.0))
    return tuple(sorted(found, key=lambda landmark: landmark[1]))


def window_of(day: float) -> float:
    """Days before and after a landmark that count as its visit: 3 to day 30, 7 to day 91, a tenth of the day after that."""
    return 3.0 if day <= 30 else 7.0 if day <= 91 else day / 10


def at_landmarks(results: Results) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who persists and who does not, shape (landmarks, profiles) each; neither: it is not known."""
    profiles = results.profiles
    last, lost = results.values["tlast"], results.values["t_blq"]
    followed = _last_result(profiles)
    never = np.isnan(last) & ~np.isnan(followed)
    persisting, gone = [], []
    for _, day in landmarks(results.rules):
        near = window_of(day)
        here = (last >= day) | ((last >= day - near) & ~(lost <= day))
        persisting.append(here)
        gone.append(~here & (followed >= day - near) & ((lost <= day + near) | never))
    return np.array(persisting), np.array(gone)


def _last_result(profiles: Profiles) -> NDArray[np.float64]:
    """The day of the last measured result after the infusion of each profile, NaN where there is none."""
    if not len(profiles):
        return np.empty(0)
    time = np.where(profiles.measured & (profiles.time > 0), profiles.time, -np.inf)
    last = np.maximum.reduceat(time, profiles.offsets[:-1])
    return np.where(np.isfinite(last), last, np.nan)


def persistence(
    results: Results,
    stratum: Stratum,
    by: Sequence[str] = (),
    *,
    number: str = "14.2.5.1",
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """Landmarks in rows (number at risk, number and share persisting), groups and the total in columns."""
    layout = Layout.of(results.profiles, tuple(by), 1, _FIXED)
    persisting, gone = at_landmarks(results)
    s = layout.strata.index(stratum)
    groups = [g for t, g in layout.pairs if t == s]
    counts = [_counted(layout, found, s, groups) for found in (persisting | gone, persisting)]
    rows: list[Row] = []
    for k, (name, day) in enumerate(landmarks(results.rules)):
        risk, here = ([int(count[k, g]) for g in range(len(groups))] for count in counts)
        rows.append(Row((say("{landmark} (day {day})", landmark=name, day=f"{day:g}"), *[""] * len(groups)), "heading"))
        rows.append(Row((say("Number at risk"), *(Number(n, str(n)) for n in risk)), indent=1))
        rows.append(Row((say("Persisting, n (%)"), *map(_share, here, risk)), indent=1))
    heads = [group_heading(layout.grouping.groups[g], float(layout.subjects[s, g])) for g in groups]
    windows = say(", ").join(
        say("{landmark} {days} d", landmark=name, days=f"{window_of(day):g}") for name, day in landmarks(results.rules)
    )
    return Table(
        number=number,
        id="persistence",
        title=title_by(say("Persistence of CAR-T cells"), by),
        subtitle=subtitle(stratum, population, of=results.profiles.keys.infusion),
        columns=(Column(say("Landmark"), "left", 30), *(Column(head, "right", 14) for head in heads)),
        rows=tuple(rows),
        footnotes=(say(_RULE), say("Windows: {windows}. Made from tlast and t_blq of parameters.csv.", windows=windows), *notes),
    )  # fmt: skip


def _counted(layout: Layout, found: NDArray[np.bool_], s: int, groups: Sequence[int]) -> NDArray[np.int64]:
    row, profile = np.nonzero(found)
    return layout.count(row, profile, len(found))[:, s][:, list(groups)]


def _share(n: int, of: int) -> Cell:
    return f"{n} ({fixed(100 * n / of, 1)})" if of else "NE"
