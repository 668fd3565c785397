"""What a plan says about reading a file: `InputRules`, each field found out by the reader where it is not given."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from cartpk.errors import RulesError
from cartpk.units import LARGEST, SMALLEST, UNITS, find_unit

__all__ = ["InputRules", "WideBlock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WideBlock:
    """One block of a table that has one row a subject and one column a visit.

    Attributes:
        visits: header of the column, as it stands -> planned day after the infusion.
        assay, unit, lloq: of all results in the block; None: the table's own columns say it.
        sheet: the worksheet that it stands on; None: that of the whole file, or the only one.
        header_row: row of its header, as an editor shows it, where several tables stand below one another; None: found out.
        last_row: its last row; None: the one before the next block's header, else the end.
    """

    visits: Mapping[str, float]
    assay: str | None = None
    unit: str | None = None
    lloq: float | None = None
    sheet: str | None = None
    header_row: int | None = None
    last_row: int | None = None

    def __post_init__(self) -> None:
        problems = list(_row_problems(self.header_row, self.last_row))
        if not self.visits:
            problems.append("visits names no column")
        problems += [f"day of {v!r} is {d!r}, not a number" for v, d in self.visits.items() if not _is_number(d)]
        if self.unit is not None and find_unit(self.unit) is None:
            problems.append(f"unit is {self.unit!r}, not one of {', '.join(UNITS)}")
        if self.lloq is not None and not (_is_number(self.lloq) and self.lloq > 0):
            problems.append(f"lloq is {self.lloq!r}, not a number above 0")
        elif self.lloq is not None and not SMALLEST <= self.lloq <= LARGEST:
            problems.append(f"lloq is {self.lloq!r}, not from {SMALLEST:g} to {LARGEST:g}")
        if problems:
            raise RulesError("; ".join(problems))


def _row_problems(header_row: int | None, last_row: int | None) -> Iterator[str]:
    for name, row in (("header_row", header_row), ("last_row", last_row)):
        if row is not None and (not isinstance(row, int) or isinstance(row, bool) or row < 1):
            yield f"{name} is {row!r}, not the number of a row, counted from 1"
            return
    if header_row is not None and last_row is not None and last_row <= header_row:
        yield f"last_row is {last_row}, not below the header in row {header_row}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRules:
    """How to read.

    Attributes:
        encoding: name of the encoding; None: byte-order mark, else UTF-8, else GB18030.
        delimiter: ``,``, ``;`` or a tab; None: the one the header is cut by.
        decimal: the decimal sign of numbers, ``.`` or ``,``.
        infusion_day: how the file calls the day of infusion: 0, or 1 (then the day before is -1).
        blq_words: words that mean below the limit of quantification, beside the known ones.
        lloq: assay -> limit, where the file gives none.
        columns: our column -> the header in the file.
        covariates: further columns that describe a subject.
        units: assay -> unit to convert its values to.
        visits: name of a visit -> its planned day after the infusion.
        visit_windows: name of a visit -> days that a sample may lie before or after it.
        wide: blocks of a table with one column a visit; empty: the table has one row a sample.
        sheet: the worksheet to read of a workbook; None: the only one that holds anything.
        header_row: row of the header, as an editor shows it; None: found out.
        last_row: last row of the table; None: to the end.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] = "."
    infusion_day: Literal[0, 1] = 0
    blq_words: tuple[str, ...] = ()
    lloq: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    covariates: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    visits: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    visit_windows: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    wide: tuple[WideBlock, ...] = ()
    sheet: str | None = None
    header_row: int | None = None
    last_row: int | None = None

    def __post_init__(self) -> None:
        problems = [*_row_problems(self.header_row, self.last_row), *_block_problems(self.wide)]
        if self.decimal not in (".", ","):
            problems.append(f"decimal is {self.decimal!r}, not '.' or ','")
        if self.infusion_day not in (0, 1):
            problems.append(f"infusion_day is {self.infusion_day!r}, not 0 or 1")
        if self.delimiter not in (None, ",", ";", "\t"):
            problems.append(f"delimiter is {self.delimiter!r}, not a comma, a semicolon or a tab")
        if self.delimiter == "," == self.decimal:
            problems.append("delimiter and decimal are both a comma")
        for assay, limit in self.lloq.items():
            if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not 0 < limit < math.inf:
                problems.append(f"lloq of {assay} is {limit!r}, not a number above 0")
            elif not SMALLEST <= limit <= LARGEST:
                problems.append(f"lloq of {assay} is {limit!r}, not from {SMALLEST:g} to {LARGEST:g}")
        for visit, day in self.visits.items():
            if not _is_number(day):
                problems.append(f"visits: the day of {visit!r} is {day!r}, not a number")
        for visit, days in self.visit_windows.items():
            if not _is_number(days) or days < 0:
                problems.append(f"visit_windows: {visit!r} has {days!r}, not a number of days from 0")
        for assay, unit in self.units.items():
            if find_unit(unit) is None:
                problems.append(f"unit of {assay} is {unit!r}, not one of {', '.join(UNITS)}")
        if problems:
            raise RulesError("; ".join(problems))


def _block_problems(blocks: Sequence[WideBlock]) -> Iterator[str]:
    """Blocks of which it is not clear where they stand, or that overlap."""
    if len({b.sheet is None for b in blocks}) > 1:
        yield "wide has blocks that name their sheet and blocks that do not"
    of_sheet: dict[str | None, dict[int | None, int | None]] = {}
    for block in blocks:
        ends = of_sheet.setdefault(block.sheet, {})
        if ends.setdefault(block.header_row, block.last_row) != block.last_row:
            yield f"wide has blocks with {_header(block.header_row)} and two last rows"
    for ends in of_sheet.values():
        if None in ends and len(ends) > 1:
            yield "wide has blocks on one sheet with a header_row and without"
            continue
        for a, b in pairwise(sorted((h, end) for h, end in ends.items() if h is not None)):
            if a[1] is not None and a[1] >= b[0]:
                yield f"wide has a block from row {a[0]} to row {a[1]}, and another begins in row {b[0]}"


def _header(row: int | None) -> str:
    return "no header_row" if row is None else f"their header in row {row}"
