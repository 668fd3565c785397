"""Samples from a few lines of CSV in our own column names, without a reader between: for tests of what judges them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np

from cartpk.findings import Finding, Findings
from cartpk.labels import Labels
from cartpk.samples import Exclusion, Samples, Source, State

__all__ = ["course", "samples_from"]

COVARIATES = (
    "dose",
    "dose_unit",
    "dose_level",
    "indication",
    "cohort",
    "sex",
    "age",
    "weight",
    "response",
    "lot",
)
PLACED = ("subject_id", "time", "value", "unit", "assay", "lloq", "visit", "time_nominal", "infusion", "matrix")


def samples_from(
    text: str,
    *,
    exclusions: Sequence[Exclusion] = (),
    covariates: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    findings: Sequence[Finding] = (),
    name: str = "counts.csv",
) -> Samples:
    """Samples of a CSV text; a value is a number, blank, a word (BLQ), ``<50`` or, with a question mark, unreadable.

    What the columns do not say is filled in as a reader would: assay by unit, matrix BLOOD, infusion 1.
    """
    rows = list(csv.DictReader(io.StringIO(text.strip())))
    n = len(rows)
    names = list(rows[0]) if rows else []

    def column(name: str, default: str = "") -> list[str]:
        return [row[name] if name in names else default for row in rows]

    def numbers(name: str) -> np.ndarray:
        return np.array([float(t) if t.strip() else np.nan for t in column(name)], np.float64)

    said = [_understood(text) for text in column("value")]
    lloq = np.array([np.nan if np.isnan(own) else own for _, _, own in said], np.float64)
    lloq = np.where(np.isnan(numbers("lloq")), lloq, numbers("lloq"))
    unit = column("unit")
    assay = [a or ("flow" if "cells" in u else "pcr") for a, u in zip(column("assay"), unit, strict=True)]
    described = [c for c in names if c in COVARIATES or c in covariates]
    return Samples(
        sources=(Source(name, columns=dict(columns or {c: c for c in names})),),
        file=np.zeros(n, np.int32),
        record=np.arange(2, n + 2, dtype=np.int64),
        subject=Labels.of(column("subject_id")),
        assay=Labels.of(assay),
        matrix=Labels.of(column("matrix", "BLOOD")),
        unit=Labels.of(unit),
        infusion=np.array([int(t or 1) for t in column("infusion", "1")], np.int32),
        time=numbers("time"),
        time_nominal=numbers("time_nominal"),
        visit=Labels.of(column("visit")),
        reported=np.array([*column("value"), ""], object)[:n],
        value=np.array([number for _, number, _ in said], np.float64),
        state=np.array([state for state, _, _ in said], np.int8),
        lloq=lloq,
        covariates={c: Labels.of(column(c)) for c in described},
        extra={c: Labels.of(column(c)) for c in names if c not in PLACED and c not in described},
        exclusions=tuple(exclusions),
        findings=Findings(findings),
    )


def _understood(text: str) -> tuple[State, float, float]:
    """State, number and the limit that the text gives."""
    if not text.strip():
        return State.MISSING, np.nan, np.nan
    if text.startswith("<"):
        return State.BLQ, np.nan, float(text[1:])
    if text == "BLQ":
        return State.BLQ, np.nan, np.nan
    return (State.UNREADABLE, np.nan, np.nan) if "?" in text else (State.NUMBER, float(text), np.nan)


def course(
    subject_id: str = "S01",
    times: Sequence[float] = (0, 1, 3, 7, 10, 14, 21, 28, 42, 60, 90),
    values: Sequence[object] = ("BLQ", "BLQ", 60, 900, 5000, 2000, 500, 150, 80, "BLQ", "BLQ"),
    unit: str = "copies/ug gDNA",
    lloq: float = 50,
) -> str:
    """The lines (no header) of an ordinary course: subject_id, time, value, unit, lloq."""
    return "".join(f"{subject_id},{t:g},{v},{unit},{lloq:g}\n" for t, v in zip(times, values, strict=True))


HEADER = "subject_id,time,value,unit,lloq\n"
