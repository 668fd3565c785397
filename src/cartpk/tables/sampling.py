"""What each group was given and how it was sampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartpk.grouping import Layout, Stratum
from cartpk.language import say
from cartpk.profiles import Profiles
from cartpk.rounding import significant
from cartpk.summary import STATISTICS
from cartpk.tables.table import Cell, Column, Number, Row, Table
from cartpk.tables.words import group_heading, subtitle, title_by, with_unit

__all__ = ["dose_and_sampling"]

_FIXED = ("parameter", "unit", "statistic", "value")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Quantity:
    """What is counted or measured of each profile, and the statistics that are given of it."""

    name: str
    values: Floats
    statistics: tuple[str, ...] = ("n", "median", "min", "max")
    counts: bool = False


def dose_and_sampling(
    profiles: Profiles,
    stratum: Stratum,
    by: Sequence[str] = (),
    *,
    number: str = "14.2.8.1",
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """Dose, samples, results and follow-up in rows, groups and the total in columns."""
    layout = Layout.of(profiles, tuple(by), 3, _FIXED)
    s = layout.strata.index(stratum)
    groups = [g for t, g in layout.pairs if t == s]
    rows: list[Row] = []
    for quantity in _quantities(profiles, layout, s):
        rows += _block(quantity, layout, s, groups)
    heads = [group_heading(layout.grouping.groups[g], float(layout.subjects[s, g])) for g in groups]
    return Table(
        number=number,
        id="sampling",
        title=title_by(say("Dose and sampling"), by),
        subtitle=subtitle(stratum, population, of=profiles.keys.infusion),
        columns=(Column("", "left", 40), *(Column(head, "right", 14) for head in heads)),
        rows=tuple(rows),
        footnotes=(
            say("N: subjects with samples of this assay that are not all excluded; n: subjects with a value."),
            say("Samples: rows of the input, those without a result and excluded ones too. A deviation is the actual less the planned day, without its sign."),
            say("Three significant figures, rounded once, half away from zero; made from concentrations.csv."),
            *notes,
        ),
    )  # fmt: skip


def _quantities(p: Profiles, layout: Layout, s: int) -> list[_Quantity]:
    members = layout.stratum == s
    units = sorted({p.dose_unit[i] for i in np.flatnonzero(members & ~np.isnan(p.dose)).tolist()})
    quantifiable = p.measured & ~p.blq & (p.conc > 0)
    deviation = np.where(p.measured, np.abs(p.time - p.time_nominal), np.nan)
    after = p.measured & (p.time > 0)
    found = [
        _Quantity(say("Samples of a subject"), _sum(p, np.ones(p.n_rows)), counts=True),
        _Quantity(say("Results of a subject"), _sum(p, p.measured), counts=True),
        _Quantity(say("Quantifiable results of a subject"), _sum(p, quantifiable), counts=True),
        _Quantity(say("Results after the infusion"), _sum(p, after), counts=True),
        _Quantity(say("Samples without a result"), _sum(p, p.missing & (p.excluded < 0)), counts=True),
        _Quantity(say("Excluded samples"), _sum(p, p.excluded >= 0), counts=True),
        _Quantity(say("Last result (day)"), _most(p, np.where(p.measured, p.time, np.nan))),
        _Quantity(say("Largest deviation from the planned day (days)"), _most(p, deviation)),
    ]
    if len(units) == 1:
        dose = _Quantity(with_unit(say("Dose"), units[0]), p.dose, ("n", "mean", "sd", "median", "min", "max"))
        found.insert(0, dose)
    return [q for q in found if np.isfinite(q.values[members]).any()]


def _sum(p: Profiles, rows: NDArray[Any]) -> Floats:
    return np.add.reduceat(rows.astype(np.float64), p.offsets[:-1]) if len(p) else np.empty(0)


def _most(p: Profiles, rows: Floats) -> Floats:
    if not len(p):
        return np.empty(0)
    most = np.maximum.reduceat(np.where(np.isnan(rows), -np.inf, rows), p.offsets[:-1])
    return np.where(np.isfinite(most), most, np.nan)


def _block(quantity: _Quantity, layout: Layout, s: int, groups: Sequence[int]) -> list[Row]:
    i = np.flatnonzero(np.isfinite(quantity.values))
    found = layout.describe(quantity.values[i], np.zeros(len(i), np.int64), i, 1)
    rows = [Row((quantity.name, *[""] * len(groups)), "heading")]
    for name in quantity.statistics:
        cells = (_cell(found, name, s, g, quantity.counts) for g in groups)
        rows.append(Row((say(STATISTICS[name]), *cells), indent=1))
    return rows


def _cell(found: Mapping[str, Floats], name: str, s: int, g: int, counts: bool) -> Cell:
    value = float(found[name][0, s, g])
    if np.isnan(value):
        return "NE"
    text = f"{value:.0f}" if name == "n" or (counts and value.is_integer()) else significant(value)
    return Number(float(text), text)
