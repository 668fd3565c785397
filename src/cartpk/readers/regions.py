"""Where tables stand on a sheet, as a plan says: `Region`; and what is told of rows that lie outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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


def told_of_passed(
    rows: Mapping[int, int], cells: Callable[[int], Sequence[str]], first_header: int, file: str, name: str = ""
) -> Iterator[Finding]:
    """What was passed over: a note; a warning on rows below a header that hold more than one text.

    Args:
        rows: row -> how many of its cells hold anything.
        cells: gives the cells of a row.
        first_header: the row of the first header.
        file, name: of the file and its worksheet.
    """
    serious = [row for row, n in sorted(rows.items()) if n > 1 and row > first_header]
    light = sorted(row for row, n in rows.items() if n and (n == 1 or row <= first_header))
    for rule, found in (("W-ROW-PASSED", serious), ("N-ROW-PASSED", light)):
        if found:
            text = " | ".join(c for c in cells(found[0]) if not is_blank(c))
            message = phrase(_PASSED[len(found) == 1], rows=_numbers(found, name), first=quoted(text))
            yield finding(rule, message, file=file, row=found[0], value=text[:200])


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
