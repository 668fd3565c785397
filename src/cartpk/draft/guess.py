"""What kind of table a file holds, found out: for a wide one the blocks of visits, each with its assay, unit and days."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

from cartpk.draft.places import FEWEST, FilePlaces, TablePlace, places_of, prefix_of
from cartpk.input_rules import InputRules, WideBlock
from cartpk.readers.aliases import recognise
from cartpk.readers.companions import domain_of
from cartpk.readers.sheet import Sheet
from cartpk.readers.visits import visit_day
from cartpk.units import find_unit

__all__ = ["Guess", "guess"]

_BRACKETS = re.compile(r"[(\[（](.+?)[)\]）]")


@dataclass(frozen=True, slots=True)
class Guess:
    """How files are proposed to be read.

    Attributes:
        rules: the rules of reading, with the blocks of a wide table.
        sheets: the tables.
        headers: our columns that are recognised.
        unsure: for each block the sentences of what is unsure.
        said, asked: what is said, and what is asked, of the choice of sheets and rows.
    """

    rules: InputRules
    sheets: tuple[Sheet, ...]
    headers: frozenset[str]
    unsure: tuple[tuple[str, ...], ...] = ()
    said: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[Sheet, ...]:
        """The tables of samples: those that are neither DM nor EX."""
        return tuple(s for s in self.sheets if s.header and not domain_of(s))


def guess(inputs: Sequence[str | PathLike[str]]) -> Guess:
    """Look at some files; DM and EX among them are looked at where they are used."""
    files = [places_of(path) for path in inputs]
    headers: set[str] = set()
    blocks: list[WideBlock] = []
    unsure: list[tuple[str, ...]] = []
    for place in (p for file in files for p in file.tables):
        sheet = place.table
        if not sheet.header or domain_of(sheet):
            continue
        found = recognise(sheet.header, InputRules(), "", sheet.header_row or None)
        headers |= found.columns.keys()
        taken = {sheet.header[i] for i in found.columns.values()}
        if {"time", "value"} <= found.columns.keys() or {"datetime", "value"} <= found.columns.keys():
            continue
        for prefix, visits in _by_prefix([h for h in sheet.header if h not in taken]).items():
            block, doubts = _block(prefix, visits, place, found.columns.keys())
            blocks.append(block)
            unsure.append(doubts)
    where, asked = ({}, []) if blocks else _agreed(files)
    return Guess(
        InputRules(wide=tuple(blocks), **where),
        tuple(p.table for file in files for p in file.tables),
        frozenset(headers),
        tuple(unsure),
        tuple(sentence for file in files for sentence in file.said),
        (*(sentence for file in files for sentence in file.unsure), *asked),
    )


def _agreed(files: Sequence[FilePlaces]) -> tuple[dict[str, Any], list[str]]:
    """Sheet, header_row and last_row where one choice suits all files, which have one plan; and what does not."""
    places = [p for file in files for p in file.tables if not domain_of(p.table)]
    where: dict[str, Any] = {}
    asked = [doubt for p in places for doubt in p.doubts]
    for name in ("sheet", "header_row", "last_row"):
        wanted = {getattr(p, name) for p in places}
        if name == "header_row" and wanted != {None}:
            wanted = {p.table.header_row for p in places}
        if len(wanted) == 1 and wanted != {None}:
            where[name] = wanted.pop()
        elif name == "sheet" and None in wanted and len(wanted) == 2:
            where[name] = (wanted - {None}).pop()  # the other files have no sheets, or one
        elif len(wanted) > 1:
            asked.append(f"the files would need {name} of their own, which one plan cannot say; read them one by one.")
    return where, asked


def _by_prefix(headers: Sequence[str]) -> dict[str, list[str]]:
    """Headers that say a day, by the words before it (an assay, where blocks stand side by side)."""
    found: dict[str, list[str]] = {}
    for header in headers:
        prefix = prefix_of(header)
        if prefix is not None:
            found.setdefault(prefix, []).append(header)
    return {prefix: names for prefix, names in found.items() if len(names) >= FEWEST}


def _block(
    prefix: str, visits: Sequence[str], place: TablePlace, columns: Collection[str]
) -> tuple[WideBlock, tuple[str, ...]]:
    """A block of visits, and what is unsure of it."""
    days = {h: visit_day(h.removeprefix(prefix).strip(" _:/-"))[0] for h in visits}
    above = place.title if place.stacked or _unit(place.title) else ""
    title = prefix or above or place.sheet or ""
    unit = None if "unit" in columns else _unit(title)
    assay = None if "assay" in columns or not title else _BRACKETS.sub("", title).strip() or None
    doubts = [*place.doubts]
    if any(re.search(r"(?<![a-z])m|月", h.removeprefix(prefix).strip(" _").casefold()) for h in visits):
        doubts.append("a month was taken for 30 days.")
    if assay is not None:
        by = "the headers" if prefix else "the title above the table" if above else "the sheet"
        doubts.append(f"the assay was named by {by}.")
    if unit is None and "unit" not in columns:
        doubts.append("no unit is given; say it.")
    if 1.0 in days.values() and 0.0 not in days.values():
        doubts.append("there is a day 1 and no day 0; if the day of infusion is called day 1, take 1 from each day.")
    block = WideBlock(visits=days, assay=assay, unit=unit, sheet=place.sheet, header_row=place.header_row, last_row=place.last_row)  # fmt: skip
    return block, tuple(doubts)


def _unit(title: str) -> str | None:
    """The unit that a title names in brackets or as one of its words."""
    for part in (*_BRACKETS.findall(title), *title.split()):
        unit = find_unit(part)
        if unit is not None:
            return unit.name
    return None
