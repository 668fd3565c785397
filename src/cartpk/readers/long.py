"""One row a sample: a `Sheet` -> `Samples`.

Each distinct text is understood once and spread over its rows by its code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from cartpk.findings import Finding, Findings
from cartpk.input_rules import InputRules
from cartpk.labels import Labels
from cartpk.readers.aliases import COVARIATES, recognise
from cartpk.readers.assays import assays, converted, units
from cartpk.readers.cells import numbers_of
from cartpk.readers.guessed import tell_guess
from cartpk.readers.sheet import Oddity, Sheet, is_blank
from cartpk.readers.times import infusions, times
from cartpk.readers.values import reported, values
from cartpk.readers.visits import planned_days, tell_windows
from cartpk.readers.wide import lengthened
from cartpk.readers.work import Work
from cartpk.rulebook import finding
from cartpk.samples import Samples, Source

__all__ = ["samples_of", "without_rows"]

_PLACED = frozenset(
    ("subject_id", "time", "value", "unit", "assay", "lloq", "visit", "time_nominal", "infusion", "matrix", *COVARIATES)
)
"""Columns that have a place of their own in `Samples`; what else is recognised is kept with the extra ones."""


def samples_of(sheet: Sheet, source: Source, rules: InputRules) -> Samples:
    """The samples of a sheet that has one row a sample; whatever is wrong is among their findings."""
    if not sheet.header:
        return without_rows(source, sheet.faults)
    if rules.wide:
        sheet, rules = lengthened(_rows_of_data(sheet), source.name, rules)
        source = replace(source, layout="wide")
    if not sheet.header:
        return without_rows(source, sheet.faults)
    found = recognise(sheet.header, rules, source.name, sheet.header_row or None)
    work = Work(_rows_of_data(sheet), source, rules, found, [*sheet.faults, *found.findings])
    work.tell_oddities()
    tell_guess(work)
    unfit = any(f.rule in ("E-COLUMN-MISSING", "E-FILE-WIDE") for f in found.findings)
    if not len(work.sheet) and not any(odd.row > sheet.header_row for odd in work.sheet.oddities):
        work.findings.append(finding("E-FILE-HEADER-ONLY", file=source.name, row=sheet.header_row or None))
    samples = _understood(work)
    return without_rows(samples.sources[0], samples.findings) if unfit else samples


def _understood(work: Work) -> Samples:
    """Every column understood, each telling its own faults."""
    n = len(work.sheet)
    subject = _subjects(work)
    time, time_nominal = times(work)
    visit = _text(work, "visit")
    time_nominal = planned_days(work, visit, time_nominal)
    tell_windows(work, visit, time, time_nominal)
    infusion = infusions(work)
    unit = units(work)
    assay = assays(work, unit)
    said = reported(work, assay)
    value, state, lloq = values(work, said, assay)
    value, lloq, unit_labels = converted(work, value, lloq, unit, assay)
    covariates = _covariates(work)
    return Samples(
        sources=(_finished_source(work),),
        file=np.zeros(n, np.int32),
        record=work.sheet.record.copy(),
        subject=subject,
        assay=assay,
        matrix=_text(work, "matrix", "BLOOD"),
        unit=unit_labels,
        infusion=infusion,
        time=time,
        time_nominal=time_nominal,
        visit=visit,
        reported=np.array((*said.texts, ""), object)[said.codes],
        value=value,
        state=state,
        lloq=lloq,
        covariates=covariates,
        extra=_extra(work),
        findings=Findings(work.findings),
        conversions=tuple(work.conversions),
        unit_reported=unit.labels() if work.conversions else None,
    )


def without_rows(source: Source, findings: Sequence[Finding]) -> Samples:
    """Samples of a file from which no row can be made."""
    none, blank = np.empty(0), Labels(np.empty(0, np.int32), ())
    return Samples(
        sources=(source,), file=none.astype(np.int32), record=none.astype(np.int64), subject=blank, assay=blank, matrix=blank,
        unit=blank, infusion=none.astype(np.int32), time=none, time_nominal=none.copy(), visit=blank, reported=none.astype(object),
        value=none.copy(), state=none.astype(np.int8), lloq=none.copy(), findings=Findings(findings),
    )  # fmt: skip


def _rows_of_data(sheet: Sheet) -> Sheet:
    """The sheet without blank rows, and with repeated headers and footers set aside by name."""
    filled = np.zeros(len(sheet), np.int32)
    repeats = np.ones(len(sheet), bool)
    for text, column in zip(sheet.header, sheet.columns, strict=True):
        filled += column.where([not is_blank(t) for t in column.texts])
        repeats &= column.where([t.strip() == text.strip() for t in column.texts])
    odd = (filled > 0) & (repeats | ((filled == 1) & (len(sheet.header) > 2)))
    oddities = [
        Oddity(
            int(sheet.record[row]),
            "E-ROW-NOT-DATA",
            "The row repeats the header." if repeats[row] else "The row holds one text alone.",
            tuple(column[row] for column in sheet.columns),
        )
        for row in np.flatnonzero(odd).tolist()
    ]
    keep = (filled > 0) & ~odd
    if keep.all():
        return sheet
    columns = tuple(column.take(keep) for column in sheet.columns)
    under = None if sheet.under is None else sheet.under.take(keep)
    return replace(
        sheet, columns=columns, under=under, record=sheet.record[keep], oddities=(*sheet.oddities, *oddities)
    )


def _subjects(work: Work) -> Labels:
    """The ids, to the letter."""
    column = work.column("subject_id")
    if column is None:
        return Labels.constant("", len(work.sheet))
    work.tell("E-SUBJECT-BLANK", column.where(map(is_blank, column.texts)), "subject_id")
    return column.labels()


def _text(work: Work, name: str, blank: str = "") -> Labels:
    """A column of text, with `blank` where a cell is blank."""
    column = work.column(name)
    if column is None:
        return Labels.constant(blank, len(work.sheet))
    return column.labels([blank if is_blank(t) else t for t in column.texts])


def _covariates(work: Work) -> Mapping[str, Labels]:
    """The columns that describe a subject."""
    labels = {name: column.labels() for name in COVARIATES if (column := work.column(name)) and name != "dose"}
    named = {name: work.sheet.columns[i].labels() for name, i in work.found.named_covariates.items()}
    return {**_dose(work), **labels, **named}


def _dose(work: Work) -> dict[str, Labels]:
    """The dose as text that is a number with a point, blank where there is none."""
    column = work.column("dose")
    if column is None:
        return {}
    numbers = numbers_of(column.texts, work.rules.decimal)
    work.tell_number_faults("dose", column, numbers.fault)
    texts = zip(column.texts, numbers.fault, strict=True)
    return {"dose": column.labels(["" if fault else t.strip().replace(",", ".") for t, fault in texts])}


def _extra(work: Work) -> Mapping[str, Labels]:
    """Every other column that holds anything, under its own header."""
    placed = {i for name, i in work.found.columns.items() if name in _PLACED}
    placed |= set(work.found.named_covariates.values())
    extra: dict[str, Labels] = {}
    for i, (header, column) in enumerate(zip(work.sheet.header, work.sheet.columns, strict=True)):
        if i in placed or (is_blank(header) and all(map(is_blank, column.texts))):
            continue
        extra.setdefault(header.strip() or f"column_{i + 1}", Labels(column.codes, column.texts))
    return extra


def _finished_source(work: Work) -> Source:
    """The source with what was found out about it."""
    sheet = work.sheet
    return replace(
        work.source,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        sheet=sheet.name,
        rows=len(sheet) + sum(odd.row > sheet.header_row for odd in sheet.oddities),
        columns={name: sheet.header[i] for name, i in sorted(work.found.columns.items())},
        notes=sheet.notes,
    )
