"""Who and what was analysed: the population, what was left out and why, and what the rules assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cartpk.grouping import Stratum
from cartpk.labels import natural_key
from cartpk.language import say, told
from cartpk.profiles import ProfileKey
from cartpk.reasons import Flag, Reason
from cartpk.results import Results
from cartpk.tables.concentrations import status_words
from cartpk.tables.parameters import members_of
from cartpk.tables.table import Cell, Column, Number, Row, Table
from cartpk.tables.words import exact, matrix_words, spoken, subtitle

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["assumptions", "left_out", "population_listing"]

_REMOVED = (Reason.GATE_FAILED,)
_NOBODY = (Reason.EXCLUDED, Reason.NO_MEASURED_SAMPLE)


def population_listing(
    results: Results, by: Sequence[str] = (), *, number: str = "16.2.6", population: str = "", notes: Sequence[str] = ()
) -> Table:
    """One row a subject and assay: dose, samples, follow-up, and whether it is analysed."""
    p = results.profiles
    rows = []
    for i in sorted(range(len(results)), key=lambda i: (natural_key(p.keys[i].subject_id), i)):
        key, a, b = p.keys[i], int(p.offsets[i]), int(p.offsets[i + 1])
        measured = p.measured[a:b]
        reason = results.reason("cmax", i)
        why = say(reason.sentence) if reason in _NOBODY else ""
        days = p.time[a:b][measured]
        last: Cell = exact(float(days.max())) if len(days) else ""
        rows.append(
            Row((
                key.subject_id, *(p.covariates[column][i] for column in by), key.assay, matrix_words(key.matrix), str(key.infusion),
                exact(float(p.dose[i])), p.dose_unit[i], _count(b - a), _count(int(measured.sum())),
                _count(int((measured & ~p.blq[a:b]).sum())), last, say("no" if why else "yes"), why,
            ))
        )  # fmt: skip
    return Table(
        number=number,
        id="population",
        kind="Listing",
        title=say("Analysis population"),
        subtitle=population,
        columns=(
            Column(say("Subject"), "left", 12), *(Column(spoken(column), "left", 10) for column in by),
            Column(say("Assay"), "left", 8), Column(say("Matrix"), "left", 8), Column(say("Infusion"), "left", 8),
            Column(say("Dose"), "right", 10), Column(say("Dose\nunit"), "left", 10), Column(say("Samples"), "right", 8),
            Column(say("Results"), "right", 8), Column(say("Quanti-\nfiable"), "right", 8),
            Column(say("Last\nresult\n(day)"), "right", 8), Column(say("Analysed"), "left", 9),
            Column(say("Why not"), "left", 30),
        ),
        rows=tuple(rows) or (_none(11 + len(by) + 2, say("There is no subject.")),),
        footnotes=(say("Analysed: at least one result of the assay that the plan does not exclude."), *notes),
    )  # fmt: skip


def left_out(
    results: Results, frame: pd.DataFrame, *, number: str = "16.2.5", population: str = "", notes: Sequence[str] = ()
) -> Table:
    """Every subject, record and parameter that does not enter, each with its reason.

    Args:
        results: of the analysis.
        frame: of `cartpk.tables.listing.as_analysed`.
        number, population, notes: of the listing.
    """
    rows = [*_subjects_out(results), *_records_out(frame), *_parameters_out(results)]
    return Table(
        number=number,
        id="leftout",
        kind="Listing",
        title=say("Subjects, records and parameters left out"),
        subtitle=population,
        columns=(
            Column(say("What"), "left", 10), Column(say("Subject"), "left", 12), Column(say("Assay"), "left", 8),
            Column(say("Matrix"), "left", 8), Column(say("Infusion"), "left", 8), Column(say("Day"), "right", 8),
            Column(say("Parameter"), "left", 14), Column(say("Reported"), "left", 10), Column(say("Status"), "left", 10),
            Column(say("Reason"), "left", 40), Column(say("Input row"), "left", 12),
        ),
        rows=tuple(rows) or (_none(11, say("Nothing was left out.")),),
        footnotes=(
            say("Subject: all samples of the assay. Record: excluded by the plan, without a result, or a repetition. Parameter: removed by a quality gate."),
            *notes,
        ),
    )  # fmt: skip


def _subjects_out(results: Results) -> Iterator[Row]:
    p = results.profiles
    for i in range(len(results)):
        if (reason := results.reason("cmax", i)) in _NOBODY:
            k = p.keys[i]
            yield Row((say("Subject"), *_profile(k), "", "", "", say("not analysed"), say(reason.sentence), ""))


def _records_out(frame: pd.DataFrame) -> Iterator[Row]:
    out = frame.loc[frame["status"] != "used"]
    names = ("subject_id", "assay", "matrix", "infusion", "time", "reported", "status", "reason", "source", "record")
    records = list(zip(*(out[name].tolist() for name in names), strict=True))
    records.sort(key=lambda r: (natural_key(r[0]), r[1], r[2], r[3], r[4], r[8], r[9]))
    several = frame["source"].nunique() > 1
    for subject, assay, matrix, infusion, time, reported, status, reason, source, record in records:
        place = f"{source}: {record}" if several else str(record)
        day = exact(float(time))
        profile = subject, assay, matrix_words(matrix), str(infusion)
        yield Row((say("Record"), *profile, day, "", reported, status_words(status), told(reason), place))


def _parameters_out(results: Results) -> Iterator[Row]:
    p = results.profiles
    for i in range(len(results)):
        for name, term in results.terms.items():
            if results.reason(name, i) in _REMOVED:
                why = say(results.reason(name, i).sentence)
                yield Row((say("Parameter"), *_profile(p.keys[i]), "", say(term.symbol), "", say("removed"), why, ""))


def _profile(key: ProfileKey) -> tuple[str, ...]:
    """Subject, assay, matrix and infusion."""
    return key.subject_id, key.assay, matrix_words(key.matrix), str(key.infusion)


def assumptions(
    results: Results, stratum: Stratum, *, number: str = "16.2.7.1", population: str = "", notes: Sequence[str] = ()
) -> Table:
    """What the rules assumed, and what else a reader should know of a value: one row a remark and subject."""
    rows = []
    members = members_of(results, stratum)
    for flag in (f for f in Flag if f):
        for i in members:
            names = [say(t.symbol) for name, t in results.terms.items() if flag in results.flag(name, i)]
            if names:
                rows.append(
                    Row(
                        (
                            flag.name or "",
                            say(flag.sentence),
                            results.profiles.keys[i].subject_id,
                            say("; ").join(names),
                        )
                    )
                )
    columns = (
        Column(say("Flag"), "left", 30), Column(say("What it says"), "left", 44), Column(say("Subject"), "left", 12),
        Column(say("Values"), "left", 44),
    )  # fmt: skip
    return Table(
        number=number,
        id="assumptions",
        kind="Listing",
        title=say("What the rules assumed"),
        subtitle=subtitle(stratum, population, unit="", of=results.profiles.keys.infusion),
        columns=columns,
        rows=tuple(rows) or (_none(4, say("Nothing was assumed.")),),
        footnotes=tuple(notes),
    )


def _count(n: int) -> Cell:
    return Number(n, str(n))


def _none(columns: int, text: str) -> Row:
    return Row((text, *[""] * (columns - 1)), "heading")
