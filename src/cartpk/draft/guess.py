"""What kind of table a file holds, found out: for a wide one the blocks of visits, each with its assay, unit and days."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from os import PathLike

from cartpk.input_rules import InputRules, WideBlock
from cartpk.readers import sheets_of
from cartpk.readers.aliases import recognise
from cartpk.readers.companions import domain_of
from cartpk.readers.sheet import Sheet
from cartpk.readers.visits import visit_day
from cartpk.units import find_unit

__all__ = ["Guess", "guess"]

FEWEST = 2  # columns of visits that make a table wide
_BRACKETS = re.compile(r"[(\[（](.+?)[)\]）]")


@dataclass(frozen=True, slots=True)
class Guess:
    """How files are proposed to be read.

    Attributes:
        rules: the rules of reading, with the blocks of a wide table.
        sheets: the tables.
        headers: our columns that are recognised.
        unsure: for each block the sentences of what is unsure.
    """

    rules: InputRules
    sheets: tuple[Sheet, ...]
    headers: frozenset[str]
    unsure: tuple[tuple[str, ...], ...] = ()

    @property
    def tables(self) -> tuple[Sheet, ...]:
        """The tables of samples: those that are neither DM nor EX."""
        return tuple(s for s in self.sheets if s.header and not domain_of(s))


def guess(inputs: Sequence[str | PathLike[str]]) -> Guess:
    """Look at some files; DM and EX among them are looked at where they are used."""
    named = [(len(several) > 1, sheet) for several in map(sheets_of, inputs) for sheet in several]
    rules = InputRules()
    headers: set[str] = set()
    blocks: list[WideBlock] = []
    unsure: list[tuple[str, ...]] = []
    for one_of_several, sheet in named:
        if not sheet.header or domain_of(sheet):
            continue
        found = recognise(sheet.header, rules, "", sheet.header_row or None)
        headers |= found.columns.keys()
        taken = {sheet.header[i] for i in found.columns.values()}
        if {"time", "value"} <= found.columns.keys() or {"datetime", "value"} <= found.columns.keys():
            continue
        for prefix, visits in _by_prefix([h for h in sheet.header if h not in taken]).items():
            block, doubts = _block(prefix, visits, sheet, one_of_several, found.columns.keys())
            blocks.append(block)
            unsure.append(doubts)
    return Guess(InputRules(wide=tuple(blocks)), tuple(s for _, s in named), frozenset(headers), tuple(unsure))


def _by_prefix(headers: Sequence[str]) -> dict[str, list[str]]:
    """Headers that say a day, by the words before it (an assay, where blocks stand side by side)."""
    found: dict[str, list[str]] = {}
    for header in headers:
        prefix = _prefix(header)
        if prefix is not None:
            found.setdefault(prefix, []).append(header)
    return {prefix: names for prefix, names in found.items() if len(names) >= FEWEST}


def _prefix(header: str) -> str | None:
    """What stands before the day in a header; None where it says no day."""
    for cut in (0, *(m.end() for m in re.finditer(r"[\s_:/-]+", header))):
        day, _ = visit_day(header[cut:].strip())
        if day == day:
            return header[:cut].strip(" _:/-")
    return None


def _block(
    prefix: str, visits: Sequence[str], sheet: Sheet, one_of_several: bool, columns: Collection[str]
) -> tuple[WideBlock, tuple[str, ...]]:
    """A block of visits, and what is unsure of it."""
    days = {h: visit_day(h.removeprefix(prefix).strip(" _:/-"))[0] for h in visits}
    title = prefix or (sheet.name if one_of_several else "")
    unit = None if "unit" in columns else _unit(title)
    assay = None if "assay" in columns or not title else _BRACKETS.sub("", title).strip() or None
    doubts = []
    if any(re.search(r"(?<![a-z])m|月", h.removeprefix(prefix).strip(" _").casefold()) for h in visits):
        doubts.append("a month was taken for 30 days.")
    if assay is not None:
        doubts.append(f"the assay was named by {'the headers' if prefix else 'the sheet'}.")
    if unit is None and "unit" not in columns:
        doubts.append("no unit is given; say it.")
    if 1.0 in days.values() and 0.0 not in days.values():
        doubts.append("there is a day 1 and no day 0; if the day of infusion is called day 1, take 1 from each day.")
    block = WideBlock(visits=days, assay=assay, unit=unit, sheet=sheet.name if one_of_several else None)
    return block, tuple(doubts)


def _unit(title: str) -> str | None:
    """The unit that a title names in brackets or as one of its words."""
    for part in (*_BRACKETS.findall(title), *title.split()):
        unit = find_unit(part)
        if unit is not None:
            return unit.name
    return None
