"""Concentrations: the summary by nominal visit (pkct01) and the listing of every sample (pkcl01)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cartpk.grouping import Group, Stratum
from cartpk.labels import natural_key
from cartpk.language import paragraph, say, told
from cartpk.summary import STATISTICS, Summary, row_text
from cartpk.summary import Cell as Statistics
from cartpk.tables.table import Cell, Column, Row, Table
from cartpk.tables.words import exact, level_with_column, statistic, subtitle, title_by, word_notes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["by_visit", "listing", "status_words"]

_STATISTICS = {
    **{name: STATISTICS[name] for name in ("mean", "sd", "cv_pct")},
    "geo_mean": "Geometric\nmean",
    "geo_cv_pct": "Geometric\nCV%",
    **{name: STATISTICS[name] for name in ("median", "min", "max")},
}
_BLQ = (
    "Results below the limit of quantification (LLOQ) count as 0; geometric statistics are over quantifiable values."
    " Samples without a result, excluded and unscheduled samples do not enter."
)
_COUNTS = "N: subjects with samples of this assay that are not all excluded; n: results at the visit."
_SUBJECTS = "In brackets: the subjects they are of, where one has more than one sample at the visit."


def by_visit(
    summary: Summary,
    stratum: Stratum,
    by: Sequence[str] = (),
    *,
    number: str = "14.2.1.1",
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """Visits in rows, a block a group, statistics in columns (pkct01)."""
    part = summary.of_stratum(stratum, by)
    rows: list[Row] = []
    for group in part.groups:
        cells = [cell for cell in part if cell.group == group]
        head = say("{group} (N={n})", group=_named(group), n=f"{cells[0].values['N']:g}")
        rows.append(Row((head, *[""] * (2 + len(_STATISTICS))), "heading"))
        rows += [_row(cell) for cell in cells]
    words = {cell for row in rows for cell in row.cells if isinstance(cell, str)}
    heads = [Column(say(head), "right", 11) for head in _STATISTICS.values()]
    counts = say(_COUNTS) if not _several(part) else paragraph([say(_COUNTS), say(_SUBJECTS)])
    return Table(
        number=number,
        id="pkct01",
        title=title_by(say("Concentrations at each planned visit"), by),
        subtitle=subtitle(stratum, population, of=(s.infusion for s in summary.strata)),
        columns=(Column(say("Visit"), "left", 26), Column("n", "right", 6), Column("n ≥ LLOQ\n(%)", "right", 12), *heads),
        rows=tuple(rows),
        footnotes=(counts, say(_BLQ), *word_notes(words, summary, "summary_concentrations.csv"), *notes),
    )  # fmt: skip


def _named(group: Group) -> str:
    levels = [level_with_column(name, level) for name, level in zip(group.by, group.levels, strict=True)]
    return say(", ").join(levels) or group.text


def _row(cell: Statistics) -> Row:
    quantifiable = statistic(cell, "n_quantifiable")
    share = statistic(cell, "pct_quantifiable")
    text = quantifiable if isinstance(quantifiable, str) else quantifiable.text
    if not isinstance(share, str):
        text = f"{text} ({share.text})"
    values = tuple(statistic(cell, name) for name in _STATISTICS)
    return Row((told(row_text(cell)), _n(cell), text, *values), indent=1)


def _n(cell: Statistics) -> Cell:
    """How many samples, and of how many subjects where those are fewer."""
    n, subjects = cell.values["n"], cell.values["n_subjects"]
    return statistic(cell, "n") if n == subjects else f"{n:g} ({subjects:g})"


def _several(cells: Iterable[Statistics]) -> bool:
    """Whether a subject has more than one sample at a visit."""
    return any(cell.values["n"] != cell.values["n_subjects"] for cell in cells)


def listing(
    frame: pd.DataFrame, stratum: Stratum, *, number: str = "16.2.1.1", population: str = "", notes: Sequence[str] = ()
) -> Table:
    """Every sample of one assay: planned and actual day, as reported, as used, and why (pkcl01).

    Args:
        frame: of `cartpk.tables.listing.as_analysed`.
        stratum: which assay, matrix and course; rows without a unit are listed too.
        number, population, notes: of the listing.
    """
    same = (
        (frame["assay"] == stratum.assay)
        & (frame["matrix"] == stratum.matrix)
        & (frame["infusion"] == stratum.infusion)
    )
    names = ("subject_id", "visit", "time_nominal", "time", "reported", "lloq", "value_used", "status", "reason", "source", "record")  # fmt: skip
    records = list(zip(*(frame.loc[same, name].tolist() for name in names), strict=True))
    records.sort(key=lambda r: (natural_key(r[0]), r[3], r[9], r[10]))
    several = frame["source"].nunique() > 1
    return Table(
        number=number,
        id="pkcl01",
        kind="Listing",
        title=say("Concentrations of each subject"),
        subtitle=subtitle(stratum, population, of=frame["infusion"]),
        columns=(
            Column(say("Subject"), "left", 12), Column(say("Visit"), "left", 14), Column(say("Planned\nday"), "right", 9),
            Column(say("Actual\nday"), "right", 9), Column(say("Reported"), "right", 12), Column("LLOQ", "right", 8),
            Column(say("Used in\nareas"), "right", 12), Column(say("Status"), "left", 10), Column(say("Reason"), "left", 40),
            Column(say("Input row"), "right" if not several else "left", 10 if not several else 24),
        ),
        rows=tuple(_sample(record, several) for record in records),
        footnotes=(say("Days after the infusion; the infusion is day 0. Reported: as received from the laboratory."), *notes),
    )  # fmt: skip


_STATUS = {"used": "used", "missing": "missing", "excluded": "excluded", "duplicate": "duplicate"}


def status_words(status: str) -> str:
    """What became of a row, in words."""
    return say(_STATUS[status])


def _sample(record: tuple[object, ...], several: bool) -> Row:
    subject, visit, planned, actual, reported, lloq, used, status, reason, source, row = record
    place: Cell = f"{source}: {row}" if several else exact(float(str(row)))
    planned_day, actual_day, limit, value_used = (exact(float(str(x))) for x in (planned, actual, lloq, used))
    return Row((str(subject), str(visit), planned_day, actual_day, str(reported), limit, value_used, status_words(str(status)), told(reason if isinstance(reason, str) else str(reason)), place))  # fmt: skip
