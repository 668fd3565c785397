"""What every rule looks at: `Evidence`, samples with their courses and ledger, worked out once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import Finding, quoted
from cartpk.labels import Labels
from cartpk.language import Phrase, phrase
from cartpk.rulebook import finding
from cartpk.rules import NcaRules
from cartpk.samples import Courses, Ledger, Samples, State, Status

__all__ = ["Evidence", "blank_levels", "first_rows", "rows_in_words", "spread"]

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]
_FALLBACK = {"time": "datetime"}
"""Where a column of ours may have been made from."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Samples under examination.

    Attributes (arrays have one entry a row):
        excluded: left out by the plan.
        result: has a result (a number or BLQ) and is not excluded.
        blq: below the limit of quantification.
        measured: a result that counts: neither excluded nor a repetition.
        quantifiable: measured, not below the limit, and above 0.
    """

    samples: Samples
    rules: NcaRules
    courses: Courses
    ledger: Ledger
    excluded: Bools
    result: Bools
    blq: Bools
    measured: Bools
    quantifiable: Bools

    @classmethod
    def of(cls, samples: Samples, rules: NcaRules) -> Evidence:
        """Sort the rows into courses and judge which count."""
        courses = samples.courses()
        ledger = samples.ledger(courses)
        excluded = ledger.exclusion >= 0
        result = ((samples.state == State.NUMBER) | (samples.state == State.BLQ)) & ~excluded
        measured = result & (ledger.status == Status.USED)
        blq = samples.blq & ~(samples.value < 0)  # a negative number is an error of its own
        return cls(
            samples=samples,
            rules=rules,
            courses=courses,
            ledger=ledger,
            excluded=excluded,
            result=result,
            blq=blq,
            measured=measured,
            quantifiable=measured & ~blq & (samples.value > 0),
        )

    def at(self, rule: str, row: int, column: str = "", value: str = "", message: str = "") -> Finding:
        """A finding at a row (an index); `column` is our name, the finding bears the header as it stands in the file."""
        samples = self.samples
        source = samples.sources[samples.file[row]]
        header = source.columns.get(column) or source.columns.get(_FALLBACK.get(column, ""), column)
        if source.layout == "wide" and column in ("value", "time"):
            header = samples.visit[row]  # the column that the result stood in
        return finding(
            rule,
            message,
            file=source.name,
            row=int(samples.record[row]),
            column=header,
            subject_id=samples.subject[row],
            value=value,
        )

    def at_values(self, rule: str, rows: Bools, message: str = "") -> Iterator[Finding]:
        """A finding at the value of each row."""
        reported = self.samples.reported
        return (self.at(rule, row, "value", str(reported[row]), message) for row in np.flatnonzero(rows).tolist())

    def who(self, row: int) -> Phrase:
        """The subject of a row, as a message names it."""
        return phrase("subject {subject}", subject=quoted(self.samples.subject[row]))

    def place(self, row: int, seen_from: int) -> Phrase:
        """How a message about another row names this one: its number, and its file where that is another."""
        samples = self.samples
        number = int(samples.record[row])
        if samples.file[row] == samples.file[seen_from]:
            return phrase("row {row}", row=number)
        return phrase("row {row} of {file}", row=number, file=quoted(samples.sources[samples.file[row]].name))

    def reported_before(self, rule: str, file: int) -> bool:
        """Whether the reader has found this of a file."""
        name = self.samples.sources[file].name
        return any(f.rule == rule and f.file == name for f in self.samples.findings)


def rows_in_words(n: int) -> Phrase:
    """A count of rows as a message says it."""
    return phrase("{n} row" if n == 1 else "{n} rows", n=f"{n:,}")


def blank_levels(labels: Labels) -> Bools:
    """Which levels are blank."""
    return np.fromiter((not t.strip() for t in labels.levels), bool, len(labels.levels))


def spread(of_levels: NDArray[np.bool_], labels: Labels) -> Bools:
    """What holds of levels, for each row."""
    found: Bools = of_levels[labels.codes] if len(of_levels) else np.zeros(len(labels), bool)
    return found


def first_rows(codes: NDArray[np.integer], n: int, rows: Rows | None = None) -> Rows:
    """For each of `n` codes the first row that bears it, -1 where none; `rows`, ascending, are the rows of `codes`."""
    first = np.full(n, -1, np.int64)
    here = np.arange(len(codes)) if rows is None else rows
    first[codes[::-1]] = here[::-1]  # the last assignment stays
    return first
