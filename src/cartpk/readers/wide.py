"""One row a subject, one column a visit -> one row a sample, as the plan's blocks say and not otherwise.

A visit's number is not a day, and a month has more than one length: a wide table gives numbers only where the plan
names each column and its day. `cartpk init` writes that plan, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules, WideBlock
from cartpk.language import phrase
from cartpk.readers.aliases import folded_header, recognise
from cartpk.readers.cells import fold
from cartpk.readers.sheet import Column, Oddity, Sheet
from cartpk.readers.typed import text_of_number
from cartpk.rulebook import finding

__all__ = ["CELL", "lengthened"]

CELL = "visit column"
"""The column of the long table that holds the header a result stood under."""

Codes = NDArray[np.int32]
_MADE = ("assay", "unit", "lloq")
_SUMMARIES = frozenset(
    ("total", "totals", "subtotal", "grand total", "sum", "mean", "average", "avg", "median", "geometric mean", "geomean", "std", "std dev", "stdev",
     "standard deviation", "minimum", "maximum", "合计", "总计", "小计", "平均", "平均值", "均值", "均数", "中位数", "标准差", "最大值", "最小值")
)  # fmt: skip
"""What the row of a summary is called in the place of a subject."""


def lengthened(sheet: Sheet, file: str, rules: InputRules) -> tuple[Sheet, InputRules]:
    """A sheet with the plan's blocks, one row a sample, and the rules to read that by; without blocks as it is."""
    blocks = [b for b in rules.wide if b.sheet in (None, sheet.name) and b.header_row in (None, sheet.header_row)]
    if not blocks or not sheet.header:
        return sheet, rules
    sheet = _without_summaries(sheet, rules)
    plain = replace(rules, wide=())
    faults = list(_faults(sheet, blocks, file))
    if faults:
        return replace(sheet, header=(), columns=(), faults=(*sheet.faults, *faults)), plain
    return _Lengthening(sheet, rules, blocks).sheet(file), replace(plain, columns=_columns(rules, blocks))


def _without_summaries(sheet: Sheet, rules: InputRules) -> Sheet:
    """The sheet with rows of totals and means set aside by name: a long table shows them by their missing time, this one does not."""
    place = recognise(sheet.header, rules, "", None).columns.get("subject_id")
    if place is None:
        return sheet
    subject = sheet.columns[place]
    rows = subject.where([fold(t).rstrip(":. ") in _SUMMARIES for t in subject.texts])
    if not rows.any():
        return sheet
    cells = [tuple(column[row] for column in sheet.columns) for row in np.flatnonzero(rows).tolist()]
    odd = [
        Oddity(
            int(record),
            "E-ROW-NOT-DATA",
            f"The row is called {quoted(texts[place])}, as a summary of the others is.",
            texts,
        )
        for record, texts in zip(sheet.record[rows].tolist(), cells, strict=True)
    ]
    columns = tuple(column.take(~rows) for column in sheet.columns)
    return replace(sheet, columns=columns, record=sheet.record[~rows], oddities=(*sheet.oddities, *odd))


def _columns(rules: InputRules, blocks: Sequence[WideBlock]) -> dict[str, str]:
    """The plan's columns, and those that the blocks make."""
    made = {name: name for name in _MADE if any(getattr(b, name) is not None for b in blocks)}
    return {**rules.columns, **made, "value": "value", "time": "time", "time_nominal": "time", "visit": CELL}


def _faults(sheet: Sheet, blocks: Sequence[WideBlock], file: str) -> Iterator[Finding]:
    """Columns that the plan names and the sheet lacks or has twice, columns in two blocks, names that are taken."""
    row = sheet.header_row or None
    seen: set[str] = set()
    for name in (name for block in blocks for name in block.visits):
        if sheet.header.count(name) > 1:
            message = (
                f"The header {quoted(name)}, which the plan names as a visit, stands {sheet.header.count(name)} times."
            )
            yield finding("E-COLUMN-DOUBLED", message, file=file, row=row, column=name)
        if name not in sheet.header:
            message = f"There is no column {quoted(name)}, which the plan names as a visit."
            yield finding("E-COLUMN-MISSING", message, file=file, row=row, column=name)
        if name in seen:
            message = f"The plan names the column {quoted(name)} in two blocks."
            yield finding("E-COLUMN-DOUBLED", message, file=file, row=row, column=name)
        seen.add(name)
    made = {"value", "time", CELL, *(n for n in _MADE if any(getattr(b, n) is not None for b in blocks))}
    for header in sheet.header:
        if folded_header(header) in {folded_header(m) for m in made} and header not in seen:
            message = f"The column {quoted(header)} stands beside columns of visits, which the plan says hold it."
            yield finding("E-COLUMN-DOUBLED", message, file=file, row=row, column=header)


@dataclass(slots=True)
class _Lengthening:
    """Blocks of a sheet on their way to one row a sample; rows keep the order of the sheet, then of the visits."""

    wide: Sheet
    rules: InputRules
    blocks: Sequence[WideBlock]

    def sheet(self, file: str) -> Sheet:
        """The long sheet."""
        wide = self.wide
        visits = [(block, name, day) for block in self.blocks for name, day in block.visits.items()]
        taken = {name for _, name, _ in visits}
        kept = [i for i, h in enumerate(wide.header) if h not in taken]
        n, m = len(wide), len(visits)
        rows, which = np.repeat(np.arange(n), m), np.tile(np.arange(m, dtype=np.int32), n)
        values = self._values([name for _, name, _ in visits])
        decimal = self.rules.decimal
        days = _constant([text_of_number(float(day), decimal) for _, _, day in visits], which)
        columns = {CELL: _constant([name for _, name, _ in visits], which), "time": days, "value": values}
        for name in _MADE:
            given = [getattr(block, name) for block, _, _ in visits]
            if any(g is not None for g in given):
                texts = ["" if g is None else g if isinstance(g, str) else text_of_number(float(g), decimal) for g in given]  # fmt: skip
                columns[name] = _constant(texts, which)
        message = phrase(
            "{n} columns of visits were read as the plan says; times are planned days, since a wide table has no others.",
            n=m,
        )
        told = finding("N-FILE-WIDE", message, file=file, row=wide.header_row or None, column=visits[0][1])
        return replace(
            wide,
            header=(*(wide.header[i] for i in kept), *columns),
            columns=(*(wide.columns[i].take(rows) for i in kept), *columns.values()),
            record=wide.record[rows],
            refused=frozenset(),
            under=self._places(visits, which),
            faults=(*wide.faults, told),
        )

    def _places(self, visits: Sequence[tuple[WideBlock, str, float]], which: Codes) -> Column:
        """Where each result stood: its header, with the worksheet where there are several."""
        return _constant([name if block.sheet is None else f"{block.sheet}!{name}" for block, name, _ in visits], which)

    def _values(self, names: Sequence[str]) -> Column:
        """The cells of the visits, row by row."""
        seen: dict[str, int] = {}
        parts = []
        for name in names:
            column = self.wide.columns[self.wide.header.index(name)]
            new = np.array([seen.setdefault(t, len(seen)) for t in column.texts], np.int32)
            parts.append(new[column.codes] if len(new) else column.codes)
        return Column(np.stack(parts, axis=1).ravel().astype(np.int32), tuple(seen))


def _constant(texts: Sequence[str], which: Codes) -> Column:
    """A column whose row is one of some texts, which may repeat."""
    seen: dict[str, int] = {}
    new = np.array([seen.setdefault(t, len(seen)) for t in texts], np.int32)
    return Column(new[which], tuple(seen))
