"""The descriptive statistics: parameters by each grouping, and values by planned visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from cartpk.analysis import Analysis
from cartpk.grouping import Group
from cartpk.language import say, told
from cartpk.report.answer import Column, Membership, columns_of, find, main_grouping, statistic
from cartpk.report.numbers import aligned, day, unit_words
from cartpk.summary import STATISTICS, Cell, Stratum, Visit
from cartpk.tables.words import spoken

__all__ = ["Part", "StatisticsTable", "parameter_table", "visit_table"]

OF_PARAMETERS = ("N", "n", "mean", "sd", "cv_pct", "geo_mean", "geo_cv_pct", "median", "q1", "q3", "min", "max")
OF_VISITS = ("n", "n_quantifiable", "mean", "sd", "geo_mean", "geo_cv_pct", "median", "min", "max")
SHORT = {**STATISTICS, "cv_pct": "CV %", "geo_mean": "Geo. mean", "geo_cv_pct": "Geo. CV %"}
NAMED = (
    "cmax",
    "tmax",
    "tfirst",
    "tlast",
    "auc_last",
    "auc_all",
    "auc_inf_obs",
    "half_life",
    "doubling_time",
    "fold_expansion",
    "contraction_half_life",
)
"""Parameters that are shown beside the areas to horizons; all of them are in summary.csv."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows under one heading: a parameter over its groups, or a group over its visits; `k` is the parameter's place, -1 none."""

    title: str
    k: int
    level: int
    rows: tuple[tuple[str, int, int, tuple[str | Markup, ...]], ...]


@dataclass(frozen=True, slots=True)
class StatisticsTable:
    """One table of one assay."""

    title: str
    stub: str
    heads: tuple[str, ...]
    parts: tuple[Part, ...]


def parameter_table(
    analysis: Analysis,
    stratum: Stratum,
    members: list[int],
    name: str,
    by: tuple[str, ...],
    levels: Sequence[str],
    membership: Membership,
) -> StatisticsTable:
    """The main parameters, each over the groups of one grouping and in total."""
    columns, groups = columns_of(analysis, stratum, members, name, by, levels, membership)
    results, parts = analysis.results, []
    for k, (parameter, term) in enumerate(results.terms.items()):
        if parameter in NAMED or parameter == f"auc_{term.horizon}":
            rows = [
                _row(analysis, parameter, term.unit_kind, *pair, stratum) for pair in zip(columns, groups, strict=True)
            ]
            unit = unit_words(results.unit(parameter, members[0]))
            parts.append(
                Part(
                    say("{name}, {unit}", name=say(term.symbol), unit=unit) if unit else say(term.symbol),
                    k,
                    -1,
                    tuple(rows),
                )
            )
    title = say("{assay}: parameters", assay=name)
    if by:
        title = say("{assay}: parameters by {columns}", assay=name, columns=say(" and ").join(map(spoken, by)))
    return StatisticsTable(title, say("Parameter"), _heads(OF_PARAMETERS), _lined_up(parts))


def _heads(statistics: Sequence[str]) -> tuple[str, ...]:
    return tuple(say(SHORT[s]) for s in statistics)


def _row(
    analysis: Analysis, parameter: str, kind: str, column: Column, group: Group, stratum: Stratum
) -> tuple[str, int, int, tuple[str, ...]]:
    cell = find(analysis.summary, parameter, group, stratum)
    cells = tuple(statistic(cell, s, kind) for s in OF_PARAMETERS)
    return column.text, column.level, column.group, cells


def visit_table(
    analysis: Analysis, stratum: Stratum, members: list[int], name: str, levels: Sequence[str], membership: Membership
) -> StatisticsTable:
    """Values by planned visit, for each group of the main grouping and in total."""
    columns, groups = columns_of(analysis, stratum, members, name, main_grouping(analysis), levels, membership)
    summary = analysis.summary_concentrations
    visits = list(dict.fromkeys(c.row for c in summary if c.stratum == stratum and isinstance(c.row, Visit)))
    parts = []
    for column, group in zip(columns, groups, strict=True):
        rows = []
        for visit in visits:
            cell = find(summary, visit, group, stratum)
            if cell is not None:
                cells = tuple(_of_visit(cell, s) for s in OF_VISITS)
                rows.append((_visit_words(visit), -1, -1, cells))
        title = say("{group} (N = {n})", group=column.text, n=column.n)
        parts.append(Part(title, -1, column.level, tuple(rows)))
    unit = unit_words(stratum.unit)
    title = say("{assay}: values by visit, {unit}", assay=name, unit=unit)
    return StatisticsTable(title, say("Visit"), _heads(OF_VISITS), _lined_up(parts))


def _of_visit(cell: Cell, name: str) -> str:
    """A statistic of a visit; of n the subjects too, where one has more than one sample."""
    text = statistic(cell, name, "conc")
    several = name == "n" and cell.values["n"] != cell.values["n_subjects"]
    return f"{text} ({statistic(cell, 'n_subjects', 'count')})" if several else text


def _lined_up(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The same parts with the numbers of each column in line, over all parts."""
    cells = iter(aligned([row[3] for part in parts for row in part.rows]))
    return tuple(replace(part, rows=tuple((*row[:3], next(cells)) for row in part.rows)) for part in parts)


def _visit_words(visit: Visit) -> str:
    text = told(visit.text)
    if visit.time_nominal is None or visit.text == f"Day {day(visit.time_nominal)}":
        return text
    return say("{visit} (day {day})", visit=text, day=day(visit.time_nominal))
