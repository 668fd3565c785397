"""Where tables stand on a sheet, as a plan says: `Region`; and what is told of rows that lie outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules
from cartpk.language import Phrase, phrase
from cartpk.readers.sheet import Sheet, is_blank
from cartpk.rulebook import finding

__all__ = ["Passed", "Region", "cut_off", "regions_of", "told_of_passed"]

Passed = tuple[int, tuple[str, ...]]
"""A row that lies outside every table, and its cells."""
MOST = 6  # rows that a message names


@dataclass(frozen=True, slots=True)
class Region:
    """One table: its worksheet (None: the only one), its header's row (None: found out) and its last row (None: to the end)."""

    sheet: str | None = None
    header_row: int | None = None
    last_row: int | None = None


def regions_of(rules: InputRules) -> tuple[Region, ...]:
    """The tables that a plan names, in its order; tables below one another end where the next one begins."""
    if not rules.wide:
        return (Region(rules.sheet, rules.header_row, rules.last_row),)
    found = dict.fromkeys(Region(b.sheet or rules.sheet, b.header_row or rules.header_row, b.last_row or rules.last_row) for b in rules.wide)  # fmt: skip
    ordered = sorted(found, key=lambda r: (r.sheet or "", r.header_row or 0))
    ends = {a: b.header_row - 1 for a, b in pairwise(ordered) if a.sheet == b.sheet and b.header_row is not None}
    return tuple(replace(r, last_row=ends[r]) if r.last_row is None and r in ends else r for r in found)


def cut_off(sheet: Sheet, last_row: int | None) -> tuple[Sheet, list[Passed]]:
    """A sheet of text up to a row, and the rows after it."""
    if last_row is None:
        return sheet, []
    rest = sheet.record > last_row
    passed = [
        (int(sheet.record[row]), tuple(column[row] for column in sheet.columns))
        for row in np.flatnonzero(rest).tolist()
    ]
    passed += [(odd.row, odd.cells) for odd in sheet.oddities if odd.row > last_row]
    return replace(
        sheet,
        columns=tuple(column.take(~rest) for column in sheet.columns),
        record=sheet.record[~rest],
        oddities=tuple(odd for odd in sheet.oddities if odd.row <= last_row),
    ), sorted(passed)


def told_of_passed(passed: Sequence[Passed], first_header: int, file: str, name: str = "") -> Iterator[Finding]:
    """What was passed over: a note; a warning on rows below a header that hold more than one text."""
    held = [(row, [c for c in cells if not is_blank(c)]) for row, cells in passed]
    held = [(row, cells) for row, cells in held if cells]
    serious = [(row, cells) for row, cells in held if row > first_header and len(cells) > 1]
    light = [item for item in held if item not in serious]
    for rule, rows in (("W-ROW-PASSED", serious), ("N-ROW-PASSED", light)):
        if rows:
            text = " | ".join(rows[0][1])
            message = phrase(
                _PASSED[len(rows) == 1],
                rows=_numbers([row for row, _ in rows], name), first=quoted(text),
            )  # fmt: skip
            yield finding(rule, message, file=file, row=rows[0][0], value=text[:200])


_PASSED = {
    True: "Row {rows} lies outside what the plan names as the table, and is not read (the first: {first}).",
    False: "Rows {rows} lie outside what the plan names as the table, and are not read (the first: {first}).",
}


def _numbers(rows: Sequence[int], sheet: str) -> Phrase:
    """The first rows of a list, how many more there are, and the sheet where there are several."""
    said = phrase("{rows}", rows=tuple(str(row) for row in rows[:MOST]))
    if len(rows) > MOST:
        said = phrase("{rows} and {n} more", rows=said, n=len(rows) - MOST)
    return phrase("{rows} of the sheet {sheet}", rows=said, sheet=quoted(sheet)) if sheet else said
