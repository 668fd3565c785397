"""A sheet whose columns a data standard names, on its way to the layout of one row a sample: `StandardTable`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cartpk.findings import Finding
from cartpk.input_rules import InputRules
from cartpk.readers.aliases import folded_header
from cartpk.readers.sheet import Column, Sheet
from cartpk.rulebook import finding
from cartpk.samples import Exclusion

__all__ = ["Prepared", "StandardTable"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sheet with what the standard says worked in, the rules to read it by, and the rows that its flags leave out."""

    sheet: Sheet
    rules: InputRules
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(slots=True)
class StandardTable:
    """A sheet on its way; `faults` and `columns` (of the plan's kind) grow."""

    sheet: Sheet
    file: str
    rules: InputRules
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)

    def place(self, name: str) -> int:
        """Where a column stands, by its name in any case; -1 where there is none."""
        folded = folded_header(name)
        return next((i for i, h in enumerate(self.sheet.header) if folded_header(h) == folded), -1)

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return self.place(name) >= 0

    def column(self, name: str) -> Column:
        """A column by its name; blanks where the sheet has none."""
        place = self.place(name)
        return self.sheet.columns[place] if place >= 0 else Column(np.zeros(len(self.sheet), np.int32), ("",))

    def header(self, name: str) -> str:
        """The name as it stands in the file."""
        place = self.place(name)
        return self.sheet.header[place] if place >= 0 else name

    def put(self, name: str, column: Column) -> None:
        """Put a column in the place of one of that name, or beside the others."""
        place = self.place(name)
        if place < 0:
            self.sheet = replace(self.sheet, header=(*self.sheet.header, name), columns=(*self.sheet.columns, column))
        else:
            columns = list(self.sheet.columns)
            columns[place] = column
            self.sheet = replace(self.sheet, columns=tuple(columns))

    def means(self, ours: str, theirs: str) -> None:
        """Say that a column is ours, unless the plan says otherwise."""
        if ours not in self.rules.columns:
            self.columns[ours] = self.header(theirs)

    def tell(self, rule: str, rows: Iterable[int], name: str, message: str, cells: Column | None = None) -> None:
        """One finding for each of `rows`, on its cell."""
        subject = self.column("USUBJID" if self.has("USUBJID") else "SUBJID")
        cells = self.column(name) if cells is None else cells
        for row in rows:
            record, header = int(self.sheet.record[row]), self.header(name)
            told = finding(rule, message, file=self.file, row=record, column=header, subject_id=subject[row], value=cells[row])  # fmt: skip
            self.faults.append(told)

    def note(self, rule: str, name: str, message: str) -> None:
        """One finding on a column as a whole."""
        row = self.sheet.header_row or None
        self.faults.append(finding(rule, message, file=self.file, row=row, column=self.header(name)))

    def done(self, exclusions: Sequence[Exclusion] = ()) -> Prepared:
        """The sheet and the rules as they have become."""
        sheet = replace(self.sheet, faults=(*self.sheet.faults, *self.faults), notes=(*self.sheet.notes, *self.notes))
        rules = replace(self.rules, columns={**self.columns, **self.rules.columns}) if self.columns else self.rules
        return Prepared(sheet, rules, tuple(exclusions))
