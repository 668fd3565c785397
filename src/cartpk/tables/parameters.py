"""Parameters: summaries by group (pkpt02, pkpt03) and listings of each subject (pkpl01)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cartpk.grouping import MISSING, Group, Stratum
from cartpk.language import say
from cartpk.reasons import Flag, Reason
from cartpk.results import Results
from cartpk.summary import STATISTICS, Summary
from cartpk.summary import Cell as Statistics
from cartpk.tables.table import Cell, Column, Row, Spanner, Table
from cartpk.tables.words import (
    Marks,
    group_heading,
    level_with_column,
    listed,
    spoken,
    statistic,
    subtitle,
    title_by,
    with_unit,
    word_notes,
)
from cartpk.terms import Term
from cartpk.units import pretty

__all__ = [
    "all_statistics",
    "by_group",
    "end_points",
    "every_parameter",
    "individual",
    "input_rows",
    "listed_value",
    "members_of",
]

_ROWS = {
    "geometric": ("n", "geo_mean", "geo_cv_pct", "mean", "sd", "cv_pct", "median", "q1", "q3", "min", "max"),
    "arithmetic": ("n", "mean", "sd", "cv_pct", "median", "q1", "q3", "min", "max"),
    "time": ("n", "median", "min", "max", "q1", "q3", "mean", "sd"),
    "count": ("n", "median", "min", "max", "mean", "sd"),
}
_COLUMNS = ("n", "mean", "sd", "cv_pct", "geo_mean", "geo_cv_pct", "median", "q1", "q3", "min", "max")
_SHORT = {"geo_mean": "Geom.\nmean", "geo_cv_pct": "Geom.\nCV%"}
_GEOMETRIC = "Geometric statistics are over values above 0; where that leaves fewer values, their number is given."
_N = "N: subjects with samples of this assay that are not all excluded; n: subjects with a value."


def end_points(results: Results | Summary) -> tuple[str, ...]:
    """The parameters of the main tables: peak, areas to the horizons and to Tlast, persistence, half-life."""
    areas = [term.name for term in results.terms.values() if term.horizon and term.name == f"auc_{term.horizon}"]
    names = ("cmax", "tmax", *areas, "auc_last", "clast", "tlast", "half_life")
    kept = tuple(name for name in names if name in results.terms)
    return kept if "cmax" in kept and areas else tuple(results.terms)


def by_group(
    summary: Summary,
    stratum: Stratum,
    by: Sequence[str] = (),
    *,
    number: str = "14.2.2.1",
    title: str = "",
    names: Sequence[str] | None = None,
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """Statistics in rows, groups and the total in columns (pkpt02), of the end points or of `names` under another `title`."""
    part = summary.of_stratum(stratum, by)
    place = {(cell.row, cell.group): cell for cell in part}
    groups = part.groups
    rows: list[Row] = []
    for name in end_points(part) if names is None else names:
        rows += _block(summary.terms[name], [place[name, group] for group in groups])
    heads = [group_heading(g, place[next(iter(part.terms)), g].values["N"]) for g in groups]
    return Table(
        number=number,
        id="pkpt02",
        title=title or title_by(say("Cellular kinetic parameters"), by),
        subtitle=subtitle(stratum, population, of=(s.infusion for s in summary.strata)),
        columns=(Column(say("Parameter"), "left", 34), *(Column(_last_level(g, h), "right", 14) for g, h in zip(groups, heads, strict=True))),
        spanners=_spanners(groups),
        rows=tuple(rows),
        footnotes=(say(_N), say(_GEOMETRIC), *word_notes(_words(rows), summary, "summary.csv"), *notes),
    )  # fmt: skip


def all_statistics(
    summary: Summary,
    stratum: Stratum,
    by: Sequence[str] = (),
    *,
    number: str = "14.2.3.1",
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """Every parameter, a row a group, statistics in columns (pkpt03)."""
    part = summary.of_stratum(stratum, by)
    place = {(cell.row, cell.group): cell for cell in part}
    rows = []
    for name, term in part.terms.items():
        for group in part.groups:
            cell = place[name, group]
            values = tuple(statistic(cell, s, term.average == "count") for s in ("N", *_COLUMNS))
            rows.append(Row((_head(term, cell) if group == part.groups[0] else "", group.text, *values)))
    heads = [Column(say(_SHORT.get(s, STATISTICS[s])), "right", 5 if s in ("N", "n") else 8) for s in ("N", *_COLUMNS)]
    return Table(
        number=number,
        id="pkpt03",
        title=title_by(say("All cellular kinetic parameters"), by),
        subtitle=subtitle(stratum, population, of=(s.infusion for s in summary.strata)),
        columns=(Column(say("Parameter"), "left", 28), Column(say("Group"), "left", 12), *heads),
        rows=tuple(rows),
        stub=2,
        footnotes=(say(_N), say("Geometric statistics are over values above 0."), *word_notes(_words(rows), summary, "summary.csv"), *notes),
    )  # fmt: skip


def individual(
    results: Results,
    stratum: Stratum,
    by: Sequence[str] = (),
    *,
    number: str = "16.2.2.1",
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """One row a subject, the end points in columns, each flag and gap with its mark (pkpl01)."""
    marks, names, members = Marks(), end_points(results), members_of(results, stratum)
    covariates = results.profiles.covariates
    rows = []
    for i in members:
        texts = (results.profiles.keys[i].subject_id, *(covariates[column][i] for column in by))
        rows.append(Row((*texts, *(listed_value(results, name, i, marks) for name in names))))
    heads = [Column(_symbol(results.terms[n], results.unit(n, members[0])), "right", 15) for n in names]
    return Table(
        number=number,
        id="pkpl01",
        kind="Listing",
        title=say("Cellular kinetic end points of each subject"),
        subtitle=subtitle(stratum, population, of=results.profiles.keys.infusion),
        columns=(Column(say("Subject"), "left", 12), *(Column(spoken(column), "left", 12) for column in by), *heads),
        rows=tuple(rows),
        stub=1 + len(by),
        footnotes=(
            *marks.notes(),
            say("Full precision and the input rows of each value are in parameters.csv."),
            *notes,
        ),
    )


def every_parameter(
    results: Results, stratum: Stratum, *, number: str = "16.2.3.1", population: str = "", notes: Sequence[str] = ()
) -> Table:
    """One row a subject and parameter: value, unit, flags or reason, and the input rows it was made from (pkpl01)."""
    rows, seen = [], Flag.NONE
    for i in members_of(results, stratum):
        subject = results.profiles.keys[i].subject_id
        for name, term in results.terms.items():
            flag, reason = results.flag(name, i), results.reason(name, i)
            seen |= flag
            value = listed(float(results.values[name][i]), counts=term.average == "count")
            unit = pretty(results.unit(name, i))
            why = say(reason.sentence) if reason else flag.text.replace(";", "; ")
            rows.append(
                Row((subject, say(term.symbol), say(term.label), value, unit, why, input_rows(results, name, i)))
            )
    columns = (
        Column(say("Subject"), "left", 12), Column(say("Parameter"), "left", 22), Column(say("Meaning"), "left", 38),
        Column(say("Value"), "right", 13), Column(say("Unit"), "left", 20),
        Column(say("Flags, or why it is missing"), "left", 44), Column(say("Input rows"), "left", 24),
    )  # fmt: skip
    flags = tuple(say("{name}: {sentence}", name=f.name, sentence=say(f.sentence)) for f in Flag if f and f in seen)
    return Table(
        number=number,
        id="pkpl01",
        kind="Listing",
        title=say("All cellular kinetic parameters of each subject"),
        subtitle=subtitle(stratum, population, of=results.profiles.keys.infusion),
        columns=columns,
        rows=tuple(rows),
        stub=2,
        footnotes=(*flags, say("Input rows are counted as an editor shows them (header = 1)."), *notes),
    )


def _block(term: Term, cells: Sequence[Statistics]) -> list[Row]:
    """One parameter: a heading, then its statistics; n alone where nobody has a value."""
    names: tuple[str, ...] = _ROWS[term.average]
    if not any(cell.values["n"] for cell in cells):
        names = ("n",)
    elif term.average == "geometric" and any(cell.values["n"] != cell.values["geo_n"] for cell in cells):
        names = ("n", "geo_n", *names[1:])
    rows = [Row((_head(term, cells[-1]), *[""] * len(cells)), "heading")]
    for name in names:
        text = say("n above 0" if name == "geo_n" else STATISTICS[name])
        values = tuple(statistic(cell, name, term.average == "count") for cell in cells)
        rows.append(Row((text, *values), indent=1))
    return rows


def _head(term: Term, cell: Statistics) -> str:
    return with_unit(say(term.symbol), cell.unit)


def _symbol(term: Term, unit: str) -> str:
    symbol = say(term.symbol)
    return say("{name}\n({unit})", name=symbol, unit=pretty(unit)) if unit else symbol


def _last_level(group: Group, heading: str) -> str:
    """The heading of a column; the levels that a spanner above it says are left out."""
    if not group.by:
        return heading
    level = say(group.levels[-1]) if group.levels[-1] == MISSING else group.levels[-1]
    return "\n".join([level, heading.split("\n")[-1]])


def _spanners(groups: Sequence[Group]) -> tuple[Spanner, ...]:
    """Over the groups: the column's name, and for crossed columns the levels of all but the last."""
    spanners: list[Spanner] = []
    for i, group in enumerate(groups, start=1):
        if not group.by:
            continue
        outer = [_outer(name, level) for name, level in zip(group.by[:-1], group.levels[:-1], strict=True)]
        text = say(", ").join([*outer, spoken(group.by[-1])])
        if spanners and spanners[-1].heading == text and spanners[-1].last == i - 1:
            spanners[-1] = Spanner(text, spanners[-1].first, i)
        else:
            spanners.append(Spanner(text, i, i))
    return tuple(spanners)


def _outer(column: str, level: str) -> str:
    """A level with its column, unless it says that itself."""
    says_it = any(level.casefold().startswith(name.casefold()) for name in (column.replace("_", " "), spoken(column)))
    return level if says_it else level_with_column(column, level)


def _words(rows: Sequence[Row]) -> set[str]:
    return {cell for row in rows for cell in row.cells if isinstance(cell, str)}


def members_of(results: Results, stratum: Stratum) -> list[int]:
    """The profiles of a stratum, in the order of the results."""
    keys, unit = results.profiles.keys, results.profiles.unit
    return [
        i
        for i in range(len(results))
        if (keys.assay[i], keys.matrix[i], int(keys.infusion[i]), unit[i]) == tuple(stratum)
    ]


def listed_value(results: Results, name: str, i: int, marks: Marks) -> Cell:
    """The value of a profile as listed, with the marks of its flags; or the dash, with that of the reason."""
    value, reason = float(results.values[name][i]), results.reason(name, i)
    mark = marks.of(Flag.NONE, reason) if np.isnan(value) else marks.of(results.flag(name, i), Reason.NONE)
    return listed(value, mark, results.terms[name].average == "count")


def input_rows(results: Results, name: str, i: int) -> str:
    """The input rows of a value, neighbours drawn together: ``2-9, 14``."""
    rows = results.rows_of(name, i)
    p = results.profiles
    several = len(p.files) > 1
    texts = []
    for f in np.unique(p.file[rows]).tolist():
        records = np.unique(p.record[rows][p.file[rows] == f])
        runs = np.split(records, np.flatnonzero(np.diff(records) != 1) + 1)
        text = ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs)
        texts.append(f"{p.files[f]}: {text}" if several else text)
    return "; ".join(texts)
