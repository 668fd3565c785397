"""Descriptive statistics of parameters and of concentrations, by groups and in total: `Summary`.

Numbers are kept in full precision; tables round them, once. A statistic that
cannot be given is NaN with a word beside it: ``NE`` (not estimable, too few
values) or ``NC`` (not calculated, more than half of the values are below the
limit of quantification).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.visits import is_unscheduled
from cartpk.errors import UsageError
from cartpk.grouping import TOTAL, By, Group, Layout, Stratum
from cartpk.labels import natural_key
from cartpk.language import phrase
from cartpk.profiles import Profiles
from cartpk.ragged import owner_of
from cartpk.results import Results
from cartpk.rounding import exact, fixed, significant
from cartpk.terms import Term, unit_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STATISTICS", "Cell", "Stratum", "Summary", "Visit", "summarize", "summarize_concentrations"]

STATISTICS: Mapping[str, str] = {
    "N": "N",
    "n": "n",
    "n_subjects": "n, subjects",
    "n_quantifiable": "n ≥ LLOQ",
    "pct_quantifiable": "% ≥ LLOQ",
    "mean": "Mean",
    "sd": "SD",
    "cv_pct": "CV%",
    "geo_n": "n, geometric",
    "geo_mean": "Geometric mean",
    "geo_lower": "Geometric mean, lower 95 % limit",
    "geo_upper": "Geometric mean, upper 95 % limit",
    "geo_cv_pct": "Geometric CV%",
    "median": "Median",
    "q1": "Q1",
    "q3": "Q3",
    "min": "Min",
    "max": "Max",
}
"""Every statistic, in the order of outputs, and how it is written."""

_WHOLE = ("N", "n", "n_subjects", "n_quantifiable", "geo_n")
_ONE_DECIMAL = ("cv_pct", "geo_cv_pct", "pct_quantifiable")
_ARITHMETIC = ("mean", "sd", "cv_pct")
_FIXED = ("source", "assay", "matrix", "infusion", "parameter", "unit", "statistic", "value", "reason", "visit", "time_nominal")  # fmt: skip

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Visit(NamedTuple):
    """A planned visit: its name and its planned day (None where the file gives none)."""

    label: str
    time_nominal: float | None

    @property
    def text(self) -> str:
        """How a table writes it: the file's word, or a phrase of ours where the file has none."""
        if self.label.strip() or self.time_nominal is None:
            return self.label
        return phrase("Day {day}", day=exact(self.time_nominal))


@dataclass(frozen=True, slots=True)
class Cell:
    """The statistics of one parameter (or visit) in one group of one stratum.

    Attributes:
        source: ``nca`` or the model's name; "" for concentrations.
        row: the parameter's name, or the `Visit`.
        unit: of the values.
        values: statistic -> number, NaN where it cannot be given.
        reasons: statistic -> ``NE`` or ``NC``, for those only.
    """

    source: str
    stratum: Stratum
    group: Group
    row: str | Visit
    unit: str
    values: Mapping[str, float]
    reasons: Mapping[str, str]

    def text(self, statistic: str, counts: bool = False) -> str:
        """A statistic as every table and page writes it; its word, or "", where there is none.

        How many is whole, a CV or a share has one decimal, the rest three significant figures; `counts`: of whole
        numbers, which stay whole where the statistic is.
        """
        value = self.values.get(statistic, np.nan)
        if np.isnan(value):
            return self.reasons.get(statistic, "")
        if statistic in _WHOLE or (counts and float(value).is_integer()):
            return fixed(value, 0)
        return fixed(value, 1) if statistic in _ONE_DECIMAL else significant(value)


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Statistics by group and in total; several groupings are joined by ``+``.

    Attributes:
        of: ``parameters`` or ``concentrations``.
        groupings: the columns of each grouping; none where there is the total only.
        cells: one a stratum, group and parameter (or visit), in the order of outputs.
        terms: name -> Term, of parameters.
        min_n: with fewer values only n, median, min and max are given.
    """

    of: str
    groupings: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]
    terms: Mapping[str, Term] = field(default_factory=dict)
    min_n: int = 3

    def __add__(self, other: Summary) -> Summary:
        """Both groupings (or an analysis and a model's fits); a total that both have is kept once."""
        if (self.of, self.min_n) != (other.of, other.min_n):
            raise UsageError(f"a summary of {self.of} (min_n={self.min_n}) and one of {other.of} (min_n={other.min_n}) are two")  # fmt: skip
        known = {_key(cell) for cell in self.cells}
        more = tuple(cell for cell in other.cells if _key(cell) not in known)
        new = tuple(g for g in other.groupings if g not in self.groupings)
        return Summary(self.of, self.groupings + new, self.cells + more, {**self.terms, **other.terms}, self.min_n)

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells)

    @property
    def columns(self) -> tuple[str, ...]:
        """The grouping columns, each once."""
        return tuple(dict.fromkeys(name for names in self.groupings for name in names))

    @property
    def strata(self) -> tuple[Stratum, ...]:
        """Assay, matrix, course and unit, in order."""
        return tuple(dict.fromkeys(cell.stratum for cell in self.cells))

    def of_stratum(self, stratum: Stratum, by: Sequence[str] = (), source: str | None = None) -> Summary:
        """The cells of one stratum: one grouping and its total (the total alone without `by`)."""
        names = tuple(by)
        kept = tuple(
            c for c in self.cells if c.stratum == stratum and c.group.by in (names, ()) and source in (None, c.source)
        )
        return Summary(self.of, (names,) if names else (), kept, self.terms, self.min_n)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups in order, totals last."""
        groups = dict.fromkeys(cell.group for cell in self.cells)
        return tuple(sorted(groups, key=lambda group: group == TOTAL))

    def find(self, row: str | Visit, group: Group, stratum: Stratum | None = None, source: str | None = None) -> Cell:
        """The one cell of a parameter or visit in a group; `KeyError` where there is none, or more than one."""
        found = [
            c
            for c in self.cells
            if c.row == row and c.group == group and stratum in (None, c.stratum) and source in (None, c.source)
        ]
        if len(found) != 1:
            raise KeyError(f"{len(found)} cells for {row!r} in {group.text!r}: name the stratum and the source")
        return found[0]

    def to_frame(self) -> pd.DataFrame:
        """One row a statistic, as in ``summary.csv``; a grouping column is ``Total`` where the row is not of a group of it."""
        import pandas as pd

        parameters = self.of == "parameters"
        rows = []
        for cell in self.cells:
            place = (*cell.stratum[:3], *cell.group.under(self.columns))
            if isinstance(cell.row, Visit):
                place += (cell.row.text, np.nan if cell.row.time_nominal is None else cell.row.time_nominal, cell.unit)
            else:
                place = (cell.source, *place, cell.row, cell.unit)
            rows += [(*place, name, value, cell.reasons.get(name, "")) for name, value in cell.values.items()]
        row_columns = ["parameter"] if parameters else ["visit", "time_nominal"]
        columns = ["assay", "matrix", "infusion", *self.columns, *row_columns, "unit", "statistic", "value", "reason"]
        return pd.DataFrame(rows, columns=["source", *columns] if parameters else columns)

    def __repr__(self) -> str:
        groups = ", ".join("x".join(names) for names in self.groupings) or "none"
        head = f"Summary of {self.of}: {len(self.strata)} assays, by {groups}, {len(self.groups)} groups with Total"
        lines = [
            f"  {stratum.assay} {row_text(cell)} {cell.group.text}: {text}"
            for stratum in self.strata
            for cell in self._shown(stratum)
            if (text := _leading_text(cell))
        ]
        return "\n".join([head, *lines[:20], *([f"  ... and {len(lines) - 20} more"] if len(lines) > 20 else [])])

    def _repr_html_(self) -> str:
        body = "".join(
            "<tr>"
            + "".join(f"<td>{escape(t)}</td>" for t in (stratum.assay, cell.group.text, row_text(cell), cell.unit))
            + "".join(f"<td>{cell.text(s)}</td>" for s in _SHOWN)
            + "</tr>"
            for stratum in self.strata
            for cell in self._shown(stratum)
        )
        head = "".join(f"<th>{t}</th>" for t in ("assay", "group", self.of, "unit", *(STATISTICS[s] for s in _SHOWN)))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _shown(self, stratum: Stratum) -> list[Cell]:
        named = [
            c
            for c in self.cells
            if c.stratum == stratum
            and (isinstance(c.row, Visit) or c.row in ("cmax", "tmax") or c.row == f"auc_{self.terms[c.row].horizon}")
        ]
        return named[:60]


_SHOWN = ("N", "n", "mean", "geo_mean", "geo_cv_pct", "median", "min", "max")


def summarize(results: Results, by: By = None, min_n: int = 3) -> Summary:
    """Statistics of each parameter of an analysis, by group and in total.

    Args:
        results: of `nca` or of a model's fits.
        by: a column of the covariates; ``"a,b"`` or ``("a", "b")`` crosses two. Several groupings are
            several calls, joined by ``+``.
        min_n: with fewer values only n, median, min and max are given, the rest is ``NE``.

    Raises:
        UsageError: a column that is not there (with those near it), or an impossible `min_n`.
    """
    layout = Layout.of(results.profiles, by, min_n, _FIXED)
    terms = tuple(results.terms.values())
    values = np.array([results.values[term.name] for term in terms]).reshape(len(terms), len(results))
    row, i = np.nonzero(np.isfinite(values))
    found = layout.describe(values[row, i], row, i, len(terms))
    doses = layout.dose_units(results.profiles)
    cells = []
    for s, g in layout.pairs:
        stratum, units = layout.strata[s], doses[s, g]
        for t, term in enumerate(terms):
            one = {name: float(column[t, s, g]) for name, column in found.items()}
            if "dose" in term.unit_kind and len(units) > 1:  # doses in several units: nothing to average
                one |= dict.fromkeys([name for name in one if name not in ("n", "geo_n")], np.nan)
            unit = unit_of(term.unit_kind, stratum.unit, units[0] if len(units) == 1 else "")
            cells.append(_cell(layout, results.model or "nca", s, g, term.name, unit, one))
    return Summary("parameters", layout.groupings, tuple(cells), dict(results.terms), min_n)


def summarize_concentrations(profiles: Profiles, by: By = None, min_n: int = 3) -> Summary:
    """Statistics of the values at each planned visit, by group and in total.

    A visit is a planned time with the visit's name; where no planned time is given the name alone, and where there is
    neither the actual time. Results below the limit of quantification count as 0, geometric statistics are over
    quantifiable values; the mean and what hangs on it are ``NC`` where more than half of the results are below the
    limit. Samples that have no result, are excluded or unscheduled (by the name of their visit) do not enter;
    ``n`` counts samples, ``n_subjects`` those they are of.

    Args:
        profiles: all assays.
        by, min_n: as for `summarize`.
    """
    layout = Layout.of(profiles, by, min_n, _FIXED)
    owner = owner_of(profiles.offsets)
    visits, visit = _visits(profiles)
    planned_visit = ~_unscheduled(profiles)
    rows = np.flatnonzero(profiles.measured & planned_visit)
    blq = profiles.blq[rows]
    values = np.where(blq, 0.0, profiles.conc[rows])
    found = layout.describe(values, visit[rows], owner[rows], len(visits), ~blq)
    below = layout.count(visit[rows][blq], owner[rows][blq], len(visits))
    subjects = np.unique(np.stack([visit[rows], owner[rows]]), axis=1)
    n_subjects = layout.count(subjects[0], subjects[1], len(visits))
    planned = layout.count(visit[planned_visit], owner[planned_visit], len(visits))[:, :, -1] > 0
    cells = []
    for s, g in layout.pairs:
        for v in np.flatnonzero(planned[:, s]).tolist():
            one = {name: float(column[v, s, g]) for name, column in found.items()}
            one |= {
                "n_subjects": float(n_subjects[v, s, g]),
                "n_quantifiable": one["geo_n"],
                "pct_quantifiable": 100 * one["geo_n"] / one["n"] if one["n"] else np.nan,
            }
            not_calculated = _ARITHMETIC if one["n"] >= min_n and below[v, s, g] > one["n"] / 2 else ()
            cells.append(_cell(layout, "", s, g, visits[v], layout.strata[s].unit, one, not_calculated))
    return Summary("concentrations", layout.groupings, tuple(cells), {}, min_n)


def _cell(
    layout: Layout,
    source: str,
    s: int,
    g: int,
    row: str | Visit,
    unit: str,
    one: Mapping[str, float],
    nc: Sequence[str] = (),
) -> Cell:
    """The finished cell: statistics in order, and a word for each that is missing."""
    one = {"N": float(layout.subjects[s, g]), **one, **dict.fromkeys(nc, np.nan)}
    values = {name: one[name] for name in STATISTICS if name in one}
    reasons = {name: "NC" if name in nc else "NE" for name, value in values.items() if np.isnan(value)}
    return Cell(source, layout.strata[s], layout.grouping.groups[g], row, unit, values, reasons)


def _unscheduled(profiles: Profiles) -> NDArray[np.bool_]:
    """Samples that belong to no planned visit, by its name."""
    visit = profiles.visit
    levels = np.fromiter(map(is_unscheduled, visit.levels), bool, len(visit.levels))
    return levels[visit.codes] if len(levels) else np.zeros(profiles.n_rows, bool)


def _visits(profiles: Profiles) -> tuple[tuple[Visit, ...], Codes]:
    """The visits in order of planned day (where none is given: of the median actual day) and name, and that of each row."""
    names = profiles.visit
    named = np.fromiter((bool(t.strip()) for t in names.levels), bool, len(names.levels))[names.codes]
    actual = np.where(np.isnan(profiles.time_nominal) & ~named, profiles.time, np.nan)
    days, day = np.unique(np.where(np.isnan(actual), profiles.time_nominal, actual), return_inverse=True)
    columns = np.stack([day, ~np.isnan(actual), np.where(named, names.codes, -1)], axis=1)
    found, code = np.unique(columns, axis=0, return_inverse=True)
    code = code.reshape(-1)
    visits, places = [], []
    for v, (d, by_time, label) in enumerate(found.tolist()):
        planned = float(days[d])
        text = phrase("Day {day}", day=exact(planned)) if by_time else names.levels[label] if label >= 0 else ""
        visits.append(Visit(text, None if by_time or np.isnan(planned) else planned))
        places.append(float(np.median(profiles.time[code == v])) if np.isnan(planned) else planned)
    order = sorted(range(len(visits)), key=lambda v: (places[v], natural_key(visits[v].label)))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return tuple(visits[v] for v in order), rank[code]


def row_text(cell: Cell) -> str:
    """The parameter's name or the visit's text."""
    return cell.row.text if isinstance(cell.row, Visit) else cell.row


def _leading_text(cell: Cell) -> str:
    number, n = ("median", cell.values["n"]) if cell.row == "tmax" else ("geo_mean", cell.values["geo_n"])
    text = cell.text(number)
    return f"{STATISTICS[number].lower()} {text} {cell.unit} (n={n:g})"


def _key(cell: Cell) -> tuple[object, ...]:
    return cell.source, cell.stratum, cell.group, cell.row
