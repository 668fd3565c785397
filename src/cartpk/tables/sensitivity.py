"""How much the rules move AUC0-M3, subject by subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cartpk.grouping import Stratum
from cartpk.language import say
from cartpk.reasons import Flag, Reason
from cartpk.rules import BLQ_PRESETS, NcaRules
from cartpk.tables.table import Cell, Column, Row, Spanner, Table
from cartpk.tables.words import Marks, listed, subtitle
from cartpk.terms import area_symbol
from cartpk.units import area_unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["sensitivity"]


def sensitivity(
    frame: pd.DataFrame,
    stratum: Stratum,
    rules: NcaRules,
    *,
    number: str = "14.2.4.1",
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """AUC0-M3 of each subject under each trapezoid (rows), and each BLQ rule and day of M3 (columns).

    Args:
        frame: with the columns of ``sensitivity.csv``.
        stratum: which assay, matrix, course and unit.
        rules: of the analysis, which one of the columns and rows stands for.
        number, population, notes: of the table.
    """
    day = rules.horizons.get("0_m3", 90.0)
    found = _found(frame, stratum)
    presets = [p for p in (*BLQ_PRESETS, rules.blq_name) if any(key[2] == p for key in found)]
    presets = list(dict.fromkeys(presets))
    days = [d for d in sorted({key[3] for key in found}) if d != day]
    settings = [*((p, day) for p in presets), *((rules.blq_name, d) for d in days)]
    marks = Marks()
    rows = []
    for subject, method in dict.fromkeys(key[:2] for key in found):
        cells = [_cell(found.get((subject, method, preset, d)), marks) for preset, d in settings]
        rows.append(Row((subject, method, *cells)))
    n = len(presets)
    spanners = [Spanner(say("M3 = day {day}, rule for results below the LLOQ:", day=f"{day:g}"), 2, n + 1)]
    if days:
        spanners.append(Spanner(say("Rule {name}, M3 =", name=rules.blq_name), n + 2, n + 1 + len(days)))
    heads = [*presets, *(say("day {day}", day=f"{d:g}") for d in days)]
    return Table(
        number=number,
        id="sensitivity",
        title=say("{area} under other rules, and to other days", area=say(area_symbol("0_m3", day))),
        subtitle=subtitle(stratum, population, area_unit(stratum.unit), of=frame["infusion"]),
        columns=(Column(say("Subject"), "left", 12), Column(say("Trapezoid"), "left", 17), *(Column(h, "right", 13) for h in heads)),
        rows=tuple(rows),
        stub=2,
        spanners=tuple(spanners),
        footnotes=(
            say("The analysis uses: {method}, rule {rule}, M3 = day {day}.", method=rules.auc_method, rule=rules.blq_name, day=f"{day:g}"),
            *marks.notes(),
            say("Every combination of trapezoid, rule and day is in sensitivity.csv."),
            *notes,
        ),
    )  # fmt: skip


def _found(frame: pd.DataFrame, stratum: Stratum) -> dict[tuple[str, str, str, float], tuple[float, str]]:
    """(subject, method, BLQ rule, day) -> (area, name of the reason), of one stratum."""
    same = (
        (frame["assay"] == stratum.assay)
        & (frame["matrix"] == stratum.matrix)
        & (frame["infusion"] == stratum.infusion)
    )
    names = ("subject_id", "auc_method", "blq", "m3_days", "auc_0_m3", "reason")
    rows: Iterator[tuple[str, str, str, float, float, str]] = zip(
        *(frame.loc[same, name].tolist() for name in names), strict=True
    )
    return {(subject, method, blq, day): (area, reason) for subject, method, blq, day, area, reason in rows}


def _cell(found: tuple[float, str] | None, marks: Marks) -> Cell:
    if found is None:
        return ""
    area, reason = found
    return listed(area, marks.of(Flag.NONE, Reason[reason]) if reason else "")
