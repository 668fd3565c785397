"""Rules that compare two rows of one subject, assay, matrix, infusion and time; excluded rows are compared with none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cartpk.checks.evidence import Evidence
from cartpk.findings import Finding, quoted
from cartpk.language import phrase

__all__ = ["contradicting_rows", "repeated_rows"]


def repeated_rows(evidence: Evidence) -> Iterator[Finding]:
    """W-ROW-REPEATED, one for each row that is set aside."""
    samples, kept = evidence.samples, evidence.ledger.kept
    for row in np.flatnonzero(kept >= 0).tolist():
        first = int(kept[row])
        visit = samples.visit
        message = phrase(
            "The row says again what {place} says; it is counted once."
            if visit.codes[first] == visit.codes[row]
            else "The row says again what {place} says; it is counted once. The visits differ: {here} here, {there} there.",
            place=evidence.place(first, row), here=quoted(visit[row]), there=quoted(visit[first]),
        )  # fmt: skip
        yield evidence.at("W-ROW-REPEATED", row, "value", str(samples.reported[row]), message)


def contradicting_rows(evidence: Evidence) -> Iterator[Finding]:
    """E-ROW-CONTRADICTS, one for each row after the first of its time."""
    samples = evidence.samples
    here, first = -1, -1
    for group, row in samples.rows_at_one_time(evidence.courses):
        if group != here:
            here, first = group, -1
        if not evidence.measured[row]:
            continue
        if first < 0:
            first = row
            continue
        message = (
            f"Day {samples.time[row]:.10g} of {evidence.who(row)} by {quoted(samples.assay[row])} has {_result(evidence, row)} here and "
            f"{_result(evidence, first)} in {evidence.place(first, row)}.{_visits(evidence, first, row)}"
        )
        yield evidence.at("E-ROW-CONTRADICTS", row, "value", str(samples.reported[row]), message)


def _result(evidence: Evidence, row: int) -> str:
    samples = evidence.samples
    limit = "" if np.isnan(samples.lloq[row]) else f", LLOQ {samples.lloq[row]:.10g}"
    return f"{quoted(str(samples.reported[row]))} {samples.unit[row]}{limit}"


def _visits(evidence: Evidence, first: int, row: int) -> str:
    """A sentence where the two rows are of different visits."""
    visit = evidence.samples.visit
    if visit.codes[first] == visit.codes[row]:
        return ""
    return f" The visits differ: {quoted(visit[row])} here, {quoted(visit[first])} there."
