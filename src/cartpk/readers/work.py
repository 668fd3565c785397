"""One file on its way to `Samples`: what is known of it and what was found, `Work`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import Finding
from cartpk.input_rules import InputRules
from cartpk.readers.aliases import Recognised
from cartpk.readers.cells import BLANK, numbers_of
from cartpk.readers.dates import looks_like_date
from cartpk.readers.sheet import Column, Sheet
from cartpk.rulebook import RULEBOOK, finding
from cartpk.samples import Source

__all__ = ["Work", "number_sentence"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(slots=True)
class Work:
    """The sheet, its source, the rules, the columns recognised; `findings` and `conversions` grow."""

    sheet: Sheet
    source: Source
    rules: InputRules
    found: Recognised
    findings: list[Finding]
    conversions: list[str] = field(default_factory=list)

    def column(self, name: str) -> Column | None:
        """A column of ours, None where the file has none."""
        place = self.found.columns.get(name)
        return None if place is None else self.sheet.columns[place]

    def header(self, name: str) -> str:
        """The header of a column as it stands in the file."""
        place = self.found.columns.get(name)
        return name if place is None else self.sheet.header[place]

    def tell_once(self, rule: str, message: str, name: str, row: int | None = None, value: str = "") -> None:
        """One finding on a column as a whole, at its header or at the first row that it is about."""
        place: int | None = (self.sheet.header_row or None) if row is None else int(self.sheet.record[row])
        under = self.sheet.under if row is not None and name in ("value", "time") else None
        header = self.header(name) if under is None or row is None else under[row]
        told = finding(rule, message, file=self.source.name, row=place, column=header, value=value)
        self.findings.append(told)

    def tell(
        self, rule: str, rows: Bools, name: str, message: str | Callable[[str], str] = "", cells: Column | None = None
    ) -> None:
        """One finding for each of `rows`, on its cell in column `name` (or in `cells`); `message` may be made from the cell's text."""
        subject, header, place = self.column("subject_id"), self.header(name), self.found.columns.get(name, -1)
        cells = self.column(name) if cells is None else cells
        for row in np.flatnonzero(rows).tolist():
            if (int(self.sheet.record[row]), place) in self.sheet.refused:
                continue
            text = "" if cells is None else cells[row]
            under = self.sheet.under if name in ("value", "time") else None
            told = finding(
                rule,
                message if isinstance(message, str) else message(text),
                file=self.source.name,
                row=int(self.sheet.record[row]),
                column=header if under is None else under[row],
                subject_id="" if subject is None else subject[row],
                value=text,
            )
            self.findings.append(told)

    def tell_oddities(self) -> None:
        """The rows that do not fit the header."""
        place = self.found.columns.get("subject_id", -1)
        for odd in self.sheet.oddities:
            who = odd.cells[place] if 0 <= place < len(odd.cells) and odd.rule == "E-ROW-RAGGED" else ""
            shown = (self.sheet.delimiter or " | ").join(odd.cells).strip()[:200]
            told = finding(odd.rule, odd.message, file=self.source.name, row=odd.row, subject_id=who, value=shown)
            self.findings.append(told)

    def numbers(self, name: str) -> tuple[Floats, Bools]:
        """A column of numbers, and where it is blank; faults are told."""
        column = self.column(name)
        if column is None:
            return np.full(len(self.sheet), np.nan), np.ones(len(self.sheet), bool)
        numbers = numbers_of(column.texts, self.rules.decimal)
        self.tell_number_faults(name, column, numbers.fault)
        return numbers.value[column.codes], column.where([f == BLANK for f in numbers.fault])

    def tell_number_faults(self, name: str, column: Column, fault: Sequence[str]) -> None:
        """The cells of a column that should be numbers and are not, by the fault of each distinct text."""
        for rule in sorted({f for f in fault if f and f != BLANK}):
            marks = [f == rule for f in fault]
            if name in ("time", "time_nominal"):
                date = [m and looks_like_date(t) for m, t in zip(marks, column.texts, strict=True)]
                self.tell("E-TIME-DATE", column.where(date), name, "A date or a time of day stands where days after infusion are expected.")  # fmt: skip
                marks = [m and not d for m, d in zip(marks, date, strict=True)]
            self.tell(rule, column.where(marks), name, number_sentence(rule, self.rules))


def number_sentence(rule: str, rules: InputRules) -> str:
    """What to say of a number that cannot be read."""
    if rule == "E-NUMBER-NOT-A-NUMBER" and rules.decimal == ",":
        return "The text is not a number whose decimal sign is a comma, as the plan says."
    return RULEBOOK[rule].sentence
