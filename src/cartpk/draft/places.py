"""Where the samples of a file stand: on which of its sheets, below which titles, in how many tables below one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np

from cartpk.draft.words import text
from cartpk.input_rules import InputRules, WideBlock
from cartpk.readers import sheets_of
from cartpk.readers.aliases import ALIASES, folded_header, recognise
from cartpk.readers.companions import domain_of
from cartpk.readers.sheet import Sheet, is_blank
from cartpk.readers.visits import visit_day

__all__ = ["FEWEST", "FilePlaces", "TablePlace", "places_of", "prefix_of"]

FEWEST = 2  # columns of visits that make a table wide
_SUBJECTS = frozenset(folded_header(name) for group in ALIASES["subject_id"] for name in group)
_MARK = {"-": 0.0}
"""Stands for the visits of a block while its rows are looked at."""


@dataclass(frozen=True, slots=True)
class TablePlace:
    """A table: what stands in it, its sheet where there are several, and rows where they must be said; the title above it.

    `stacked`: other tables stand above or below it.
    """

    table: Sheet
    sheet: str | None = None
    header_row: int | None = None
    last_row: int | None = None
    title: str = ""
    stacked: bool = False

    @property
    def doubts(self) -> tuple[str, ...]:
        """A question where rows are left out."""
        if self.header_row is None and self.last_row is None:
            return ()
        begin = "" if self.header_row is None else f"begin with its header in row {self.header_row}"
        end = "" if self.last_row is None else f"end with row {self.last_row}"
        title = f" (such as {text(self.title[:60])})" if self.title else ""
        out = f"above it{title}" if not end else "below it" if not begin else f"above{title} and below it"
        return (
            f"the table is taken to {begin}{' and to ' if begin and end else ''}{end}; what stands {out} is not read.",
        )


@dataclass(frozen=True, slots=True)
class FilePlaces:
    """The tables of samples in a file, and what is to be said of their choice (`unsure`: with a question)."""

    tables: tuple[TablePlace, ...]
    wide: bool = False
    said: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


def places_of(path: str | PathLike[str]) -> FilePlaces:
    """Look at a file and propose where its samples stand."""
    sheets = sheets_of(path)
    wide = [s for s in sheets if _is_wide(s)]
    long = [s for s in sheets if not _is_wide(s) and (_is_long(s) or domain_of(s))]
    chosen = wide or sorted(long, key=lambda s: -len(s))[:1] or list(sheets[:1])
    several = len(sheets) > 1 and bool(chosen)
    tables = tuple(t for s in chosen for t in _tables(Path(path), s, s.name if several else None))
    said, unsure = _choice(Path(path).name, sheets, chosen, wide, long) if several else ((), ())
    return FilePlaces(tables, bool(wide), said, unsure)


def _choice(
    file: str, sheets: Sequence[Sheet], chosen: Sequence[Sheet], wide: Sequence[Sheet], long: Sequence[Sheet]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said of the sheets that are read, and of those that are not."""
    names = ", ".join(text(s.name) for s in chosen)
    others = [s for s in sheets if s not in chosen]
    alike = [f"{text(s.name)} ({len(s)} rows)" for s in others if s in long or s in wide]
    rest = [text(s.name) for s in others if s not in long and s not in wide]
    said = [f"{file} holds several sheets; {names} is read."] if len(chosen) == 1 else []
    said += [f"Not read, since no samples are seen there: {', '.join(rest)}."] if rest else []
    unsure = [f"{', '.join(alike)} of {file} may hold samples too and would not be read."] if alike else []
    unsure += [] if wide or long else [f"no sheet of {file} looks like samples; which one is it?"]
    return tuple(said), tuple(unsure)


# --- what a sheet looks like ---------------------------------------------------------------------------------------


def prefix_of(header: str) -> str | None:
    """What stands before the day in a header; None where it says no day."""
    cuts = [0, *(k + 1 for k, c in enumerate(header) if c in " _:/-\t")]
    for cut in cuts:
        day, _ = visit_day(header[cut:].strip())
        if day == day:
            return header[:cut].strip(" _:/-")
    return None


def _is_long(sheet: Sheet) -> bool:
    columns = _columns(sheet)
    return "value" in columns and bool({"time", "datetime"} & columns)


def _is_wide(sheet: Sheet) -> bool:
    return not _is_long(sheet) and sum(prefix_of(h) is not None for h in sheet.header) >= FEWEST


def _columns(sheet: Sheet) -> set[str]:
    return set(recognise(sheet.header, InputRules(), "", sheet.header_row or None).columns)


# --- rows ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a sheet that hold anything, the header's not: row -> how many cells; those of odd rows."""

    sheet: Sheet
    counts: dict[int, int]
    odd: dict[int, tuple[str, ...]]

    @classmethod
    def of(cls, sheet: Sheet) -> _Rows:
        counts = {odd.row: sum(not is_blank(c) for c in odd.cells) for odd in sheet.oddities}
        filled = np.zeros(len(sheet), np.int64)
        for column in sheet.columns:
            filled += column.where([not is_blank(t) for t in column.texts])
        counts |= dict(zip(sheet.record.tolist(), filled.tolist(), strict=True))
        odd = {o.row: o.cells for o in sheet.oddities}
        return cls(sheet, {row: n for row, n in sorted(counts.items()) if n}, odd)

    def cells(self, row: int) -> list[str]:
        """The filled cells of a row."""
        at = np.flatnonzero(self.sheet.record == row)
        cells = [c[int(at[0])] for c in self.sheet.columns] if len(at) else self.odd[row]
        return [c for c in cells if not is_blank(c)]

    def headers_below(self) -> list[int]:
        """Rows that name a subject and visits, as the header of a table below the first one does."""
        named = np.zeros(len(self.sheet), bool)
        for column in self.sheet.columns:
            named |= column.where([folded_header(t) in _SUBJECTS for t in column.texts])
        rows = [*self.sheet.record[named].tolist(), *(odd.row for odd in self.sheet.oddities)]
        return sorted(row for row in rows if row > self.sheet.header_row and _is_wide_header(self.cells(row)))


def _is_wide_header(cells: Sequence[str]) -> bool:
    names = any(folded_header(c) in _SUBJECTS for c in cells)
    return names and sum(prefix_of(c) is not None for c in cells) >= FEWEST


def _tables(path: Path, sheet: Sheet, name: str | None) -> list[TablePlace]:
    """The tables of a sheet: one, or several below one another, each read by its own header."""
    if not sheet.header or domain_of(sheet):
        return [TablePlace(sheet, name)]
    rows = _Rows.of(sheet)
    heads = [sheet.header_row, *rows.headers_below()]
    found: list[TablePlace] = []
    begin = 0
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        above = [row for row in rows.counts if begin < row < head]
        last = _end(rows, head, after)
        told = head if len(heads) > 1 or above else None
        place = TablePlace(sheet, name, told, last, " ".join(rows.cells(above[-1])) if above else "", len(heads) > 1)
        found.append(place if told is None and last is None else replace(place, table=_read_again(path, place)))
        begin = last or head
    return found


def _read_again(path: Path, place: TablePlace) -> Sheet:
    """A table by its own rows."""
    block = WideBlock(visits=_MARK, sheet=place.sheet, header_row=place.header_row, last_row=place.last_row)
    return sheets_of(path, InputRules(wide=(block,)))[0]


def _end(rows: _Rows, head: int, after: int | None) -> int | None:
    """The last row of a table where another one begins below, or single texts stand at its end; else None."""
    inside = [row for row in rows.counts if row > head and (after is None or row < after)]
    full = [row for row in inside if rows.counts[row] > 1]
    if not full or (after is None and full[-1] == inside[-1]):
        return None
    return full[-1]
