"""What the tables have in common: numbers as shown, marks, subtitles and footnotes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from cartpk.grouping import Group, Stratum
from cartpk.reasons import Flag, Reason
from cartpk.rounding import at_least, fixed
from cartpk.rounding import exact as shortest
from cartpk.summary import Cell as Statistics
from cartpk.summary import Summary
from cartpk.tables.table import Cell, Number, missing
from cartpk.units import pretty

__all__ = ["Marks", "exact", "group_heading", "listed", "spoken", "statistic", "subtitle", "title_by", "word_notes"]

_ROUNDING = (
    "Three significant figures (CV one decimal), rounded once, half away from zero; full precision in {file}."
    " Quartiles by SAS definition 5."
)


def statistic(found: Statistics, name: str, counts: bool = False) -> Cell:
    """A statistic as shown, or its word; `counts`: of whole numbers, which stay whole where the statistic is."""
    value, text = found.values[name], found.text(name, counts)
    if math.isnan(value):
        return text
    rounded = float(text)
    return Number(rounded if math.isfinite(rounded) else value, text)


def listed(value: float, mark: str = "", counts: bool = False) -> Cell:
    """A value of a listing: full precision, at least three figures shown; a dash where it is missing."""
    if math.isnan(value):
        return missing(mark)
    return Number(value, fixed(value, 0) if counts else at_least(value), mark)


def exact(value: float) -> Cell:
    """A number of the input as it is: nothing rounded, nothing where there is none."""
    return "" if math.isnan(value) else Number(value, shortest(value))


def subtitle(stratum: Stratum, population: str = "") -> str:
    """Population, assay, matrix, course and unit."""
    course = f", infusion {stratum.infusion}" if stratum.infusion != 1 else ""
    unit = f", {pretty(stratum.unit)}" if stratum.unit else ""
    assay = f"{stratum.assay or 'assay'} in {stratum.matrix.lower()}{course}{unit}"
    return f"{population}; {assay}" if population.strip() else assay


def title_by(title: str, by: Sequence[str]) -> str:
    """The title with the columns it is grouped by."""
    return f"{title} by {' and '.join(map(spoken, by))}" if by else title


def spoken(column: str) -> str:
    """A grouping column as a heading says it."""
    return column.replace("_", " ")


def group_heading(group: Group, n: float) -> str:
    """A group and its subjects, on two lines."""
    return f"{group.text}\n(N={n:g})"


def word_notes(words: Iterable[str], summary: Summary, file: str) -> tuple[str, ...]:
    """What the words in the cells mean, for those that occur, and how numbers are rounded."""
    used = set(words)
    notes = {
        "NE": f"NE: not estimable; with fewer than {summary.min_n} values only n, median, min and max are given.",
        "NC": "NC: not calculated; more than half of the results are below the limit of quantification.",
    }
    return (*(notes[word] for word in sorted(used & set(notes))), _ROUNDING.format(file=file))


class Marks:
    """Letters for flags and reasons, given out in order of first use, and the footnotes they lead to."""

    def __init__(self) -> None:
        self._letters: dict[Flag | Reason, str] = {}

    def of(self, flag: Flag, reason: Reason = Reason.NONE) -> str:
        """The letters of a value's flags, or of the reason it is missing."""
        members: list[Flag | Reason] = [reason] if reason else [f for f in Flag if f and f in flag]
        return ",".join(self._letters.setdefault(m, _letter(len(self._letters))) for m in members)

    def notes(self) -> tuple[str, ...]:
        """One footnote a letter."""
        return tuple(f"{letter}  {member.sentence} ({member.name})" for member, letter in self._letters.items())


def _letter(i: int) -> str:
    """a to z, then aa, ab, ..."""
    return chr(97 + i) if i < 26 else _letter(i // 26 - 1) + chr(97 + i % 26)
