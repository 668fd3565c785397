"""What the tables have in common: numbers as shown, marks, subtitles and footnotes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from cartpk.grouping import MISSING, Group, Stratum, matrix_words, spoken
from cartpk.language import say
from cartpk.reasons import Flag, Reason
from cartpk.rounding import at_least, fixed
from cartpk.rounding import exact as shortest
from cartpk.summary import Cell as Statistics
from cartpk.summary import Summary
from cartpk.tables.table import Cell, Number, missing
from cartpk.units import pretty

__all__ = [
    "Marks",
    "exact",
    "group_heading",
    "level_with_column",
    "listed",
    "matrix_words",
    "spoken",
    "statistic",
    "subtitle",
    "title_by",
    "with_unit",
    "word_notes",
]

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


def subtitle(stratum: Stratum, population: str = "", unit: str | None = None, *, of: Iterable[int]) -> str:
    """Population, assay, matrix, course (of those there are, where there are later ones) and unit.

    The unit is that of the stratum, or another one ("" for none).
    """
    text = say("{assay} in {matrix}", assay=stratum.assay or say("assay"), matrix=matrix_words(stratum.matrix))
    course = say("infusion {n}", n=stratum.infusion) if any(n != 1 for n in of) else ""
    for more in (course, pretty(stratum.unit if unit is None else unit)):
        text = say("{text}, {more}", text=text, more=more) if more else text
    return say("{population}; {assay}", population=population, assay=text) if population.strip() else text


def title_by(title: str, by: Sequence[str]) -> str:
    """The title, said already, with the columns it is grouped by."""
    columns = say(" and ").join(map(spoken, by))
    return say("{title} by {columns}", title=title, columns=columns) if by else title


def level_with_column(column: str, level: str) -> str:
    """A level and the column it is of."""
    return say("{column} {level}", column=spoken(column), level=say(level) if level == MISSING else level)


def with_unit(name: str, unit: str) -> str:
    """What is measured, said already, and its unit where it has one."""
    return say("{name} ({unit})", name=name, unit=pretty(unit)) if unit else name


def group_heading(group: Group, n: float) -> str:
    """A group and its subjects, on two lines."""
    return f"{group.text}\n(N={n:g})"


def word_notes(words: Iterable[str], summary: Summary, file: str) -> tuple[str, ...]:
    """What the words in the cells mean, for those that occur, and how numbers are rounded."""
    used = set(words)
    notes = {
        "NE": say(
            "NE: not estimable; with fewer than {n} values only n, median, min and max are given.", n=summary.min_n
        ),
        "NC": say("NC: not calculated; more than half of the results are below the limit of quantification."),
    }
    return (*(notes[word] for word in sorted(used & set(notes))), say(_ROUNDING, file=file))


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
        return tuple(
            say("{letter}  {sentence} ({name})", letter=letter, sentence=say(member.sentence), name=member.name)
            for member, letter in self._letters.items()
        )


def _letter(i: int) -> str:
    """a to z, then aa, ab, ..."""
    return chr(97 + i) if i < 26 else _letter(i // 26 - 1) + chr(97 + i % 26)
