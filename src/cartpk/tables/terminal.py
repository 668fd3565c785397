"""The terminal lines, each with its points and how good it is."""

from __future__ import annotations

from collections.abc import Sequence

from cartpk.grouping import Stratum
from cartpk.language import say
from cartpk.results import Results
from cartpk.rounding import exact
from cartpk.rules import LambdaZPoints
from cartpk.tables.parameters import listed_value, members_of
from cartpk.tables.table import Column, Row, Table
from cartpk.tables.words import Marks, subtitle
from cartpk.units import pretty

__all__ = ["terminal_lines"]

_NAMES = ("lambda_z", "half_life", "lambda_z_n", "lambda_z_lower", "lambda_z_upper", "r2", "r2adj", "span", "auc_pct_extrap_obs")  # fmt: skip


def terminal_lines(
    results: Results, stratum: Stratum, *, number: str = "16.2.4.1", population: str = "", notes: Sequence[str] = ()
) -> Table:
    """One row a subject: slope, half-life, window, fit, the days of the points used, and who chose them."""
    marks, members = Marks(), members_of(results, stratum)
    rows = []
    for i in members:
        values = [listed_value(results, name, i, marks) for name in _NAMES]
        days = results.profiles.time[results.rows_of("lambda_z", i)]
        rows.append(Row((results.profiles.keys[i].subject_id, *values, _days(days.tolist()), _chosen(results, i))))
    heads = [_head(results, name, members) for name in _NAMES]
    return Table(
        number=number,
        id="lambdaz",
        kind="Listing",
        title=say("Terminal lines of each subject"),
        subtitle=subtitle(stratum, population, of=results.profiles.keys.infusion),
        columns=(
            Column(say("Subject"), "left", 12), *(Column(head, "right", 10) for head in heads),
            Column(say("Days of the\npoints used"), "left", 24), Column(say("Points chosen by hand"), "left", 24),
        ),
        rows=tuple(rows),
        footnotes=(*marks.notes(), say("Actual days after the infusion. Full precision is in parameters.csv."), *notes),
    )  # fmt: skip


def _head(results: Results, name: str, members: Sequence[int]) -> str:
    unit = results.unit(name, members[0])
    symbol = say("% extra-\npolated" if name == "auc_pct_extrap_obs" else results.terms[name].symbol)
    return say("{name}\n({unit})", name=symbol, unit=pretty(unit)) if unit and unit != "%" else symbol


def _days(days: Sequence[float]) -> str:
    return ", ".join(exact(day) for day in days)


def _chosen(results: Results, i: int) -> str:
    """Why the points were chosen by hand, where they were."""
    found = [p for p in results.rules.lambda_z_points if _names(p, results.profiles.keys[i])]
    return say("; ").join(say("chosen: {reason}" if p.times else "left out: {reason}", reason=p.reason) for p in found)


def _names(points: LambdaZPoints, key: tuple[str, str, str, int]) -> bool:
    subject, assay, matrix, infusion = key
    return (
        points.subject_id == subject
        and points.assay == assay
        and points.matrix in (None, matrix)
        and points.infusion in (None, infusion)
    )
