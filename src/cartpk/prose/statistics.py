"""The statistics of one parameter as sentences: mean or median, spread, number, range, groups."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cartpk.analysis import Analysis
from cartpk.grouping import TOTAL, Stratum
from cartpk.language import say
from cartpk.prose.words import columns
from cartpk.rounding import fixed, significant
from cartpk.summary import Cell, Summary
from cartpk.units import pretty

__all__ = ["average", "averages", "median_of_days"]

_MEDIAN, _MEAN, _MEAN_WITH_CV = (
    "{symbol} had a median of {value}",
    "{symbol} had a geometric mean of {value}",
    "{symbol} had a geometric mean of {value} with a geometric CV of {cv} %",
)


def averages(analysis: Analysis, summary: Summary, stratum: Stratum, name: str) -> Iterator[str]:
    """Geometric mean and CV of a parameter in total, then by the first grouping."""
    total = summary.find(name, TOTAL, stratum)
    yield average(total, summary.terms[name].symbol)
    if total.values["n"]:
        yield from _by_group(analysis, summary, stratum, name)


def average(total: Cell, symbol: str) -> str:
    """Geometric mean and CV (the median where there is none), number and range."""
    if not total.values["n"]:
        return say("No subject had a value of {symbol}.", symbol=say(symbol))
    return say("{clause} ({range}).", clause=_geometric(say(symbol), total), range=_aside(total))


def _geometric(symbol: str, cell: Cell) -> str:
    """``Cmax had a geometric mean of 107 cells/µL with a geometric CV of 56.8 %``, or the median where there is none."""
    mean, cv = cell.values["geo_mean"], cell.values["geo_cv_pct"]
    unit = f" {_plural(cell.unit)}" if cell.unit else ""
    if math.isnan(mean):
        return say(_MEDIAN, symbol=symbol, value=significant(cell.values["median"]) + unit)
    value = significant(mean) + unit
    if math.isnan(cv):
        return say(_MEAN, symbol=symbol, value=value)
    return say(_MEAN_WITH_CV, symbol=symbol, value=value, cv=fixed(cv, 1))


def _plural(unit: str) -> str:
    """The unit after a number: days are counted, all else is a symbol."""
    return say("days") if unit == "day" else pretty(unit)


def _aside(cell: Cell) -> str:
    """How many values, over how many of them where some are 0, and their range."""
    n, above = cell.values["n"], cell.values["geo_n"]
    ends = {"low": significant(cell.values["min"]), "high": significant(cell.values["max"])}
    if 0 < above < n:
        return say(
            "n = {n} over the {above} values above 0; range {low} to {high}", n=f"{n:g}", above=f"{above:g}", **ends
        )
    return say("n = {n}; range {low} to {high}", n=f"{n:g}", **ends)


def _by_group(analysis: Analysis, summary: Summary, stratum: Stratum, name: str) -> Iterator[str]:
    """The same by the first grouping, where more than one group has values."""
    by = tuple(part.strip() for part in analysis.by[0].split(",")) if analysis.by else ()
    part = summary.of_stratum(stratum, by) if by else ()
    groups = [c for c in part if c.row == name and c.group != TOTAL and c.values["n"]]
    if len(groups) > 1:
        each = say("; ").join(_of_group(c) for c in groups)
        yield say("By {columns} it was {groups}.", columns=columns(by), groups=each)


def _of_group(cell: Cell) -> str:
    mean, n = cell.values["geo_mean"], f"{cell.values['n']:g}"
    if math.isnan(mean):
        value = significant(cell.values["median"])
        return say("{group} {value} (median) (n = {n})", group=cell.group.text, value=value, n=n)
    return say("{group} {value} (n = {n})", group=cell.group.text, value=significant(mean), n=n)


_TIMES = {
    "tmax": (
        "Tmax was a median of {value} days ({range}).",
        "No subject had a value of Tmax.",
    ),
    "tlast": (
        "The last quantifiable time (Tlast) was a median of {value} days ({range}).",
        "No subject had a value of last quantifiable time (Tlast).",
    ),
}


def median_of_days(cell: Cell, name: str) -> str:
    """The median of Tmax or Tlast with its range."""
    given, missing = _TIMES[name]
    if not cell.values["n"]:
        return say(missing)
    ends = {"low": significant(cell.values["min"]), "high": significant(cell.values["max"])}
    range_ = say("n = {n}; range {low} to {high}", n=f"{cell.values['n']:g}", **ends)
    return say(given, value=significant(cell.values["median"]), range=range_)
